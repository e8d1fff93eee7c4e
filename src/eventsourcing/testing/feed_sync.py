# Generated from feed_async.py by tools/async_to_sync.py: do not edit.
"""What all subscriptions must do, whatever they return (contract U1-U4, U6, U7, C13, C14)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import ProgrammingError
from eventsourcing.persistence.feed_sync import Feed
from eventsourcing.testing.checks import expect, expect_error
from eventsourcing.testing.engine_suite_sync import EngineSuite
from eventsourcing.testing.samples import HOSTILE_TEXTS

_PATIENCE = 120.0
"""After so many seconds, what should have been delivered is reported as lost."""


class FeedSuite(EngineSuite):
    """What subscriptions must do, whatever they return: a log of records that have positions.

    The hooks say what is recorded, and how it is subscribed to.
    """

    def create_recorder(self) -> Any:
        """Return a new recorder on the database of this test (a hook)."""
        raise NotImplementedError

    def record(self, recorder: Any, *topics: str) -> list[Any]:
        """Record something of each type, in one call; return what must be returned (a hook)."""
        raise NotImplementedError

    def read_log(self, recorder: Any) -> list[Any]:
        """Return everything that is recorded, in order (a hook)."""
        raise NotImplementedError

    def position_of(self, record: Any) -> int:
        """Return the position of what was returned (a hook)."""
        raise NotImplementedError

    def subscribe(
        self, recorder: Any, after: int | None = None, topics: Sequence[str] = ()
    ) -> Feed[Any]:
        """Subscribe to what comes after a position, of the types if there are any (a hook)."""
        raise NotImplementedError

    def take(self, subscription: Feed[Any], count: int) -> list[Any]:
        """Return the next records, in a loop of its own that fails when they do not come."""
        taken: list[Any] = []

        def read() -> None:
            for record in subscription:
                taken.append(record)
                if len(taken) == count:
                    break

        reader = spawn(read)
        in_time = reader.join(_PATIENCE)
        if not in_time:
            subscription.stop()
            raise AssertionError(
                f"U1: {count} records should come; after {_PATIENCE} seconds there are "
                f"{len(taken)}: {taken[:5]}"
            )
        if reader.error is not None:
            raise reader.error
        return taken

    def test_recorded_and_coming_records(self) -> None:
        """U1: first what is recorded already, then what is recorded later, in order of ID."""
        recorder = self.create_recorder()
        log = self.record(recorder, "a", "b")
        with self.subscribe(recorder) as subscription:
            expect(self.take(subscription, 2), log, "U1: what was recorded already")
            for topics in (["c"], ["d", "e"]):
                more = self.record(recorder, *topics)
                expect(self.take(subscription, len(more)), more, "U1: what is recorded later")

    def test_empty_log(self) -> None:
        """U1: the first event of all is delivered."""
        recorder = self.create_recorder()
        with self.subscribe(recorder) as subscription:
            log = self.record(recorder, "a")
            expect(self.take(subscription, 1), log, "U1: the first event of the log")

    def test_waiting_at_the_end(self) -> None:
        """U1: the iteration does not end when there is nothing to return; it waits."""
        recorder = self.create_recorder()
        log = self.record(recorder, "a")
        taken: list[Any] = []
        with self.subscribe(recorder) as subscription:

            def read() -> None:
                for record in subscription:
                    taken.append(record)
                    if len(taken) == 2:
                        break

            reader = spawn(read)
            has_ended = reader.join(0.05)
            expect(has_ended, False, "U1: a loop waits at the end of the log")
            log += self.record(recorder, "b")
            expect(reader.join(_PATIENCE), True, "U1: a loop that waits gets what comes")
        expect(taken, log, "U1: what was recorded already, and later")

    def test_start_after_a_position(self) -> None:
        """U1: positions greater than the given one; `None` and 0 are the beginning."""
        recorder = self.create_recorder()
        log = self.record(recorder, "a", "b", "c")
        first, second, _ = map(self.position_of, log)
        for after, expected in ((None, log), (0, log), (first, log[1:]), (second, log[2:])):
            with self.subscribe(recorder, after) as subscription:
                taken = self.take(subscription, len(expected))
            expect(taken, expected, f"U1: positions greater than {after}")

    def test_start_after_the_end(self) -> None:
        """U2: a position beyond the end of the log: greater ones are waited for."""
        recorder = self.create_recorder()
        (first,) = self.record(recorder, "a")
        after = self.position_of(first) + 1
        with self.subscribe(recorder, after) as subscription:
            second, third = self.record(recorder, "b", "c")
            expected = [third] if self.position_of(second) == after else [second]
            expect(self.take(subscription, 1), expected, "U2: greater positions only")

    def test_topics(self) -> None:
        """U1: only records of one of the types, of those recorded and those to come."""
        recorder = self.create_recorder()
        recorded = self.record(recorder, "a", "b", "c", "a")
        with self.subscribe(recorder, topics=["a", "c"]) as subscription:
            expected = [recorded[0], recorded[2], recorded[3]]
            expect(self.take(subscription, 3), expected, "U1: recorded already")
            self.record(recorder, "b")
            coming = self.record(recorder, "b", "c", "b")
            expect(self.take(subscription, 1), coming[1:2], "U1: recorded later")

    @pytest.mark.parametrize("topic", HOSTILE_TEXTS)
    def test_any_text_is_a_type(self, topic: str) -> None:
        """U1: topics are compared exactly, and never executed."""
        recorder = self.create_recorder()
        log = self.record(recorder, "plain", topic)
        with self.subscribe(recorder, topics=[topic]) as subscription:
            expect(self.take(subscription, 1), log[1:], "U1: exactly this topic")

    def test_several_loops(self) -> None:
        """U2: each loop continues where the last one stopped."""
        recorder = self.create_recorder()
        log = self.record(recorder, *"abcdef")
        taken: list[list[Any]] = []
        with self.subscribe(recorder) as subscription:
            for count in (1, 2, 3):
                taken.append(self.take(subscription, count))
        expect(taken, [log[:1], log[1:3], log[3:]], "U2: consecutive loops")

    def test_large_log(self) -> None:
        """U6: more than one batch is recorded already, and more than one comes at once."""
        recorder = self.create_recorder()
        log = self.record(recorder, *["a"] * 1100)
        with self.subscribe(recorder) as subscription:
            taken = self.take(subscription, 1100)
            more = self.record(recorder, *["a"] * 700)
            taken += self.take(subscription, 700)
        expect(taken == [*log, *more], True, "U1: each record once, in order")

    def test_slow_consumer(self) -> None:
        """U6: a consumer that takes one at a time misses nothing when the log is far ahead."""
        recorder = self.create_recorder()
        with self.subscribe(recorder) as subscription:
            log = self.record(recorder, "a", "b")
            taken = self.take(subscription, 1)
            for _ in range(7):
                log += self.record(recorder, *["a"] * 1000)
            taken += self.take(subscription, len(log) - 1)
        expect(taken == log, True, "U1: each record once, in order")

    def test_no_event_is_overlooked(self) -> None:
        """U7: an event recorded at any moment after `subscribe()` needs no later event to come."""
        recorder = self.create_recorder()
        last: int | None = None
        for _ in range(25):
            subscription = self.subscribe(recorder, last)
            with subscription:
                log = self.record(recorder, "a")
                taken = self.take(subscription, 1)
            expect(taken, log, "U7: the event that was recorded after subscribe()")
            last = self.position_of(log[-1])

    def test_writers_of_another_recorder(self) -> None:
        """U7: it does not matter which recorder of the same database recorded the event."""
        if not self.capabilities.shared:
            return
        writing, reading = self.create_recorder(), self.create_recorder()
        with self.subscribe(reading) as subscription:
            for _ in range(3):
                log = self.record(writing, "a")
                expect(self.take(subscription, 1), log, "U7: recorded by another recorder")

    def test_concurrent_writers(self) -> None:
        """U1, D4: each event of all writers once, in order of ID."""
        recorder = self.create_recorder()

        def write() -> None:
            for number in range(20):
                self.record(recorder, *["a"] * (1 + number % 3))

        with self.subscribe(recorder) as subscription:
            writers = [spawn(write) for _ in range(3)]
            taken = self.take(subscription, 3 * (7 * 1 + 7 * 2 + 6 * 3))
            for writer in writers:
                writer.join()
                expect(writer.error, None, "B7: recorders are used by several threads or tasks")
        log = self.read_log(recorder)
        expect(taken == log, True, "U1: each record once, in order")

    def test_several_subscriptions(self) -> None:
        """U1: each subscription to a recorder gets everything."""
        recorder = self.create_recorder()
        with self.subscribe(recorder) as one, self.subscribe(recorder, topics=["b"]) as other:
            log = self.record(recorder, "a", "b")
            expect(self.take(one, 2), log, "U1: the first subscription")
            expect(self.take(other, 1), log[1:], "U1: the second subscription")
            one.stop()
            more = self.record(recorder, "b")
            expect(self.take(other, 1), more, "U3: stopping one does not stop the other")

    # Stopping

    def test_stopped_before_it_is_iterated(self) -> None:
        """U3: nothing is returned, whatever is recorded; `stop()` may be repeated."""
        recorder = self.create_recorder()
        self.record(recorder, "a", "b")
        subscription = self.subscribe(recorder)
        subscription.stop()
        subscription.stop()
        expect(self.take(subscription, 1), [], "U3: stopped before iterating")
        with subscription:
            expect(self.take(subscription, 1), [], "U3: stopped before entering")

    def test_stopped_while_there_is_more(self) -> None:
        """U3: what is still buffered is dropped."""
        recorder = self.create_recorder()
        log = self.record(recorder, *"abcde")
        with self.subscribe(recorder) as subscription:
            expect(self.take(subscription, 2), log[:2], "U1: the first two")
            subscription.stop()
            expect(self.take(subscription, 1), [], "U3: nothing after stop()")

    def test_stopped_while_waiting(self) -> None:
        """U3: a blocked `next()` ends promptly; nothing comes later either."""
        recorder = self.create_recorder()
        taken: list[Any] = []
        with self.subscribe(recorder) as subscription:

            def read() -> None:
                for record in subscription:
                    taken.append(record)
                    break  # else a faulty one that never ends would fill the memory

            reader = spawn(read)
            subscription.stop()
            expect(reader.join(_PATIENCE), True, "U3: stop() ends a loop that waits")
            expect(reader.error, None, "U3: the loop ends as loops end")
            self.record(recorder, "a")
            expect(self.take(subscription, 1), [], "U3: nothing after stop()")
        expect(taken, [], "U3: nothing was recorded before stop()")

    def test_end_of_the_block(self) -> None:
        """U4: leaving the block stops the subscription."""
        recorder = self.create_recorder()
        self.record(recorder, "a", "b")
        with self.subscribe(recorder) as subscription:
            self.take(subscription, 1)
        expect(self.take(subscription, 1), [], "U4: the block stops it")

    def test_entered_twice(self) -> None:
        """U4: an error, in the block and after it."""
        recorder = self.create_recorder()
        text = "Already entered subscription context manager"
        with self.subscribe(recorder) as subscription:
            with expect_error(ProgrammingError, "U4: entered twice") as caught:
                subscription.__enter__()
            expect(str(caught[0]), text, "U4: the text of the error")
        with expect_error(ProgrammingError, "U4: entered after the block") as caught:
            subscription.__enter__()
        expect(str(caught[0]), text, "U4: the text of the error")

    def test_left_without_being_entered(self) -> None:
        """U4: an error, and it does not wait."""
        recorder = self.create_recorder()
        subscription = self.subscribe(recorder)
        with expect_error(ProgrammingError, "U4: left without being entered") as caught:
            subscription.__exit__(None, None, None)
        text = "Not already entered subscription context manager"
        expect(str(caught[0]), text, "U4: the text of the error")
        subscription.stop()

    def test_left_twice(self) -> None:
        """U4: harmless."""
        recorder = self.create_recorder()
        with self.subscribe(recorder) as subscription:
            pass
        subscription.__exit__(None, None, None)
        expect(self.take(subscription, 1), [], "U4: stopped")

    def test_without_a_block(self) -> None:
        """U9: a subscription works without `with`."""
        recorder = self.create_recorder()
        log = self.record(recorder, "a")
        subscription = self.subscribe(recorder)
        expect(self.take(subscription, 1), log, "U9: recorded already")
        more = self.record(recorder, "b")
        expect(self.take(subscription, 1), more, "U9: recorded later")
        subscription.stop()
