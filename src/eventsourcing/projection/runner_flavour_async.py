# Hand-written pair: a synchronous constructor starts everything, an asynchronous one cannot.
"""What differs between the runners for asyncio and for threads."""

from __future__ import annotations

from typing import Any, TypeAlias

from eventsourcing.persistence.factory_async import TAsyncTrackingRecorder
from eventsourcing.persistence.recorders_sync import TrackingRecorder

__all__ = ["ViewClass", "start_now"]

ViewClass: TypeAlias = type[TAsyncTrackingRecorder] | type[TrackingRecorder]
"""Of an engine that has only a synchronous side, the view is synchronous, and bridged."""


def start_now(runner: Any) -> None:
    """Leave it to `start()`, because a constructor cannot wait."""
