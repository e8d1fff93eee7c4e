# Generated from aggregate_recorder_async.py by tools/async_to_sync.py: do not edit.
"""What every aggregate recorder must do (contract B1-B4, B7, D5)."""

from __future__ import annotations

from itertools import product
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import (
    AggregateRecorder,
    IntegrityError,
    PersistenceError,
    StoredEvent,
    Tracking,
)
from eventsourcing.testing.checks import expect, expect_error, expect_true
from eventsourcing.testing.engine_suite_sync import EngineSuite
from eventsourcing.testing.samples import (
    DIFFICULT_TEXTS,
    HOSTILE_TEXTS,
    make_events,
    select_range,
)

_CONFLICT = "B1: an event whose ID and version are stored already, or given twice, is refused"
_NOTHING_STORED = "B1: when one event is refused, no other event of the call is stored either"


class AggregateRecorderSuite(EngineSuite):
    """What every aggregate recorder must do; application and process recorders must, too."""

    def create_recorder(self) -> AggregateRecorder:
        """Return a new recorder on the database of this test (a hook)."""
        recorder: AggregateRecorder = self.create_factory().aggregate_recorder()
        return recorder

    def test_events_are_selected_as_they_were_stored(self) -> None:
        """B4: all four attributes come back equal, with their types."""
        recorder = self.create_recorder()
        event = StoredEvent(self.new_id(), 1, "module:Order.Placed", b'{"a":1}')
        recorder.insert_events([event])
        (selected,) = recorder.select_events(event.originator_id)
        expect(selected, event, "B4: the event is selected as it was stored")
        for name, expected in (("originator_id", self.id_type), ("state", bytes)):
            actual = type(getattr(selected, name))
            expect(actual, expected, f"B4: the type of '{name}' of a selected event")

    def test_unknown_aggregates_have_no_events(self) -> None:
        """B4: unknown IDs give an empty result."""
        recorder = self.create_recorder()
        recorder.insert_events(make_events(self.new_id(), [1]))
        expect(list(recorder.select_events(self.new_id())), [], "B4: an unknown ID")

    def test_events_are_ordered_by_version(self) -> None:
        """B1, B4: the order of recording does not matter, nor do gaps."""
        recorder = self.create_recorder()
        events = make_events(self.new_id(), [5, 2, 9])
        recorder.insert_events(events)
        recorder.insert_events(earlier := make_events(events[0].originator_id, [3, 1]))
        expect(
            list(recorder.select_events(events[0].originator_id)),
            select_range([*events, *earlier], None, None, False, None),
            "B4: events are selected in the order of their versions, however they were recorded",
        )

    @pytest.mark.parametrize("versions", [[0], [0, 1], [-3, 0, 3], [2**40, 2**62]])
    def test_any_integer_is_a_version(self, versions: list[int]) -> None:
        """B1: versions are not checked for gaps or order; 0 and negative ones are fine."""
        recorder = self.create_recorder()
        events = make_events(self.new_id(), versions)
        recorder.insert_events(events)
        selected = list(recorder.select_events(events[0].originator_id))
        expect(selected, events, f"B1: versions {versions} are accepted")

    def test_ranges_and_limits(self) -> None:
        """B4: `gt`, `lte`, `desc` and `limit` in all combinations."""
        recorder = self.create_recorder()
        events = make_events(self.new_id(), range(1, 6))
        recorder.insert_events(make_events(self.new_id(), range(1, 4)))
        recorder.insert_events(events)
        choices = product((None, 0, 2, 5), (None, 0, 3, 9), (False, True), (None, 0, 1, 2, 9))
        for gt, lte, desc, limit in choices:
            selected = recorder.select_events(
                events[0].originator_id, gt=gt, lte=lte, desc=desc, limit=limit
            )
            expect(
                list(selected),
                select_range(events, gt, lte, desc, limit),
                f"B4: versions 1 to 5 are stored, select_events({gt=}, {lte=}, {desc=}, {limit=})",
            )

    def test_last_event(self) -> None:
        """B4: `desc=True, limit=1` is the last event; with `lte=v`, the last at or before `v`."""
        recorder = self.create_recorder()
        events = make_events(self.new_id(), [1, 2, 4])
        recorder.insert_events(events)
        for lte, expected in ((None, events[2:]), (3, events[1:2]), (4, events[2:]), (0, [])):
            selected = recorder.select_events(events[0].originator_id, lte=lte, desc=True, limit=1)
            expect(list(selected), expected, f"B4: versions 1, 2, 4: the last up to {lte}")

    @pytest.mark.parametrize("position", [0, 1, 2])
    def test_conflict_with_a_stored_event(self, position: int) -> None:
        """B1: all events are stored or none, wherever the conflicting one stands."""
        recorder = self.create_recorder()
        originator_id = self.new_id()
        (stored,) = make_events(originator_id, [1])
        recorder.insert_events([stored])
        others = make_events(self.new_id(), [1, 2])
        conflicting = StoredEvent(originator_id, 1, "other", b"other")
        others.insert(position, conflicting)
        with expect_error(IntegrityError, _CONFLICT):
            recorder.insert_events(others)
        kept = list(recorder.select_events(originator_id))
        expect(kept, [stored], "D5: a stored event is never changed")
        other_id = others[0 if position else 1].originator_id
        expect(list(recorder.select_events(other_id)), [], _NOTHING_STORED)

    def test_conflict_within_one_call(self) -> None:
        """B1: two events with one ID and version in the call."""
        recorder = self.create_recorder()
        originator_id = self.new_id()
        events = make_events(originator_id, [1, 2, 2, 3])
        with expect_error(IntegrityError, _CONFLICT):
            recorder.insert_events(events)
        expect(list(recorder.select_events(originator_id)), [], _NOTHING_STORED)

    def test_recorder_works_after_a_conflict(self) -> None:
        """B1: a refused call leaves nothing behind that would be in the way."""
        recorder = self.create_recorder()
        originator_id = self.new_id()
        recorder.insert_events(make_events(originator_id, [1]))
        for _ in range(20):
            with expect_error(IntegrityError, _CONFLICT):
                recorder.insert_events(make_events(originator_id, [2, 1]))
        events = make_events(originator_id, [2])
        recorder.insert_events(events)
        selected = list(recorder.select_events(originator_id, gt=1))
        expect(selected, events, "B1: after refused calls, the same recorder stores new events")

    def test_aggregates_have_versions_of_their_own(self) -> None:
        """P2: ID and version together identify an event."""
        recorder = self.create_recorder()
        one, other = make_events(self.new_id(), [1]), make_events(self.new_id(), [1])
        recorder.insert_events([*one, *other])
        for event in (*one, *other):
            selected = list(recorder.select_events(event.originator_id))
            expect(selected, [event], "P2: the same version of another aggregate is no conflict")

    def test_empty_list(self) -> None:
        """B1, B2: storing nothing is no error."""
        recorder = self.create_recorder()
        result = recorder.insert_events([])
        expect_true(not result, f"B2: nothing stored, no notification IDs: {result!r}")

    def test_unknown_keywords_are_ignored(self) -> None:
        """B3: applications pass keywords to recorders that may know them."""
        recorder = self.create_recorder()
        events = make_events(self.new_id(), [1])
        recorder.insert_events(events, unknown_keyword=object())
        selected = list(recorder.select_events(events[0].originator_id))
        expect(selected, events, "B3: the events are stored, whatever the keywords")

    @pytest.mark.parametrize(
        "state", [b"", b"\x00", bytes(range(256)), b"'", b"\\x00", b"x" * 1_000_000]
    )
    def test_any_bytes_are_a_state(self, state: bytes) -> None:
        """B4: states are bytes, not text, and may be large."""
        recorder = self.create_recorder()
        event = StoredEvent(self.new_id(), 1, "topic", state)
        recorder.insert_events([event])
        (selected,) = recorder.select_events(event.originator_id)
        expect(selected.state == state, True, f"B4: a state of {len(state)} bytes is unchanged")

    @pytest.mark.parametrize("text", [*HOSTILE_TEXTS, "x" * 10_000])
    def test_any_text_is_a_topic(self, text: str) -> None:
        """B4: topics are stored exactly, and never executed."""
        recorder = self.create_recorder()
        events = [
            StoredEvent(self.new_id(), 1, text, b"1"),
            StoredEvent(self.new_id(), 1, "plain", b"2"),
        ]
        recorder.insert_events(events)
        for event in events:
            selected = list(recorder.select_events(event.originator_id))
            expect(selected, [event], "B4: the topic is selected as it was stored")

    @pytest.mark.parametrize("text", [*HOSTILE_TEXTS, ""])
    def test_any_text_is_an_id(self, text: str) -> None:
        """B4: where IDs are text, they are stored exactly, and told apart."""
        if self.id_type is UUID:
            return
        recorder = self.create_recorder()
        events = [StoredEvent(text, 1, "topic", b"1"), StoredEvent(f"{text} ", 1, "topic", b"2")]
        recorder.insert_events(events)
        for event in events:
            selected = list(recorder.select_events(event.originator_id))
            expect(selected, [event], "B4: the ID is selected as it was stored")

    @pytest.mark.parametrize("text", DIFFICULT_TEXTS)
    @pytest.mark.parametrize("field", ["originator_id", "topic"])
    def test_difficult_text_is_stored_exactly_or_refused(self, field: str, text: str) -> None:
        """B1: never cut or changed; an error of the library, or a ValueError, otherwise."""
        if field == "originator_id" and self.id_type is UUID:
            return
        recorder = self.create_recorder()
        originator_id = text if field == "originator_id" else self.new_id()
        event = StoredEvent(originator_id, 1, text if field == "topic" else "topic", b"")
        self.check_stored_or_refused(recorder, event)

    @pytest.mark.parametrize("version", [2**63 - 1, 2**63, -(2**63) - 1, 2**100])
    def test_great_versions_are_stored_exactly_or_refused(self, version: int) -> None:
        """B1: never cut or changed."""
        recorder = self.create_recorder()
        event = StoredEvent(self.new_id(), version, "topic", b"")
        self.check_stored_or_refused(recorder, event)

    def check_stored_or_refused(self, recorder: AggregateRecorder, event: StoredEvent) -> None:
        """Insert the event with another one: both are stored exactly, or none."""
        other = StoredEvent(self.new_id(), 1, "topic", b"")
        try:
            recorder.insert_events([other, event])
        except (PersistenceError, ValueError):
            selected = list(recorder.select_events(other.originator_id))
            expect(selected, [], _NOTHING_STORED)
        else:
            selected = list(recorder.select_events(event.originator_id))
            expect(selected == [event], True, "B4: what is not refused is stored exactly")
        recorder.insert_events(make_events(self.new_id(), [1]))

    def test_many_events_in_one_call(self) -> None:
        """B1: the number of events is not limited by the number of parameters of a statement."""
        recorder = self.create_recorder()
        events = make_events(self.new_id(), range(1, 2001))
        recorder.insert_events(events)
        selected = list(recorder.select_events(events[0].originator_id))
        expect(selected == events, True, f"B1: 2000 events in one call, {len(selected)} selected")

    def test_one_of_several_writers_wins(self) -> None:
        """B1, B7: of concurrent calls with the same ID and version, exactly one succeeds."""
        recorder = self.create_recorder()
        originator_id = self.new_id()
        winners: list[int] = []

        def write(number: int) -> None:
            for version in range(1, 6):
                event = StoredEvent(originator_id, version, "topic", b"%d" % number)
                try:
                    recorder.insert_events([event])
                except IntegrityError:
                    continue
                winners.append(version)

        writers = [spawn(write, number) for number in range(4)]
        for writer in writers:
            writer.join()
            expect(writer.error, None, "B7: recorders are used by several threads or tasks at once")
        expect(sorted(winners), [1, 2, 3, 4, 5], "B1: each version is stored by one writer")
        selected = recorder.select_events(originator_id)
        versions = [event.originator_version for event in selected]
        expect(versions, [1, 2, 3, 4, 5], "B1: each version is stored once")

    def test_recorders_share_the_database(self) -> None:
        """B1: where recorders work on the same data, they see each other's events."""
        if not self.capabilities.shared:
            return
        one, other = self.create_recorder(), self.create_recorder()
        events = make_events(self.new_id(), [1, 2])
        one.insert_events(events)
        selected = list(other.select_events(events[0].originator_id))
        expect(selected, events, "a second recorder on the same database sees what is committed")
        with expect_error(IntegrityError, _CONFLICT):
            other.insert_events(events[1:])

    def test_events_survive_a_restart(self) -> None:
        """D5: what a durable engine has acknowledged is there when it is opened again."""
        if not self.capabilities.durable:
            return
        events = make_events(self.new_id(), [1, 2])
        self.create_recorder().insert_events(events)
        self.close_factories()
        recorder = self.create_recorder()
        selected = list(recorder.select_events(events[0].originator_id))
        expect(selected, events, "D5: stored events are there after closing and opening again")


class PlainAggregateRecorderSuite(AggregateRecorderSuite):
    """What aggregate recorders must do that are no application recorders."""

    def test_no_notification_ids(self) -> None:
        """B2: aggregate recorders return `None`, also for an empty list."""
        recorder = self.create_recorder()
        for events in (make_events(self.new_id(), [1]), []):
            expect(recorder.insert_events(events), None, "B2: no notification IDs")

    def test_tracking_is_ignored(self) -> None:
        """B3: `tracking` is for process recorders."""
        recorder = self.create_recorder()
        for version in (1, 2):
            events = make_events(self.new_id(), [version])
            recorder.insert_events(events, tracking=Tracking("upstream", 1))
            selected = list(recorder.select_events(events[0].originator_id))
            expect(selected, events, "B3: the keyword 'tracking' is ignored")
