"""What type checkers say about applications with dynamic consistency boundaries."""

# A `type: ignore` marks an error for both checkers: each complains about one that it does not need.
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import Any, assert_type

from eventsourcing.dcb.api import AsyncDCBRecorder, AsyncDCBSubscription, DCBSequencedEvent
from eventsourcing.dcb.application import AsyncDCBApplication
from eventsourcing.dcb.domain import EnduringObject, Group, Selector, Slice, Tagged
from eventsourcing.dcb.msgpack import Decision, MessagePackMapper
from eventsourcing.dcb.persistence import AsyncDCBEventStore, DCBMapper


class TakeSeat(Slice[Decision]):
    def __init__(self, seat: str) -> None:
        self.seat = seat

    def consistency_boundary(self) -> Selector:
        return Selector(tags=[self.seat])


class Pair(Group[Decision]):
    def __init__(self, *members: EnduringObject[Decision] | None) -> None:
        self.members = members


async def applications(app: AsyncDCBApplication) -> None:
    assert_type(await app.do(TakeSeat("A1")), TakeSeat)
    await app.do("A1")  # type: ignore[type-var]
    assert_type(app.mapper, DCBMapper[Any])
    assert_type(app.recorder, AsyncDCBRecorder)
    async with app as entered:
        assert_type(entered, AsyncDCBApplication)


async def repositories(app: AsyncDCBApplication) -> None:
    repository = app.repository
    assert_type(await repository.save(TakeSeat("A1")), int)
    assert_type(await repository.advance(TakeSeat("A1")), TakeSeat)
    assert_type(await repository.get("a"), EnduringObject[Any])
    assert_type(await repository.get_many("a", "b"), list[EnduringObject[Any] | None])
    assert_type(await repository.get_group(Pair, "a", "b"), Pair)


async def event_stores(recorder: AsyncDCBRecorder) -> None:
    store = AsyncDCBEventStore(MessagePackMapper(), recorder)
    async for tagged in await store.read(Selector(tags=["A1"]), after=3):
        assert_type(tagged, Tagged[Decision])
    assert_type((await store.read()).head, int | None)
    assert_type(await store.append([], None, 3), int)


async def recorders(recorder: AsyncDCBRecorder) -> None:
    assert_type(await recorder.append([]), int)
    subscription = recorder.subscribe(after=3)
    assert_type(subscription, AsyncDCBSubscription[AsyncDCBRecorder])
    async for event in subscription:
        assert_type(event, DCBSequencedEvent)
    assert_type(await subscription.next_batch(5), list[DCBSequencedEvent])
