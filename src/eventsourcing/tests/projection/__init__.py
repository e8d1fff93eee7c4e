"""Sample projections and views, and the test cases that views and engines must pass (J9, J30)."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar
from unittest import TestCase
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing._public import publish
from eventsourcing.application import AggregateNotFoundError, Application, ProcessingEvent
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate, AggregateEvent, DomainEventProtocol, event
from eventsourcing.persistence import (
    IntegrityError,
    Tracking,
    TrackingRecorder,
    WaitInterruptedError,
)
from eventsourcing.projection import (
    EventSourcedProjection,
    EventSourcedProjectionRunner,
    Projection,
    ProjectionRunner,
)
from eventsourcing.utils import get_topic

if TYPE_CHECKING:
    from eventsourcing.tests.projection.decisions import (
        DCBSpannerThrown,
        TaggedDecisionCountersProjection,
        TaggedDecisionCountersProjectionTestCase,
        Thing,
    )

__all__ = [
    "AggregateEventCountersProjection",
    "AggregateEventCountersProjectionTestCase",
    "Counter",
    "Counters",
    "DCBSpannerThrown",
    "EventCountersInterface",
    "EventCountersProjectionTestCase",
    "EventCountersView",
    "EventCountersViewTestCase",
    "EventSourcedProjectionTestCase",
    "SpannerThrown",
    "SpannerThrownError",
    "TaggedDecisionCountersProjection",
    "TaggedDecisionCountersProjectionTestCase",
    "Thing",
]

PATIENCE_SECONDS = 120.0


class SpannerThrown(AggregateEvent):
    """Makes the sample projections fail."""


class SpannerThrownError(Exception):
    """Raised by the sample projections for `SpannerThrown`."""


# -- an event-sourced projection ----------------------------------------------------------------


class Counter(Aggregate):
    """Counts; there is one for each name."""

    @event("Created")
    def __init__(self, name: str) -> None:
        self.name = name
        self.count: int = 0

    @staticmethod
    def create_id(name: str) -> UUID:
        """Return the ID of the counter of that name."""
        return uuid5(NAMESPACE_URL, f"/counters/{name}")

    @event("Incremented")
    def increment(self) -> None:
        """Count one more."""
        self.count += 1


class Counters(EventSourcedProjection[UUID]):
    """Counts the events of an application, by topic."""

    @singledispatchmethod
    def policy(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        domain_event: DomainEventProtocol[UUID],
        processing_event: ProcessingEvent[UUID],
    ) -> None:
        """Count the event."""
        topic = get_topic(type(domain_event))
        try:
            counter: Counter = self.repository.get(Counter.create_id(topic))
        except AggregateNotFoundError:
            counter = Counter(topic)
        counter.increment()
        processing_event.collect_events(counter)

    @policy.register
    def _(self, _: SpannerThrown, __: ProcessingEvent[UUID]) -> None:
        raise SpannerThrownError("This is a deliberate bug")

    def get_count(self, event_class: type[Any]) -> int:
        """Return the number of events of exactly that class."""
        try:
            counter: Counter = self.repository.get(Counter.create_id(get_topic(event_class)))
        except AggregateNotFoundError:
            return 0
        return counter.count


# -- a view, and a projection into it -----------------------------------------------------------


class EventCountersView(TrackingRecorder):
    """Counts the events that create aggregates, and the others."""

    @abstractmethod
    def get_created_event_counter(self) -> int:
        """Return the number of events that create aggregates."""

    @abstractmethod
    def get_subsequent_event_counter(self) -> int:
        """Return the number of other events."""

    @abstractmethod
    def incr_created_event_counter(self, tracking: Tracking) -> None:
        """Count an event that creates an aggregate, and record its position, or do neither."""

    @abstractmethod
    def incr_subsequent_event_counter(self, tracking: Tracking) -> None:
        """Count another event, and record its position, or do neither."""


class EventCountersInterface(EventCountersView):
    """The former name of `EventCountersView` (deprecated)."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        warnings.warn("Use EventCountersView instead", DeprecationWarning, stacklevel=2)


class AggregateEventCountersProjection(Projection[EventCountersView]):
    """Counts the events of aggregates."""

    name = "eventcounters"

    @singledispatchmethod
    def process_event(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, _: Any, tracking: Tracking
    ) -> None:
        """Record the position of an event that is not counted."""
        self.view.insert_tracking(tracking)

    @process_event.register
    def created(self, _: Aggregate.Created, tracking: Tracking) -> None:
        """Count an event that creates an aggregate."""
        self.view.incr_created_event_counter(tracking)

    @process_event.register
    def subsequent(self, _: Aggregate.Event, tracking: Tracking) -> None:
        """Count another event."""
        self.view.incr_subsequent_event_counter(tracking)

    @process_event.register
    def spanner(self, _: SpannerThrown, __: Tracking) -> None:
        """Fail."""
        raise SpannerThrownError("This is a deliberate bug")


