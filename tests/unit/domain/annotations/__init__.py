"""The same declarations in modules whose annotations are evaluated at different times."""
