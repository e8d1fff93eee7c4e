# Generated from event_sourced_async.py by tools/async_to_sync.py: do not edit.
"""Event-sourced projections: applications whose events follow from those of others (J14-J16)."""

from __future__ import annotations

import logging
from abc import ABC
from collections.abc import Sequence
from typing import Any, cast

from eventsourcing._concurrency.primitives_sync import Lock
from eventsourcing.application import Application, EnvType, ProcessingEvent
from eventsourcing.domain import TAggregateID
from eventsourcing.persistence import (
    EventStore,
    ProcessRecorder,
    ProgrammingError,
    Recording,
    Tracking,
)
from eventsourcing.projection.batch_event_store_sync import (
    BatchEventStore,
    BatchRepository,
)
from eventsourcing.projection.checks import check_topics, check_whole_number
from eventsourcing.projection.error_policy import NOT_THE_EVENTS_FAULT, ErrorPolicy, Stop
from eventsourcing.projection.handlers_sync import check_handlers
from eventsourcing.projection.jobs import Job

logger: logging.Logger = logging.getLogger(__name__)


class EventSourcedProjection(Application[TAggregateID], ABC):
    """Processes the events of other applications into aggregates of its own.

    What follows from an event is decided by `policy()`, and recorded together with the event's
    position: all or nothing. If `topics` is not empty, only events of these topics are processed.
    """

    name: str = "EventSourcedProjection"
    topics: Sequence[str] = ()
    batch_size: int = 1
    """How many events may be processed in one transaction, while catching up.

    With more than one, `policy()` is called for each as always, and `repository` and `events` know
    what was collected for those before, although it is stored only at the end of the batch. If
    anything fails, the events of the batch are processed one by one. Others, who read the database,
    see all effects of a batch at once.
    """
    on_error: ErrorPolicy = Stop()
    """What is to happen when an event cannot be processed."""
    recorder: ProcessRecorder  # pyright: ignore[reportIncompatibleVariableOverride]
    _repository_class = BatchRepository

    def __init__(self, env: EnvType | None = None) -> None:
        check_handlers(type(self), "policy", "process_event", "process_events")
        check_topics(f"{type(self).__qualname__}.topics", self.topics)
        check_whole_number(f"{type(self).__qualname__}.batch_size", self.batch_size)
        super().__init__(env)
        self.processing_lock: Lock = Lock()
        if self.batch_size > 1 and not isinstance(self.events, BatchEventStore):
            raise ProgrammingError(
                f"{type(self).__qualname__}.batch_size is {self.batch_size}: for more than 1, "
                "construct_event_store() has to return what that of the base class returns, not "
                f"{self.events!r}"
            )

    def construct_recorder(self) -> ProcessRecorder:
        """Return the recorder of events and positions."""
        return self.factory.process_recorder()

    def construct_event_store(self) -> EventStore[TAggregateID]:
        """Return the store of events, which also knows those collected in a batch."""
        return BatchEventStore(super().construct_event_store())

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Record what follows from the event, together with its position.

        Raises `IntegrityError` if the event, or one after it, has been processed already. When
        automatic snapshotting raises, the events and the position are recorded nevertheless.
        """
        self._follow_up(*self._decide_and_record(domain_event, tracking))

    def process_events(self, batch: Sequence[Job[TAggregateID]]) -> None:
        """Record what follows from the events, and the position of the last, in one transaction.

        If that fails, the events are processed one by one, so that those before the one that is to
        blame take effect, and its error is raised. `batch[-1][1]` says where the batch began.
        """
        try:
            done = self._decide_and_record_together(batch)
        except NOT_THE_EVENTS_FAULT:
            raise
        except Exception as error:
            if len(batch) == 1:
                raise
            logger.info("%d events are processed one by one after %r", len(batch), error)
        else:
            self._follow_up(*done)
            return
        for domain_event, tracking in batch:
            name, notification_id = tracking.application_name, tracking.notification_id
            self.process_event(domain_event, Tracking(name, notification_id))

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[TAggregateID]) -> None:
        """Collect new events with `processing_event.collect_events()`; here, none.

        It changes and creates aggregates of this application, and does not save them. May be a
        `singledispatchmethod`.
        """

    def _decide_and_record(
        self, domain_event: Any, tracking: Tracking
    ) -> tuple[ProcessingEvent[TAggregateID], list[Recording[Any]]]:
        processing_event = self._decide(domain_event, tracking)
        return processing_event, self._record(processing_event)

    def _decide_and_record_together(
        self, batch: Sequence[Job[TAggregateID]]
    ) -> tuple[ProcessingEvent[TAggregateID], list[Recording[Any]]]:
        store = cast("BatchEventStore[TAggregateID]", self.events)
        together: ProcessingEvent[TAggregateID] = ProcessingEvent(tracking=batch[-1][1])
        units: list[ProcessingEvent[TAggregateID]] = []
        try:
            with store.batch():
                for domain_event, tracking in batch:
                    unit = self._decide(domain_event, tracking)
                    units.append(unit)
                    store.collect(unit.events)
                    together.include(unit)
            return together, self._record(together)
        except BaseException:
            for unit in units:
                self._repository._forget_unsaved(unit.aggregates)
            raise

    def _decide(self, domain_event: Any, tracking: Tracking) -> ProcessingEvent[TAggregateID]:
        processing_event: ProcessingEvent[TAggregateID] = ProcessingEvent(tracking=tracking)
        try:
            self.policy(domain_event, processing_event)
        except BaseException:
            self._repository._forget_unsaved(processing_event.aggregates)
            raise
        return processing_event

    def _follow_up(
        self,
        processing_event: ProcessingEvent[TAggregateID],
        recordings: list[Recording[Any]],
    ) -> None:
        """Do what comes after recording: take the snapshots that are due, and tell others."""
        try:
            self._take_snapshots(processing_event)
        finally:
            self.notify(processing_event.events)
            self._notify(recordings)
