"""What the recorder interface does by itself: contract C14, C68."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import pytest

from eventsourcing.dcb.api import (
    AsyncDCBReadResponse,
    AsyncDCBRecorder,
    AsyncDCBSubscription,
    AsyncSimpleDCBReadResponse,
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBSequencedEvent,
)
from eventsourcing.dcb.persistence import AsyncDCBListenNotifySubscription
from eventsourcing.persistence import ProgrammingError


class AsyncRecorder(AsyncDCBRecorder):
    """A recorder as in another package: it implements what is abstract, and nothing else."""

    def __init__(self) -> None:
        self.events: list[DCBEvent] = []
        self.reads: list[tuple[int | None, int | None]] = []

    async def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> AsyncDCBReadResponse:
        self.reads.append((after, limit))
        types = query.items[0].types if query else []
        everything = [DCBSequencedEvent(event, i) for i, event in enumerate(self.events, start=1)]
        found = [
            each
            for each in everything
            if each.position > (after or 0) and (not types or each.event.type in types)
        ][:limit]
        head = len(everything) if limit is None else len(found) and found[-1].position
        return AsyncSimpleDCBReadResponse(iter(found), head or None)

    async def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        self.events += events
        return len(self.events)

    def subscribe(
        self, query: DCBQuery | None = None, *, after: int | None = None
    ) -> AsyncSubscription[Self]:
        return AsyncSubscription(recorder=self, query=query, after=after)


class AsyncSubscription(AsyncDCBSubscription[Any]):
    """A subscription as in another package: it ends at the end."""

    async def __anext__(self) -> DCBSequencedEvent:
        async for event in await self._recorder.read(
            self._query, after=self._last_position, limit=1
        ):
            self._last_position = event.position
            return event
        raise StopAsyncIteration


@pytest.fixture
def recorder() -> AsyncRecorder:
    return AsyncRecorder()


async def test_head_of_any_recorder(recorder: AsyncRecorder) -> None:
    """C68: by a read that selects nothing."""
    assert await recorder.head() is None

    await recorder.append([DCBEvent("t", b""), DCBEvent("t", b"")])

    assert await recorder.head() == 2
    assert recorder.reads == [(2**63 - 1, None)] * 2


async def test_subscription_of_another_package(recorder: AsyncRecorder) -> None:
    """C68: it calls the constructor of the base class, and uses `_last_position`."""
    await recorder.append([DCBEvent("t", b""), DCBEvent("u", b""), DCBEvent("t", b"")])

    async with recorder.subscribe(DCBQuery([DCBQueryItem(["t"])]), after=1) as subscription:
        positions: list[int] = []
        async for event in subscription:
            positions.append(event.position)

    assert positions == [3]
    assert subscription._has_been_stopped


async def test_life_cycle(recorder: AsyncRecorder) -> None:
    """C14: errors for entering twice, and for leaving without entering."""
    subscription = recorder.subscribe()
    assert subscription.__aiter__() is subscription

    with pytest.raises(ProgrammingError, match="Not already entered subscription context manager"):
        await subscription.__aexit__(None, None, None)
    async with subscription as entered:
        assert entered is subscription
        with pytest.raises(ProgrammingError, match="Already entered subscription context manager"):
            await subscription.__aenter__()
    await subscription.__aexit__(None, None, None)


async def test_machinery_on_a_recorder_of_another_package(recorder: AsyncRecorder) -> None:
    """C15, C68: setting `_has_been_notified` is all that it takes."""
    await recorder.append([DCBEvent("t", b"")])

    async with AsyncDCBListenNotifySubscription(recorder) as subscription:
        assert (await anext(subscription)).position == 1
        await recorder.append([DCBEvent("t", b"")])
        subscription._has_been_notified.set()
        assert (await anext(subscription)).position == 2
        assert subscription._last_position == 2
        assert subscription._thread_error is None
        assert subscription.select_limit == 500


async def test_size_of_batches_must_be_positive(recorder: AsyncRecorder) -> None:
    """C15: else nothing would ever be read."""
    subscription = AsyncDCBListenNotifySubscription(recorder)

    with pytest.raises(ValueError, match="select_limit is 0: at least one event"):
        subscription.select_limit = 0

    subscription.stop()


async def test_selective_subscription_remembers_its_progress(recorder: AsyncRecorder) -> None:
    """C15: events that do not match are not scanned again at each wake-up."""
    await recorder.append([DCBEvent("u", b"")] * 10)

    async with AsyncDCBListenNotifySubscription(
        recorder, DCBQuery([DCBQueryItem(["t"])])
    ) as subscription:
        for _ in range(2):
            await recorder.append([DCBEvent("t", b""), DCBEvent("u", b"")])
            subscription._has_been_notified.set()
            await anext(subscription)

    scans = [after for after, limit in recorder.reads if limit is not None]
    assert all(after is None or after >= 10 for after in scans)


async def test_error_while_reading_is_raised_by_each_following_next(
    recorder: AsyncRecorder,
) -> None:
    """C14: the background error, kept in `_thread_error`."""
    error = OSError("lost")

    async def read(*args: Any, **kwargs: Any) -> Any:
        raise error

    recorder.read = read  # type: ignore[method-assign]
    subscription = AsyncDCBListenNotifySubscription(recorder)

    for _ in range(2):
        with pytest.raises(OSError, match="lost"):
            await anext(subscription)
        subscription.stop()
    assert subscription._thread_error is error


async def test_batches_are_what_was_read(recorder: AsyncRecorder) -> None:
    """C13: waiting for the first event only."""
    await recorder.append([DCBEvent("t", b"")] * 5)

    async with AsyncDCBListenNotifySubscription(recorder) as subscription:
        first = await subscription.next_batch(3)
        second = await subscription.next_batch(3)

    assert [each.position for each in first + second] == [1, 2, 3, 4, 5]
