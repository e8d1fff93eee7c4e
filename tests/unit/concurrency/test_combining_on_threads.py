"""What combiners promise to threads that are interrupted: by a signal, in the main thread."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from eventsourcing._concurrency.combining import Interrupted
from tests.unit.concurrency.combining_sync import Worker


class Stop(BaseException):
    pass


@pytest.fixture(autouse=True)
def stop_at_signal():
    def stop(*_):
        raise Stop

    before = signal.signal(signal.SIGUSR1, stop)
    yield
    signal.signal(signal.SIGUSR1, before)


@pytest.fixture
def worker():
    return Worker()


def in_the_background(function):
    thread = threading.Thread(target=function)
    thread.start()
    return thread


def interrupt_main_thread():
    signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)


def wait_until(condition):
    while not condition():
        time.sleep(0.001)


def test_the_work_of_one_who_is_interrupted_while_waiting_is_not_done(worker):
    def interrupt_when_it_waits():
        wait_until(lambda: len(worker.combiner._waiting) == 2)
        interrupt_main_thread()

    worker.submit(1)
    interrupting = in_the_background(interrupt_when_it_waits)

    with pytest.raises(Stop):
        worker.combiner.submit(2)
    interrupting.join()

    assert worker.finish() == [100]
    assert worker.batches == [[1]]


def test_others_are_told_when_the_one_who_works_for_them_is_interrupted(worker):
    def have_others_wait_and_interrupt():
        wait_until(lambda: len(worker.combiner._waiting) == 2)
        worker.submit(2, 3, 4)
        worker.gates[0].set()
        wait_until(lambda: len(worker.gates) == 2)
        interrupt_main_thread()

    worker.submit(1)
    interrupting = in_the_background(have_others_wait_and_interrupt)

    with pytest.raises(Stop):
        worker.combiner.submit(9)
    interrupting.join()
    outcomes = worker.finish()

    assert [outcomes[0], outcomes[3]] == [100, 25]
    assert [type(each) for each in outcomes[1:3]] == [Interrupted, Interrupted]
    assert worker.batches == [[1], [9, 2, 3], [4]]
