import pytest

from eventsourcing.persistence import (
    ConnectionNotFromPool,
    ConnectionNotFromPoolError,
    ConnectionPool,
    ConnectionPoolClosed,
    ConnectionPoolClosedError,
    ConnectionUnavailable,
    ConnectionUnavailableError,
    OperationalError,
)
from eventsourcing.persistence.admission import Admission
from tests.support.waiting import eventually
from tests.unit.persistence.fake_connections import FakeConnection, FakePool
from tests.unit.persistence.interleavings import Injection, explore


def test_connections_are_created_on_demand():
    """C1: a new pool has no connections."""
    pool = FakePool()
    assert (pool.num_in_use, pool.num_in_pool, pool.num_created) == (0, 0, 0)
    pool.get_connection()
    assert (pool.num_in_use, pool.num_in_pool, pool.num_created) == (1, 0, 1)


def test_a_returned_connection_is_used_again():
    """C1: idle connections are reused."""
    pool = FakePool()
    connection = pool.get_connection()
    pool.put_connection(connection)
    assert (pool.num_in_use, pool.num_in_pool) == (0, 1)
    assert pool.get_connection() is connection
    assert pool.num_created == 1


def test_idle_connections_are_reused_oldest_first():
    """C1: idle connections are reused in the order of their return."""
    pool = FakePool()
    connections = [pool.get_connection() for _ in range(3)]
    for connection in connections:
        pool.put_connection(connection)
    assert [pool.get_connection() for _ in range(3)] == connections


def test_no_more_connections_are_kept_than_the_size_of_the_pool():
    """C1: connections beyond `pool_size` are closed when they are returned."""
    pool = FakePool(pool_size=1, max_overflow=1)
    kept, overflow = pool.get_connection(), pool.get_connection()
    pool.put_connection(kept)
    pool.put_connection(overflow)
    assert (pool.num_in_use, pool.num_in_pool) == (0, 1)
    assert overflow.closed
    assert not kept.closed


def test_no_more_connections_are_in_use_than_size_and_overflow():
    """C1, C2: with all connections in use, a request fails at once if it does not wait."""
    pool = FakePool(pool_size=1, max_overflow=1)
    pool.get_connection()
    pool.get_connection()
    with pytest.raises(
        ConnectionUnavailableError, match=r"^Timed out waiting for return of connection$"
    ):
        pool.get_connection(timeout=0)
    assert pool.num_in_use == 2


def test_a_request_waits_for_the_timeout_of_the_pool_by_default():
    """C2: the default of `timeout` is `pool_timeout`."""
    pool = FakePool(pool_size=1, max_overflow=0, pool_timeout=0)
    pool.get_connection()
    with pytest.raises(ConnectionUnavailableError):
        pool.get_connection()


def test_a_request_fails_when_its_time_is_over():
    """C2: a request waits at most `timeout` seconds."""
    pool = FakePool(pool_size=1, max_overflow=0)
    pool.get_connection()
    with pytest.raises(ConnectionUnavailableError, match="return of connection"):
        pool.get_connection(timeout=0.01)
    assert pool._get_semaphore._value == 1


def test_unavailable_connection_is_an_operational_and_a_timeout_error():
    """X8: `ConnectionUnavailableError` is also a `TimeoutError`."""
    assert issubclass(ConnectionUnavailableError, OperationalError)
    assert issubclass(ConnectionUnavailableError, TimeoutError)


def test_errors_have_the_names_of_9_2():
    """1.1: names of 9.2 for the errors of the pool."""
    assert ConnectionUnavailable is ConnectionUnavailableError
    assert ConnectionPoolClosed is ConnectionPoolClosedError
    assert ConnectionNotFromPool is ConnectionNotFromPoolError


def test_a_connection_that_was_closed_in_the_pool_is_replaced():
    """C4: a connection found closed is discarded."""
    pool = FakePool()
    connection = pool.get_connection()
    pool.put_connection(connection)
    connection.close()
    replacement = pool.get_connection()
    assert replacement is not connection
    assert not replacement.closed


def test_a_dead_connection_is_handed_out_without_ping():
    """C4: without `pre_ping` connections are not tested."""
    pool = FakePool()
    connection = pool.get_connection()
    connection.is_dead = True
    pool.put_connection(connection)
    assert pool.get_connection() is connection
    assert connection.statements == []


