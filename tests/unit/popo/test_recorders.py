"""The in-memory recorders: contract O1-O9, B1-B10, D1-D6, Y1-Y5."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.popo import (
    POPOAggregateRecorder,
    POPOApplicationRecorder,
    POPOProcessRecorder,
    POPOTrackingRecorder,
)
from eventsourcing.popo.event_index import index_key

ID = UUID("0123456789abcdef0123456789abcdef")


def event(version: int = 1, topic: str = "topic", originator_id: Any = ID) -> StoredEvent:
    return StoredEvent(originator_id, version, topic, b"state")


def versions(events: Sequence[StoredEvent]) -> list[int]:
    return [event.originator_version for event in events]


def ids(notifications: Sequence[Notification]) -> list[int]:
    return [notification.id for notification in notifications]


@pytest.fixture(params=[POPOAggregateRecorder, POPOApplicationRecorder, POPOProcessRecorder])
def recorder(request: pytest.FixtureRequest) -> Any:
    return request.param()


@pytest.fixture(params=[POPOApplicationRecorder, POPOProcessRecorder])
def application_recorder(request: pytest.FixtureRequest) -> Any:
    return request.param()


@pytest.fixture(params=[POPOTrackingRecorder, POPOProcessRecorder])
def tracking_recorder(request: pytest.FixtureRequest) -> Any:
    return request.param()


@pytest.mark.parametrize(
    ("recorder_class", "interface"),
    [
        (POPOAggregateRecorder, AggregateRecorder),
        (POPOApplicationRecorder, ApplicationRecorder),
        (POPOTrackingRecorder, TrackingRecorder),
        (POPOProcessRecorder, ProcessRecorder),
        (POPOProcessRecorder, POPOApplicationRecorder),
        (POPOProcessRecorder, POPOTrackingRecorder),
    ],
)
def test_recorders_take_no_arguments(recorder_class: type[Any], interface: type[Any]):
    """O1: and implement the recorder interfaces."""
    assert isinstance(recorder_class(), interface)


def test_two_recorders_share_nothing(recorder: Any):
    """O1: everything is kept for each recorder object."""
    recorder.insert_events([event()])

    assert type(recorder)().select_events(ID) == []


def test_attributes_for_subclasses(application_recorder: Any):
    """O1: a re-entrant lock and the list of events."""
    with application_recorder._database_lock:
        application_recorder.insert_events([event(1), event(2)])

    assert application_recorder._stored_events == [event(1), event(2)]


# Inserting.


def test_stored_event_is_not_stored_again(recorder: Any):
    """O4: the error says which."""
    recorder.insert_events([event(1)])

    with pytest.raises(IntegrityError) as info:
        recorder.insert_events([event(1)])

    assert str(info.value) == f"Stored event already recorded: {event(1)}"


def test_event_given_twice_is_refused(recorder: Any):
    """O4: the error shows all that were given."""
    given = [event(1), event(1, topic="other")]

    with pytest.raises(IntegrityError) as info:
        recorder.insert_events(given)

    assert str(info.value) == f"Stored events are not unique: {given}"


@pytest.mark.parametrize(
    "conflicting",
    [
        [event(2), event(1)],
        [event(2), event(3), event(3)],
        [event(2), event(2, originator_id=str(ID))],
        [event(2), event(1, originator_id=str(ID))],
    ],
)
def test_nothing_of_a_refused_insert_is_stored(recorder: Any, conflicting: list[StoredEvent]):
    """B1, O6: all checks happen before anything is stored."""
    recorder.insert_events([event(1)])

    with pytest.raises(IntegrityError):
        recorder.insert_events(conflicting)

    assert recorder.select_events(ID) == [event(1)]
    assert recorder._stored_events == [event(1)]


def test_refused_insert_consumes_no_id(application_recorder: Any):
    """D2: IDs are contiguous."""
    application_recorder.insert_events([event(1)])
    with pytest.raises(IntegrityError):
        application_recorder.insert_events([event(2), event(1)])

    assert application_recorder.insert_events([event(2), event(3)]) == [2, 3]


def test_aggregate_recorder_returns_no_ids():
    """B2: also for an empty list."""
    recorder = POPOAggregateRecorder()

    assert recorder.insert_events([event()]) is None
    assert recorder.insert_events([]) is None


def test_application_recorder_returns_an_empty_list_for_an_empty_list(application_recorder: Any):
    """B2: not `None`."""
    assert application_recorder.insert_events([]) == []


def test_unknown_keywords_are_ignored(recorder: Any):
    """B3: engines may know more than others."""
    recorder.insert_events([event()], session="x")

    assert recorder.select_events(ID) == [event()]


@pytest.mark.parametrize("recorder_class", [POPOAggregateRecorder, POPOApplicationRecorder])
def test_tracking_is_ignored_by_recorders_that_do_not_track(recorder_class: type[Any]):
    """B3: only process recorders understand it."""
    recorder = recorder_class()

    recorder.insert_events([event()], tracking=Tracking("upstream", 1))

    assert recorder.select_events(ID) == [event()]


# Selecting events.


def test_uuid_and_its_text_are_the_same_originator(recorder: Any):
    """O3: for storing and selecting; events come back as they were given."""
    recorder.insert_events([event(1), event(2, originator_id=str(ID))])

    selected = recorder.select_events(str(ID))

    assert selected == recorder.select_events(ID)
    assert [each.originator_id for each in selected] == [ID, str(ID)]


@pytest.mark.parametrize("text", [ID.hex, str(ID).upper(), f"{{{ID}}}", ID.urn, f" {ID}"])
def test_other_spellings_of_a_uuid_are_other_originators(recorder: Any, text: str):
    """O3: only the canonical text is the same."""
    recorder.insert_events([event(1), event(1, originator_id=text)])

    assert recorder.select_events(text) == [event(1, originator_id=text)]


@given(st.text(alphabet="0123456789abcdefABCDEF-_ +x", min_size=36, max_size=36) | st.uuids())
def test_key_of_a_text_is_that_of_a_uuid_only_if_it_is_its_canonical_text(value: str | UUID):
    """O3: `int()` and `UUID()` are more lenient."""
    text = str(value)
    try:
        is_canonical = str(UUID(text)) == text
    except ValueError:
        is_canonical = False

    assert index_key(text) == (UUID(text).int if is_canonical else text)


def test_nil_uuid_is_an_originator_like_others(recorder: Any):
    """O3: although its number is 0."""
    nil = UUID(int=0)
    recorder.insert_events([event(1, originator_id=nil)])

    assert recorder.select_events(str(nil)) == [event(1, originator_id=nil)]


def test_number_is_not_the_uuid_with_that_number(recorder: Any):
    """P1: types are not checked."""
    recorder.insert_events([event(1, originator_id=UUID(int=7))])

    assert recorder.select_events(7) == []


def test_unknown_id_gives_nothing_and_leaves_nothing(recorder: Any):
    """O5: looking up does not create entries."""
    assert recorder.select_events(uuid4()) == []
    assert recorder._index._rows == {}


def test_range_may_be_given_by_position(recorder: Any):
    """B4: as programs written for 9.2 do."""
    recorder.insert_events([event(version) for version in range(1, 6)])

    assert versions(recorder.select_events(ID, 1, 4, True, 2)) == [4, 3]


@given(
    stored=st.lists(st.integers(-3, 12), unique=True),
    gt=st.none() | st.integers(-4, 13),
    lte=st.none() | st.integers(-4, 13),
    desc=st.booleans(),
    limit=st.none() | st.integers(0, 14),
)
def test_select_events_is_a_filter_in_order_of_versions(
    stored: list[int], gt: int | None, lte: int | None, desc: bool, limit: int | None
):
    """B4, O5: whatever the order of insertion."""
    recorder = POPOAggregateRecorder()
    for version in stored:
        recorder.insert_events([event(version), event(version, originator_id="other")])

    selected = recorder.select_events(ID, gt=gt, lte=lte, desc=desc, limit=limit)

    matching = [v for v in stored if (gt is None or v > gt) and (lte is None or v <= lte)]
    assert versions(selected) == sorted(matching, reverse=desc)[:limit]


def test_selected_list_is_the_callers_own(recorder: Any):
    """D5: changing it changes nothing that is stored."""
    recorder.insert_events([event(1), event(2)])

    recorder.select_events(ID).clear()

    assert versions(recorder.select_events(ID)) == [1, 2]


# Selecting notifications.


@pytest.mark.parametrize(
    ("args", "kwargs", "expected"),
    [
        ((1, 10), {}, [1, 2, 3]),
        ((None, 10), {"stop": 2}, [1, 2]),
        ((1, 10), {"inclusive_of_start": False}, [2, 3]),
        ((2, 10), {"stop": 2}, [2]),
        ((1, 10), {"stop": 2, "inclusive_of_start": False}, [2]),
        ((3, 1), {"inclusive_of_start": False}, []),
        ((1, 3), {"topics": ["topic1", "topic3"]}, [1, 3]),
        ((None, 1), {}, [1]),
        ((None, 10), {"inclusive_of_start": False}, [1, 2, 3]),
        ((0, 10), {"inclusive_of_start": False}, [1, 2, 3]),
        ((-5, 10), {}, [1, 2, 3]),
        ((-5, 10), {"inclusive_of_start": False}, [1, 2, 3]),
        ((4, 10), {}, []),
        ((1, 0), {}, []),
        ((1, 0), {"topics": ["topic1"]}, []),
        ((1, -1), {}, []),
        ((1, 10, 2, ["topic2"]), {}, [2]),
        ((1, 1), {"topics": {"topic2", "topic3"}}, [2]),
        ((1, 10), {"stop": 0}, []),
        ((1, 10), {"stop": -1}, []),
        ((1, 10), {"stop": 99}, [1, 2, 3]),
        ((1, 10), {"topics": ["unknown"]}, []),
    ],
)
def test_selecting_notifications(
    application_recorder: Any, args: Any, kwargs: Any, expected: list[int]
):
    """B5, B6: the worked cases and the edges."""
    application_recorder.insert_events([event(n, f"topic{n}") for n in (1, 2, 3)])

    assert ids(application_recorder.select_notifications(*args, **kwargs)) == expected


def test_notification_is_the_event_with_its_position(application_recorder: Any):
    """O2: counted from 1, in the order of recording."""
    application_recorder.insert_events([event(5), event(3)])

    (_, last) = application_recorder.select_notifications(None, 10)

    assert last == Notification(ID, 3, "topic", b"state", 2)


def test_max_notification_id_is_the_last_one(application_recorder: Any):
    """D6: `None` when there are no events."""
    before = application_recorder.max_notification_id()
    application_recorder.insert_events([event(1), event(2)])

    assert (before, application_recorder.max_notification_id()) == (None, 2)


def test_many_threads_writing_and_reading(application_recorder: Any):
    """B7, D3, D4: readers see whole calls, and the IDs of one call are consecutive."""
    blocks: list[Sequence[int]] = []
    is_done = threading.Event()
    errors: list[Exception] = []

    def write() -> None:
        for _ in range(20):
            originator_id = uuid4()
            events = [event(n, originator_id=originator_id) for n in range(50)]
            blocks.append(application_recorder.insert_events(events))

    def read() -> None:
        try:
            while not is_done.is_set():
                greatest = application_recorder.max_notification_id() or 0
                selected = ids(application_recorder.select_notifications(None, 10_000))
                assert selected == list(range(1, len(selected) + 1))
                assert len(selected) >= greatest
                assert len(selected) % 50 == 0
        except Exception as error:
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    writers = [threading.Thread(target=write) for _ in range(10)]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    is_done.set()
    for thread in readers:
        thread.join()

    assert errors == []
    assert all(list(block) == list(range(block[0], block[0] + 50)) for block in blocks)
    assert sorted(block[0] for block in blocks) == list(range(1, 10001, 50))


# Listening.


def test_listeners_are_set_after_each_insert(application_recorder: Any):
    """O7: when what was inserted can be selected."""
    seen = []

    class Listener:
        def set(self) -> None:
            seen.append(application_recorder.max_notification_id())

    application_recorder.listen(Listener())
    application_recorder.insert_events([event(1)])
    application_recorder.insert_events([event(2), event(3)])

    assert seen == [1, 3]


def test_insert_that_stores_nothing_sets_no_listener(application_recorder: Any):
    """O7: neither a refused one nor an empty one."""
    listener = threading.Event()
    application_recorder.insert_events([event(1)])
    application_recorder.listen(listener)

    application_recorder.insert_events([])
    with pytest.raises(IntegrityError):
        application_recorder.insert_events([event(1)])

    assert not listener.is_set()


def test_unlistening_ends_it(application_recorder: Any):
    """O7: others still listen; doing it again is harmless."""
    one, other = threading.Event(), threading.Event()
    application_recorder.listen(one)
    application_recorder.listen(other)

    application_recorder.unlisten(one)
    application_recorder.unlisten(one)
    application_recorder.insert_events([event(1)])

    assert (one.is_set(), other.is_set()) == (False, True)


def test_listening_twice_counts_once(application_recorder: Any):
    """O7: one `unlisten()` ends it."""
    listener = threading.Event()
    application_recorder.listen(listener)
    application_recorder.listen(listener)

    application_recorder.unlisten(listener)
    application_recorder.insert_events([event(1)])

    assert not listener.is_set()


def test_listeners_may_come_and_go_while_they_are_set(application_recorder: Any):
    """J6: the recorder does not stumble over that."""
    others = [threading.Event() for _ in range(3)]

    class Listener:
        def set(self) -> None:
            application_recorder.unlisten(self)
            for other in others:
                application_recorder.listen(other)

    application_recorder.listen(Listener())
    application_recorder.insert_events([event(1)])
    application_recorder.insert_events([event(2)])

    assert all(other.is_set() for other in others)


# Tracking.


def test_nothing_is_tracked_at_first(tracking_recorder: Any):
    """Y5: `None`."""
    assert tracking_recorder.max_tracking_id("upstream") is None
    assert tracking_recorder.has_tracking_id("upstream", 1) is False
    assert tracking_recorder.has_tracking_id("upstream", None) is True


@pytest.mark.parametrize("notification_id", [5, 4, 1, 0])
def test_id_that_is_not_greater_is_refused(tracking_recorder: Any, notification_id: int):
    """Y2, Y3: and the greatest one is kept."""
    tracking_recorder.insert_tracking(Tracking("upstream", 5))

    with pytest.raises(IntegrityError) as info:
        tracking_recorder.insert_tracking(Tracking("upstream", notification_id))

    assert str(info.value) == (
        f"Tracking notification ID {notification_id} not greater than current max tracking ID 5"
    )
    assert tracking_recorder.max_tracking_id("upstream") == 5


def test_different_names_are_independent(tracking_recorder: Any):
    """Y2: each upstream application has its own greatest ID."""
    tracking_recorder.insert_tracking(Tracking("one", 5))
    tracking_recorder.insert_tracking(Tracking("other", 3))

    assert tracking_recorder.max_tracking_id("one") == 5
    assert tracking_recorder.max_tracking_id("other") == 3


def test_events_and_tracking_are_stored_together():
    """Y1: also without events."""
    recorder = POPOProcessRecorder()

    recorder.insert_events([event(1)], tracking=Tracking("upstream", 1))
    recorder.insert_events([], tracking=Tracking("upstream", 2))

    assert recorder.max_notification_id() == 1
    assert recorder.max_tracking_id("upstream") == 2


def test_tracking_conflict_stores_no_events():
    """Y1, O6: both or neither."""
    recorder = POPOProcessRecorder()
    recorder.insert_tracking(Tracking("upstream", 1))

    with pytest.raises(IntegrityError):
        recorder.insert_events([event(1)], tracking=Tracking("upstream", 1))

    assert recorder.select_events(ID) == []


def test_event_conflict_stores_no_tracking():
    """Y1, O6: both or neither."""
    recorder = POPOProcessRecorder()
    recorder.insert_events([event(1)])

    with pytest.raises(IntegrityError):
        recorder.insert_events([event(1)], tracking=Tracking("upstream", 1))

    assert recorder.max_tracking_id("upstream") is None


# Subclasses.


class CountingView(POPOTrackingRecorder):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def increment(self, tracking: Tracking) -> None:
        with self._database_lock:
            self._assert_tracking_uniqueness(tracking)
            self._insert_tracking(tracking)
            self.count += 1


def test_view_changes_its_state_together_with_its_tracking():
    """O9: exactly once for each notification."""
    view = CountingView()
    view.increment(Tracking("upstream", 1))

    with pytest.raises(IntegrityError):
        view.increment(Tracking("upstream", 1))

    assert (view.count, view.max_tracking_id("upstream")) == (1, 1)


class AuditingRecorder(POPOApplicationRecorder):
    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, int, Any]] = []

    def _assert_uniqueness(self, stored_events: Any, **kwargs: Any) -> None:
        self.calls.append(("assert", len(stored_events), kwargs))
        super()._assert_uniqueness(stored_events, **kwargs)

    def _update_table(self, stored_events: Any, **kwargs: Any) -> Any:
        self.calls.append(("update", len(self._stored_events), kwargs))
        return super()._update_table(stored_events, **kwargs)


def test_hooks_for_events_are_called_with_what_was_given():
    """O1: `_assert_uniqueness()`, then `_update_table()`, with the keywords."""
    recorder = AuditingRecorder()

    assert recorder.insert_events([event(1)], colour="green") == [1]

    assert recorder.calls == [
        ("assert", 1, {"colour": "green"}),
        ("update", 0, {"colour": "green"}),
    ]


class Base:
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.is_initialised = True


class MixedFirst(Base, POPOProcessRecorder):
    pass


class MixedLast(POPOProcessRecorder, Base):
    pass


@pytest.mark.parametrize("recorder_class", [MixedFirst, MixedLast])
def test_recorders_mix_with_other_bases(recorder_class: type[Any]):
    """B8: constructors are cooperative, in any order."""
    recorder = recorder_class()

    assert recorder.is_initialised
    assert recorder.insert_events([event(1)]) == [1]
