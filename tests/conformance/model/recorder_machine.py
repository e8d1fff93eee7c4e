"""A state machine that does to a recorder and to the model the same, and compares what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import permutations
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from eventsourcing.persistence import Capabilities, IntegrityError, StoredEvent, Tracking
from eventsourcing.testing.samples import select_notifications, select_range
from tests.conformance.model.flavours import Call, Flavour
from tests.conformance.model.recorder_model import RecorderModel

IDS = [UUID(int=number) for number in range(1, 4)]
TOPICS = ["a", "b", "c"]
NAMES = ["upstream", "other"]

events_lists = st.lists(
    st.builds(
        StoredEvent,
        st.sampled_from(IDS),
        st.integers(0, 5),
        st.sampled_from(TOPICS),
        st.binary(max_size=3),
    ),
    max_size=4,
)
trackings = st.none() | st.builds(Tracking, st.sampled_from(NAMES), st.integers(1, 8))
topic_lists = st.lists(st.sampled_from(TOPICS), max_size=2)
optional_positions = st.none() | st.integers(-1, 30)
recorders = st.integers(0, 1)


@dataclass
class Following:
    """A subscription, and the notifications that it has returned so far."""

    subscription: Any
    gt: int | None
    topics: Sequence[str]


class RecorderMachine(RuleBasedStateMachine):
    """Inserts, conflicts, selections, trackings, subscriptions and restarts, in any order."""

    def __init__(
        self,
        flavour: Flavour,
        capabilities: Capabilities,
        fresh_environ: Callable[[], AbstractContextManager[Mapping[str, str]]],
    ) -> None:
        super().__init__()
        self.flavour = flavour
        self.capabilities = capabilities
        self.context = fresh_environ()
        self.environ = self.context.__enter__()
        self.number = 2 if capabilities.shared else 1
        self.flavour.open(self.environ, self.number)
        self.model = RecorderModel()
        self.followings: list[Following] = []

    def teardown(self) -> None:
        self.stop_all()
        self.flavour.close()
        self.context.__exit__(None, None, None)

    def stop_all(self) -> None:
        for following in self.followings:
            following.subscription.stop()
        self.followings.clear()

    def call(self, recorder: int, method: str, *args: Any, **kwargs: Any) -> Any:
        return self.flavour.call(Call(recorder % self.number, method, args, kwargs))

    @rule(recorder=recorders, events=events_lists, tracking=trackings)
    def insert(self, recorder: int, events: list[StoredEvent], tracking: Tracking | None) -> None:
        refused = self.model.refuses(events, tracking)
        try:
            ids = self.call(recorder, "insert_events", events, tracking=tracking)
        except IntegrityError:
            assert refused, "refused, though there is no conflict"
        else:
            assert not refused, "stored in spite of a conflict"
            assert self.fits(self.model, events, ids or ()), "other notification IDs"
            self.model.insert(events, tracking, ids or ())

    @rule(events=st.lists(st.tuples(recorders, events_lists, trackings), min_size=2, max_size=3))
    def insert_together(self, events: list[tuple[int, list[StoredEvent], Tracking | None]]) -> None:
        """What calls made together do must be what they do in some order, one after the other."""
        outcomes = self.flavour.call_together(
            [
                Call(recorder % self.number, "insert_events", (given,), {"tracking": tracking})
                for recorder, given, tracking in events
            ]
        )
        for outcome in outcomes:
            assert not isinstance(outcome, Exception) or isinstance(outcome, IntegrityError), (
                outcome
            )
        calls = [(*call[1:], outcome) for call, outcome in zip(events, outcomes, strict=True)]
        possible = filter(None, map(self.play, permutations(calls)))
        model = next(possible, None)
        assert model is not None, f"no order of the calls explains what they did: {calls}"
        self.model = model

    def play(self, calls: Sequence[Any]) -> RecorderModel | None:
        """Return the model after these calls; `None` if it would have done something else."""
        model = self.model.copy()
        for events, tracking, outcome in calls:
            if model.refuses(events, tracking) != isinstance(outcome, Exception):
                return None
            if not isinstance(outcome, Exception):
                if not self.fits(model, events, outcome or ()):
                    return None
                model.insert(events, tracking, outcome or ())
        return model

    def fits(self, model: RecorderModel, events: Sequence[StoredEvent], ids: Sequence[int]) -> bool:
        """Say whether these may be the notification IDs of the events (D1-D3)."""
        if not events:
            return not ids
        last = model.max_id() or 0
        consecutive = list(range(ids[0], ids[0] + len(events)))
        starts_well = ids[0] == last + 1 if self.capabilities.contiguous_ids else ids[0] > last
        return list(ids) == consecutive and starts_well

    @rule(recorder=recorders, tracking=trackings.filter(bool))
    def insert_tracking(self, recorder: int, tracking: Tracking) -> None:
        refused = self.model.refuses([], tracking)
        try:
            self.call(recorder, "insert_tracking", tracking)
        except IntegrityError:
            assert refused, "refused, though the ID is greater"
        else:
            assert not refused, "stored, though the ID is not greater"
            self.model.insert([], tracking, ())

    @rule(recorder=recorders, name=st.sampled_from(NAMES), number=st.integers(0, 9))
    def look_at_tracking(self, recorder: int, name: str, number: int) -> None:
        expected = self.model.tracked.get(name)
        assert self.call(recorder, "max_tracking_id", name) == expected
        has = self.call(recorder, "has_tracking_id", name, number)
        assert has == (expected is not None and expected >= number)

    @rule(
        recorder=recorders,
        originator_id=st.sampled_from(IDS),
        gt=st.none() | st.integers(-1, 6),
        lte=st.none() | st.integers(-1, 6),
        desc=st.booleans(),
        limit=st.none() | st.integers(0, 4),
    )
    def select_events(self, recorder: int, originator_id: UUID, **range_: Any) -> None:
        selected = self.call(recorder, "select_events", originator_id, **range_)
        assert list(selected) == select_range(self.model.events_of(originator_id), **range_)

    @rule(
        recorder=recorders,
        start=optional_positions,
        limit=st.integers(0, 10),
        stop=optional_positions,
        topics=topic_lists,
        inclusive_of_start=st.booleans(),
    )
    def select_notifications(self, recorder: int, **query: Any) -> None:
        selected = self.call(recorder, "select_notifications", **query)
        assert list(selected) == select_notifications(self.model.log, **query)
        assert self.call(recorder, "max_notification_id") == self.model.max_id()

    @precondition(lambda self: len(self.followings) < 2)
    @rule(recorder=recorders, gt=optional_positions, topics=topic_lists)
    def subscribe(self, recorder: int, gt: int | None, topics: list[str]) -> None:
        gt = gt if gt is None else max(gt, 0)
        subscription = self.flavour.subscribe(recorder % self.number, gt, topics)
        self.followings.append(Following(subscription, gt, topics))

    @precondition(lambda self: self.followings)
    @rule(index=st.integers(0, 1), at_most=st.integers(1, 10))
    def follow(self, index: int, at_most: int) -> None:
        following = self.followings[index % len(self.followings)]
        gt, topics = following.gt, following.topics
        expected = select_notifications(self.model.log, gt, at_most, None, topics, False)
        taken = self.flavour.take(following.subscription, len(expected))
        assert taken == expected
        if taken:
            following.gt = taken[-1].id

    @precondition(lambda self: self.followings)
    @rule(index=st.integers(0, 1))
    def stop(self, index: int) -> None:
        self.followings.pop(index % len(self.followings)).subscription.stop()

    @precondition(lambda self: self.capabilities.durable)
    @rule()
    def restart(self) -> None:
        self.stop_all()
        self.flavour.close()
        self.flavour.open(self.environ, self.number)
