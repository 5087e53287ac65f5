"""The verbs of the manual. One use case is one transaction."""
