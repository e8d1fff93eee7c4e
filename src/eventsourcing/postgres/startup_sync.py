"""What has to be done before the database is used: done at once.

The hand-written twin of `startup_async`.
"""

from __future__ import annotations

from collections.abc import Callable


class Startup:
    """Actions that prepare the database, such as creating tables."""

    def add(self, action: Callable[[], object]) -> None:
        """Do the action now, in the constructor that adds it."""
        action()

    def finish(self) -> None:
        """Do nothing: all is done."""
