"""The in-memory engine of dynamic consistency boundaries: contract C16-C19."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBSequencedEvent,
    Selection,
    SimpleDCBReadResponse,
    plan_selection,
    query_matches,
)
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.dcb.popo import (
    InMemoryDCBFactory,
    InMemoryDCBRecorder,
    InMemorySubscription,
)
from eventsourcing.dcb.popo.event_index import EventIndex


@pytest.fixture
def recorder() -> InMemoryDCBRecorder:
    return InMemoryDCBRecorder()


def test_events_are_an_attribute(recorder: InMemoryDCBRecorder) -> None:
    """C16: a list of sequenced events."""
    recorder.append([DCBEvent("t", b"1", ["a"]), DCBEvent("t", b"2")])

    assert recorder.events == [
        DCBSequencedEvent(DCBEvent("t", b"1", ["a"]), 1),
        DCBSequencedEvent(DCBEvent("t", b"2", []), 2),
    ]


def test_other_kinds_of_bytes_become_bytes(recorder: InMemoryDCBRecorder) -> None:
    """C16, C30: what can be changed is copied."""
    data = bytearray(b"1")
    recorder.append([DCBEvent("t", data)])  # type: ignore[arg-type]

    data[0] = 0

    assert [each.event.data for each in recorder.read()] == [b"1"]


def test_refused_append_leaves_no_gap(recorder: InMemoryDCBRecorder) -> None:
    """C5: positions are contiguous in memory."""
    recorder.append([DCBEvent("t", b"")])
    with pytest.raises(Exception, match="match the condition"):
        recorder.append([DCBEvent("t", b"")], DCBAppendCondition())

    assert recorder.append([DCBEvent("t", b"")]) == 2


def test_listeners_are_set_after_each_append(recorder: InMemoryDCBRecorder) -> None:
    """C17: until they are forgotten; forgetting an unknown one is harmless."""
    event, other = threading.Event(), threading.Event()
    recorder.listen(event)
    recorder.listen(other)
    recorder.unlisten(other)
    recorder.unlisten(other)

    recorder.append([DCBEvent("t", b"")])

    assert (event.is_set(), other.is_set()) == (True, False)


def test_refused_append_sets_no_listener(recorder: InMemoryDCBRecorder) -> None:
    """C17: nothing was recorded."""
    recorder.append([DCBEvent("t", b"")])
    event = threading.Event()
    recorder.listen(event)

    with pytest.raises(Exception, match="match the condition"):
        recorder.append([DCBEvent("t", b"")], DCBAppendCondition())

    assert not event.is_set()


def test_append_succeeds_in_spite_of_a_listener_that_fails(
    recorder: InMemoryDCBRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    """C17: the events are recorded, so the failure of a listener is only logged."""

    class Broken:
        def set(self) -> None:
            raise OSError("broken")

    recorder.listen(Broken())

    assert recorder.append([DCBEvent("t", b"")]) == 1
    assert "could not be told" in caplog.text


def test_listeners_may_come_and_go_while_others_are_set(recorder: InMemoryDCBRecorder) -> None:
    """C17: also from a listener that is just being set."""
    heard = []

    class Once:
        def set(self) -> None:
            heard.append(self)
            recorder.unlisten(self)
            recorder.listen(threading.Event())

    for _ in range(3):
        recorder.listen(Once())
    for _ in range(2):
        recorder.append([DCBEvent("t", b"")])

    assert len(heard) == 3


def test_lock_may_be_taken_by_who_holds_it(recorder: InMemoryDCBRecorder) -> None:
    """C16: one re-entrant lock serialises reads and appends."""
    with recorder._database_lock:
        recorder.append([DCBEvent("t", b"")])
        assert recorder.read().head == 1


def test_subscription_class(recorder: InMemoryDCBRecorder) -> None:
    """C13: the subscription is one of this module."""
    with recorder.subscribe() as subscription:
        assert isinstance(subscription, InMemorySubscription)


def test_factory_gives_empty_recorders() -> None:
    """C19: a new one by each call."""
    factory = DCBInfrastructureFactory[Any].construct(
        {"PERSISTENCE_MODULE": "eventsourcing.dcb.popo"}
    )
    assert isinstance(factory, InMemoryDCBFactory)
    factory.dcb_recorder().append([DCBEvent("t", b"")])

    assert factory.dcb_recorder().head() is None


def test_simple_read_response() -> None:
    """Section 1: over an iterator; the head is optional."""
    event = DCBSequencedEvent(DCBEvent("t", b""), 1)
    response = SimpleDCBReadResponse(iter([event]), head=1)

    assert (list(response), list(response), response.head) == ([event], [], 1)
    assert SimpleDCBReadResponse(iter([])).head is None


# The index


class LookedAt(list[str]):
    """Tags that count how often they are looked at."""

    count = 0

    def __iter__(self) -> Any:
        LookedAt.count += 1
        return super().__iter__()


def select(index: EventIndex, query: DCBQuery, after: int | None = None) -> int:
    """Return how many events were looked at in order to select some."""
    LookedAt.count = 0
    list(index.find(plan_selection(query, after)))
    return LookedAt.count


@pytest.fixture
def index() -> EventIndex:
    index = EventIndex()
    for number in range(1000):
        tags = ["common", f"tag {number % 100}", *(["rare"] if number == 500 else [])]
        index.add(DCBEvent("rare" if number % 250 == 0 else "common", b"", LookedAt(tags)))
    return index


@pytest.mark.parametrize(
    ("item", "at_most"),
    [
        (DCBQueryItem(tags=["tag 7"]), 0),
        (DCBQueryItem(["rare"]), 0),
        (DCBQueryItem(["common"], ["tag 7"]), 0),
        (DCBQueryItem(tags=["common", "tag 7"]), 10),
        (DCBQueryItem(tags=["common", "rare", "tag 0"]), 1),
        (DCBQueryItem(["rare"], ["common"]), 4),
        (DCBQueryItem(tags=["common", "nothing"]), 0),
    ],
)
def test_few_events_are_looked_at(index: EventIndex, item: DCBQueryItem, at_most: int) -> None:
    """C18: those of the rarest type or tag."""
    assert select(index, DCBQuery([item])) <= at_most


def test_events_before_the_position_are_not_looked_at(index: EventIndex) -> None:
    """C18: an append condition looks at what is new."""
    query = DCBQuery([DCBQueryItem(["rare"], ["common"])])

    assert select(index, query, after=999) == 0


def test_what_is_added_after_finding_is_not_found() -> None:
    """C8: positions are those of the events that were there."""
    for query in (None, DCBQuery([DCBQueryItem(["t"])]), DCBQuery([DCBQueryItem(tags=["a"])] * 2)):
        index = EventIndex()
        index.add(DCBEvent("t", b"", ["a"]))
        found = index.find(plan_selection(query))
        index.add(DCBEvent("t", b"", ["a"]))

        assert list(found) == [1]


def test_empty_index_finds_nothing() -> None:
    """C8: whatever it is asked for."""
    assert list(EventIndex().find(Selection())) == []
    query = DCBQuery([DCBQueryItem(["t"], ["a"])])
    assert list(EventIndex().find(plan_selection(query))) == []
    assert not query_matches(query, DCBEvent("u", b""))
