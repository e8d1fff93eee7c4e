"""Subscriptions for threads: races, abandonment, extension points: contract U3-U9, U12, U13."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest

from eventsourcing._concurrency.primitives_sync import BackgroundTask
from eventsourcing._concurrency.reentrant_event import ReentrantEvent
from eventsourcing.persistence import (
    ListenNotifySubscription,
    Notification,
    ProgrammingError,
    StoredEvent,
    Subscription,
)
from eventsourcing.persistence.feed_cursor import FeedCursor
from eventsourcing.popo import POPOApplicationRecorder, POPOSubscription
from tests.unit.persistence.interleavings import Injection, explore

SECONDS = 120
IN_PULL_THREAD = (
    ListenNotifySubscription._loop_on_pull,
    ListenNotifySubscription._pull_or_fail,
    ListenNotifySubscription._pull,
    ListenNotifySubscription._select_batch,
    FeedCursor.advance,
    FeedCursor.wake_up,
    POPOApplicationRecorder.select_notifications,
)


@pytest.fixture
def recorder() -> POPOApplicationRecorder:
    return POPOApplicationRecorder()


def record(recorder: POPOApplicationRecorder, *topics: str) -> None:
    recorder.insert_events([StoredEvent(uuid4(), 1, topic, b"") for topic in topics])


def take(subscription: Subscription[Any], count: int) -> list[int]:
    """Return the IDs of the next notifications; less if they do not come."""
    with stopped_in_time(subscription):
        return [
            notification.id for _, notification in zip(range(count), subscription, strict=False)
        ]


@contextmanager
def stopped_in_time(subscription: Subscription[Any]) -> Iterator[None]:
    timer = threading.Timer(SECONDS, subscription.stop)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0)


def is_parked(subscription: ListenNotifySubscription[Any]) -> bool:
    """Return whether the reading thread waits until it is notified."""
    return is_waiting(subscription._pull_thread, subscription._has_been_notified)


def is_waiting(thread: BackgroundTask, event: ReentrantEvent) -> bool:
    frame = sys._current_frames().get(thread._thread.ident)
    return frame is not None and frame.f_code is ReentrantEvent.wait.__code__ and not event.is_set()


def wait_until_parked(subscription: ListenNotifySubscription[Any]) -> None:
    wait_until(lambda: is_parked(subscription))


class SmallBufferSubscription(POPOSubscription):
    """Reads one notification at a time, and at most one ahead."""

    def _start_listening(self) -> Callable[[], object]:
        self._cursor.batch_size = 1
        self._max_buffered_batches = 1
        return super()._start_listening()


# Every event is delivered, whenever it is recorded.


@pytest.mark.parametrize("topics", [(), ("a",)])
def test_event_recorded_at_any_line_of_the_first_read_is_delivered(topics: tuple[str, ...]):
    """U7: without needing a later event."""

    def run(line: int) -> bool:
        recorder = POPOApplicationRecorder()
        record(recorder, "a", "b")
        injection = Injection(IN_PULL_THREAD, line, lambda: record(recorder, "a"))
        with injection.in_new_threads():
            subscription = POPOSubscription(recorder, topics=topics)
        with subscription:
            wait_until(lambda: injection.has_happened.is_set() or is_parked(subscription))
            if not injection.has_happened.is_set():
                return False
            expected = [1, 3] if topics else [1, 2, 3]
            assert take(subscription, len(expected)) == expected
        return True

    explore(run, at_least=15)


@pytest.mark.parametrize("topics", [(), ("a",)])
def test_event_recorded_at_any_line_of_a_later_read_is_delivered(topics: tuple[str, ...]):
    """U7: also while what another event has caused is going on."""

    def run(line: int) -> bool:
        recorder = POPOApplicationRecorder()
        injection = Injection(IN_PULL_THREAD, line, lambda: record(recorder, "a"))
        injection.is_armed = False
        with injection.in_new_threads():
            subscription = POPOSubscription(recorder, topics=topics)
        with subscription:
            wait_until_parked(subscription)
            injection.is_armed = True
            record(recorder, "a")
            received = take(subscription, 1)
            wait_until(lambda: injection.has_happened.is_set() or is_parked(subscription))
            if not injection.has_happened.is_set():
                return False
            assert received + take(subscription, 1) == [1, 2]
        return True

    explore(run, at_least=10)


def test_consumer_taking_from_a_full_buffer_at_any_line_gets_everything():
    """U6: the reading thread goes on whenever there is place in the buffer again."""

    def run(line: int) -> bool:
        recorder = POPOApplicationRecorder()
        record(recorder, *"aaaaaa")
        received: list[int] = []
        created: list[POPOSubscription] = []
        has_taken = threading.Event()

        def consume() -> None:
            has_taken.wait()  # one consumer at a time
            if not created[0]._notifications_queue.empty():
                received.append(next(created[0]).id)

        injection = Injection(IN_PULL_THREAD, line, consume)
        injection.is_armed = False
        with injection.in_new_threads():
            subscription = SmallBufferSubscription(recorder)
        created.append(subscription)
        with subscription:
            wait_until_parked(subscription)
            injection.is_armed = True
            received.extend(take(subscription, 1))
            has_taken.set()
            wait_until(lambda: injection.has_happened.is_set() or is_parked(subscription))
            if not injection.has_happened.is_set():
                return False
            received.extend(take(subscription, 6 - len(received)))
            assert received == [1, 2, 3, 4, 5, 6]
        return True

    explore(run, at_least=10)


def test_writers_and_subscribers_racing(recorder: POPOApplicationRecorder):
    """U1: each subscriber gets each event once and in order, whenever it starts."""
    writers = [
        threading.Thread(target=lambda: [record(recorder, "a", "b") for _ in range(100)])
        for _ in range(4)
    ]
    received: list[list[int]] = []

    def subscribe() -> None:
        with recorder.subscribe() as subscription:
            received.append(take(subscription, 800))

    subscribers = [threading.Thread(target=subscribe) for _ in range(8)]
    for pair in zip(subscribers[:4], writers, strict=True):
        for thread in pair:
            thread.start()
    for thread in subscribers[4:]:
        thread.start()
    for thread in writers + subscribers:
        thread.join()

    assert received == [list(range(1, 801))] * 8


class ForgottenSubscription(ListenNotifySubscription[POPOApplicationRecorder]):
    """Is told about nothing."""

    _reread_seconds = 0.001


def test_subscription_that_is_told_nothing_reads_after_some_time(
    recorder: POPOApplicationRecorder,
):
    """J6: a slow periodic re-read covers lost notifications."""
    with ForgottenSubscription(recorder, topics=["a"]) as subscription:
        for id_ in (2, 4, 6):
            record(recorder, "b", "a")
            assert take(subscription, 1) == [id_]


def test_subscription_that_is_told_nothing_can_be_stopped_and_abandoned(
    recorder: POPOApplicationRecorder,
):
    """U3, U9: at any time between two reads."""
    for number in range(200):
        subscription = ForgottenSubscription(recorder)
        thread = subscription._pull_thread
        time.sleep(number / 200_000)
        if number % 2:
            subscription.stop()
        else:
            del subscription
        assert thread.join(SECONDS)


# Stopping.


def test_subscription_stopped_at_any_line_of_the_reading_thread_ends(
    recorder: POPOApplicationRecorder,
):
    """U3: promptly, and nothing is returned any more."""
    record(recorder, "a", "b")

    def run(line: int) -> bool:
        created: list[POPOSubscription] = []
        is_created = threading.Event()

        def stop() -> None:
            is_created.wait()
            created[0].stop()

        injection = Injection(IN_PULL_THREAD, line, stop)
        with injection.in_new_threads():
            subscription = POPOSubscription(recorder)
        created.append(subscription)
        is_created.set()
        wait_until(lambda: injection.has_happened.is_set() or is_parked(subscription))
        if not injection.has_happened.is_set():
            subscription.stop()
        assert subscription._pull_thread.join(SECONDS)
        with pytest.raises(StopIteration):
            next(subscription)
        return injection.has_happened.is_set()

    explore(run, at_least=15)
    assert not recorder._listeners


class ClearingSubscription(POPOSubscription):
    """Clears the event while it reads, as one that pauses before it reads again."""

    def _pull(self) -> None:
        super()._pull()
        self._has_been_notified.clear()


def test_subscription_that_clears_the_event_may_be_stopped_at_any_line(
    recorder: POPOApplicationRecorder,
):
    """U3, U11: that it is stopped is not forgotten."""
    functions = (ListenNotifySubscription._loop_on_pull, ClearingSubscription._pull)

    def run(line: int) -> bool:
        subscriptions: list[ClearingSubscription] = []
        is_created = threading.Event()

        def stop() -> None:
            is_created.wait()
            subscriptions[0].stop()

        injection = Injection(functions, line, stop)
        with injection.in_new_threads():
            subscriptions.append(ClearingSubscription(recorder))
        is_created.set()
        wait_until(lambda: injection.has_happened.is_set() or is_parked(subscriptions[0]))
        if not injection.has_happened.is_set():
            subscriptions[0].stop()
        assert subscriptions[0]._pull_thread.join(SECONDS)
        return injection.has_happened.is_set()

    explore(run, at_least=5)
    assert not recorder._listeners


def test_subscription_stopped_at_any_line_of_next_ends(recorder: POPOApplicationRecorder):
    """U3: a consumer is released wherever it is."""

    def run(line: int) -> bool:
        subscription = recorder.subscribe()
        record(recorder, "a")
        assert take(subscription, 1)
        injection = Injection([ListenNotifySubscription.__next__], line, subscription.stop)
        with injection.in_this_thread(), suppress(StopIteration):
            if line > 3:  # else it would wait, as it should
                record(recorder, "a")
            next(subscription)
        subscription.stop()
        with pytest.raises(StopIteration):
            next(subscription)
        assert subscription._pull_thread.join(SECONDS)
        return injection.has_happened.is_set()

    explore(run, at_least=6)


def test_stop_may_be_called_by_many_threads_at_once(recorder: POPOApplicationRecorder):
    """U3: from any thread, and repeatedly."""
    subscription = recorder.subscribe()
    barrier = threading.Barrier(8)

    def stop() -> None:
        barrier.wait()
        subscription.stop()

    threads = [threading.Thread(target=stop) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert subscription._pull_thread.join(SECONDS)
    assert list(subscription) == []


def test_stop_may_be_called_at_any_line_by_a_handler_of_the_consumer():
    """U3: a signal handler, or a finalizer, runs between two lines of the thread that waits."""
    functions = (
        ListenNotifySubscription.__next__,
        ListenNotifySubscription.stop,
        ReentrantEvent.set,
        ReentrantEvent.wait,
        ReentrantEvent.clear,
    )

    def run(line: int) -> bool:
        recorder = POPOApplicationRecorder()
        record(recorder, "a", "b", "c")
        subscription = SmallBufferSubscription(recorder)
        injection = Injection(functions, line, subscription.stop)
        with injection.in_this_thread(), stopped_in_time(subscription):
            for notification in subscription:
                if notification.id == 3:
                    break
            subscription.stop()
        assert subscription._pull_thread.join(SECONDS)
        return injection.has_happened.is_set()

    explore(run, at_least=15)


def test_end_of_the_block_waits_for_the_reading_thread(recorder: POPOApplicationRecorder):
    """U4: `with subscription` waits for its threads."""
    with recorder.subscribe() as subscription:
        pass

    assert subscription._pull_thread.done()
    assert not recorder._listeners


def test_exiting_without_entering_does_not_wait(recorder: POPOApplicationRecorder):
    """U4: the thread goes on, and the subscription can still be used."""
    subscription = recorder.subscribe()

    with pytest.raises(ProgrammingError):
        subscription.__exit__(None, None, None)

    record(recorder, "a")
    assert take(subscription, 1) == [1]
    subscription.stop()


def test_thousands_of_subscriptions_leave_nothing_behind(recorder: POPOApplicationRecorder):
    """U4: no thread and no listener is left."""
    before = set(threading.enumerate())
    record(recorder, "a")

    for number in range(2000):
        with recorder.subscribe() as subscription:
            if number % 3 == 0:
                next(subscription)
            if number % 5 == 0:
                subscription.stop()

    assert set(threading.enumerate()) <= before
    assert not recorder._listeners


# Subscriptions that nobody stops.


def test_abandoned_subscription_ends_its_thread(recorder: POPOApplicationRecorder):
    """U9: also while it waits."""
    subscription = recorder.subscribe()
    wait_until_parked(subscription)
    thread = subscription._pull_thread

    del subscription

    assert thread.join(SECONDS)
    assert not recorder._listeners


def test_abandoned_subscription_with_a_full_buffer_ends_its_thread(
    recorder: POPOApplicationRecorder,
):
    """U9: also while it waits for place in the buffer."""
    record(recorder, *"aaaa")
    subscription = SmallBufferSubscription(recorder)
    wait_until_parked(subscription)
    thread = subscription._pull_thread

    del subscription

    assert thread.join(SECONDS)


def test_abandoned_subscription_in_a_reference_cycle_ends_its_thread(
    recorder: POPOApplicationRecorder,
):
    """U9: then the garbage collector finds it."""
    subscription = recorder.subscribe()
    subscription.myself = subscription
    thread = subscription._pull_thread

    del subscription
    wait_until(lambda: gc.collect() or thread.done())

    assert thread.join(SECONDS)


def test_subscription_abandoned_at_any_line_of_the_reading_thread_ends_it():
    """U9: no line keeps the subscription alive for longer than it runs."""

    def run(line: int) -> bool:
        recorder = POPOApplicationRecorder()
        record(recorder, "a", "b")
        owned: list[POPOSubscription] = []
        is_owned = threading.Event()

        def abandon() -> None:
            is_owned.wait()
            owned.clear()

        injection = Injection(IN_PULL_THREAD, line, abandon)
        with injection.in_new_threads():
            owned.append(POPOSubscription(recorder))
        thread = owned[0]._pull_thread
        has_been_notified = owned[0]._has_been_notified
        is_owned.set()
        wait_until(lambda: injection.has_happened.is_set() or is_waiting(thread, has_been_notified))
        owned.clear()
        assert thread.join(SECONDS)
        assert not recorder._listeners
        return injection.has_happened.is_set()

    explore(run, at_least=15)


SCRIPT_THAT_NEVER_STOPS = """
from uuid import uuid4
from eventsourcing.persistence import StoredEvent
from eventsourcing.popo import POPOApplicationRecorder

