"""The port through which leaders tell others what they have recorded."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic

from eventsourcing.application import RecordingEvent
from eventsourcing.domain import TAggregateID


class AsyncRecordingEventReceiver(ABC, Generic[TAggregateID]):
    """Takes notice of what a leader has recorded."""

    @abstractmethod
    async def receive_recording_event(
        self, new_recording_event: RecordingEvent[TAggregateID]
    ) -> None:
        """Take notice of the events that one save has recorded; called after the commit."""
