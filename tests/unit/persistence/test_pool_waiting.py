"""Requests that wait for a connection, in threads."""

import threading
from collections.abc import Callable

import pytest

from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    ConnectionUnavailableError,
    admission,
)
from tests.support.waiting import eventually
from tests.unit.persistence.fake_connections import FakeConnection, FakePool


class Request(threading.Thread):
    """A request in a thread, which waits in the pool when `start_waiting()` returns."""

    def __init__(self, pool: FakePool, is_writer: bool | None) -> None:
        super().__init__(daemon=True)
        self.pool = pool
        self.is_writer = is_writer
        self.connection: FakeConnection | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.connection = self.pool.get_connection(60, is_writer=self.is_writer)
        except Exception as error:
            self.error = error

    def start_waiting(self) -> "Request":
        waiting = self.pool._admission.num_waiting
        self.start()
        eventually(lambda: self.pool._admission.num_waiting == waiting + 1)
        return self

    def finish(self) -> "Request":
        self.join(60)
        assert not self.is_alive()
        return self


@pytest.fixture
def request_for() -> Callable[..., Request]:
    def make(pool: FakePool, is_writer: bool | None = None) -> Request:
        return Request(pool, is_writer).start_waiting()

    return make


def test_a_waiting_request_gets_the_connection_that_is_returned(request_for):
    """C2: a request waits for the return of a connection."""
    pool = FakePool(pool_size=1, max_overflow=0)
    connection = pool.get_connection()
    request = request_for(pool)
    pool.put_connection(connection)
    assert request.finish().connection is connection


@pytest.mark.parametrize("is_writer", [None, True])
def test_a_request_that_is_interrupted_when_it_has_been_admitted_takes_no_place(
    monkeypatch: pytest.MonkeyPatch, is_writer: bool | None
):
    """C2: the next one is served."""
    pool = FakePool(pool_size=1, max_overflow=0)
    connection = pool.get_connection(is_writer=is_writer)

    def be_admitted_and_interrupted(*_: object) -> None:
        pool.put_connection(connection)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(threading.Event, "wait", be_admitted_and_interrupted)
        with pytest.raises(KeyboardInterrupt):
            pool.get_connection(is_writer=is_writer)

    assert pool.get_connection(timeout=0, is_writer=is_writer) is connection


def test_five_threads_take_turns():
    """C3: five threads taking one connection in turns see the sequence 0,1,2,3,4,0,1,…"""
    pool = FakePool(pool_size=1, max_overflow=0)
    first = pool.get_connection()
    sequence: list[int] = []

    def take_turns(number: int) -> None:
        for _ in range(4):
            connection = pool.get_connection(timeout=60)
            sequence.append(number)
            eventually(lambda: pool._admission.num_waiting == 4 or len(sequence) > 15)
            pool.put_connection(connection)

    threads = [threading.Thread(target=take_turns, args=(n,), daemon=True) for n in range(5)]
    for number, thread in enumerate(threads):
        thread.start()
        eventually(lambda number=number: pool._admission.num_waiting == number + 1)
    pool.put_connection(first)
    for thread in threads:
        thread.join(60)
    assert sequence == [0, 1, 2, 3, 4] * 4


def test_a_later_request_does_not_overtake_a_waiting_one(request_for):
    """C3: requests are served in the order made."""
    pool = FakePool(pool_size=1, max_overflow=0)
    connection = pool.get_connection()
    waiting = request_for(pool)
    with pytest.raises(ConnectionUnavailableError, match="connection pool semaphore"):
        pool.get_connection(timeout=0)
    pool.put_connection(connection)
    assert waiting.finish().connection is connection


def test_other_requests_queue_behind_a_waiting_writer(request_for):
    """C10: while a second writer waits, requests with `is_writer=None` queue behind it."""
    pool = FakePool()
    writer = pool.get_connection(is_writer=True)
    second_writer = request_for(pool, is_writer=True)
    assert pool._get_semaphore._value == 0
    with pytest.raises(
        ConnectionUnavailableError, match=r"^Timed out waiting for connection pool semaphore$"
    ):
        pool.get_connection(timeout=0)
    pool.put_connection(writer)
    assert second_writer.finish().connection is writer
    assert pool._get_semaphore._value == 1


