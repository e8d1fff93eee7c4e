"""What differs between the runners for threads and for asyncio.

The hand-written twin of `runner_flavour_async`.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from eventsourcing.persistence.factory_sync import TTrackingRecorder

__all__ = ["ViewClass", "start_now"]

ViewClass: TypeAlias = type[TTrackingRecorder]


def start_now(runner: Any) -> None:
    """Start the runner, which is what its constructor does at the end (J19)."""
    runner.start()
