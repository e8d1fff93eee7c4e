"""What the recorder interfaces themselves do: contract B8-B11."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_async import Event, sleep, spawn
from eventsourcing._concurrency.signals_async import Interruption, Signal
from eventsourcing.persistence import (
    AsyncAggregateRecorder,
    AsyncApplicationRecorder,
    AsyncProcessRecorder,
    AsyncRecorder,
    AsyncTrackingRecorder,
    Notification,
    StoredEvent,
    Tracking,
    WaitInterruptedError,
)
from eventsourcing.persistence import recorders_async as module

EVENTS = {"insert_events", "select_events"}
NOTIFICATIONS = {"select_notifications", "max_notification_id"}


class OldApplicationRecorder(AsyncApplicationRecorder):
    """An adapter that was written before subscriptions existed."""

    async def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        return None

    async def select_events(self, *args: Any, **kwargs: Any) -> Sequence[StoredEvent]:
        return []

    async def select_notifications(self, *args: Any, **kwargs: Any) -> Sequence[Notification]:
        return []

    async def max_notification_id(self) -> int | None:
        return None


class Tracker(AsyncTrackingRecorder):
    """Says that one more notification has been processed each time that it is asked."""

    def __init__(self, max_ids: Sequence[int | None] = ()) -> None:
        super().__init__()
        self.max_ids = list(max_ids)
        self.asked = 0

    async def max_tracking_id(self, application_name: str) -> int | None:
        self.asked += 1
        return self.max_ids.pop(0) if self.max_ids else None


class OldProcessRecorder(OldApplicationRecorder, AsyncProcessRecorder):
    async def max_tracking_id(self, application_name: str) -> int | None:
        return None


@pytest.mark.parametrize(
    ("cls", "names"),
    [
        (AsyncRecorder, set()),
        (AsyncAggregateRecorder, EVENTS),
        (AsyncApplicationRecorder, EVENTS | NOTIFICATIONS),
        (AsyncTrackingRecorder, {"max_tracking_id"}),
        (AsyncProcessRecorder, EVENTS | NOTIFICATIONS | {"max_tracking_id"}),
    ],
)
def test_abstract_methods(cls: Any, names: set[str]) -> None:
    """B9: only these, so that older adapters can be instantiated."""
    assert getattr(cls, "__abstractmethods__", frozenset()) == names


def test_inheritance() -> None:
    """Section 7: which recorder is which."""
    assert issubclass(AsyncAggregateRecorder, AsyncRecorder)
    assert issubclass(AsyncApplicationRecorder, AsyncAggregateRecorder)
    assert issubclass(AsyncTrackingRecorder, AsyncRecorder)
    assert issubclass(AsyncProcessRecorder, AsyncTrackingRecorder)
    assert issubclass(AsyncProcessRecorder, AsyncApplicationRecorder)
    assert not issubclass(AsyncTrackingRecorder, AsyncAggregateRecorder)


def test_constructors_are_cooperative() -> None:
    """B8: third-party recorders mix them with their own bases, in any order."""

    class Base:
        def __init__(self, datastore: str, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.datastore = datastore

    class BaseFirst(Base, OldProcessRecorder):
        pass

    class BaseLast(OldProcessRecorder, Base):
        def __init__(self, datastore: str) -> None:
            super().__init__(datastore=datastore)

    assert BaseFirst("a").datastore == "a"
    assert BaseLast("b").datastore == "b"
    assert OldProcessRecorder()


def test_subscribing_is_not_supported_by_default() -> None:
    """B9: the error names the recorder."""
    with pytest.raises(NotImplementedError) as caught:
        OldApplicationRecorder().subscribe()
    assert str(caught.value) == (
        "The OldApplicationRecorder recorder does not support subscriptions"
    )


async def test_inserting_tracking_is_not_supported_by_default() -> None:
    """B9: the error names the recorder."""
    with pytest.raises(NotImplementedError, match="OldProcessRecorder"):
        await OldProcessRecorder().insert_tracking(Tracking("upstream", 1))


@pytest.mark.parametrize(
    ("max_id", "notification_id", "expected"),
    [(None, 1, False), (None, 0, False), (5, 4, True), (5, 5, True), (5, 6, False), (0, 0, True)],
)
async def test_what_has_been_processed(max_id: Any, notification_id: int, expected: bool) -> None:
    """B10: what is not greater than the greatest tracked ID."""
    assert await Tracker([max_id]).has_tracking_id("upstream", notification_id) is expected


async def test_none_has_always_been_processed() -> None:
    """B10: without asking."""
    tracker = Tracker()
    assert await tracker.has_tracking_id("upstream", None) is True
    assert tracker.asked == 0


# Waiting


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that goes on only by pausing; the pauses that were made."""
    made: list[float] = []

    async def wait_at_most(self: Signal, seconds: float | None) -> bool:
        made.append(seconds or 0.0)
        return False

    monkeypatch.setattr(module, "monotonic", lambda: 1000.0 + sum(made))
    monkeypatch.setattr(Signal, "wait_at_most", wait_at_most)
    return made


