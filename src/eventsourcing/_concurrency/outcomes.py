"""How a background task ended: its error is kept until somebody asks for it, or else logged.

Used by both modules of primitives.
"""

import logging

logger = logging.getLogger(__name__)


class Outcome:
    """The error of one background task; shared by the task and its handle."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._error: BaseException | None = None
        self._is_retrieved = False

    @property
    def error(self) -> BaseException | None:
        """The error, if there is one; from now on it is the caller's."""
        if self._error is not None:
            self._is_retrieved = True
        return self._error

    def keep(self, error: BaseException) -> None:
        """Keep the error until both the task and its handle are gone."""
        self._error = error

    def __del__(self) -> None:
        # Runs when task and handle are both gone.
        if self._error is not None and not self._is_retrieved:
            logger.error("Background task %r failed", self._name, exc_info=self._error)
