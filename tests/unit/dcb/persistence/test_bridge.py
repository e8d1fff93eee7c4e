"""The asynchronous side of recorders that have only a synchronous one: contract C8-C15."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import pytest

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
    DCBSubscription,
    SimpleDCBReadResponse,
)
from eventsourcing.dcb.persistence import (
    AsyncDCBInfrastructureFactory,
    DCBInfrastructureFactory,
    bridge_read_response,
)
from eventsourcing.dcb.persistence.bridge import BridgeDCBFactory, BridgeDCBRecorder
from eventsourcing.dcb.persistence.bridge_read_response import BridgeDCBReadResponse
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.persistence import ConnectionPoolClosedError, IntegrityError
from eventsourcing.persistence.bridge_base import BridgeRunner

SECONDS = 120


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


async def test_events_are_taken_in_batches(
    recorder: BridgeDCBRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C8, C9: each in one hop to a thread; the first one comes with the head."""
    monkeypatch.setattr(bridge_read_response, "BATCH_SIZE", 3)
    await recorder.append([DCBEvent("t", b"")] * 7)
    hops: list[object] = []
    run = recorder._runner.run

    async def count_and_run(*args: Any) -> Any:
        hops.append(args)
        return await run(*args)

    monkeypatch.setattr(recorder._runner, "run", count_and_run)
    response = await recorder.read()
    assert (response.head, len(hops)) == (7, 1)
    assert [each.position async for each in response] == [1, 2, 3, 4, 5, 6, 7]
    assert len(hops) == 3
    assert [each async for each in response] == []
    assert len(hops) == 3


async def test_a_task_that_is_cancelled_loses_no_events() -> None:
    """C8: what its hop takes is returned to the next one that asks; so is its error."""
    may_go_on = threading.Event()
    runner = BridgeRunner(threads=2)

    def give() -> Iterator[DCBSequencedEvent]:
        may_go_on.wait(SECONDS)
        yield DCBSequencedEvent(DCBEvent("t", b""), 1)
        raise IntegrityError("damaged")

    response = BridgeDCBReadResponse(SimpleDCBReadResponse(give(), 1), runner.run)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(response), 0.01)
    may_go_on.set()
    assert (await anext(response)).position == 1
    for _ in range(2):
        with pytest.raises(IntegrityError, match="damaged"):
            await anext(response)
    await runner.close(lambda: None)


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