# -- test cases ---------------------------------------------------------------------------------


class EventCountersViewTestCase(TestCase, ABC):
    """What each implementation of `EventCountersView` must do."""

    @abstractmethod
    def construct_event_counters_view(self) -> EventCountersView:
        """Return a view on an empty database."""

    def test_counts_and_tracks_in_one_transaction(self) -> None:
        view = self.construct_event_counters_view()
        self.assertIsNone(view.max_tracking_id("upstream"))
        self.assert_counters(view, 0, 0)

        view.incr_created_event_counter(Tracking("upstream", 1))
        self.assert_counters(view, 1, 0)
        view.incr_subsequent_event_counter(Tracking("upstream", 2))
        view.incr_subsequent_event_counter(Tracking("upstream", 4))
        self.assert_counters(view, 1, 2)
        self.assertEqual(view.max_tracking_id("upstream"), 4)
        self.assertIsNone(view.max_tracking_id("other"))

    def test_refuses_a_position_that_is_not_greater(self) -> None:
        view = self.construct_event_counters_view()
        view.incr_created_event_counter(Tracking("upstream", 3))
        for notification_id in (3, 2):
            tracking = Tracking("upstream", notification_id)
            with self.assertRaises(IntegrityError):
                view.incr_created_event_counter(tracking)
            with self.assertRaises(IntegrityError):
                view.incr_subsequent_event_counter(tracking)
        self.assert_counters(view, 1, 0)
        self.assertEqual(view.max_tracking_id("upstream"), 3)

    def test_can_be_waited_for(self) -> None:
        view = self.construct_event_counters_view()
        view.incr_created_event_counter(Tracking("upstream", 3))
        view.wait("upstream", 3)
        with self.assertRaises(TimeoutError):
            view.wait("upstream", 4, timeout=0.05)
        interrupt = Event()
        interrupt.set()
        view.wait("upstream", 2, interrupt=interrupt)
        with self.assertRaises(WaitInterruptedError):
            view.wait("upstream", 4, interrupt=interrupt)

    def assert_counters(self, view: EventCountersView, created: int, subsequent: int) -> None:
        """Assert both counts."""
        self.assertEqual(view.get_created_event_counter(), created)
        self.assertEqual(view.get_subsequent_event_counter(), subsequent)


class EventCountersProjectionTestCase(TestCase, ABC):
    """Runs a sample projection with a view: `view_class`, on databases: `env`."""

    view_class: type[EventCountersView]
    env: ClassVar[dict[str, str]] = {}

    @abstractmethod
    def construct_runner(self) -> ProjectionRunner[Any, EventCountersView]:
        """Return a runner of the sample projection."""

    @abstractmethod
    def save(self, runner: Any) -> int:
        """Save an event that creates something and two others; return the last one's position."""

    @abstractmethod
    def throw_spanner(self, runner: Any) -> int:
        """Save an event that makes the projection fail; return its position."""

    @abstractmethod
    def has_events(self, runner: Any) -> bool:
        """Say whether the application has recorded anything."""

    def test_counts_and_resumes(self) -> None:
        with self.construct_runner() as runner:
            self.save_and_check(runner, 1, 2)
            self.save_and_check(runner, 2, 4)
        with self.construct_runner() as runner:
            if not self.has_events(runner):
                return  # it was in memory, so there is nothing with which to resume
            self.save_and_check(runner, 3, 6)
            self.save_and_check(runner, 4, 8)

    def test_fails_and_fails_again(self) -> None:
        with self.construct_runner() as runner:
            position = self.throw_spanner(runner)
            with self.assertRaises(SpannerThrownError):
                runner.run_forever(timeout=PATIENCE_SECONDS)
            with self.assertRaises(TimeoutError):
                runner.view.wait(runner.app.name, position, timeout=0.05)
        with self.assertRaises(SpannerThrownError), self.construct_runner() as runner:
            if not self.has_events(runner):
                self.throw_spanner(runner)
            runner.run_forever(timeout=PATIENCE_SECONDS)

    def save_and_check(
        self, runner: ProjectionRunner[Any, EventCountersView], created: int, subsequent: int
    ) -> None:
        """Save three events, wait, and assert both counts."""
        runner.wait(self.save(runner), timeout=PATIENCE_SECONDS)
        self.assertEqual(runner.view.get_created_event_counter(), created)
        self.assertEqual(runner.view.get_subsequent_event_counter(), subsequent)


