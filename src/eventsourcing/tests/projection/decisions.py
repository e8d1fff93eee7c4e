"""The part of `eventsourcing.tests.projection` about DCB applications; needs `msgspec`.

It is imported when one of its names is asked for.
"""

# Without `from __future__ import annotations`: msgspec evaluates the annotations of structs.

from typing import Any

from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import EnduringObject, Tagged
from eventsourcing.dcb.msgpack import Decision, InitialDecision, MessagePackMapper
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.persistence import Tracking
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.tests.projection import (
    EventCountersProjectionTestCase,
    EventCountersView,
    SpannerThrownError,
)
from eventsourcing.utils import get_topic


class DCBSpannerThrown(Decision):
    """Makes the sample projection fail."""


class Thing(EnduringObject[Decision]):
    """Something about which decisions are made."""

    __module__ = "eventsourcing.tests.projection"

    class Created(InitialDecision):
        """Creates a thing."""

        __module__ = "eventsourcing.tests.projection"

        thing_id: str


class TaggedDecisionCountersProjection(Projection[EventCountersView]):
    """Counts decisions: initial ones, and others."""

    name = "eventcounters"

    def process_event(self, domain_event: Tagged[Any], tracking: Tracking) -> None:
        """Count the decision."""
        self.process_decision(domain_event.decision, tracking)

    @singledispatchmethod
    def process_decision(self, _: Any, tracking: Tracking) -> None:
        """Record the position of a decision that is not counted."""
        self.view.insert_tracking(tracking)

    @process_decision.register
    def created(self, _: InitialDecision, tracking: Tracking) -> None:
        """Count an initial decision."""
        self.view.incr_created_event_counter(tracking)

    @process_decision.register
    def subsequent(self, _: Decision, tracking: Tracking) -> None:
        """Count another decision."""
        self.view.incr_subsequent_event_counter(tracking)

    @process_decision.register
    def spanner(self, _: DCBSpannerThrown, __: Tracking) -> None:
        """Fail."""
        raise SpannerThrownError("This is a deliberate bug")


class TaggedDecisionCountersProjectionTestCase(EventCountersProjectionTestCase):
    """Runs the sample projection of decisions with a view: `view_class`, on databases: `env`.

    Settings of the view have the prefix `EVENTCOUNTERS_`, those of the application
    `DCBAPPLICATION_`. Without a `MAPPER_TOPIC`, decisions are stored as MessagePack.
    """

    def construct_runner(self) -> ProjectionRunner[DCBApplication, EventCountersView]:
        """Return a runner of the sample projection."""
        return ProjectionRunner(
            application_class=DCBApplication,
            projection_class=TaggedDecisionCountersProjection,
            view_class=self.view_class,
            env={"MAPPER_TOPIC": get_topic(MessagePackMapper), **self.env},
        )

    def save(self, runner: Any, *event_classes: Any) -> int:
        """Save one thing with an initial decision, and one of each class."""
        thing = Thing()
        for each in event_classes or (Decision, Decision):
            thing.trigger_event(each)
        position: int = runner.app.repository.save(thing)
        return position

    def throw_spanner(self, runner: Any) -> int:
        """Save a decision that makes the projection fail."""
        return self.save(runner, DCBSpannerThrown)

    def has_events(self, runner: Any) -> bool:
        """Say whether the application has recorded anything."""
        return runner.app.recorder.head() is not None
