"""The event store: contract Z1, Z2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing.persistence import (
    AsyncAggregateRecorder,
    AsyncEventStore,
    IntegrityError,
    JSONTranscoder,
    Mapper,
    Notification,
    Recording,
    StoredEvent,
    TranscodingNotRegisteredError,
)
from tests.unit.persistence.event_kinds import PlainEvent

ID = uuid4()


class FakeRecorder(AsyncAggregateRecorder):
    """Remembers how it was called, and returns what it was told to."""

    def __init__(self, ids: Any = None, selected: Sequence[StoredEvent] = ()) -> None:
        self.ids = ids
        self.selected = selected
        self.calls: list[Any] = []

    async def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        self.calls.append((stored_events, kwargs))
        if isinstance(self.ids, Exception):
            raise self.ids
        return self.ids  # type: ignore[no-any-return]

    async def select_events(
        self, originator_id: UUID | str, **kwargs: Any
    ) -> Sequence[StoredEvent]:
        self.calls.append((originator_id, kwargs))
        return self.selected


class CountingMapper(Mapper[Any]):
    """Counts the events that it has read."""

    read = 0

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        self.read += 1
        return super().to_domain_event(stored_event)


def make_events(count: int) -> list[Any]:
    return [
        PlainEvent(originator_id=ID, originator_version=version, number=version)
        for version in range(1, count + 1)
    ]


@pytest.fixture
def mapper() -> CountingMapper:
    return CountingMapper(JSONTranscoder())


def test_attributes(mapper: CountingMapper) -> None:
    """Z2: `mapper` and `recorder`, given by keyword or in this order."""
    recorder = FakeRecorder()
    for store in (
        AsyncEventStore(mapper, recorder),
        AsyncEventStore(recorder=recorder, mapper=mapper),
    ):
        assert (store.mapper, store.recorder) == (mapper, recorder)


def test_may_be_subscripted(mapper: CountingMapper) -> None:
    """Section 11: generic in the type of the IDs."""
    assert type(AsyncEventStore[UUID](mapper, FakeRecorder())) is AsyncEventStore


async def test_events_are_inserted_in_one_call(mapper: CountingMapper) -> None:
    """Z1: all of them, mapped, with the keywords."""
    recorder = FakeRecorder(ids=[4, 5])
    events = make_events(2)
    await AsyncEventStore(mapper, recorder).put(events, tracking="tracking", more=1)
    expected = [mapper.to_stored_event(event) for event in events]
    assert recorder.calls == [(expected, {"tracking": "tracking", "more": 1})]


async def test_events_are_paired_with_their_ids(mapper: CountingMapper) -> None:
    """Z1: recordings in the order of the events."""
    events = make_events(2)
    recordings = await AsyncEventStore(mapper, FakeRecorder(ids=(4, 5))).put(events)
    assert recordings == [
        Recording(
            event,
            Notification(ID, event.originator_version, stored.topic, stored.state, id_),
        )
        for event, stored, id_ in zip(
            events, map(mapper.to_stored_event, events), (4, 5), strict=True
        )
    ]
    assert all(recording.domain_event in events for recording in recordings)


@pytest.mark.parametrize("ids", [None, [], ()])
async def test_no_ids_are_no_recordings(mapper: CountingMapper, ids: Any) -> None:
    """Z1: as from aggregate recorders."""
    assert await AsyncEventStore(mapper, FakeRecorder(ids=ids)).put(make_events(2)) == []


@pytest.mark.parametrize("ids", [[1], [1, 2, 3]])
async def test_wrong_number_of_ids(mapper: CountingMapper, ids: Any) -> None:
    """Z1: a recorder that returns another number is broken, and the error says the numbers."""
    with pytest.raises(AssertionError, match=f"{len(ids)} notification IDs for 2 events"):
        await AsyncEventStore(mapper, FakeRecorder(ids=ids)).put(make_events(2))


async def test_nothing_is_put_too(mapper: CountingMapper) -> None:
    """Z1, B2: the recorder is called, because there may be a tracking record."""
    recorder = FakeRecorder(ids=[])
    assert await AsyncEventStore(mapper, recorder).put([], tracking=1) == []
    assert recorder.calls == [([], {"tracking": 1})]


async def test_errors_of_the_recorder_propagate(mapper: CountingMapper) -> None:
    """Z1: as they are, after one call."""
    recorder = FakeRecorder(ids=IntegrityError("conflict"))
    with pytest.raises(IntegrityError, match="conflict"):
        await AsyncEventStore(mapper, recorder).put(make_events(1))
    assert len(recorder.calls) == 1


async def test_nothing_is_inserted_when_one_event_cannot_be_mapped(mapper: CountingMapper) -> None:
    """Z1: all events are mapped before the recorder is called."""
    recorder = FakeRecorder()
    events = [*make_events(1), PlainEvent(originator_id=ID, originator_version=2, bad=object())]
    with pytest.raises(TranscodingNotRegisteredError):
        await AsyncEventStore(mapper, recorder).put(events)
    assert recorder.calls == []


async def test_events_are_selected_in_one_call(mapper: CountingMapper) -> None:
    """Z2: with the range."""
    recorder = FakeRecorder()
    events = await AsyncEventStore(mapper, recorder).get(ID, gt=1, lte=2, desc=True, limit=3)
    assert list(events) == []
    assert recorder.calls == [(ID, {"gt": 1, "lte": 2, "desc": True, "limit": 3})]


async def test_range_may_be_positional(mapper: CountingMapper) -> None:
    """Z2, J2 [9.2]: gt, lte, desc, limit."""
    recorder = FakeRecorder()
    await AsyncEventStore(mapper, recorder).get(ID, 1, 2, True, 3)
    assert recorder.calls == [(ID, {"gt": 1, "lte": 2, "desc": True, "limit": 3})]


async def test_events_are_mapped_while_they_are_iterated(mapper: CountingMapper) -> None:
    """Z2: the iterator is lazy, and for one use."""
    events = make_events(3)
    recorder = FakeRecorder(selected=[mapper.to_stored_event(event) for event in events])
    iterator = await AsyncEventStore(mapper, recorder).get(ID)
    assert isinstance(iterator, Iterator)
    assert mapper.read == 0
    assert next(iterator) == events[0]
    assert mapper.read == 1
    assert list(iterator) == events[1:]
    assert list(iterator) == []
