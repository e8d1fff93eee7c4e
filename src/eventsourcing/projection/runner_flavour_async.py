# Hand-written pair: a synchronous constructor starts everything, an asynchronous one cannot.
"""What differs between the runners for asyncio and for threads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from eventsourcing.persistence.factory_async import TAsyncTrackingRecorder
from eventsourcing.persistence.recorders_sync import TrackingRecorder

__all__ = ["ViewClass", "closing_on_error", "start_now"]

ViewClass: TypeAlias = type[TAsyncTrackingRecorder] | type[TrackingRecorder]
"""Of an engine that has only a synchronous side, the view is synchronous, and bridged."""


def start_now(runner: Any) -> None:
    """Leave it to `start()`, because a constructor cannot wait."""


@contextmanager
def closing_on_error(close: Callable[[], Awaitable[object]]) -> Iterator[None]:  # noqa: ARG001
    """Close nothing: what was constructed without waiting has opened nothing."""
    yield
