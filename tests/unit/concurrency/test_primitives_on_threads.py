"""What only the primitives on threads promise."""

import gc
import logging
import subprocess
import sys
import threading

import pytest

from eventsourcing._concurrency.primitives_sync import (
    CloseWhenCollected,
    Empty,
    Full,
    Queue,
    ShutDown,
    spawn,
)


class Connection(CloseWhenCollected):
    def __init__(self, calls):
        self.calls = calls

    def close(self):
        self.calls.append("closed")


def test_spawned_function_runs_in_a_daemon_thread_of_the_given_name():
    seen = []

    spawn(lambda: seen.append(threading.current_thread()), name="reader").join()

    assert seen[0].name == "reader"
    assert seen[0].daemon


def test_exit_of_the_interpreter_in_a_thread_is_kept_as_its_error():
    def leave():
        raise SystemExit(3)

    task = spawn(leave)
    task.join()

    assert isinstance(task.error, SystemExit)


def test_object_is_closed_when_it_is_collected():
    calls = []
    connection = Connection(calls)

    del connection
    gc.collect()

    assert calls == ["closed"]


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_partly_constructed_object_is_collected_without_an_error(caplog):
    connection = Connection.__new__(Connection)

    with caplog.at_level(logging.DEBUG, "eventsourcing"):
        del connection
        gc.collect()

    assert caplog.records[0].getMessage() == "Connection could not be closed"
    assert isinstance(caplog.records[0].exc_info[1], AttributeError)


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_object_without_a_close_method_is_collected_without_an_error():
    thing = CloseWhenCollected()

    del thing
    gc.collect()


def test_queue_without_waiting_says_full_and_empty():
    """X9"""
    queue = Queue(maxsize=1)
    queue.put_nowait(1)
    with pytest.raises(Full):
        queue.put_nowait(2)
    with pytest.raises(Full):
        queue.put(2, block=False)
    assert queue.get_nowait() == 1
    with pytest.raises(Empty):
        queue.get_nowait()


def test_put_and_get_give_up_when_the_time_is_up():
    """X9"""
    queue = Queue(maxsize=1)
    with pytest.raises(Empty):
        queue.get(timeout=0.001)
    queue.put(1, timeout=0.001)
    with pytest.raises(Full):
        queue.put(2, timeout=0.001)


def test_negative_timeout_is_refused():
    """X9"""
    queue = Queue(maxsize=1)
    queue.put(1)
    with pytest.raises(ValueError, match="timeout"):
        queue.put(2, timeout=-1)
    queue.get()
    with pytest.raises(ValueError, match="timeout"):
        queue.get(timeout=-1)


def test_shutdown_wins_over_full_and_empty():
    """X9"""
    queue = Queue(maxsize=1)
    queue.put(1)
    queue.shutdown()
    with pytest.raises(ShutDown):
        queue.put_nowait(2)
    assert queue.get_nowait() == 1
    with pytest.raises(ShutDown):
        queue.get_nowait()


def test_immediate_shutdown_releases_those_who_join_the_queue():
    """X9"""
    queue = Queue()
    queue.put(1)
    task = spawn(queue.join)

    queue.shutdown(immediate=True)

    assert task.join(timeout=60)


def test_tasks_done_after_shutdown_release_those_who_join_the_queue():
    """X9"""
    queue = Queue()
    queue.put(1)
    queue.shutdown()
    task = spawn(queue.join)

    queue.get()
    queue.task_done()

    assert task.join(timeout=60)


def test_every_item_is_received_once_by_many_threads():
    """X9"""
    queue = Queue(maxsize=3)
    received = []

    def receive():
        try:
            while True:
                received.append(queue.get())
        except ShutDown:
            pass

    def send(numbers):
        for number in numbers:
            queue.put(number)

    receivers = [spawn(receive) for _ in range(4)]
    senders = [spawn(send, range(start, 400, 4)) for start in range(4)]
    for sender in senders:
        sender.join()
    queue.shutdown()
    for receiver in receivers:
        receiver.join()

    assert sorted(received) == list(range(400))


def test_tasks_are_not_waited_for_while_the_interpreter_ends():
    """Issue 5.8: daemon threads do not run any more then."""
    program = """
from threading import Event
from eventsourcing._concurrency.primitives_sync import spawn

class Owner:
    def __init__(self):
        self.task = spawn(Event().wait)
    def __del__(self):
        self.task.join()
        print("joined", flush=True)

owner = Owner()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "joined\n"), done.stderr
