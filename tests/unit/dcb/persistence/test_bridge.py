"""The asynchronous side of recorders that have only a synchronous one: contract C8-C15."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBReadResponse,
    DCBRecorder,
    DCBSubscription,
)
from eventsourcing.dcb.persistence import AsyncDCBInfrastructureFactory, DCBInfrastructureFactory
from eventsourcing.dcb.persistence.bridge import BridgeDCBFactory, BridgeDCBRecorder
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.persistence import ConnectionPoolClosedError, IntegrityError

SECONDS = 20


class OnlySubscribeRecorder(DCBRecorder):
    """A recorder of another package, which can be subscribed to but not listened to."""

    def __init__(self) -> None:
        self.recorder = InMemoryDCBRecorder()
        self.threads: set[str] = set()
        self.subscriptions: list[DCBSubscription[Any]] = []

    def read(self, query: DCBQuery | None = None, **kwargs: Any) -> DCBReadResponse:
        self.threads.add(threading.current_thread().name.rpartition("-")[0])
        return self.recorder.read(query, **kwargs)

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        self.threads.add(threading.current_thread().name.rpartition("-")[0])
        return self.recorder.append(events, condition)

    def subscribe(
        self, query: DCBQuery | None = None, *, after: int | None = None
    ) -> DCBSubscription[Any]:
        self.subscriptions.append(self.recorder.subscribe(query, after=after))
        return self.subscriptions[-1]


class Factory(DCBInfrastructureFactory[Any]):
    """A factory that has only a synchronous side."""

    is_closed: ClassVar[bool]

    def dcb_recorder(self) -> OnlySubscribeRecorder:
        return OnlySubscribeRecorder()

    def close(self) -> None:
        type(self).is_closed = True


@pytest.fixture
async def factory() -> Any:
    Factory.is_closed = False
    topic = f"{__name__}:Factory"
    async with AsyncDCBInfrastructureFactory[Any].construct({"PERSISTENCE_MODULE": topic}) as made:
        yield made


@pytest.fixture
def recorder(factory: BridgeDCBFactory) -> BridgeDCBRecorder:
    return factory.dcb_recorder()


async def test_operations_run_in_threads(recorder: BridgeDCBRecorder) -> None:
    """C8-C10: the event loop is never blocked."""
    assert await recorder.append([DCBEvent("t", b""), DCBEvent("t", b"")]) == 2
    response = await recorder.read(limit=1)

    assert ([each.position async for each in response], response.head) == ([1], 1)
    assert await recorder.head() == 2
    assert recorder._recorder.threads == {"eventsourcing-worker"}


async def test_conflicts_are_raised(recorder: BridgeDCBRecorder) -> None:
    """C10: as the synchronous recorder raises them."""
    await recorder.append([DCBEvent("t", b"")], DCBAppendCondition())

    with pytest.raises(IntegrityError):
        await recorder.append([DCBEvent("t", b"")], DCBAppendCondition())


async def test_subscription_to_a_recorder_that_cannot_be_listened_to(
    recorder: BridgeDCBRecorder,
) -> None:
    """C13: a synchronous subscription is iterated in a thread, which ends with the block."""
    await recorder.append([DCBEvent("t", b"")] * 3)

    async with asyncio.timeout(SECONDS), recorder.subscribe(after=1) as subscription:
        positions = [(await anext(subscription)).position for _ in range(2)]
        await recorder.append([DCBEvent("t", b"")])
        positions.append((await anext(subscription)).position)

    assert positions == [2, 3, 4]
    (forwarded,) = recorder._recorder.subscriptions
    assert forwarded._pull_thread.done()


async def test_closing_closes_the_synchronous_factory(factory: BridgeDCBFactory) -> None:
    """C51: and then nothing more is run."""
    recorder = factory.dcb_recorder()
    await recorder.append([DCBEvent("t", b"")])

    await factory.close()

    assert Factory.is_closed
    with pytest.raises(ConnectionPoolClosedError):
        await recorder.read()


async def test_codecs_are_those_of_the_synchronous_factory(factory: BridgeDCBFactory) -> None:
    """C52: whatever uses them."""
    assert factory.cipher() is None
    assert factory.compressor() is None
    assert type(factory.transcoder()) is type(factory.sync_factory.transcoder())
