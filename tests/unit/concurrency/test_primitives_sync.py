# Generated from test_primitives_async.py by tools/async_to_sync.py: do not edit.
"""What the primitives of both flavours promise."""

import contextvars
import logging

import pytest

from eventsourcing._concurrency.primitives_sync import (
    Condition,
    Event,
    Lock,
    Queue,
    ShutDown,
    sleep,
    spawn,
    try_acquire,
    wait_event,
)

colour = contextvars.ContextVar("colour", default="none")


def test_wait_event_returns_true_when_the_event_is_set_already():
    event = Event()
    event.set()

    assert wait_event(event, 0) is True


def test_wait_event_returns_false_when_the_time_is_up():
    assert wait_event(Event(), 0) is False


def test_wait_event_without_timeout_waits_until_another_task_sets_the_event():
    event = Event()

    def set_event():
        event.set()

    task = spawn(set_event)

    assert wait_event(event, None) is True
    assert task.join()


def test_try_acquire_takes_a_free_lock():
    lock = Lock()

    assert try_acquire(lock) is True
    assert lock.locked()


def test_try_acquire_leaves_a_taken_lock_alone():
    lock = Lock()

    with lock:
        assert try_acquire(lock) is False
        assert lock.locked()

    assert not lock.locked()


def test_condition_wakes_a_waiting_task():
    condition = Condition()
    is_waiting = Event()

    def wait():
        with condition:
            is_waiting.set()
            condition.wait()

    task = spawn(wait)
    is_waiting.wait()
    with condition:
        condition.notify_all()

    assert task.join()
    assert task.error is None


def test_sleep_returns():
    assert sleep(0) is None


def test_spawn_passes_the_arguments():
    calls = []

    def call(*args):
        calls.append(args)

    spawn(call, 1, "a").join()

    assert calls == [(1, "a")]


def test_spawned_function_sees_the_context_variables_of_its_caller():
    seen = []

    def look():
        seen.append(colour.get())
        colour.set("blue")

    colour.set("green")
    spawn(look).join()

    assert seen == ["green"]
    assert colour.get() == "green"


def test_join_returns_false_when_the_time_is_up():
    release = Event()
    task = spawn(release.wait, name="waiter")

    assert task.join(timeout=0) is False
    assert not task.done()

    release.set()
    assert task.join() is True
    assert task.done()


def test_join_does_not_raise_the_error_which_is_kept_on_the_handle():
    def fail():
        raise ValueError("broken")

    task = spawn(fail)

    assert task.join() is True
    assert isinstance(task.error, ValueError)
    assert str(task.error) == "broken"


def test_join_from_inside_is_an_error_instead_of_a_deadlock():
    tasks = []
    is_ready = Event()

    def join_itself():
        is_ready.wait()
        tasks[0].join()

    tasks.append(spawn(join_itself, name="me"))
    is_ready.set()
    tasks[0].join()

    assert isinstance(tasks[0].error, RuntimeError)
    assert str(tasks[0].error) == "background task 'me' cannot join itself"


def test_error_that_nobody_asks_for_is_logged_when_the_task_is_forgotten(caplog):
    def fail():
        raise ValueError("broken")

    with caplog.at_level(logging.ERROR):
        task = spawn(fail, name="reader")
        task.join()
        del task

    (record,) = caplog.records
    assert record.getMessage() == "Background task 'reader' failed"
    assert isinstance(record.exc_info[1], ValueError)


def test_error_that_somebody_asked_for_is_not_logged(caplog):
    def fail():
        raise ValueError("broken")

    with caplog.at_level(logging.ERROR):
        task = spawn(fail)
        task.join()
        assert task.error
        del task

    assert caplog.records == []


def test_queue_returns_the_items_in_the_order_in_which_they_were_put():
    """X9"""
    queue = Queue()
    for item in (1, 2, 3):
        queue.put(item)

    assert [queue.get() for _ in range(3)] == [1, 2, 3]
    assert queue.empty()


def test_put_into_a_full_queue_waits_for_a_free_place():
    """X9"""
    queue = Queue(maxsize=1)
    queue.put("first")
    task = spawn(queue.put, "second")

    assert task.join(timeout=0) is False
    assert queue.get() == "first"
    assert task.join()
    assert queue.get() == "second"


def test_get_from_an_empty_queue_waits_for_an_item():
    """X9"""
    queue = Queue()
    received = []

    def receive():
        received.append(queue.get())

    task = spawn(receive)
    assert task.join(timeout=0) is False
    queue.put("item")

    assert task.join()
    assert received == ["item"]


def test_put_after_shutdown_raises():
    """X9"""
    queue = Queue()
    queue.shutdown()

    with pytest.raises(ShutDown):
        queue.put(1)


def test_get_after_shutdown_drains_the_queue_before_it_raises():
    """X9"""
    queue = Queue()
    queue.put(1)
    queue.shutdown()

    assert queue.get() == 1
    with pytest.raises(ShutDown):
        queue.get()


def test_immediate_shutdown_drops_the_items():
    """X9"""
    queue = Queue()
    queue.put(1)
    queue.shutdown(immediate=True)

    assert queue.qsize() == 0
    with pytest.raises(ShutDown):
        queue.get()


@pytest.mark.parametrize("immediate", [False, True])
def test_shutdown_wakes_all_who_wait_for_an_item(immediate):
    """X9"""
    queue = Queue()
    tasks = [spawn(queue.get) for _ in range(3)]
    tasks[-1].join(timeout=0)

    queue.shutdown(immediate)

    for task in tasks:
        assert task.join()
        assert isinstance(task.error, ShutDown)


@pytest.mark.parametrize("immediate", [False, True])
def test_shutdown_wakes_all_who_wait_for_a_free_place(immediate):
    """X9"""
    queue = Queue(maxsize=1)
    queue.put(0)
    tasks = [spawn(queue.put, number) for number in (1, 2, 3)]
    tasks[-1].join(timeout=0)

    queue.shutdown(immediate)

    for task in tasks:
        assert task.join()
        assert isinstance(task.error, ShutDown)