def test_readers_are_not_delayed_by_a_waiting_writer(request_for):
    """C10: a writer that waits for another writer does not delay readers."""
    pool = FakePool()
    writer = pool.get_connection(is_writer=True)
    second_writer = request_for(pool, is_writer=True)
    assert pool.get_connection(timeout=0, is_writer=False)
    pool.put_connection(writer)
    assert second_writer.finish().connection is writer


def test_a_reader_that_waits_behind_others_is_let_through(request_for):
    """C10: a reader passes waiting writers also when it had to wait for a place itself."""
    pool = FakePool(pool_size=2, max_overflow=0)
    pool.get_connection(is_writer=True)
    reader = pool.get_connection(is_writer=False)
    request_for(pool, is_writer=True)
    second_reader = request_for(pool, is_writer=False)
    pool.put_connection(reader)
    assert second_reader.finish().connection is reader


def test_readers_do_not_overtake_a_waiting_writer_that_excludes_them(request_for):
    """C3, C6: with mutual exclusion, a waiting writer is not starved by readers."""
    pool = FakePool(mutually_exclusive_read_write=True)
    reader = pool.get_connection(is_writer=False)
    writer = request_for(pool, is_writer=True)
    with pytest.raises(ConnectionUnavailableError, match="connection pool semaphore"):
        pool.get_connection(timeout=0, is_writer=False)
    pool.put_connection(reader)
    assert writer.finish().connection is reader


def test_all_waiting_readers_are_admitted_when_the_writer_returns(request_for):
    """C6: readers wait while a writer is out, and then read together."""
    pool = FakePool(mutually_exclusive_read_write=True)
    writer = pool.get_connection(is_writer=True)
    readers = [request_for(pool, is_writer=False) for _ in range(3)]
    pool.put_connection(writer)
    assert all(reader.finish().connection for reader in readers)
    assert pool._num_readers == 3


def test_waiting_requests_are_refused_when_the_pool_is_closed(request_for):
    """C7, C8: closing the pool wakes who waits."""
    pool = FakePool(pool_size=1, max_overflow=0)
    pool.get_connection()
    waiting = request_for(pool)
    pool.close()
    assert isinstance(waiting.finish().error, ConnectionPoolClosedError)


def test_requests_behind_one_that_times_out_are_served(request_for, monkeypatch):
    """C9: a request that gives up does not block those behind it."""
    time_is_over = threading.Event()

    class Impatient(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            time_is_over.wait()
            return False

    pool = FakePool()
    pool.get_connection(is_writer=True)
    with monkeypatch.context() as patch:
        patch.setattr(admission, "Event", Impatient)
        writer = request_for(pool, is_writer=True)
    other = request_for(pool, is_writer=None)
    time_is_over.set()
    assert "return of writer" in str(writer.finish().error)
    assert other.finish().connection
    assert pool._num_writers == 1


def test_waiting_requests_are_served_when_a_creation_fails(request_for):
    """C9: a place that could not be used goes to the next in the queue."""
    pool = FakePool(pool_size=1, max_overflow=0)
    connection = pool.get_connection()
    connection.close()
    pool.error = OSError("no route")
    first = request_for(pool)
    second = request_for(pool)
    pool.put_connection(connection)
    assert isinstance(first.finish().error, OSError)
    assert isinstance(second.finish().error, OSError)
    pool.error = None
    assert pool.get_connection(timeout=0)


def test_many_threads_never_exceed_the_limits():
    """C1, C6: the limits hold under contention."""
    pool = FakePool(pool_size=2, max_overflow=2, mutually_exclusive_read_write=True)
    lock = threading.Lock()
    inside = {True: 0, False: 0, None: 0}
    violations: list[dict[bool | None, int]] = []

    def work(seed: int) -> None:
        for turn in range(100):
            is_writer = (True, False, None)[(seed + turn) % 3]
            connection = pool.get_connection(timeout=60, is_writer=is_writer)
            with lock:
                inside[is_writer] += 1
                total = sum(inside.values())
                if total > 4 or inside[True] > 1 or (inside[True] and inside[False]):
                    violations.append(dict(inside))
            with lock:
                inside[is_writer] -= 1
            pool.put_connection(connection)

    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert violations == []
    assert (pool._num_readers, pool._num_writers, pool.num_in_use) == (0, 0, 0)
    assert pool.num_in_pool <= 2
