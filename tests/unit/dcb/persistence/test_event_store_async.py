"""The event store of decisions: contract C50."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.dcb.api import (
    AsyncDCBRecorder,
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
)
from eventsourcing.dcb.domain import Selector, Tagged
from eventsourcing.dcb.msgpack import Decision, MessagePackMapper
from eventsourcing.dcb.persistence import (
    AsyncDCBEventStore,
    AsyncDCBInfrastructureFactory,
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
def recorder() -> AsyncDCBRecorder:
    env = {"PERSISTENCE_MODULE": "eventsourcing.dcb.popo"}
    factory: Any = AsyncDCBInfrastructureFactory.construct(env)
    created: AsyncDCBRecorder = factory.dcb_recorder()
    return created


@pytest.fixture
def store(recorder: AsyncDCBRecorder) -> AsyncDCBEventStore[Decision]:
    return AsyncDCBEventStore(MessagePackMapper(), recorder)


async def read(store: AsyncDCBEventStore[Decision], *args: Any, **kwargs: Any) -> list[Any]:
    selected: list[Any] = []
    async for tagged in await store.read(*args, **kwargs):
        selected.append(tagged)
    return selected


OPENED = Tagged[Decision](["a", "b"], Opened("x"))
CLOSED = Tagged[Decision](["b"], Closed())


async def test_decisions_come_back(store: AsyncDCBEventStore[Decision]) -> None:
    """C50: with their tags, in the order of their positions."""
    assert await store.append([OPENED, CLOSED]) == 2
    assert await store.append([CLOSED]) == 3

    assert await read(store) == [OPENED, CLOSED, CLOSED]


async def test_decisions_are_stored_by_topic(
    store: AsyncDCBEventStore[Decision], recorder: AsyncDCBRecorder
) -> None:
    """C50, C60: what the mapper makes of them."""
    await store.append([OPENED])

    async for sequenced in await recorder.read():
        assert sequenced.event.type == get_topic(Opened)
        assert sequenced.event.tags == ["a", "b"]


async def test_boundaries_select(store: AsyncDCBEventStore[Decision]) -> None:
    """C50: one selector or several, of classes and tags, after a position."""
    await store.append([OPENED, CLOSED])

    assert await read(store, Selector(types=[Opened])) == [OPENED]
    assert await read(store, Selector(tags=["b"])) == [OPENED, CLOSED]
    assert await read(store, [Selector([Closed]), Selector(tags=["a"])]) == [OPENED, CLOSED]
    assert await read(store, Selector(tags=["b"]), after=1) == [CLOSED]
    assert await read(store, []) == [OPENED, CLOSED]


async def test_head_of_a_response(store: AsyncDCBEventStore[Decision]) -> None:
    """C50: that of the recorder's response."""
    assert (await store.read()).head is None

    await store.append([OPENED, CLOSED])

    assert (await store.read(Selector(types=[Opened]))).head == 2


async def test_appending_nothing(store: AsyncDCBEventStore[Decision]) -> None:
    """C50, C65: returns 0, whatever the boundary; the recorder is not called."""
    await store.append([OPENED])

    assert await store.append([]) == 0
    assert await store.append([], [], None) == 0


async def test_boundary_and_position_make_a_condition(
    store: AsyncDCBEventStore[Decision],
) -> None:
    """C50: what is recorded within the boundary after the position is a conflict."""
    boundary = Selector(types=[Opened], tags=["a"])
    await store.append([OPENED], boundary)

    with pytest.raises(IntegrityError):
        await store.append([OPENED], boundary)
    with pytest.raises(IntegrityError):
        await store.append([OPENED], boundary, 0)
    assert await store.append([OPENED], boundary, 1) == 2
    assert await store.append([CLOSED], [Selector(types=[Closed])], 0) == 3


async def test_empty_boundary_is_that_of_everything(
    store: AsyncDCBEventStore[Decision],
) -> None:
    """C50: so is a position without a boundary; neither means no condition."""
    await store.append([OPENED], [])

    for cb, after in (([], None), ([], 0), (None, 0)):
        with pytest.raises(IntegrityError):
            await store.append([OPENED], cb, after)
    assert await store.append([OPENED], None, 1) == 2
    assert await store.append([OPENED]) == 3


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


async def test_classes_may_be_subscripted(recorder: AsyncDCBRecorder) -> None:
    """Preamble: at run time, too."""

    class PlainMapper(DCBMapper[Decision]):
        def to_dcb_event(self, event: Tagged[Decision]) -> DCBEvent:
            return DCBEvent("t", b"", event.tags)

        def to_domain_event(self, event: DCBEvent) -> Tagged[Decision]:
            return Tagged(event.tags, Closed())

    store = AsyncDCBEventStore[Decision](PlainMapper(), recorder)
    await store.append([CLOSED])

    assert await read(store) == [CLOSED]
