"""The errors of stores and repositories of dynamic consistency boundaries."""


class NotFoundError(Exception):
    """There is no enduring object with this ID."""
