import sqlite3
import subprocess
import sys
import threading
from unittest.mock import Mock

import pytest

from eventsourcing import persistence
from eventsourcing.persistence import DataError, OperationalError, ProgrammingError
from eventsourcing.sqlite import SQLiteConnection, SQLiteCursor, SQLiteTransaction


@pytest.fixture
def connection():
    driver_connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    driver_connection.row_factory = sqlite3.Row
    connection = SQLiteConnection(driver_connection)
    yield connection
    connection.close()


def count_rows(connection):
    cursor = connection.cursor()
    cursor.execute("SELECT COUNT(*) FROM t")
    return cursor.fetchone()[0]


@pytest.fixture
def table(connection):
    connection.cursor().execute("CREATE TABLE t (a INTEGER, b TEXT)")


def test_rows_are_accessed_by_name_and_index(connection):
    """S2: rows allow access by name and index."""
    cursor = connection.cursor()
    cursor.execute("SELECT 1 AS one, 'x' AS letter")
    row = cursor.fetchone()
    assert (row["one"], row[0], row["letter"], row[1]) == (1, 1, "x", "x")


@pytest.mark.usefixtures("table")
def test_cursor_executes_and_fetches(connection):
    """S2: `execute`, `executemany`, `fetchall`, `fetchone`, `lastrowid`."""
    cursor = connection.cursor()
    cursor.execute("INSERT INTO t VALUES (?, ?)", (1, "x"))
    assert cursor.lastrowid == 1
    assert cursor.rowcount == 1
    cursor.executemany("INSERT INTO t VALUES (?, ?)", [(2, "y"), (3, "z")])
    cursor.execute(b"SELECT a FROM t WHERE a > :least", {"least": 1})
    assert tuple(cursor.fetchone()) == (2,)
    assert [tuple(row) for row in cursor.fetchall()] == [(3,)]
    assert cursor.fetchone() is None


def test_cursor_gives_the_cursor_of_the_driver_and_closes_it(connection):
    """S2: used as a context manager it gives the underlying driver cursor and closes it on exit."""
    with connection.cursor() as driver_cursor:
        assert isinstance(driver_cursor, sqlite3.Cursor)
        driver_cursor.execute("SELECT 1")
    with pytest.raises(sqlite3.ProgrammingError):
        driver_cursor.execute("SELECT 1")


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, "lone \ud800 surrogate"])
def test_values_that_cannot_be_stored_are_data_errors(connection, value):
    """Issue 4.6: what no column can hold is refused with a clear error."""
    with pytest.raises(DataError):
        connection.cursor().execute("INSERT INTO t VALUES (?, NULL)", (value,))
    with pytest.raises(DataError):
        connection.cursor().executemany("INSERT INTO t VALUES (?, NULL)", [(value,)])
    with pytest.raises(DataError):
        connection.query("SELECT * FROM t WHERE a = ?", (value,))


@pytest.mark.usefixtures("table")
def test_a_transaction_commits(connection):
    """S2: on success it commits, with `commit=True`."""
    with SQLiteTransaction(connection, commit=True) as cursor:
        assert isinstance(cursor, SQLiteCursor)
        cursor.execute("INSERT INTO t VALUES (1, 'x')")
    assert not connection.in_transaction
    assert count_rows(connection) == 1


@pytest.mark.usefixtures("table")
def test_a_transaction_rolls_back(connection):
    """S2: on success it rolls back, with `commit=False`."""
    with SQLiteTransaction(connection, commit=False) as cursor:
        cursor.execute("INSERT INTO t VALUES (1, 'x')")
    assert not connection.in_transaction
    assert count_rows(connection) == 0


@pytest.mark.usefixtures("table")
def test_a_transaction_rolls_back_when_an_error_is_raised(connection):
    """X1, S2: other exceptions pass through after rollback."""
    with pytest.raises(KeyError), SQLiteTransaction(connection, commit=True) as cursor:
        cursor.execute("INSERT INTO t VALUES (1, 'x')")
        raise KeyError
    assert not connection.in_transaction
    assert count_rows(connection) == 0


@pytest.mark.usefixtures("table")
def test_a_transaction_leaves_no_query_open(connection):
    """S2: a query whose rows were not all fetched does not keep its view of the database."""
    connection.cursor().executemany("INSERT INTO t VALUES (?, 'x')", [(1,), (2,), (3,)])
    with SQLiteTransaction(connection, commit=True) as cursor:
        cursor.execute("SELECT * FROM t")
        cursor.fetchone()
    connection.cursor().execute("DROP TABLE t")  # fails while a query reads the table


