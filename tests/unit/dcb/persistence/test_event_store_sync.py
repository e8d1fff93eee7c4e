# Generated from test_event_store_async.py by tools/async_to_sync.py: do not edit.
"""The event store of decisions: contract C50."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBRecorder,
)
from eventsourcing.dcb.domain import Selector, Tagged
from eventsourcing.dcb.msgpack import Decision, MessagePackMapper
from eventsourcing.dcb.persistence import (
    DCBEventStore,
    DCBInfrastructureFactory,
    DCBMapper,
    make_condition,
    make_query,
)
from eventsourcing.persistence import IntegrityError
from eventsourcing.utils import get_topic


class Opened(Decision):
    name: str


class Closed(Decision):
    pass


@pytest.fixture
def recorder() -> DCBRecorder:
    env = {"PERSISTENCE_MODULE": "eventsourcing.dcb.popo"}
    factory: Any = DCBInfrastructureFactory.construct(env)
    created: DCBRecorder = factory.dcb_recorder()
    return created


@pytest.fixture
def store(recorder: DCBRecorder) -> DCBEventStore[Decision]:
    return DCBEventStore(MessagePackMapper(), recorder)


def read(store: DCBEventStore[Decision], *args: Any, **kwargs: Any) -> list[Any]:
    selected: list[Any] = []
    for tagged in store.read(*args, **kwargs):
        selected.append(tagged)
    return selected


OPENED = Tagged[Decision](["a", "b"], Opened("x"))
CLOSED = Tagged[Decision](["b"], Closed())


def test_decisions_come_back(store: DCBEventStore[Decision]) -> None:
    """C50: with their tags, in the order of their positions."""
    assert store.append([OPENED, CLOSED]) == 2
    assert store.append([CLOSED]) == 3

    assert read(store) == [OPENED, CLOSED, CLOSED]


def test_decisions_are_stored_by_topic(
    store: DCBEventStore[Decision], recorder: DCBRecorder
) -> None:
    """C50, C60: what the mapper makes of them."""
    store.append([OPENED])

    for sequenced in recorder.read():
        assert sequenced.event.type == get_topic(Opened)
        assert sequenced.event.tags == ["a", "b"]


def test_boundaries_select(store: DCBEventStore[Decision]) -> None:
    """C50: one selector or several, of classes and tags, after a position."""
    store.append([OPENED, CLOSED])

    assert read(store, Selector(types=[Opened])) == [OPENED]
    assert read(store, Selector(tags=["b"])) == [OPENED, CLOSED]
    assert read(store, [Selector([Closed]), Selector(tags=["a"])]) == [OPENED, CLOSED]
    assert read(store, Selector(tags=["b"]), after=1) == [CLOSED]
    assert read(store, []) == [OPENED, CLOSED]


def test_head_of_a_response(store: DCBEventStore[Decision]) -> None:
    """C50: that of the recorder's response."""
    assert store.read().head is None

    store.append([OPENED, CLOSED])

    assert store.read(Selector(types=[Opened])).head == 2


def test_appending_nothing(store: DCBEventStore[Decision]) -> None:
    """C50, C65: returns 0, whatever the boundary; the recorder is not called."""
    store.append([OPENED])

    assert store.append([]) == 0
    assert store.append([], [], None) == 0


def test_boundary_and_position_make_a_condition(
    store: DCBEventStore[Decision],
) -> None:
    """C50: what is recorded within the boundary after the position is a conflict."""
    boundary = Selector(types=[Opened], tags=["a"])
    store.append([OPENED], boundary)

    with pytest.raises(IntegrityError):
        store.append([OPENED], boundary)
    with pytest.raises(IntegrityError):
        store.append([OPENED], boundary, 0)
    assert store.append([OPENED], boundary, 1) == 2
    assert store.append([CLOSED], [Selector(types=[Closed])], 0) == 3


def test_empty_boundary_is_that_of_everything(
    store: DCBEventStore[Decision],
) -> None:
    """C50: so is a position without a boundary; neither means no condition."""
    store.append([OPENED], [])

    for cb, after in (([], None), ([], 0), (None, 0)):
        with pytest.raises(IntegrityError):
            store.append([OPENED], cb, after)
    assert store.append([OPENED], None, 1) == 2
    assert store.append([OPENED]) == 3


def test_topics_of_decisions_make_a_query() -> None:
    """C50: classes become topics; nothing matches everything."""
    selectors = [Selector([Opened, Closed], ("a",)), Selector()]

    assert make_query(selectors) == DCBQuery(
        [DCBQueryItem([get_topic(Opened), get_topic(Closed)], ["a"]), DCBQueryItem()]
    )
    assert make_query(selectors[0]) == DCBQuery(make_query(selectors).items[:1])
    assert make_query(None) == make_query([]) == DCBQuery()


def test_neither_boundary_nor_position_makes_no_condition() -> None:
    """C50: then the append is unconditional."""
    assert make_condition(None, None) is None
    assert make_condition([], None) == DCBAppendCondition(DCBQuery(), None)
    assert make_condition(None, 3) == DCBAppendCondition(DCBQuery(), 3)


def test_boundary_of_something_else() -> None:
    """C50: the error says what a boundary is made of."""
    wrong: Any = [Opened]

    with pytest.raises(TypeError, match=r"Opened.* cannot be part of a consistency boundary"):
        make_query(wrong)


def test_classes_may_be_subscripted(recorder: DCBRecorder) -> None:
    """Preamble: at run time, too."""

    class PlainMapper(DCBMapper[Decision]):
        def to_dcb_event(self, event: Tagged[Decision]) -> DCBEvent:
            return DCBEvent("t", b"", event.tags)

        def to_domain_event(self, event: DCBEvent) -> Tagged[Decision]:
            return Tagged(event.tags, Closed())

    store = DCBEventStore[Decision](PlainMapper(), recorder)
    store.append([CLOSED])

    assert read(store) == [CLOSED]
