# Generated from event_sourced_async.py by tools/async_to_sync.py: do not edit.
"""Event-sourced projections: applications whose events follow from those of others (J14-J16)."""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from typing import Any

from eventsourcing._concurrency.primitives_sync import Lock
from eventsourcing.application import Application, EnvType, ProcessingEvent
from eventsourcing.domain import TAggregateID
from eventsourcing.persistence import ProcessRecorder, Recording, Tracking
from eventsourcing.projection.error_policy import ErrorPolicy, Stop


class EventSourcedProjection(Application[TAggregateID], ABC):
    """Processes the events of other applications into aggregates of its own.

    What follows from an event is decided by `policy()`, and recorded together with the event's
    position: all or nothing. If `topics` is not empty, only events of these topics are processed.
    """

    name: str = "EventSourcedProjection"
    topics: Sequence[str] = ()
    on_error: ErrorPolicy = Stop()
    """What is to happen when an event cannot be processed."""
    recorder: ProcessRecorder  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, env: EnvType | None = None) -> None:
        super().__init__(env)
        self.processing_lock: Lock = Lock()

    def construct_recorder(self) -> ProcessRecorder:
        """Return the recorder of events and positions."""
        return self.factory.process_recorder()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Record what follows from the event, together with its position.

        Raises `IntegrityError` if the event, or one after it, has been processed already. When
        automatic snapshotting raises, the events and the position are recorded nevertheless.
        """
        processing_event: ProcessingEvent[TAggregateID] = ProcessingEvent(tracking=tracking)
        recordings = self._decide_and_record(domain_event, processing_event)
        self._follow_up(processing_event, recordings)

    def _decide_and_record(
        self, domain_event: Any, processing_event: ProcessingEvent[TAggregateID]
    ) -> list[Recording[Any]]:
        try:
            self.policy(domain_event, processing_event)
        except BaseException:
            self._repository._forget_unsaved(processing_event.aggregates)
            raise
        return self._record(processing_event)

    def _follow_up(
        self, processing_event: ProcessingEvent[TAggregateID], recordings: list[Recording[Any]]
    ) -> None:
        """Take snapshots and tell others, after the commit."""
        try:
            self._take_snapshots(processing_event)
        finally:
            self.notify(processing_event.events)
            self._notify(recordings)

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[TAggregateID]) -> None:
        """Collect new events with `processing_event.collect_events()`; here, none.

        It changes and creates aggregates of this application, and does not save them. May be a
        `singledispatchmethod`.
        """
