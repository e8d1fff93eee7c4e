# Generated from dcb_concurrency_async.py by tools/async_to_sync.py: do not edit.
"""What recorders of dynamic consistency boundaries must do when many use them (C5, C10, C12)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import uuid4

from eventsourcing._concurrency.primitives_sync import sleep, spawn
from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBRecorder,
    DCBSequencedEvent,
)
from eventsourcing.persistence import IntegrityError
from eventsourcing.testing.checks import expect, expect_true
from eventsourcing.testing.dcb_engine_sync import DCBEngineSuite
from eventsourcing.testing.dcb_samples import make_query

_WRITERS = 6


class DCBConcurrencySuite(DCBEngineSuite):
    """What recorders must do when many threads or tasks use them; processes are alike."""

    def test_one_winner(self) -> None:
        """C10: of several that decide on the same knowledge, exactly one may append."""
        recorders = self.create_recorders(_WRITERS)
        for number in range(5):
            query = make_query(((), [f"seat {number}"]))
            head = recorders[0].read(query).head
            winners: list[int] = []

            def take_seat(
                recorder: DCBRecorder,
                query: DCBQuery = query,
                head: int | None = head,
                winners: list[int] = winners,
            ) -> None:
                event = DCBEvent("taken", b"", query.items[0].tags)
                try:
                    position = recorder.append([event], DCBAppendCondition(query, head))
                except IntegrityError:
                    return
                winners.append(position)

            self.run_together([partial(take_seat, each) for each in recorders])
            expect(len(winners), 1, "C10: exactly one of several conditional appends succeeds")
            taken = [each.position for each in self.select(recorders[0], query)]
            expect(taken, winners, "C10: what lost has stored nothing")

    def test_one_winner_of_many_events(self) -> None:
        """C10, C64: the append is atomic, also if it is large."""
        recorders = self.create_recorders(3)
        outcomes: list[bool] = []

        def append(recorder: DCBRecorder) -> None:
            name = uuid4().hex
            events = [DCBEvent("t", name.encode(), [name])] * 500
            try:
                recorder.append(events, DCBAppendCondition(after=0))
            except IntegrityError:
                outcomes.append(False)
            else:
                outcomes.append(True)

        self.run_together([partial(append, each) for each in recorders])
        expect(sorted(outcomes), [False, False, True], "C10: exactly one succeeds")
        log = self.select(recorders[0])
        names = {each.event.data for each in log}
        expect((len(log), len(names)), (500, 1), "C10: all events of the winner, none of others")

    def test_retrying_until_it_succeeds(self) -> None:
        """C6, C10: no decision is based on knowledge that was out of date."""
        recorders = self.create_recorders(_WRITERS)
        query = make_query((["counted"], ["counter"]))
        unconditional = DCBEvent("noise", b"", ["noise"])

        def count(recorder: DCBRecorder) -> None:
            remaining = 8
            while remaining:
                response = recorder.read(query)
                number = 0
                for event in response:
                    number = int(event.event.data) + 1
                counted = DCBEvent("counted", str(number).encode(), ["counter"])
                try:
                    recorder.append([counted], DCBAppendCondition(query, response.head))
                except IntegrityError:
                    sleep(0)
                else:
                    remaining -= 1

        def make_noise() -> None:
            for _ in range(30):
                recorders[0].append([unconditional])
                sleep(0)

        self.run_together([*[partial(count, each) for each in recorders], make_noise])
        numbers = [int(each.event.data) for each in self.select(recorders[0], query)]
        expect(numbers, list(range(8 * _WRITERS)), "C10: each number was decided on exactly once")

    def test_other_boundaries_are_no_conflict(self) -> None:
        """C6: appends whose queries match nothing of each other all succeed."""
        recorders = self.create_recorders(_WRITERS)

        def append(recorder: DCBRecorder, tag: str) -> None:
            query = make_query(((), [tag]))
            after: int | None = None
            for _ in range(10):
                event = DCBEvent("t", b"", [tag])
                after = recorder.append([event], DCBAppendCondition(query, after))

        self.run_together([partial(append, each, f"tag {i}") for i, each in enumerate(recorders)])
        expect(len(self.select(recorders[0])), 10 * _WRITERS, "C6: no append is refused")

    def test_events_of_one_append_stay_together(self) -> None:
        """C5: no other append's event is between them, and they keep their order."""
        recorders = self.create_recorders(_WRITERS)
        returned: list[int] = []
        self.run_together([self.write(each, 8, returned) for each in recorders])
        log = self.select(recorders[0])
        expected = [f"{i}" for _ in range(8 * _WRITERS) for i in range(5)]
        expect([each.event.data.decode() for each in log], expected, "C5: in the order of the list")
        appends = [log[i : i + 5] for i in range(0, len(log), 5)]
        names = [{tuple(each.event.tags) for each in append} for append in appends]
        expect([len(each) for each in names], [1] * len(appends), "C5: nothing comes in between")
        last = sorted(append[-1].position for append in appends)
        expect(sorted(returned), last, "C10: each append returns the position of its last event")

    def write(self, recorder: DCBRecorder, count: int, returned: list[int]) -> Callable[[], None]:
        """Return a function that appends five events so many times, with and without conditions."""

        def write() -> None:
            for number in range(count):
                tag = uuid4().hex
                condition = DCBAppendCondition(make_query(((), [tag]))) if number % 2 else None
                events = [DCBEvent("t", str(i).encode(), [tag]) for i in range(5)]
                returned.append(recorder.append(events, condition))
                sleep(0)

        return write

    def test_no_late_positions(self) -> None:
        """C12: once a position was seen, no event with a lower one becomes visible."""
        *writing, reading = self.create_recorders(5)
        followed: list[DCBSequencedEvent] = []
        heads: list[tuple[int, int]] = []
        writers = [spawn(self.write(recorder, 12, [])) for recorder in writing]
        while True:
            is_last = all(writer.done() for writer in writers)
            response = reading.read(after=followed[-1].position if followed else None)
            page: list[DCBSequencedEvent] = []
            for event in response:
                page.append(event)
            followed += page
            heads.append((response.head or 0, len(followed)))
            if is_last and not page:
                break
            sleep(0)
        for writer in writers:
            writer.join()
            expect(writer.error, None, "C12: writers are not disturbed by a reader")
        log = self.select(reading)
        expect(len(log), 12 * 5 * len(writing), "C10: all events are there in the end")
        expect_true(followed == log, "C12: a reader that goes on from the last position sees all")
        for head, count in heads:
            up_to = sum(1 for each in log if each.position <= head)
            expect(up_to <= count, True, f"C12: everything up to the head {head} was there")
