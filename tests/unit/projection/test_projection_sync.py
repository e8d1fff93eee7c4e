# Generated from test_projection_async.py by tools/async_to_sync.py: do not edit.
"""Projections and event-sourced projections: J10, J13-J16, Y1-Y4."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing.application import Application, ProcessingEvent
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import IntegrityError, Tracking
from eventsourcing.projection import (
    BatchProjection,
    EventSourcedProjection,
    Projection,
)


class Named(Projection[Any]):
    name = "given"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.append((domain_event, tracking))


class Heir(Named):
    pass


def test_each_class_has_its_own_name() -> None:
    """Section 10: that of the class, unless it is declared in its body."""
    assert (Projection.name, Named.name, Heir.name) == ("", "given", "Heir")
    assert Projection.topics == ()


def test_a_projection_must_process_events() -> None:
    """J13: a class that cannot is not instantiated."""

    class Idle(Projection[Any]):
        pass

    class IdleBatch(BatchProjection[Any]):
        pass

    for projection_class in (Idle, IdleBatch):
        with pytest.raises(TypeError, match="abstract"):
            projection_class([])  # type: ignore[abstract]


def test_the_view_is_read_only() -> None:
    """Section 10."""
    view: list[Any] = []
    projection = Named(view)
    assert projection.view is view
    with pytest.raises(AttributeError):
        projection.view = []  # type: ignore[misc]


def test_events_are_dispatched_by_class() -> None:
    """Y2: the closest class of the hierarchy; others reach the default."""

    class Dispatching(Projection[Any]):
        @singledispatchmethod
        def process_event(self, domain_event: Any, tracking: Tracking) -> None:
            self.view.append("other")

        @process_event.register
        def _(self, domain_event: Aggregate.Event, tracking: Tracking) -> None:
            self.view.append("event")

        @process_event.register
        def _(self, domain_event: Aggregate.Created, tracking: Tracking) -> None:
            self.view.append("created")

    projection = Dispatching([])
    (created,) = Aggregate().collect_events()
    projection.process_event(created, Tracking("a", 1))
    projection.process_event(object(), Tracking("a", 2))
    assert projection.view == ["created", "other"]


def test_a_batch_projection_processes_single_events_too() -> None:
    """Issue 5.4: as batches of one."""

    class Batches(BatchProjection[Any]):
        def process_events(self, batch: Any) -> None:
            self.view.append(list(batch))

    projection = Batches([])
    projection.process_event("event", Tracking("a", 1))
    assert projection.view == [[("event", Tracking("a", 1))]]


class Records(EventSourcedProjection[UUID]):
    """Says what is called when."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        self.calls.append("policy")
        processing_event.collect_events(domain_event)

    def _record(self, processing_event: Any) -> Any:
        self.calls.append("record")
        return super()._record(processing_event)

    def _take_snapshots(self, processing_event: Any) -> None:
        self.calls.append("snapshots")

    def notify(self, new_events: Any) -> None:
        self.calls.append("notify")

    def _notify(self, recordings: Any) -> None:
        self.calls.append("_notify")


def test_an_event_sourced_projection_is_an_application() -> None:
    """J14, Y1: and can be instantiated as it is."""
    projection: EventSourcedProjection[UUID] = EventSourcedProjection()
    assert isinstance(projection, Application)
    assert (projection.name, Records.name) == ("EventSourcedProjection", Records.__name__)
    projection.process_event(object(), Tracking("upstream", 3))
    assert projection.recorder.max_tracking_id("upstream") == 3
    assert projection.recorder.max_notification_id() is None


def test_the_order_of_processing() -> None:
    """J15: policy, record, snapshots, the deprecated hook, the hook."""
    projection = Records()
    projection.process_event(Aggregate(), Tracking("upstream", 1))
    assert projection.calls == ["policy", "record", "snapshots", "notify", "_notify"]


def test_nothing_is_recorded_if_the_policy_fails() -> None:
    """J15, Y18: neither position nor events."""

    class Failing(EventSourcedProjection[UUID]):
        def policy(self, domain_event: Any, processing_event: Any) -> None:
            processing_event.collect_events(Aggregate())
            raise ValueError("undecided")

    projection = Failing()
    with pytest.raises(ValueError, match="undecided"):
        projection.process_event(object(), Tracking("upstream", 1))
    assert projection.recorder.max_tracking_id("upstream") is None
    assert projection.recorder.max_notification_id() is None


@pytest.mark.parametrize("notification_id", [1, 2])
def test_a_position_counts_once(notification_id: int) -> None:
    """J16, Y4: one that is repeated or outdated changes nothing."""
    projection = Records()
    projection.process_event(Aggregate(), Tracking("upstream", 2))
    with pytest.raises(IntegrityError):
        projection.process_event(Aggregate(), Tracking("upstream", notification_id))
    assert projection.recorder.max_tracking_id("upstream") == 2
    assert projection.recorder.max_notification_id() == 1


def test_a_conflict_of_aggregates_leaves_the_position() -> None:
    """Y18, Y67: it is IntegrityError, too."""
    projection = Records()
    aggregate_id = uuid4()
    first = Aggregate._create(Aggregate.Created, id=aggregate_id)
    second = Aggregate._create(Aggregate.Created, id=aggregate_id)
    projection.process_event(first, Tracking("upstream", 1))
    with pytest.raises(IntegrityError):
        projection.process_event(second, Tracking("upstream", 2))
    assert projection.recorder.max_tracking_id("upstream") == 1