@pytest.mark.parametrize("interruptible", [False, True])
async def test_polling_slows_down(pauses: list[float], interruptible: bool) -> None:
    """B11, issue 5.7: 2 milliseconds, doubling to at most 0.1 seconds, never past the deadline."""
    interrupt = Event() if interruptible else None
    with pytest.raises(TimeoutError):
        await Tracker().wait("upstream", 1, timeout=0.276, interrupt=interrupt)
    expected = [0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.1, 0.05]
    assert pauses == pytest.approx(expected)


async def test_default_timeout(pauses: list[float]) -> None:
    """Section 7: one second."""
    with pytest.raises(TimeoutError) as caught:
        await Tracker().wait("upstream", 7)
    assert sum(pauses) == pytest.approx(1.0)
    assert str(caught.value) == (
        "Timed out waiting for notification 7 from application 'upstream' to be processed"
    )


async def test_waiting_ends_as_soon_as_it_is_seen(pauses: list[float]) -> None:
    """B11: returns when `has_tracking_id()` is true."""
    tracker = Tracker([None, 1, 1, 2, 3])
    await tracker.wait("upstream", 2, timeout=60)
    assert tracker.asked == 4  # twice before the first pause: before and after it listens
    assert pauses == pytest.approx([0.002, 0.004])


async def test_no_time_is_no_pause(pauses: list[float]) -> None:
    """B11 [fix]: `timeout=0` asks once and does not sleep."""
    tracker = Tracker()
    with pytest.raises(TimeoutError):
        await tracker.wait("upstream", 1, timeout=0)
    assert (tracker.asked, pauses) == (1, [])


async def test_processed_wins_over_interrupted(pauses: list[float]) -> None:
    """B11: it is checked before anything else."""
    interrupt = Event()
    interrupt.set()
    await Tracker([1]).wait("upstream", 1, timeout=0, interrupt=interrupt)
    await Tracker().wait("upstream", None, timeout=0, interrupt=interrupt)
    assert pauses == []


async def test_interrupted_wins_over_time(pauses: list[float]) -> None:
    """B11: a set interrupt is WaitInterruptedError, without a pause."""
    interrupt = Event()
    interrupt.set()
    with pytest.raises(WaitInterruptedError):
        await Tracker().wait("upstream", 1, timeout=0, interrupt=interrupt)
    assert pauses == []


async def test_interrupt_wakes_who_waits() -> None:
    """B11: without waiting for the end of the pause."""
    interrupt = Event()

    async def wait() -> None:
        await Tracker().wait("upstream", 1, timeout=60, interrupt=interrupt)

    waiting = spawn(wait)
    interrupt.set()
    assert await waiting.join(60)
    assert isinstance(waiting.error, WaitInterruptedError)


async def test_an_interruption_wakes_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """B11, issue 5.7: that of a runner, at once."""
    monkeypatch.setattr(module, "_FIRST_POLL_SECONDS", 600.0)
    monkeypatch.setattr(module, "_LONGEST_POLL_SECONDS", 600.0)
    interrupt = Interruption()

    async def wait() -> None:
        await Tracker().wait("upstream", 1, timeout=60, interrupt=interrupt)

    waiting = spawn(wait)
    await sleep(0)
    interrupt.set()
    assert await waiting.join(60)
    assert isinstance(waiting.error, WaitInterruptedError)


async def test_who_waits_is_told_that_something_was_tracked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Issue 5.7: without polling."""
    monkeypatch.setattr(module, "_FIRST_POLL_SECONDS", 600.0)
    monkeypatch.setattr(module, "_LONGEST_POLL_SECONDS", 600.0)
    tracker = Tracker([None, None, None, 1])

    async def wait() -> None:
        await tracker.wait("upstream", 1, timeout=60)

    waiting = spawn(wait)
    while not waiting.done():
        tracker.tell_tracking_listeners()
        await sleep(0.001)
    assert waiting.error is None
    assert tracker.asked == 4


async def test_who_is_told_too_often_does_not_ask_every_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Issue 5.7: not more often than needed, when the way is long."""
    slept: list[float] = []

    async def pause(seconds: float) -> None:
        slept.append(seconds)

    async def wait_at_most(self: Signal, seconds: float | None) -> bool:
        return True

    monkeypatch.setattr(module, "sleep", pause)
    monkeypatch.setattr(Signal, "wait_at_most", wait_at_most)
    await Tracker([None] * 20 + [1]).wait("upstream", 1, timeout=60)
    assert len(slept) == 14


async def test_a_wait_that_is_over_listens_no_longer() -> None:
    """Issue 5.8: whether it succeeds or not."""
    tracker = Tracker([None, None, 1])
    await tracker.wait("upstream", 1, timeout=60)
    with pytest.raises(TimeoutError):
        await tracker.wait("upstream", 1, timeout=0.001)
    assert vars(tracker)["_tracking_listeners"]._listeners == {}


async def test_subclasses_decide_what_has_been_processed(pauses: list[float]) -> None:
    """B10, B11: `wait()` asks `has_tracking_id()`, which adapters override."""

    class Exact(Tracker):
        async def has_tracking_id(self, application_name: str, notification_id: int | None) -> bool:
            return notification_id == 3

    await Exact().wait("upstream", 3)
    with pytest.raises(TimeoutError):
        await Exact().wait("upstream", 2)
