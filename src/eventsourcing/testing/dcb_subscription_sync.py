# Generated from dcb_subscription_async.py by tools/async_to_sync.py: do not edit.
"""What subscriptions to recorders of dynamic consistency boundaries must do (C13-C15)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBRecorder,
    DCBSequencedEvent,
    DCBSubscription,
)
from eventsourcing.persistence import DataError, IntegrityError
from eventsourcing.testing.checks import expect, expect_error
from eventsourcing.testing.dcb_engine_sync import DCBEngineSuite
from eventsourcing.testing.dcb_samples import EVENTS, QUERIES, make_query, select_events
from eventsourcing.testing.feed_sync import FeedSuite


class DCBSubscriptionSuite(DCBEngineSuite, FeedSuite):
    """What subscriptions must do, for engines with the capability 'dcb'."""

    def record(self, recorder: DCBRecorder, *topics: str) -> list[DCBSequencedEvent]:
        """Append an event of each type, in one call; return them with their positions."""
        tag = uuid4().hex
        recorder.append([DCBEvent(topic, b"", [tag]) for topic in topics])
        return self.select(recorder, make_query(((), [tag])))

    def read_log(self, recorder: DCBRecorder) -> list[DCBSequencedEvent]:
        """Return all events."""
        return self.select(recorder)

    def position_of(self, record: DCBSequencedEvent) -> int:
        """Return the position."""
        return record.position

    def subscribe(
        self, recorder: DCBRecorder, after: int | None = None, topics: Sequence[str] = ()
    ) -> DCBSubscription[Any]:
        """Subscribe to the events after a position, of the types if there are any."""
        query = make_query((topics, ())) if topics else None
        return recorder.subscribe(query, after=after)

    def test_queries(self) -> None:
        """C13, C33: the same events as those of a read, whatever the query and the position."""
        recorder = self.create_recorder()
        log = self.append(recorder, EVENTS)
        for query in QUERIES:
            for after in (None, 0, log[4].position):
                expected = select_events(log, query, after)
                with recorder.subscribe(query, after=after) as subscription:
                    taken = self.take(subscription, len(expected)) if expected else []
                expect(taken, expected, f"C13: {query} after {after}")

    def test_queries_for_what_comes(self) -> None:
        """C13: what matches is delivered, and what does not match never is."""
        recorder = self.create_recorder()
        query = make_query((["opened"], ["a", "b"]), ((), ["c"]))
        with recorder.subscribe(query) as subscription:
            for _ in range(3):
                expected = select_events(self.append(recorder, EVENTS), query)
                taken = self.take(subscription, len(expected))
                expect(taken, expected, "C13: the events that match, as they come")

    def test_size_of_batches(self) -> None:
        """C15, C64: whatever the `select_limit`, which may be changed at any time."""
        recorder = self.create_recorder()
        subscription: Any = recorder.subscribe()
        with subscription:
            for limit in (3, 1, 2, 500, 3):
                subscription.select_limit = limit
                log = self.record(recorder, *["a"] * 10)
                expect(self.take(subscription, 10), log, f"C15: {limit} events at once")

    def test_refused_appends_are_never_delivered(self) -> None:
        """C10, C13: only what is committed."""
        recorder = self.create_recorder()
        (first,) = self.record(recorder, "a")
        with recorder.subscribe(after=first.position) as subscription:
            with expect_error(IntegrityError, "C6: the store is not empty"):
                recorder.append([EVENTS[0]], DCBAppendCondition())
            more = self.record(recorder, "b")
            expect(self.take(subscription, 1), more, "C13: what was refused never comes")

    def test_wrong_queries(self) -> None:
        """C30: refused at once, rather than by the first `next()`."""
        recorder = self.create_recorder()
        wrong: Any = ["t"]
        with expect_error(DataError, "C30: a list is no query"):
            recorder.subscribe(wrong)
        with expect_error(DataError, "C30: text is no position"):
            recorder.subscribe(after=wrong)

    def test_conditional_writers(self) -> None:
        """C12, C13: everything is delivered in order, while many append with conditions."""
        *writing, reading = self.create_recorders(5)
        with reading.subscribe() as subscription:

            def write(recorder: DCBRecorder, tag: str) -> None:
                query = make_query(((), [tag]))
                after: int | None = None
                for number in range(10):
                    events = [DCBEvent("t", b"", [tag])] * (1 + number % 3)
                    condition = DCBAppendCondition(query, after) if number % 4 else None
                    after = recorder.append(events, condition)

            writers = [spawn(partial(write, each, f"tag {i}")) for i, each in enumerate(writing)]
            taken = self.take(subscription, len(writing) * 19)
            for writer in writers:
                writer.join()
                expect(writer.error, None, "C6: each has a boundary of its own")
        log = self.select(reading)
        expect(taken == log, True, "C13: each event once, in order")
