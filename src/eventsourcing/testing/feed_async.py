"""What all subscriptions must do, whatever they return (contract U1-U4, U6, U7, C13, C14)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.persistence import ProgrammingError
from eventsourcing.persistence.feed_async import AsyncFeed
from eventsourcing.testing.checks import expect, expect_error
from eventsourcing.testing.engine_suite_async import AsyncEngineSuite
from eventsourcing.testing.samples import HOSTILE_TEXTS

_PATIENCE = 120.0
"""After so many seconds, what should have been delivered is reported as lost."""


class AsyncFeedSuite(AsyncEngineSuite):
    """What subscriptions must do, whatever they return: a log of records that have positions.

    The hooks say what is recorded, and how it is subscribed to.
    """

    async def create_recorder(self) -> Any:
        """Return a new recorder on the database of this test (a hook)."""
        raise NotImplementedError

    async def record(self, recorder: Any, *topics: str) -> list[Any]:
        """Record something of each type, in one call; return what must be returned (a hook)."""
        raise NotImplementedError

    async def read_log(self, recorder: Any) -> list[Any]:
        """Return everything that is recorded, in order (a hook)."""
        raise NotImplementedError

    def position_of(self, record: Any) -> int:
        """Return the position of what was returned (a hook)."""
        raise NotImplementedError

    def subscribe(
        self, recorder: Any, after: int | None = None, topics: Sequence[str] = ()
    ) -> AsyncFeed[Any]:
        """Subscribe to what comes after a position, of the types if there are any (a hook)."""
        raise NotImplementedError

    async def take(self, subscription: AsyncFeed[Any], count: int) -> list[Any]:
        """Return the next records, in a loop of its own that fails when they do not come."""
        taken: list[Any] = []

        async def read() -> None:
            async for record in subscription:
                taken.append(record)
                if len(taken) == count:
                    break

        reader = spawn(read)
        in_time = await reader.join(_PATIENCE)
        if not in_time:
            subscription.stop()
            raise AssertionError(
                f"U1: {count} records should come; after {_PATIENCE} seconds there are "
                f"{len(taken)}: {taken[:5]}"
            )
        if reader.error is not None:
            raise reader.error
        return taken

    async def test_recorded_and_coming_records(self) -> None:
        """U1: first what is recorded already, then what is recorded later, in order of ID."""
        recorder = await self.create_recorder()
        log = await self.record(recorder, "a", "b")
        async with self.subscribe(recorder) as subscription:
            expect(await self.take(subscription, 2), log, "U1: what was recorded already")
            for topics in (["c"], ["d", "e"]):
                more = await self.record(recorder, *topics)
                expect(await self.take(subscription, len(more)), more, "U1: what is recorded later")

    async def test_empty_log(self) -> None:
        """U1: the first event of all is delivered."""
        recorder = await self.create_recorder()
        async with self.subscribe(recorder) as subscription:
            log = await self.record(recorder, "a")
            expect(await self.take(subscription, 1), log, "U1: the first event of the log")

    async def test_waiting_at_the_end(self) -> None:
        """U1: the iteration does not end when there is nothing to return; it waits."""
        recorder = await self.create_recorder()
        log = await self.record(recorder, "a")
        taken: list[Any] = []
        async with self.subscribe(recorder) as subscription:

            async def read() -> None:
                async for record in subscription:
                    taken.append(record)
                    if len(taken) == 2:
                        break

            reader = spawn(read)
            has_ended = await reader.join(0.05)
            expect(has_ended, False, "U1: a loop waits at the end of the log")
            log += await self.record(recorder, "b")
            expect(await reader.join(_PATIENCE), True, "U1: a loop that waits gets what comes")
        expect(taken, log, "U1: what was recorded already, and later")

    async def test_start_after_a_position(self) -> None:
        """U1: positions greater than the given one; `None` and 0 are the beginning."""
        recorder = await self.create_recorder()
        log = await self.record(recorder, "a", "b", "c")
        first, second, _ = map(self.position_of, log)
        for after, expected in ((None, log), (0, log), (first, log[1:]), (second, log[2:])):
            async with self.subscribe(recorder, after) as subscription:
                taken = await self.take(subscription, len(expected))
            expect(taken, expected, f"U1: positions greater than {after}")

    async def test_start_after_the_end(self) -> None:
        """U2: a position beyond the end of the log: greater ones are waited for."""
        recorder = await self.create_recorder()
        (first,) = await self.record(recorder, "a")
        after = self.position_of(first) + 1
        async with self.subscribe(recorder, after) as subscription:
            second, third = await self.record(recorder, "b", "c")
            expected = [third] if self.position_of(second) == after else [second]
            expect(await self.take(subscription, 1), expected, "U2: greater positions only")

    async def test_topics(self) -> None:
        """U1: only records of one of the types, of those recorded and those to come."""
        recorder = await self.create_recorder()
        recorded = await self.record(recorder, "a", "b", "c", "a")
        async with self.subscribe(recorder, topics=["a", "c"]) as subscription:
            expected = [recorded[0], recorded[2], recorded[3]]
            expect(await self.take(subscription, 3), expected, "U1: recorded already")
            await self.record(recorder, "b")
            coming = await self.record(recorder, "b", "c", "b")
            expect(await self.take(subscription, 1), coming[1:2], "U1: recorded later")

    @pytest.mark.parametrize("topic", HOSTILE_TEXTS)
    async def test_any_text_is_a_type(self, topic: str) -> None:
        """U1: topics are compared exactly, and never executed."""
        recorder = await self.create_recorder()
        log = await self.record(recorder, "plain", topic)
        async with self.subscribe(recorder, topics=[topic]) as subscription:
            expect(await self.take(subscription, 1), log[1:], "U1: exactly this topic")

    async def test_several_loops(self) -> None:
        """U2: each loop continues where the last one stopped."""
        recorder = await self.create_recorder()
        log = await self.record(recorder, *"abcdef")
        taken: list[list[Any]] = []
        async with self.subscribe(recorder) as subscription:
            for count in (1, 2, 3):
                taken.append(await self.take(subscription, count))
        expect(taken, [log[:1], log[1:3], log[3:]], "U2: consecutive loops")

    async def test_large_log(self) -> None:
        """U6: more than one batch is recorded already, and more than one comes at once."""
        recorder = await self.create_recorder()
        log = await self.record(recorder, *["a"] * 1100)
        async with self.subscribe(recorder) as subscription:
            taken = await self.take(subscription, 1100)
            more = await self.record(recorder, *["a"] * 700)
            taken += await self.take(subscription, 700)
        expect(taken == [*log, *more], True, "U1: each record once, in order")

    async def test_slow_consumer(self) -> None:
        """U6: a consumer that takes one at a time misses nothing when the log is far ahead."""
        recorder = await self.create_recorder()
        async with self.subscribe(recorder) as subscription:
            log = await self.record(recorder, "a", "b")
            taken = await self.take(subscription, 1)
            for _ in range(7):
                log += await self.record(recorder, *["a"] * 1000)
            taken += await self.take(subscription, len(log) - 1)
        expect(taken == log, True, "U1: each record once, in order")

    async def test_no_event_is_overlooked(self) -> None:
        """U7: an event recorded at any moment after `subscribe()` needs no later event to come."""
        recorder = await self.create_recorder()
        last: int | None = None
        for _ in range(25):
            subscription = self.subscribe(recorder, last)
            async with subscription:
                log = await self.record(recorder, "a")
                taken = await self.take(subscription, 1)
            expect(taken, log, "U7: the event that was recorded after subscribe()")
            last = self.position_of(log[-1])

    async def test_writers_of_another_recorder(self) -> None:
        """U7: it does not matter which recorder of the same database recorded the event."""
        if not self.capabilities.shared:
            return
        writing, reading = await self.create_recorder(), await self.create_recorder()
        async with self.subscribe(reading) as subscription:
            for _ in range(3):
                log = await self.record(writing, "a")
                expect(await self.take(subscription, 1), log, "U7: recorded by another recorder")

    async def test_concurrent_writers(self) -> None:
        """U1, D4: each event of all writers once, in order of ID."""
        recorder = await self.create_recorder()

        async def write() -> None:
            for number in range(20):
                await self.record(recorder, *["a"] * (1 + number % 3))

        async with self.subscribe(recorder) as subscription:
            writers = [spawn(write) for _ in range(3)]
            taken = await self.take(subscription, 3 * (7 * 1 + 7 * 2 + 6 * 3))
            for writer in writers:
                await writer.join()
                expect(writer.error, None, "B7: recorders are used by several threads or tasks")
        log = await self.read_log(recorder)
        expect(taken == log, True, "U1: each record once, in order")

    async def test_several_subscriptions(self) -> None:
        """U1: each subscription to a recorder gets everything."""
        recorder = await self.create_recorder()
        async with self.subscribe(recorder) as one, self.subscribe(recorder, topics=["b"]) as other:
            log = await self.record(recorder, "a", "b")
            expect(await self.take(one, 2), log, "U1: the first subscription")
            expect(await self.take(other, 1), log[1:], "U1: the second subscription")
            one.stop()
            more = await self.record(recorder, "b")
            expect(await self.take(other, 1), more, "U3: stopping one does not stop the other")

    # Stopping

    async def test_stopped_before_it_is_iterated(self) -> None:
        """U3: nothing is returned, whatever is recorded; `stop()` may be repeated."""
        recorder = await self.create_recorder()
        await self.record(recorder, "a", "b")
        subscription = self.subscribe(recorder)
        subscription.stop()
        subscription.stop()
        expect(await self.take(subscription, 1), [], "U3: stopped before iterating")
        async with subscription:
            expect(await self.take(subscription, 1), [], "U3: stopped before entering")

    async def test_stopped_while_there_is_more(self) -> None:
        """U3: what is still buffered is dropped."""
        recorder = await self.create_recorder()
        log = await self.record(recorder, *"abcde")
        async with self.subscribe(recorder) as subscription:
            expect(await self.take(subscription, 2), log[:2], "U1: the first two")
            subscription.stop()
            expect(await self.take(subscription, 1), [], "U3: nothing after stop()")

    async def test_stopped_while_waiting(self) -> None:
        """U3: a blocked `next()` ends promptly; nothing comes later either."""
        recorder = await self.create_recorder()
        taken: list[Any] = []
        async with self.subscribe(recorder) as subscription:

            async def read() -> None:
                async for record in subscription:
                    taken.append(record)
                    break  # else a faulty one that never ends would fill the memory

            reader = spawn(read)
            subscription.stop()
            expect(await reader.join(_PATIENCE), True, "U3: stop() ends a loop that waits")
            expect(reader.error, None, "U3: the loop ends as loops end")
            await self.record(recorder, "a")
            expect(await self.take(subscription, 1), [], "U3: nothing after stop()")
        expect(taken, [], "U3: nothing was recorded before stop()")

    async def test_end_of_the_block(self) -> None:
        """U4: leaving the block stops the subscription."""
        recorder = await self.create_recorder()
        await self.record(recorder, "a", "b")
        async with self.subscribe(recorder) as subscription:
            await self.take(subscription, 1)
        expect(await self.take(subscription, 1), [], "U4: the block stops it")

    async def test_entered_twice(self) -> None:
        """U4: an error, in the block and after it."""
        recorder = await self.create_recorder()
        text = "Already entered subscription context manager"
        async with self.subscribe(recorder) as subscription:
            with expect_error(ProgrammingError, "U4: entered twice") as caught:
                await subscription.__aenter__()
            expect(str(caught[0]), text, "U4: the text of the error")
        with expect_error(ProgrammingError, "U4: entered after the block") as caught:
            await subscription.__aenter__()
        expect(str(caught[0]), text, "U4: the text of the error")

    async def test_left_without_being_entered(self) -> None:
        """U4: an error, and it does not wait."""
        recorder = await self.create_recorder()
        subscription = self.subscribe(recorder)
        with expect_error(ProgrammingError, "U4: left without being entered") as caught:
            await subscription.__aexit__(None, None, None)
        text = "Not already entered subscription context manager"
        expect(str(caught[0]), text, "U4: the text of the error")
        subscription.stop()

    async def test_left_twice(self) -> None:
        """U4: harmless."""
        recorder = await self.create_recorder()
        async with self.subscribe(recorder) as subscription:
            pass
        await subscription.__aexit__(None, None, None)
        expect(await self.take(subscription, 1), [], "U4: stopped")

    async def test_without_a_block(self) -> None:
        """U9: a subscription works without `with`."""
        recorder = await self.create_recorder()
        log = await self.record(recorder, "a")
        subscription = self.subscribe(recorder)
        expect(await self.take(subscription, 1), log, "U9: recorded already")
        more = await self.record(recorder, "b")
        expect(await self.take(subscription, 1), more, "U9: recorded later")
        subscription.stop()
