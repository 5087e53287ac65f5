"""The command line: the same services without a window. No command imports Qt."""
