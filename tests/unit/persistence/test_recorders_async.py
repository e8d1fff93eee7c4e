"""What the recorder interfaces themselves do: contract B8-B11."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_async import Event, spawn
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

    async def pause(seconds: float) -> None:
        made.append(seconds)

    async def wait_event(event: Any, timeout: float) -> bool:
        made.append(timeout)
        return False

    monkeypatch.setattr(module, "monotonic", lambda: 1000.0 + sum(made))
    monkeypatch.setattr(module, "sleep", pause)
    monkeypatch.setattr(module, "wait_event", wait_event)
    return made


@pytest.mark.parametrize("interruptible", [False, True])
async def test_polling_slows_down(pauses: list[float], interruptible: bool) -> None:
    """B11: 0.1 seconds, doubling to at most 0.8, never past the deadline."""
    interrupt = Event() if interruptible else None
    with pytest.raises(TimeoutError):
        await Tracker().wait("upstream", 1, timeout=3.5, interrupt=interrupt)
    assert pauses == pytest.approx([0.1, 0.2, 0.4, 0.8, 0.8, 0.8, 0.4])


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
    tracker = Tracker([None, 1, 2, 3])
    await tracker.wait("upstream", 2, timeout=10)
    assert tracker.asked == 3
    assert pauses == pytest.approx([0.1, 0.2])


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
    assert await waiting.join(30)
    assert isinstance(waiting.error, WaitInterruptedError)


async def test_subclasses_decide_what_has_been_processed(pauses: list[float]) -> None:
    """B10, B11: `wait()` asks `has_tracking_id()`, which adapters override."""

    class Exact(Tracker):
        async def has_tracking_id(self, application_name: str, notification_id: int | None) -> bool:
            return notification_id == 3

    await Exact().wait("upstream", 3)
    with pytest.raises(TimeoutError):
        await Exact().wait("upstream", 2)