@pytest.mark.parametrize(
    "name",
    [
        "InterfaceError",
        "DatabaseError",
        "DataError",
        "OperationalError",
        "IntegrityError",
        "InternalError",
        "ProgrammingError",
        "NotSupportedError",
    ],
)
def test_errors_in_a_transaction_are_translated(name):
    """X1: errors of the driver become those of the library, caused by the original."""
    connection = Mock()
    error = getattr(sqlite3, name)("no")
    with pytest.raises(getattr(persistence, name)) as caught, SQLiteTransaction(connection):
        raise error
    assert caught.value.args == (error,)
    assert caught.value.__cause__ is error
    connection.rollback.assert_called_once_with()


def test_a_transaction_works_on_anything_with_the_three_methods():
    """S2: the context manager works around any object with `cursor`, `commit`, `rollback`."""
    connection = Mock(spec=["cursor", "commit", "rollback"])
    with SQLiteTransaction(connection, commit=True):
        connection.commit.assert_not_called()
    connection.commit.assert_called_once_with()
    connection.rollback.assert_not_called()


def test_a_transaction_without_commit_rolls_back_by_default():
    """S2: the default of `commit` is false."""
    connection = Mock(spec=["cursor", "commit", "rollback"])
    with SQLiteTransaction(connection):
        pass
    connection.commit.assert_not_called()
    connection.rollback.assert_called_once_with()


def test_a_failed_start_is_translated():
    """X7: errors raised while starting a transaction are translated too."""
    connection = Mock(spec=["cursor", "commit", "rollback"])
    connection.cursor.return_value.execute.side_effect = sqlite3.DatabaseError(
        "file is not a database"
    )
    with (
        pytest.raises(persistence.DatabaseError, match="file is not a database"),
        SQLiteTransaction(connection, commit=True),
    ):
        raise AssertionError("must not be reached")


def test_a_failed_commit_is_translated_and_rolled_back():
    """X1: an error while committing is the caller's, and nothing is left open."""
    connection = Mock(spec=["cursor", "commit", "rollback"])
    connection.commit.side_effect = sqlite3.OperationalError("disk I/O error")
    with (
        pytest.raises(OperationalError, match="disk I/O error"),
        SQLiteTransaction(connection, commit=True),
    ):
        pass
    connection.rollback.assert_called_once_with()


def test_a_failed_rollback_does_not_hide_the_error():
    """X1: what is reported is the first error."""
    connection = Mock(spec=["cursor", "commit", "rollback"])
    connection.rollback.side_effect = sqlite3.OperationalError("cannot roll back")
    with pytest.raises(KeyError), SQLiteTransaction(connection, commit=True):
        raise KeyError


def test_a_closed_connection_cannot_be_used(connection):
    """C8: closing closes the connection of the driver."""
    connection.close()
    connection.close()
    assert connection.closed
    assert not connection.in_transaction
    with pytest.raises(ProgrammingError, match="closed database"), SQLiteTransaction(connection):
        pass


@pytest.mark.usefixtures("table")
def test_closing_rolls_back_although_a_cursor_is_kept(tmp_path):
    """C8, S16: a connection that is closed while it is in use keeps no lock."""
    path = tmp_path / "x.db"
    connection = SQLiteConnection(
        sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    )
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE t (a)")
    cursor.execute("BEGIN IMMEDIATE")
    cursor.execute("INSERT INTO t VALUES (1)")
    connection.close()
    other = sqlite3.connect(path, timeout=0)
    assert other.execute("SELECT COUNT(*) FROM t").fetchone() == (0,)
    other.execute("DROP TABLE t")
    other.close()


def test_closing_waits_for_the_statement_that_another_thread_executes(connection):
    """C8: closing while a statement runs neither breaks it nor the interpreter."""
    driver_connection = connection._connection
    has_started, results = threading.Event(), []
    driver_connection.create_function("tell", 0, has_started.set)

    def run():
        cursor = connection.cursor()
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT COALESCE(tell(), 1) UNION ALL "
            "SELECT i + 1 FROM n WHERE i < 300000) SELECT COUNT(*) FROM n"
        )
        results.append(cursor)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert has_started.wait(60)
    connection.close()
    thread.join(60)
    assert len(results) == 1


ENDS_IN_THE_MIDDLE_OF_A_STATEMENT = """
import sqlite3, threading
from eventsourcing.sqlite import SQLiteConnection

begun = threading.Event()
driver_connection = sqlite3.connect(":memory:", check_same_thread=False)
driver_connection.create_function("begin", 0, begun.set)
connection = SQLiteConnection(driver_connection)

class Owner:
    def __del__(self, close=connection.close):
        close()
        print("closed", flush=True)

WITHOUT_END = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT max(begin()) FROM n"
)
execute = connection.cursor().execute
threading.Thread(target=execute, args=[WITHOUT_END], daemon=True).start()
begun.wait()
owner = Owner()
"""


def test_a_connection_in_use_by_a_daemon_thread_does_not_keep_the_interpreter_from_ending():
    """Issue 5.8: the thread does not run any more, and gives nothing back."""
    done = subprocess.run(
        [sys.executable, "-c", ENDS_IN_THE_MIDDLE_OF_A_STATEMENT],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "closed\n"), done.stderr
