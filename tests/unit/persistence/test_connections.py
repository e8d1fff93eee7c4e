from eventsourcing.persistence import Connection
from tests.support.waiting import eventually
from tests.unit.persistence.fake_connections import FakeConnection

LONG = 3600.0


def test_a_new_connection_is_open_and_in_use():
    """C5: a new connection counts as in use."""
    connection = FakeConnection()
    assert not connection.closed
    assert not connection.closing
    assert connection.in_use.locked()
    assert connection.is_writer is None


def test_connection_class_is_generic():
    """1.1: `Connection` is generic in its cursor."""
    assert Connection[int]


def test_closing_sets_closed_but_not_closing():
    """C5: `close()` on a connection sets `closed`, not `closing`."""
    connection = FakeConnection()
    connection.close()
    assert connection.closed
    assert not connection.closing


def test_closing_sets_closed_but_not_closing_when_there_is_a_greatest_age():
    """C5: `close()` on a connection sets `closed`, not `closing`."""
    connection = FakeConnection(max_age=LONG)
    connection.close()
    assert connection.closed
    assert not connection.closing


def test_closing_twice_is_harmless():
    """C8: closing is idempotent."""
    connection = FakeConnection()
    connection.close()
    connection.close()
    assert connection.closed


def test_a_young_connection_is_not_closing():
    """C5: only `max_age` seconds after its creation is a connection marked."""
    connection = FakeConnection(max_age=LONG)
    connection.in_use.release()
    assert not connection.closing
    assert not connection.closed
    connection.close()


def test_an_old_connection_that_is_in_use_is_closing_but_not_closed():
    """C5: a connection is not closed for its age while it is in use."""
    connection = FakeConnection(max_age=0)
    assert connection.closing
    assert not connection.closed
    connection.close()
    connection.in_use.release()


def test_an_old_connection_is_closed_as_soon_as_it_is_not_in_use():
    """C5: a connection of the greatest age is closed as soon as its lock is released."""
    connection = FakeConnection(max_age=0)
    connection.in_use.release()
    eventually(lambda: connection.closed)
    assert connection.closing


def test_an_idle_connection_is_closed_when_it_gets_old():
    """C5: an idle connection is closed at once when it reaches the greatest age."""
    connection = FakeConnection(max_age=0.01)
    connection.in_use.release()
    eventually(lambda: connection.closed)
    assert connection.closing
