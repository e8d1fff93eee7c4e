"""What subscriptions to recorders of dynamic consistency boundaries must do (C13-C15)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.dcb.api import (
    AsyncDCBRecorder,
    AsyncDCBSubscription,
    DCBAppendCondition,
    DCBEvent,
    DCBSequencedEvent,
)
from eventsourcing.persistence import DataError, IntegrityError
from eventsourcing.testing.checks import expect, expect_error
from eventsourcing.testing.dcb_engine_async import AsyncDCBEngineSuite
from eventsourcing.testing.dcb_samples import EVENTS, QUERIES, make_query, select_events
from eventsourcing.testing.feed_async import AsyncFeedSuite


class AsyncDCBSubscriptionSuite(AsyncDCBEngineSuite, AsyncFeedSuite):
    """What subscriptions must do, for engines with the capability 'dcb'."""

    async def record(self, recorder: AsyncDCBRecorder, *topics: str) -> list[DCBSequencedEvent]:
        """Append an event of each type, in one call; return them with their positions."""
        tag = uuid4().hex
        await recorder.append([DCBEvent(topic, b"", [tag]) for topic in topics])
        return await self.select(recorder, make_query(((), [tag])))

    async def read_log(self, recorder: AsyncDCBRecorder) -> list[DCBSequencedEvent]:
        """Return all events."""
        return await self.select(recorder)

    def position_of(self, record: DCBSequencedEvent) -> int:
        """Return the position."""
        return record.position

    def subscribe(
        self, recorder: AsyncDCBRecorder, after: int | None = None, topics: Sequence[str] = ()
    ) -> AsyncDCBSubscription[Any]:
        """Subscribe to the events after a position, of the types if there are any."""
        query = make_query((topics, ())) if topics else None
        return recorder.subscribe(query, after=after)

    async def test_queries(self) -> None:
        """C13, C33: the same events as those of a read, whatever the query and the position."""
        recorder = await self.create_recorder()
        log = await self.append(recorder, EVENTS)
        for query in QUERIES:
            for after in (None, 0, log[4].position):
                expected = select_events(log, query, after)
                async with recorder.subscribe(query, after=after) as subscription:
                    taken = await self.take(subscription, len(expected)) if expected else []
                expect(taken, expected, f"C13: {query} after {after}")

    async def test_queries_for_what_comes(self) -> None:
        """C13: what matches is delivered, and what does not match never is."""
        recorder = await self.create_recorder()
        query = make_query((["opened"], ["a", "b"]), ((), ["c"]))
        async with recorder.subscribe(query) as subscription:
            for _ in range(3):
                expected = select_events(await self.append(recorder, EVENTS), query)
                taken = await self.take(subscription, len(expected))
                expect(taken, expected, "C13: the events that match, as they come")

    async def test_size_of_batches(self) -> None:
        """C15, C64: whatever the `select_limit`, which may be changed at any time."""
        recorder = await self.create_recorder()
        subscription: Any = recorder.subscribe()
        async with subscription:
            for limit in (3, 1, 2, 500, 3):
                subscription.select_limit = limit
                log = await self.record(recorder, *["a"] * 10)
                expect(await self.take(subscription, 10), log, f"C15: {limit} events at once")

    async def test_refused_appends_are_never_delivered(self) -> None:
        """C10, C13: only what is committed."""
        recorder = await self.create_recorder()
        (first,) = await self.record(recorder, "a")
        async with recorder.subscribe(after=first.position) as subscription:
            with expect_error(IntegrityError, "C6: the store is not empty"):
                await recorder.append([EVENTS[0]], DCBAppendCondition())
            more = await self.record(recorder, "b")
            expect(await self.take(subscription, 1), more, "C13: what was refused never comes")

    async def test_wrong_queries(self) -> None:
        """C30: refused at once, rather than by the first `next()`."""
        recorder = await self.create_recorder()
        wrong: Any = ["t"]
        with expect_error(DataError, "C30: a list is no query"):
            recorder.subscribe(wrong)
        with expect_error(DataError, "C30: text is no position"):
            recorder.subscribe(after=wrong)

    async def test_conditional_writers(self) -> None:
        """C12, C13: everything is delivered in order, while many append with conditions."""
        *writing, reading = await self.create_recorders(5)
        async with reading.subscribe() as subscription:

            async def write(recorder: AsyncDCBRecorder, tag: str) -> None:
                query = make_query(((), [tag]))
                after: int | None = None
                for number in range(10):
                    events = [DCBEvent("t", b"", [tag])] * (1 + number % 3)
                    condition = DCBAppendCondition(query, after) if number % 4 else None
                    after = await recorder.append(events, condition)

            writers = [spawn(partial(write, each, f"tag {i}")) for i, each in enumerate(writing)]
            taken = await self.take(subscription, len(writing) * 19)
            for writer in writers:
                await writer.join()
                expect(writer.error, None, "C6: each has a boundary of its own")
        log = await self.select(reading)
        expect(taken == log, True, "C13: each event once, in order")