class AggregateEventCountersProjectionTestCase(EventCountersProjectionTestCase):
    """Runs the sample projection of aggregates with a view: `view_class`, on a database: `env`."""

    def construct_runner(self) -> ProjectionRunner[Application[UUID], EventCountersView]:
        """Return a runner of the sample projection."""
        return ProjectionRunner(
            application_class=Application[UUID],
            projection_class=AggregateEventCountersProjection,
            view_class=self.view_class,
            env=self.env,
        )

    def save(self, runner: Any) -> int:
        """Save one aggregate with three events."""
        aggregate = Aggregate()
        aggregate.trigger_event(event_class=Aggregate.Event)
        aggregate.trigger_event(event_class=Aggregate.Event)
        return self._save(runner, aggregate)

    def throw_spanner(self, runner: Any) -> int:
        """Save an event that makes the projection fail."""
        aggregate = Aggregate()
        aggregate.trigger_event(event_class=SpannerThrown)
        return self._save(runner, aggregate)

    def has_events(self, runner: Any) -> bool:
        """Say whether the application has recorded anything."""
        return runner.app.recorder.max_notification_id() is not None

    def _save(self, runner: Any, aggregate: Aggregate) -> int:
        position: int = runner.app.save(aggregate)[-1].notification.id
        return position


class EventSourcedProjectionTestCase(TestCase):
    """Runs the sample event-sourced projection on a database: `env`."""

    env: ClassVar[dict[str, str]] = {}

    def construct_runner(
        self, projection_class: type[Counters] = Counters
    ) -> EventSourcedProjectionRunner[Application[UUID], Counters]:
        """Return a runner of the sample projection."""
        return EventSourcedProjectionRunner(
            application_class=Application[UUID],
            projection_class=projection_class,
            env=self.env,
        )

    def test_counts(self) -> None:
        with self.construct_runner() as runner:
            for count in (1, 2, 3, 4):
                self.save_and_wait(runner, Aggregate())
                self.assertEqual(runner.projection.get_count(Aggregate.Created), count)
                self.assertEqual(runner.projection.get_count(Aggregate.Event), 0)
            aggregate = Aggregate()
            aggregate.trigger_event(event_class=Aggregate.Event)
            self.save_and_wait(runner, aggregate)
            self.assertEqual(runner.projection.get_count(Aggregate.Event), 1)

    def test_follows_topics(self) -> None:
        class FewCounters(Counters):
            name = "Counters"
            topics = (get_topic(Aggregate.Event),)

        with self.construct_runner(FewCounters) as runner:
            aggregate = Aggregate()
            aggregate.trigger_event(event_class=Aggregate.Event)
            self.save_and_wait(runner, aggregate)
            self.assertEqual(runner.projection.get_count(Aggregate.Created), 0)
            self.assertEqual(runner.projection.get_count(Aggregate.Event), 1)

    def test_fails(self) -> None:
        with self.construct_runner() as runner:
            aggregate = Aggregate()
            aggregate.trigger_event(event_class=SpannerThrown)
            runner.app.save(aggregate)
            with self.assertRaises(SpannerThrownError):
                runner.run_forever(timeout=PATIENCE_SECONDS)

    def test_waiting_ends_when_stopped(self) -> None:
        with self.construct_runner() as runner:
            runner.stop()
            runner.wait(10000)
            runner.run_forever()

    def test_waiting_ends_when_time_is_up(self) -> None:
        runner = self.construct_runner()
        with self.assertRaises(TimeoutError):
            runner.wait(1000, timeout=0.1)
        with self.assertRaises(TimeoutError), runner:
            runner.wait(1000, timeout=0.1)

    def test_waiting_ends_when_interrupted(self) -> None:
        with self.construct_runner() as runner:
            runner.is_interrupted.set()
            with self.assertRaises(WaitInterruptedError):
                runner.wait(1000, timeout=60)

    def save_and_wait(
        self, runner: EventSourcedProjectionRunner[Application[UUID], Counters], obj: Aggregate
    ) -> None:
        """Save the aggregate, and wait until the projection has processed its events."""
        recordings = runner.app.save(obj)
        runner.wait(recordings[-1].notification.id, timeout=PATIENCE_SECONDS)


publish(__name__, __all__, later=["decisions"])
