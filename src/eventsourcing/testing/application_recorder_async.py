"""What every application recorder must do (contract B2, B5, B6, D1-D6)."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_async import sleep, spawn
from eventsourcing.persistence import (
    AsyncApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Tracking,
)
from eventsourcing.testing.aggregate_recorder_async import AsyncAggregateRecorderSuite
from eventsourcing.testing.checks import expect, expect_error, expect_true
from eventsourcing.testing.samples import (
    HOSTILE_TEXTS,
    as_notifications,
    make_events,
    select_notifications,
)

_ALL = 1_000_000


class AsyncApplicationRecorderSuite(AsyncAggregateRecorderSuite):
    """What every application recorder must do; process recorders must, too."""

    async def create_recorder(self) -> AsyncApplicationRecorder:
        """Return a new recorder on the database of this test (a hook)."""
        recorder: AsyncApplicationRecorder = (await self.create_factory()).application_recorder()
        return recorder

    async def record(
        self, recorder: AsyncApplicationRecorder, count: int, topic: str = "topic"
    ) -> list[Notification]:
        """Record events of a new aggregate in one call; return the notifications they must be."""
        events = make_events(self.new_id(), range(1, count + 1), topic)
        return as_notifications(events, await recorder.insert_events(events))

    async def record_topics(
        self, recorder: AsyncApplicationRecorder, *topics: str
    ) -> list[Notification]:
        """Record one event for each topic; return the notifications they must be."""
        return [notification for t in topics for notification in await self.record(recorder, 1, t)]

    async def test_empty_log(self) -> None:
        """D6: nothing recorded, no greatest ID, no notifications."""
        recorder = await self.create_recorder()
        expect(await recorder.max_notification_id(), None, "D6: no events, no greatest ID")
        for start in (None, 0, 1):
            expect(list(await recorder.select_notifications(start, 10)), [], "B5: an empty log")

    async def test_ids_are_returned_in_the_order_of_the_events(self) -> None:
        """B2, D1, D3: consecutive within a call, and increasing from call to call."""
        recorder = await self.create_recorder()
        last = 0
        for count in (3, 1, 5):
            ids = list(await recorder.insert_events(make_events(self.new_id(), range(count))) or ())
            expect(len(ids), count, "B2: as many notification IDs as events")
            expect_true(ids[0] > last, f"D1: IDs increase in the order of recording: {last}, {ids}")
            expected = list(range(ids[0], ids[0] + count))
            expect(ids, expected, "D3: the IDs of one call are consecutive")
            last = ids[-1]
            expect(await recorder.max_notification_id(), last, "D6: the greatest ID")

    async def test_first_id(self) -> None:
        """D1: IDs are positive; they begin with 1 where they have no gaps."""
        recorder = await self.create_recorder()
        (first,) = await self.record(recorder, 1)
        expect_true(first.id >= 1, f"D1: IDs are positive: {first.id}")
        if self.capabilities.contiguous_ids:
            expect(first.id, 1, "D1: the first ID in an empty log")

    async def test_empty_list_takes_no_id(self) -> None:
        """B2, D2: nothing to store is no error, returns `[]` or `None`, and consumes no ID."""
        recorder = await self.create_recorder()
        (first,) = await self.record(recorder, 1)
        result = await recorder.insert_events([])
        expect_true(result is None or list(result) == [], f"B2: an empty list returns {result!r}")
        (second,) = await self.record(recorder, 1)
        expect(second.id, first.id + 1, "D2: an empty list consumes no ID")

    async def test_notifications_are_stored_events_with_ids(self) -> None:
        """B5, P1: all attributes come back equal, with their types."""
        recorder = await self.create_recorder()
        expected = await self.record_topics(recorder, "one", "two", *HOSTILE_TEXTS)
        selected = list(await recorder.select_notifications(None, 100))
        expect(
            selected, expected, "B5: the events that were stored, with the IDs returned for them"
        )
        for name, type_ in (("originator_id", self.id_type), ("state", bytes), ("id", int)):
            actual = type(getattr(selected[0], name))
            expect(actual, type_, f"B5: the type of '{name}' of a notification")

    async def test_order_is_that_of_recording(self) -> None:
        """D1: versions and aggregates do not matter."""
        recorder = await self.create_recorder()
        one, other = self.new_id(), self.new_id()
        events = [
            *make_events(one, [7]),
            *make_events(other, [3, 9]),
            *make_events(one, [2]),
            *make_events(other, [1]),
        ]
        ids = [
            *(await recorder.insert_events(events[:3]) or ()),
            *(await recorder.insert_events(events[3:]) or ()),
        ]
        selected = list(await recorder.select_notifications(None, 10))
        expect(selected, as_notifications(events, ids), "D1: the order of recording")

    @pytest.mark.parametrize(
        ("args", "kwargs", "expected"),
        [
            ((1, 10), {}, [1, 2, 3]),
            ((None, 10, 2), {}, [1, 2]),
            ((1, 10), {"inclusive_of_start": False}, [2, 3]),
            ((2, 10, 2), {}, [2]),
            ((1, 10, 2), {"inclusive_of_start": False}, [2]),
            ((3, 1), {"inclusive_of_start": False}, []),
            ((1, 3, None, ["topic1", "topic3"]), {}, [1, 3]),
            ((None, 1), {}, [1]),
        ],
    )
    async def test_worked_cases(self, args: Any, kwargs: Any, expected: list[int]) -> None:
        """B6: three events of topics `topic1` to `topic3`."""
        recorder = await self.create_recorder()
        log = await self.record_topics(recorder, "topic1", "topic2", "topic3")
        start, limit, *rest = args
        if start is not None:
            start = log[start - 1].id
        if rest and rest[0] is not None:
            rest[0] = log[rest[0] - 1].id
        selected = await recorder.select_notifications(start, limit, *rest, **kwargs)
        numbers = [int(notification.topic[-1]) for notification in selected]
        expect(numbers, expected, f"B6: select_notifications(*{args}, **{kwargs}) of three events")

    async def test_all_combinations(self) -> None:
        """B5: start, limit, stop, topics, and whether the start is included."""
        recorder = await self.create_recorder()
        log = await self.record_topics(recorder, "a", "b", "a", "c", "b")
        choices = product(
            (None, -1, 0, log[0].id, log[2].id, log[4].id, log[4].id + 5),
            (0, 1, 2, 10),
            (None, log[0].id, log[2].id, log[4].id + 5),
            ((), ["a"], ["b", "c"], ["z"]),
            (True, False),
        )
        for start, limit, stop, topics, inclusive in choices:
            selected = await recorder.select_notifications(
                start=start, limit=limit, stop=stop, topics=topics, inclusive_of_start=inclusive
            )
            expect(
                list(selected),
                select_notifications(log, start, limit, stop, topics, inclusive),
                f"B5: the log is {[(n.id, n.topic) for n in log]}, select_notifications({start=}, "
                f"{limit=}, {stop=}, {topics=}, inclusive_of_start={inclusive})",
            )

    async def test_limit_counts_what_matches(self) -> None:
        """B5: the limit is applied after filtering by topic."""
        recorder = await self.create_recorder()
        log = await self.record_topics(recorder, *["other"] * 20, "wanted", "other", "wanted")
        selected = list(await recorder.select_notifications(None, 2, topics=["wanted"]))
        expect(selected, [log[20], log[22]], "B5: at most `limit` notifications of these topics")

    @pytest.mark.parametrize("kind", [list, tuple, set, frozenset, dict.fromkeys])
    async def test_topics_may_be_any_collection(self, kind: Any) -> None:
        """B5: any sequence, or set, of texts; twice the same is fine."""
        recorder = await self.create_recorder()
        log = await self.record_topics(recorder, "a", "b", "c")
        topics: Collection[str] = kind(["c", "a", "c"])
        selected = list(await recorder.select_notifications(None, 10, topics=topics))  # type: ignore[arg-type]
        expect(selected, [log[0], log[2]], f"B5: topics={topics!r}")

    @pytest.mark.parametrize("text", HOSTILE_TEXTS)
    async def test_any_text_is_a_topic_to_select(self, text: str) -> None:
        """B5: topics are compared exactly, and never executed."""
        recorder = await self.create_recorder()
        log = await self.record_topics(recorder, "plain", text, f"{text} ")
        selected = list(await recorder.select_notifications(None, 10, topics=[text]))
        expect(selected, [log[1]], "B5: exactly the notifications of this topic")

    async def test_many_topics(self) -> None:
        """B5: the number of topics is not limited by the number of parameters of a statement."""
        recorder = await self.create_recorder()
        log = await self.record_topics(recorder, "a", "b")
        topics = ["b", *(f"topic {number}" for number in range(2000))]
        selected = list(await recorder.select_notifications(None, 10, topics=topics))
        expect(selected, log[1:], "B5: 2001 topics")

    async def test_large_logs_are_read_in_pages(self) -> None:
        """B5: reading on from the last ID gives each notification once."""
        recorder = await self.create_recorder()
        log = await self.record(recorder, 250)
        read: list[Notification] = []
        while page := await recorder.select_notifications(
            read[-1].id if read else None, 100, inclusive_of_start=False
        ):
            expect_true(len(page) <= 100, f"B5: limit=100 gave {len(page)} notifications")
            read += page
            expect_true(len(read) <= 250, "B5: reading after the last ID gives an ID again")
        expect(read == log, True, f"B5: 250 recorded, read in pages: {len(read)}")

    async def test_refused_events_are_no_notifications(self) -> None:
        """B1, D2: a failed insert leaves nothing in the log; without gaps, it consumes no ID."""
        recorder = await self.create_recorder()
        log = await self.record(recorder, 2)
        for _ in range(3):
            events = [*make_events(self.new_id(), [1, 2]), *make_events(log[0].originator_id, [1])]
            with expect_error(IntegrityError, "B1: the last event is stored already"):
                await recorder.insert_events(events)
        expect(await recorder.max_notification_id(), log[-1].id, "B1, D6: nothing was stored")
        log += await self.record(recorder, 2)
        expect(list(await recorder.select_notifications(None, 10)), log, "B1: nothing was stored")
        if self.capabilities.contiguous_ids:
            ids = [notification.id for notification in log]
            expect(ids, [1, 2, 3, 4], "D2: the capability 'contiguous_ids' means no gaps")

    async def test_calls_never_interleave(self) -> None:
        """D3: concurrent calls get blocks of consecutive IDs."""
        recorder = await self.create_recorder()
        blocks: list[list[int]] = []

        async def write() -> None:
            for _ in range(5):
                blocks.append([each.id for each in await self.record(recorder, 100)])

        writers = [spawn(write) for _ in range(4)]
        for writer in writers:
            await writer.join()
            expect(writer.error, None, "B7: recorders are used by several threads or tasks at once")
        for ids in blocks:
            expected = list(range(ids[0], ids[0] + 100))
            expect(ids == expected, True, f"D3: the IDs of one call are consecutive, not {ids}")
        expect(len({id_ for ids in blocks for id_ in ids}), 2000, "D3: no ID is issued twice")

    async def test_readers_never_miss_an_event(self) -> None:
        """D4: once a reader has seen an ID, no lower ID becomes visible later."""
        writing, reading = await self.create_recorder(), await self.create_recorder()
        if not self.capabilities.shared:
            reading = writing
        read: list[int] = []

        async def write() -> None:
            for count in (1, 2, 3) * 10:
                await self.record(writing, count)

        writers = [spawn(write) for _ in range(4)]
        while True:
            is_last = all(writer.done() for writer in writers)
            page = await reading.select_notifications(
                read[-1] if read else None, 50, inclusive_of_start=False
            )
            if page and read:
                expect_true(page[0].id > read[-1], "B5: reading after an ID gives it again")
            read += [notification.id for notification in page]
            if is_last and not page:
                break
            await sleep(0)
        for writer in writers:
            expect(writer.error, None, "B7: recorders are used by several threads or tasks at once")
        log = [each.id for each in await reading.select_notifications(None, _ALL)]
        missed = sorted(set(log) - set(read))
        expect(missed, [], "D4: IDs that became visible after a reader had seen greater ones")
        expect(
            read == log, True, "D4: a reader that follows the log sees each event once, in order"
        )
        expect(len(log), 240, "B1: all events of all writers are stored")

    async def test_ids_are_stable(self) -> None:
        """D5: IDs of stored events never change, also over a restart."""
        if not self.capabilities.durable:
            return
        recorder = await self.create_recorder()
        log = await self.record_topics(recorder, "a", "b")
        await self.close_factories()
        recorder = await self.create_recorder()
        expect(list(await recorder.select_notifications(None, 10)), log, "D5: after a restart")
        expect(await recorder.max_notification_id(), log[-1].id, "D6: after a restart")
        (third,) = await self.record(recorder, 1)
        expect_true(third.id > log[-1].id, "D1: IDs increase over restarts")

    async def test_subscriptions_are_refused_where_there_are_none(self) -> None:
        """B9: without the capability 'subscriptions', the error says so."""
        if self.capabilities.subscriptions:
            return
        recorder = await self.create_recorder()
        with expect_error(
            NotImplementedError, "B9: subscribe() of an engine without them"
        ) as caught:
            recorder.subscribe()
        expect_true("does not support subscriptions" in str(caught[0]), f"B9: {caught[0]}")


class AsyncPlainApplicationRecorderSuite(AsyncApplicationRecorderSuite):
    """What application recorders must do that are no process recorders."""

    async def test_tracking_is_ignored(self) -> None:
        """B3: `tracking` is for process recorders."""
        recorder = await self.create_recorder()
        for version in (1, 2):
            event = StoredEvent(self.new_id(), version, "topic", b"")
            await recorder.insert_events([event], tracking=Tracking("upstream", 1))
            selected = list(await recorder.select_events(event.originator_id))
            expect(selected, [event], "B3: the keyword 'tracking' is ignored")
