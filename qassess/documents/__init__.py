"""Paper and workbooks: everything that is printed or opened in another program."""