recorder = POPOApplicationRecorder()
recorder.insert_events([StoredEvent(uuid4(), 1, "a", b"")])
subscription = recorder.subscribe()
other = recorder.subscribe()
print(next(subscription).id)
"""


def test_subscription_that_is_never_stopped_does_not_keep_the_interpreter_alive():
    """U9: background threads are daemon threads."""
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT_THAT_NEVER_STOPS],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (result.returncode, result.stdout, result.stderr) == (0, "1\n", "")


# Reading.


def test_reading_ahead_is_bounded(recorder: POPOApplicationRecorder):
    """U6: ten batches of 500 are buffered, and another one is read when one has been taken."""
    record(recorder, *["a"] * 7000)
    select = recorder.select_notifications
    recorder.select_notifications = Mock(side_effect=select)

    with recorder.subscribe() as subscription:
        wait_until_parked(subscription)
        reads_before = recorder.select_notifications.call_count
        next(subscription)
        wait_until(lambda: recorder.select_notifications.call_count > reads_before)
        wait_until_parked(subscription)

    assert (reads_before, recorder.select_notifications.call_count) == (10, 11)


def test_reads_use_these_arguments(recorder: POPOApplicationRecorder):
    """U13: by keyword."""
    mock = Mock()
    mock.select_notifications.return_value = []

    with ListenNotifySubscription(mock, gt=7) as subscription:
        wait_until_parked(subscription)

    mock.select_notifications.assert_called_with(
        start=7, limit=500, topics=(), inclusive_of_start=False
    )


def test_result_without_a_length_is_a_type_error():
    """U13: also when `next()` is called again (U5)."""
    mock = Mock()
    mock.select_notifications.return_value = object()
    subscription = ListenNotifySubscription(mock)

    for _ in range(2):
        with pytest.raises(TypeError):
            next(subscription)


def test_error_drops_what_is_buffered(recorder: POPOApplicationRecorder):
    """U5: an error in a background thread stops the subscription."""
    record(recorder, "a", "b")
    with recorder.subscribe() as subscription:
        next(subscription)

        subscription._fail(OSError("lost"))

        with pytest.raises(OSError, match="lost"):
            next(subscription)


def test_first_error_is_the_one_that_is_raised(recorder: POPOApplicationRecorder):
    """U5: that same (first) error."""
    with recorder.subscribe() as subscription:
        subscription._fail(OSError("first"))
        subscription._fail(OSError("second"))

        with pytest.raises(OSError, match="first"):
            next(subscription)


def test_error_after_stopping_is_not_raised(recorder: POPOApplicationRecorder):
    """U3: what fails because of the stop is not an error of the subscription."""
    with recorder.subscribe() as subscription:
        subscription.stop()
        subscription._fail(OSError("connection closed"))

        with pytest.raises(StopIteration):
            next(subscription)


def test_error_at_any_line_of_next_is_raised(recorder: POPOApplicationRecorder):
    """U5: who iterates does not take the failure for an end."""
    record(recorder, "a")

    def run(line: int) -> bool:
        subscription = recorder.subscribe()
        fail = partial(subscription._fail, OSError("lost"))
        injection = Injection([ListenNotifySubscription.__next__], line, fail)
        with injection.in_this_thread(), suppress(OSError):
            next(subscription)
        subscription.stop()
        if injection.has_happened.is_set():
            with pytest.raises(OSError, match="lost"):
                next(subscription)
        return injection.has_happened.is_set()

    explore(run, at_least=6)


def test_failure_to_listen_leaves_no_thread(recorder: POPOApplicationRecorder):
    """U5: errors of construction propagate."""
    before = set(threading.enumerate())
    recorder.listen = Mock(side_effect=OSError("no"))

    with pytest.raises(OSError, match="no"):
        recorder.subscribe()

    assert set(threading.enumerate()) <= before


def test_failure_to_start_the_thread_leaves_no_listener(
    recorder: POPOApplicationRecorder, monkeypatch: pytest.MonkeyPatch
):
    """U5: errors of construction propagate, and undo what was done."""
    monkeypatch.setattr(
        "eventsourcing.persistence.listening_feed_sync.spawn",
        Mock(side_effect=RuntimeError("can't start new thread")),
    )

    with pytest.raises(RuntimeError, match="can't start new thread"):
        recorder.subscribe()

    assert not recorder._listeners


# What third-party subclasses rely on.


def test_attributes_of_a_new_subscription(recorder: POPOApplicationRecorder):
    """U12: these names are kept."""
    with POPOSubscription(recorder=recorder, gt=5, topics=["a"]) as subscription:
        assert subscription._recorder is recorder
        assert subscription._last_notification_id == 5
        assert list(subscription._topics) == ["a"]
        assert subscription._has_been_entered is True
        assert subscription._has_been_stopped is False
        assert isinstance(subscription._has_been_notified, threading.Event)
        assert subscription._thread_error is None
        assert list(subscription._notifications) == []
        assert subscription._notifications_index == 0
        assert subscription._notifications_queue.empty()
        assert not subscription._pull_thread.done()


def test_setting_the_event_triggers_a_read():
    """U12: `_has_been_notified`."""
    mock = Mock()
    mock.select_notifications.return_value = []
    with ListenNotifySubscription(mock) as subscription:
        wait_until_parked(subscription)
        mock.select_notifications.return_value = [Notification("x", 1, "a", b"", 3)]

        subscription._has_been_notified.set()

        assert take(subscription, 1) == [3]
        assert subscription._last_notification_id == 3


class PollingSubscription(ListenNotifySubscription[POPOApplicationRecorder]):
    """Has a thread of its own, as a subclass in another package."""

    error: Exception | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._poll_thread = threading.Thread(target=self._poll, daemon=True)
        self._poll_thread.start()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        super().__exit__(*args, **kwargs)
        self._poll_thread.join()

    def _poll(self) -> None:
        while not self._has_been_stopped and not self._thread_error:
            self._has_been_notified.set()
            time.sleep(0.001)
            if self.error is not None:
                self._thread_error = self.error
                self.stop()


def test_subclass_with_a_thread_that_notifies(recorder: POPOApplicationRecorder):
    """U12: as eventsourcing_sqlalchemy has it (N-SA)."""
    with PollingSubscription(recorder=recorder, gt=None, topics=()) as subscription:
        record(recorder, "a")
        assert take(subscription, 1) == [1]
        record(recorder, "a")
        assert take(subscription, 1) == [2]

    assert not subscription._poll_thread.is_alive()


def test_error_in_the_thread_of_a_subclass(recorder: POPOApplicationRecorder):
    """U5: it sets `_thread_error` and stops."""
    with PollingSubscription(recorder=recorder) as subscription:
        subscription.error = OSError("gone")

        with stopped_in_time(subscription), pytest.raises(OSError, match="gone"):
            next(subscription)


def test_subclass_may_override_the_reading(recorder: POPOApplicationRecorder):
    """U12: `_loop_on_pull()` and `_pull()`."""
    calls = []

    class MySubscription(POPOSubscription):
        def _loop_on_pull(self) -> None:
            calls.append("loop")
            super()._loop_on_pull()

        def _pull(self) -> None:
            calls.append("pull")
            super()._pull()

    record(recorder, "a")
    with MySubscription(recorder) as subscription:
        assert take(subscription, 1) == [1]

    assert calls[:2] == ["loop", "pull"]


class CatchUpSubscription(Subscription[POPOApplicationRecorder]):
    """Has no thread and does not wait, as a subclass in another package."""

    def __next__(self) -> Notification:
        if self._has_been_stopped:
            raise StopIteration
        found = self._recorder.select_notifications(
            self._last_notification_id, 1, topics=self._topics, inclusive_of_start=False
        )
        if not found:
            super().stop()
            raise StopIteration
        self._last_notification_id = found[0].id
        return found[0]


def test_subclass_that_does_it_all_itself(recorder: POPOApplicationRecorder):
    """U12: as eventsourcing_kurrentdb has it (N-KD)."""
    record(recorder, "a", "b", "a")

    with CatchUpSubscription(recorder, topics=["a"]) as subscription:
        assert [notification.id for notification in subscription] == [1, 3]


def test_subscription_is_collected_with_its_recorder():
    """U9: neither keeps the other alive when both are abandoned."""
    recorder = POPOApplicationRecorder()
    subscription = recorder.subscribe()
    reference = weakref.ref(recorder)
    thread = subscription._pull_thread

    del recorder, subscription

    assert thread.join(SECONDS)
    gc.collect()
    assert reference() is None