def test_a_living_connection_is_pinged_and_handed_out():
    """C4: with `pre_ping`, `SELECT 1` is executed on idle connections."""
    pool = FakePool(pre_ping=True)
    connection = pool.get_connection()
    pool.put_connection(connection)
    assert pool.get_connection() is connection
    assert connection.statements == ["SELECT 1"]


def test_a_dead_connection_is_replaced_with_ping():
    """C4: a connection that fails the ping is closed and replaced."""
    pool = FakePool(pre_ping=True)
    connection = pool.get_connection()
    connection.is_dead = True
    pool.put_connection(connection)
    assert pool.get_connection() is not connection
    assert connection.closed


def test_connections_get_the_greatest_age_of_the_pool():
    """C5: an idle connection that is too old is discarded."""
    pool = FakePool(max_age=0.01)
    connection = pool.get_connection()
    pool.put_connection(connection)
    eventually(lambda: connection.closed)
    assert pool.get_connection() is not connection


def test_a_greatest_age_of_zero_means_single_use():
    """C5: a closing connection is not put back, and closed on return."""
    pool = FakePool(max_age=0)
    connection = pool.get_connection()
    assert not connection.closed
    pool.put_connection(connection)
    eventually(lambda: connection.closed)
    assert pool.num_in_pool == 0


def test_a_connection_that_was_closed_by_its_user_is_dropped_on_return():
    """C8: closing a connection before returning it is allowed."""
    pool = FakePool(pool_size=1, max_overflow=0)
    connection = pool.get_connection()
    connection.close()
    pool.put_connection(connection)
    assert (pool.num_in_use, pool.num_in_pool) == (0, 0)
    assert not pool.get_connection(timeout=0).closed


def test_a_connection_of_another_pool_is_refused():
    """C7: only connections that were handed out by this pool can be put back."""
    pool, other = FakePool(), FakePool()
    connection = other.get_connection()
    with pytest.raises(ConnectionNotFromPoolError, match=r"^Connection not in use in this pool$"):
        pool.put_connection(connection)


def test_a_connection_cannot_be_put_back_twice():
    """C7: a connection that was put back is not in use."""
    pool = FakePool()
    connection = pool.get_connection()
    pool.put_connection(connection)
    with pytest.raises(ConnectionNotFromPoolError):
        pool.put_connection(connection)


def test_a_closed_pool_takes_no_connection_back():
    """C7: `put_connection()` after `close()` fails."""
    pool = FakePool()
    connection = pool.get_connection()
    pool.close()
    with pytest.raises(ConnectionPoolClosedError, match=r"^Pool is closed$"):
        pool.put_connection(connection)


def test_a_closed_pool_hands_no_connection_out():
    """C7: `get_connection()` after `close()` fails."""
    pool = FakePool()
    pool.close()
    assert pool.closed
    with pytest.raises(ConnectionPoolClosedError):
        pool.get_connection()


def test_a_pool_closed_by_a_finalizer_at_any_line_leaves_no_connection_open():
    """A37: finalizers interrupt any line of the thread that uses the pool."""
    functions = (
        FakePool.get_connection,
        FakePool.put_connection,
        FakePool._take_idle,
        FakePool._check_not_closed,
        Admission.enter,
        Admission.leave,
    )

    def run(line: int) -> bool:
        pool = FakePool(pool_size=1, max_overflow=0)
        connection = pool.get_connection()
        pool.put_connection(connection)
        injection = Injection(functions, line, pool.close)
        with injection.in_this_thread():
            try:
                pool.put_connection(pool.get_connection(timeout=0))
            except ConnectionPoolClosedError:
                connection.close()  # as who has borrowed it does
        if injection.has_happened.is_set():
            assert connection.closed
        return injection.has_happened.is_set()

    explore(run, at_least=30)


def test_closing_the_pool_closes_idle_and_used_connections():
    """C8: `close()` closes all connections, and is idempotent."""
    pool = FakePool()
    used, idle = pool.get_connection(), pool.get_connection()
    pool.put_connection(idle)
    pool.close()
    pool.close()
    assert used.closed
    assert idle.closed
    assert (pool.num_in_use, pool.num_in_pool) == (0, 0)


def test_only_one_writer_is_out():
    """C6: a second writer waits for the return of the first."""
    pool = FakePool()
    pool.get_connection(is_writer=True)
    with pytest.raises(
        ConnectionUnavailableError, match=r"^Timed out waiting for return of writer$"
    ):
        pool.get_connection(timeout=0, is_writer=True)
    assert pool._num_writers == 1


