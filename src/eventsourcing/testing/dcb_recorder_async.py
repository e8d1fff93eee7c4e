"""What every recorder of dynamic consistency boundaries must do (contract C2-C11, C30, C33)."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.persistence import DataError, IntegrityError, PersistenceError, ProgrammingError
from eventsourcing.testing.checks import expect, expect_error, expect_true
from eventsourcing.testing.dcb_engine_async import AsyncDCBEngineSuite
from eventsourcing.testing.dcb_samples import (
    EVENTS,
    QUERIES,
    is_refused,
    make_query,
    random_event,
    random_query,
    select_events,
)
from eventsourcing.testing.samples import DIFFICULT_TEXTS, HOSTILE_TEXTS

_BEYOND = 2**62
_SELECTED = "C2, C3: the events that match, in ascending order of position"


class AsyncDCBRecorderSuite(AsyncDCBEngineSuite):
    """What every recorder of dynamic consistency boundaries must do."""

    # Reading

    async def test_empty_store(self) -> None:
        """C8, C9: nothing is selected, and there is no head."""
        recorder = await self.create_recorder()
        for query, after, limit in product(QUERIES[:3], (None, 0, 7), (None, 0, 1)):
            response = await recorder.read(query, after=after, limit=limit)
            expect(response.head, None, "C9: an empty store has no head")
            selected = await self.select(recorder, query, after, limit)
            expect(selected, [], "C8: an empty store has no events")
        expect(await recorder.head(), None, "C9: an empty store has no head")

    async def test_queries(self) -> None:
        """C2-C4, C8, C33: each query selects what its definition says, after each position."""
        recorder = await self.create_recorder()
        log = [*await self.append(recorder, EVENTS[:4]), *await self.append(recorder, EVENTS[4:])]
        positions = [each.position for each in log]
        for query, after in product(QUERIES, (None, 0, -1, *positions, positions[-1] + 1, _BEYOND)):
            selected = await self.select(recorder, query, after)
            expected = select_events(log, query, after)
            expect(selected, expected, f"{_SELECTED}: {query} after {after}")

    async def test_limits(self) -> None:
        """C8: at most so many events are selected, those with the lowest positions."""
        recorder = await self.create_recorder()
        log = await self.append(recorder, EVENTS)
        for query, after, limit in product(QUERIES, (None, log[2].position), (0, 1, 2, 3, 1000)):
            selected = await self.select(recorder, query, after, limit)
            expected = select_events(log, query, after, limit)
            expect(selected, expected, f"C8: {query} after {after}, at most {limit}")

    async def test_heads(self) -> None:
        """C9: the last position of all; with a limit that of the last event that is returned."""
        recorder = await self.create_recorder()
        log = await self.append(recorder, EVENTS)
        last = log[-1].position
        for query, after in product(QUERIES, (None, log[3].position, last, _BEYOND)):
            response = await recorder.read(query, after=after)
            expect(response.head, last, f"C9: the last position of all: {query} after {after}")
            for limit in (0, 1, 2, 1000):
                response = await recorder.read(query, after=after, limit=limit)
                selected = select_events(log, query, after, limit)
                expected = selected[-1].position if selected else None
                expect(response.head, expected, f"C9: {query} after {after}, at most {limit}")
        expect(await recorder.head(), last, "C9: the last position of all")

    async def test_random_queries(self) -> None:
        """C2-C4: whatever the types and tags, and however many items."""
        recorder = await self.create_recorder()
        random = Random(7)  # noqa: S311
        log = await self.append(recorder, [random_event(random) for _ in range(60)])
        for _ in range(150):
            query, after = random_query(random), random.choice([None, random.choice(log).position])
            limit = random.choice([None, None, 1, 5])
            selected = await self.select(recorder, query, after, limit)
            expected = select_events(log, query, after, limit)
            expect(selected, expected, f"{_SELECTED}: {query} after {after}, at most {limit}")

    async def test_response_is_a_snapshot(self) -> None:
        """C8, C9: what is appended after the read is not seen, and does not change the head."""
        recorder = await self.create_recorder()
        log = await self.append(recorder, EVENTS)
        for query in (None, make_query((["opened"], ())), make_query(((), ["a"]), ((), ["c"]))):
            response = await recorder.read(query)
            expected = select_events(log, query)
            log += await self.append(recorder, [DCBEvent("opened", b"", ["a", "c"])])
            selected: list[Any] = []
            async for event in response:
                selected.append(event)
            expect(selected, expected, "C8: what was recorded when it was read")
            expect(response.head, log[-2].position, "C9: the head when it was read")

    async def test_response_can_be_iterated_once(self) -> None:
        """C8: it is its own iterator, and empty when it is exhausted."""
        recorder = await self.create_recorder()
        await self.append(recorder, EVENTS[:2])
        response = await recorder.read()
        expect_true(response.__aiter__() is response, "C8: a response is its own iterator")
        counts: list[int] = []
        for _ in range(2):
            count = 0
            async for _event in response:
                count += 1
            counts.append(count)
        expect(counts, [2, 0], "C8: a response can be iterated once")

    async def test_changing_what_was_given_or_returned(self) -> None:
        """C1, C16: events can be changed, but not those that are stored."""
        recorder = await self.create_recorder()
        event = DCBEvent("opened", b"1", ["a"])
        position = await recorder.append([event])
        event.type, event.data = "closed", b"2"
        event.tags.append("b")
        for _ in range(2):
            (selected,) = await self.select(recorder)
            expect(selected.event, DCBEvent("opened", b"1", ["a"]), "C16: the event as appended")
            expect(selected.position, position, "C5: the position that append() returned")
            selected.event.type = "closed"
            selected.event.tags.clear()
        expect(await self.select(recorder, make_query((["closed"], ()))), [], "C16: unchanged")

    # What is stored

    async def test_positions(self) -> None:
        """C5, C10: they begin with 1, and increase in the order of the events and appends."""
        recorder = await self.create_recorder()
        expect(await recorder.append([EVENTS[0]]), 1, "C5: positions begin with 1")
        returned = [1]
        for count in (1, 3, 2):
            returned.append(await recorder.append(EVENTS[:count]))
        log = await self.select(recorder)
        positions = [each.position for each in log]
        expect(positions, sorted(set(positions)), "C5: each event has a greater position")
        expect([positions[i] for i in (0, 1, 4, 6)], returned, "C10: the position of the last one")
        expected = [EVENTS[i] for i in (0, 0, 0, 1, 2, 0, 1)]
        expect([each.event for each in log], expected, "C5: in the order of the list")

    @pytest.mark.parametrize("data", [b"", b"\x00", bytes(range(256)), b"\xff" * 1_000_000])
    async def test_data(self, data: bytes) -> None:
        """C30: any bytes come back, as bytes."""
        recorder = await self.create_recorder()
        await recorder.append([DCBEvent("t", data)])
        (selected,) = await self.select(recorder)
        expect(selected.event.data == data, True, "C30: the bytes as appended")
        expect(type(selected.event.data), bytes, "C30: the data is bytes")

    async def test_tags_come_back_as_appended(self) -> None:
        """C4: also their order, and those that come twice."""
        recorder = await self.create_recorder()
        tags = [["b", "a"], ["a", "b"], ["a", "a", "b", "a"], [], [""], ["", "a", ""]]
        await recorder.append([DCBEvent("t", b"", each) for each in tags])
        selected = await self.select(recorder)
        expect([each.event.tags for each in selected], tags, "C4: the tags as appended")
        selected = await self.select(recorder, make_query(((), [""])))
        expect([each.event.tags for each in selected], tags[4:], "C2: empty text is a tag, too")

    @pytest.mark.parametrize("text", [*HOSTILE_TEXTS, "", "A", "a%", "a_", "a*"])
    async def test_texts_are_compared_exactly(self, text: str) -> None:
        """C2: types and tags are not patterns, not executed, and case makes a difference."""
        recorder = await self.create_recorder()
        others = [DCBEvent("ab", b"", ["ab"]), DCBEvent("a", b"", ["a"]), DCBEvent("a b", b"", [])]
        (*_, event) = await self.append(recorder, [*others, DCBEvent(text, b"", [text, "x"])])
        for query in (
            make_query(([text], ())),
            make_query(((), [text])),
            make_query(([text], [text])),
            make_query((["?", text], ["x", text]), ((), ["?"])),
        ):
            expect(await self.select(recorder, query), [event], "C2: exactly this text")

    @pytest.mark.parametrize("text", DIFFICULT_TEXTS)
    async def test_difficult_texts(self, text: str) -> None:
        """C2: what cannot be stored is refused, the rest is stored and found exactly."""
        recorder = await self.create_recorder()
        for event in (DCBEvent(text, b""), DCBEvent("t", b"", [text])):
            try:
                await recorder.append([event])
            except (PersistenceError, UnicodeError):
                expect(await self.select(recorder), [], "C10: a refused event is not stored")
                continue
            query = make_query(([event.type], event.tags))
            selected = await self.select(recorder, query)
            expect([each.event for each in selected], [event], "C2: found by its text")

    async def test_many_events_at_once(self) -> None:
        """C5, C10: all in their order."""
        recorder = await self.create_recorder()
        events = [DCBEvent("t", str(i).encode(), [f"tag {i % 7}"]) for i in range(2000)]
        await recorder.append(events)
        selected = await self.select(recorder)
        expect([each.event for each in selected] == events, True, "C10: all events, in order")
        selected = await self.select(recorder, make_query(((), ["tag 3"])))
        expect([each.event for each in selected] == events[3::7], True, _SELECTED)

    async def test_restart(self) -> None:
        """C10: what is stored is there again, if the engine is durable."""
        if not self.capabilities.durable:
            return
        log = await self.append(await self.create_recorder(), EVENTS)
        await self.close_factories()
        recorder = await self.create_recorder()
        expect(await self.select(recorder), log, "C10: all events after a restart")
        more = await self.append(recorder, EVENTS[:2])
        expect_true(more[0].position > log[-1].position, "C5: positions go on after a restart")

    # Append conditions

    async def test_conditions(self) -> None:
        """C6, C10, C34: an append fails if a later event matches, and then stores nothing."""
        recorder = await self.create_recorder()
        log = await self.append(recorder, EVENTS)
        positions = [each.position for each in log]
        for query in QUERIES[1:]:
            for after in (None, 0, positions[0], positions[5], positions[-1], _BEYOND):
                condition = DCBAppendCondition(query or DCBQuery(), after)
                await self.append_and_check(recorder, log, condition)

    async def append_and_check(
        self, recorder: Any, log: list[Any], condition: DCBAppendCondition
    ) -> None:
        """Append two events, and add them to the log, if they are not refused, as must be."""
        events = [DCBEvent("other", b"", ["other"])] * 2
        if is_refused(log, condition):
            with expect_error(IntegrityError, f"C6: an event matches {condition}"):
                await recorder.append(events, condition)
            head = log[-1].position if log else None
            expect(await recorder.head(), head, "C10: a refused append stores nothing")
        else:
            last = await recorder.append(events, condition)
            log += await self.select(recorder, after=log[-1].position if log else None)
            expect([each.event for each in log[-2:]], events, "C10: the events as appended")
            expect(last, log[-1].position, "C10: the position of the last event is returned")

    async def test_default_condition(self) -> None:
        """C6: the append fails unless the store is empty."""
        recorder = await self.create_recorder()
        await recorder.append([EVENTS[0]], DCBAppendCondition())
        with expect_error(IntegrityError, "C6: the store is not empty"):
            await recorder.append([EVENTS[0]], DCBAppendCondition())
        expect(len(await self.select(recorder)), 1, "C10: a refused append stores nothing")

    async def test_condition_is_about_earlier_events(self) -> None:
        """C6: the events that are appended may match it themselves."""
        recorder = await self.create_recorder()
        events = [DCBEvent("taken", b"", ["seat"])] * 2
        condition = DCBAppendCondition(make_query((["taken"], ["seat"])))
        await recorder.append(events, condition)
        with expect_error(IntegrityError, "C6: the seat is taken"):
            await recorder.append(events, condition)

    async def test_random_conditions(self) -> None:
        """C6: whatever the types and tags, and however many items."""
        recorder = await self.create_recorder()
        random = Random(11)  # noqa: S311
        log = await self.append(recorder, [random_event(random) for _ in range(20)])
        for _ in range(100):
            position = random.choice([None, *[each.position for each in log[-8:]]])
            condition = DCBAppendCondition(random_query(random), position)
            await self.append_and_check(recorder, log, condition)

    async def test_head_is_what_a_condition_needs(self) -> None:
        """C9: with `head` as `after`, only what is recorded after the read can be a conflict."""
        recorder, other = await self.create_recorders(2)
        query = make_query(((), ["a"]))
        for _ in range(3):
            head = (await recorder.read(query)).head
            await recorder.append([DCBEvent("t", b"", ["a"])], DCBAppendCondition(query, head))
            head = (await recorder.read(query)).head
            await other.append([DCBEvent("t", b"", ["b"])])
            await recorder.append([DCBEvent("t", b"", ["b"])], DCBAppendCondition(query, head))
            await other.append([DCBEvent("t", b"", ["a"])])
            with expect_error(IntegrityError, "C6: another recorder was faster"):
                await recorder.append([DCBEvent("t", b"", ["a"])], DCBAppendCondition(query, head))

    # Bad input

    async def test_nothing_to_append(self) -> None:
        """C11: an error, whether there is a condition or not."""
        recorder = await self.create_recorder()
        for condition in (None, DCBAppendCondition()):
            with expect_error(ProgrammingError, "C11: there must be an event"):
                await recorder.append([], condition)

    async def test_events_with_none(self) -> None:
        """C30: a type or tags that are None are refused, and with them the whole append."""
        recorder = await self.create_recorder()
        nothing: Any = None
        for event in (DCBEvent(nothing, b""), DCBEvent("t", b"", nothing)):
            with expect_error(IntegrityError, f"C30: {event} is refused"):
                await recorder.append([EVENTS[0], event])
        expect(await self.select(recorder), [], "C10: a refused append stores nothing")

    async def test_events_of_other_types(self) -> None:
        """C30: the type is a string, the data bytes, and the tags a list of strings."""
        recorder = await self.create_recorder()
        wrong: Any
        for wrong in (("a", "b"), "ab", [1], [None], [b"a"], {"a": 1}):
            with expect_error(DataError, f"C30: {wrong!r} as tags is refused"):
                await recorder.append([EVENTS[0], DCBEvent("t", b"", wrong)])
        for wrong in (1, b"t", ["t"]):
            with expect_error(DataError, f"C30: {wrong!r} as type is refused"):
                await recorder.append([EVENTS[0], DCBEvent(wrong, b"")])
        for wrong in (1, "text", None, [1]):
            with expect_error(DataError, f"C30: {wrong!r} as data is refused"):
                await recorder.append([EVENTS[0], DCBEvent("t", wrong)])
        expect(await self.select(recorder), [], "C10: a refused append stores nothing")

    async def test_requests_that_are_wrong(self) -> None:
        """C30: limits, positions and queries that mean nothing are refused."""
        recorder = await self.create_recorder()
        with expect_error(DataError, "C30: a negative limit is refused"):
            await recorder.read(limit=-1)
        wrong: Any
        for wrong in ("1", 1.5, [1]):
            with expect_error(DataError, f"C30: {wrong!r} as limit is refused"):
                await recorder.read(limit=wrong)
            with expect_error(DataError, f"C30: {wrong!r} as position is refused"):
                await recorder.read(after=wrong)
        for wrong in (
            DCBQueryItem(["t"]),
            ["t"],
            DCBQuery([DCBQuery()]),  # type: ignore[list-item]
            DCBQuery([DCBQueryItem("t")]),  # type: ignore[arg-type]
            DCBQuery([DCBQueryItem([], [None])]),  # type: ignore[list-item]
        ):
            with expect_error(DataError, f"C30: {wrong!r} as query is refused"):
                await recorder.read(wrong)
            with expect_error(DataError, f"C30: {wrong!r} in a condition is refused"):
                await recorder.append([EVENTS[0]], DCBAppendCondition(wrong))
        expect(await self.select(recorder), [], "C10: a refused append stores nothing")
