"""What differs between the runners for threads and for asyncio.

The hand-written twin of `runner_flavour_async`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from eventsourcing.persistence.factory_sync import TTrackingRecorder

__all__ = ["ViewClass", "closing_on_error", "start_now"]

logger: logging.Logger = logging.getLogger(__name__)

ViewClass: TypeAlias = type[TTrackingRecorder]


def start_now(runner: Any) -> None:
    """Start the runner, which is what its constructor does at the end (J19)."""
    runner.start()


@contextmanager
def closing_on_error(close: Callable[[], object]) -> Iterator[None]:
    """Close what has been opened so far if the constructor fails (J28)."""
    try:
        yield
    except BaseException:
        try:
            close()
        except Exception:
            logger.exception("Closing failed after the constructor of a runner had failed")
        raise