@pytest.mark.parametrize("is_writer", [True, False, None])
def test_a_connection_knows_its_mode_while_it_is_in_use(is_writer):
    """C6: `is_writer` shows the mode while in use and is reset on return."""
    pool = FakePool()
    connection = pool.get_connection(is_writer=is_writer)
    assert connection.is_writer is is_writer
    pool.put_connection(connection)
    assert connection.is_writer is None


def test_readers_and_one_writer_coexist():
    """C6: without mutual exclusion readers and a writer are out together."""
    pool = FakePool()
    pool.get_connection(is_writer=False)
    pool.get_connection(is_writer=True)
    pool.get_connection(is_writer=False)
    assert (pool._num_readers, pool._num_writers) == (2, 1)


def test_a_writer_waits_for_readers_when_they_exclude_each_other():
    """C6: with mutual exclusion a writer waits until no reader is out."""
    pool = FakePool(mutually_exclusive_read_write=True)
    pool.get_connection(is_writer=False)
    pool.get_connection(is_writer=False)
    with pytest.raises(
        ConnectionUnavailableError, match=r"^Timed out waiting for return of reader$"
    ):
        pool.get_connection(timeout=0, is_writer=True)
    assert (pool._num_readers, pool._num_writers) == (2, 0)


def test_readers_wait_for_the_writer_when_they_exclude_each_other():
    """C6: with mutual exclusion readers wait while a writer is out."""
    pool = FakePool(mutually_exclusive_read_write=True)
    pool.get_connection(is_writer=True)
    with pytest.raises(
        ConnectionUnavailableError, match=r"^Timed out waiting for return of writer$"
    ):
        pool.get_connection(timeout=0, is_writer=False)
    assert (pool._num_readers, pool._num_writers) == (0, 1)


def test_other_requests_ignore_readers_and_writers():
    """C6: `is_writer=None` ignores the interlock."""
    pool = FakePool(mutually_exclusive_read_write=True)
    pool.get_connection(is_writer=True)
    assert pool.get_connection(timeout=0)


@pytest.mark.parametrize("is_writer", [True, False])
@pytest.mark.parametrize("is_exclusive", [True, False])
def test_places_are_free_again_after_return(is_writer, is_exclusive):
    """C6: what was returned stands against nobody."""
    pool = FakePool(mutually_exclusive_read_write=is_exclusive)
    pool.put_connection(pool.get_connection(is_writer=is_writer))
    pool.put_connection(pool.get_connection(timeout=0, is_writer=True))
    pool.put_connection(pool.get_connection(timeout=0, is_writer=False))
    assert (pool._num_readers, pool._num_writers) == (0, 0)


@pytest.mark.parametrize("is_writer", [True, False, None])
def test_a_failed_creation_leaves_no_trace(is_writer):
    """C9: bookkeeping is undone if no connection can be made."""
    pool = FakePool(pool_size=1, max_overflow=0, mutually_exclusive_read_write=True)
    pool.error = OperationalError("no route")
    with pytest.raises(OperationalError, match="no route"):
        pool.get_connection(is_writer=is_writer)
    pool.error = None
    assert (pool._num_readers, pool._num_writers, pool.num_in_use) == (0, 0, 0)
    assert pool.get_connection(timeout=0, is_writer=True)


def test_a_timed_out_writer_leaves_no_trace():
    """C9: bookkeeping is undone after a timeout."""
    pool = FakePool(pool_size=1, max_overflow=0)
    reader = pool.get_connection(is_writer=False)
    with pytest.raises(ConnectionUnavailableError):
        pool.get_connection(timeout=0, is_writer=True)
    pool.put_connection(reader)
    assert pool._num_writers == 0
    assert pool.get_connection(timeout=0, is_writer=True)


def test_parameters_may_be_positional():
    """J2: the parameters of 9.2 were positional."""
    pool = FakePool(1, 2, 3.0, 4.0, True, True)
    assert (pool.pool_size, pool.max_overflow, pool.pool_timeout) == (1, 2, 3.0)
    assert (pool.max_age, pool.pre_ping) == (4.0, True)
    assert pool._mutually_exclusive_read_write is True


def test_pool_class_is_generic():
    """1.1: `ConnectionPool` is generic in its connection."""
    assert ConnectionPool[FakeConnection]
