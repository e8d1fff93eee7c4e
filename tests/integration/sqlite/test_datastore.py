import gc
import sqlite3
import threading
import weakref
from contextlib import closing
from pathlib import Path

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    ConnectionUnavailableError,
    DatabaseError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
)
from eventsourcing.sqlite import (
    SQLITE3_DEFAULT_LOCK_TIMEOUT,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)
from tests.support.waiting import eventually

SHARED = "file:test_datastore?mode=memory&cache=shared"


def pragma(datastore, name):
    with datastore.get_connection(commit=False) as connection:
        return connection.query(f"PRAGMA {name}", ())[0][0]


def test_attributes(open_datastore):
    """S1: what the datastore shows of its parameters."""
    datastore = open_datastore(
        lock_timeout=None, single_row_tracking=False, originator_id_type="text"
    )
    assert isinstance(datastore.pool, SQLiteConnectionPool)
    assert datastore.single_row_tracking is False
    assert datastore.originator_id_type == "text"
    assert datastore.pool.lock_timeout is None


def test_parameters_may_be_positional(path):
    """J2: the parameters of 9.2 were positional."""
    with closing(SQLiteDatastore(str(path), 3, 1, 2, 4.0, 5.0, True)) as datastore:
        pool = datastore.pool
        assert (pool.lock_timeout, pool.pool_size, pool.max_overflow) == (3, 1, 2)
        assert (pool.pool_timeout, pool.max_age, pool.pre_ping) == (4.0, 5.0, True)
    with closing(SQLiteConnectionPool(str(path), 3, 1, 2, 4.0, 5.0, True)) as pool:
        assert (pool.lock_timeout, pool.pool_size, pool.max_overflow) == (3, 1, 2)


def test_invalid_originator_id_type(path):
    """S8: the ID type is `uuid` or `text`."""
    with pytest.raises(ValueError, match="Invalid originator_id_type 'int', must be"):
        SQLiteDatastore(str(path), originator_id_type="int")


def test_invalid_synchronous(path):
    """Issue 4.3: the durability is `FULL` or `NORMAL`."""
    with pytest.raises(ValueError, match="Invalid synchronous 'OFF', must be"):
        SQLiteDatastore(str(path), synchronous="OFF")


def test_a_transaction_gives_a_cursor(datastore):
    """S2: `transaction(commit=…)` gives a cursor; `commit` may be positional."""
    with datastore.transaction(commit=True) as c:
        assert isinstance(c, SQLiteCursor)
        c.execute("CREATE TABLE t (a)")
        c.execute("INSERT INTO t VALUES (1)")
    with datastore.transaction(False) as c:
        c.execute("SELECT a AS x FROM t")
        assert c.fetchone()["x"] == 1


def test_a_connection_can_be_borrowed(datastore):
    """S2: `get_connection(commit=…)` gives a connection; writers are known as such."""
    with datastore.get_connection(commit=True) as connection:
        assert isinstance(connection, SQLiteConnection)
        assert connection.is_writer is True
    with datastore.get_connection(commit=False) as connection:
        assert connection.is_writer is False
    assert datastore.pool.num_in_use == 0


def test_errors_in_a_borrowed_connection_are_translated(datastore):
    """X1: errors of the driver become those of the library."""
    with pytest.raises(OperationalError), datastore.get_connection(commit=False) as connection:
        connection.cursor().execute("BEGIN BEGIN")


def test_connections_have_uris_autocommit_and_a_busy_timeout(open_datastore, path):
    """S3: URI file names, explicit transactions, a busy timeout."""
    datastore = open_datastore(f"file:{path}?mode=rwc", lock_timeout=7)
    with datastore.get_connection(commit=False) as connection:
        assert connection._connection.isolation_level is None
        assert not connection.in_transaction
    assert pragma(datastore, "busy_timeout") == 7000
    assert path.exists()


@pytest.mark.parametrize("lock_timeout", [None, 0])
def test_the_default_lock_timeout(open_datastore, lock_timeout):
    """S3: 5 seconds when unset or 0."""
    assert SQLITE3_DEFAULT_LOCK_TIMEOUT == 5
    assert pragma(open_datastore(lock_timeout=lock_timeout), "busy_timeout") == 5000


def test_connections_can_be_used_by_any_thread(datastore):
    """S3: a connection made by one thread serves others."""
    with datastore.transaction(commit=True) as c:
        c.execute("CREATE TABLE t (a)")
    errors = []

    def insert():
        try:
            with datastore.transaction(commit=True) as c:
                c.execute("INSERT INTO t VALUES (1)")
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=insert)
    thread.start()
    thread.join()
    assert errors == []
    assert datastore.query("SELECT COUNT(*) FROM t") == [(1,)]


def test_a_new_file_is_switched_to_wal(datastore, path):
    """S5: file databases are switched to WAL by the first connection."""
    assert not datastore.pool.is_journal_mode_wal
    assert pragma(datastore, "journal_mode") == "wal"
    assert datastore.pool.is_journal_mode_wal
    assert datastore.pool.journal_mode_was_changed_to_wal
    assert path.read_bytes()[18:20] == b"\x02\x02"


def test_a_file_that_is_in_wal_mode_is_left_so(datastore, open_datastore):
    """S5: `journal_mode_was_changed_to_wal` is false when the file was already WAL."""
    pragma(datastore, "journal_mode")
    second = open_datastore()
    assert pragma(second, "journal_mode") == "wal"
    assert second.pool.is_journal_mode_wal
    assert not second.pool.journal_mode_was_changed_to_wal


@pytest.mark.parametrize("db_name", [":memory:", SHARED])
def test_in_memory_databases_have_no_wal(open_datastore, db_name):
    """S5: both attributes are false for in-memory databases."""
    datastore = open_datastore(db_name)
    assert pragma(datastore, "journal_mode") == "memory"
    assert not datastore.pool.is_journal_mode_wal
    assert not datastore.pool.journal_mode_was_changed_to_wal


def test_commits_are_durable_by_default(datastore):
    """S16, issue 4.3: `synchronous` is FULL on every connection."""
    with datastore.get_connection(commit=True) as first:
        assert first.query("PRAGMA synchronous", ()) == [(2,)]
        assert pragma(datastore, "synchronous") == 2


def test_durability_can_be_traded(open_datastore):
    """Issue 4.3: `synchronous` can be NORMAL."""
    assert pragma(open_datastore(synchronous="normal"), "synchronous") == 1


def test_reading_and_writing_exclude_each_other_in_memory(open_datastore):
    """S4: in-memory databases are not read while they are written."""
    datastore = open_datastore(SHARED, pool_timeout=0)
    with (
        datastore.transaction(commit=True),
        pytest.raises(OperationalError),
        datastore.transaction(commit=False),
    ):
        pass


def test_files_are_read_while_they_are_written(datastore):
    """S5: in WAL mode readers and a writer coexist."""
    with datastore.transaction(commit=True) as c:
        c.execute("CREATE TABLE t (a)")
    with datastore.transaction(commit=True) as writer:
        writer.execute("INSERT INTO t VALUES (1)")
        with datastore.transaction(commit=False) as reader:
            reader.execute("SELECT * FROM t")
            assert reader.fetchall() == []


def test_pools_that_share_a_memory_database_wait_for_each_other(open_datastore):
    """S4, X5: SQLite itself fails at once when two connections to shared memory meet."""
    first, second = open_datastore(SHARED), open_datastore(SHARED)
    with first.transaction(commit=True) as c:
        c.execute("CREATE TABLE t (a)")
    errors: list[Exception] = []

    def write(datastore):
        try:
            for _ in range(50):
                with datastore.transaction(commit=True) as c:
                    c.execute("INSERT INTO t VALUES (1)")
                datastore.query("SELECT COUNT(*) FROM t")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(each,)) for each in (first, second) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert first.query("SELECT COUNT(*) FROM t") == [(200,)]


def test_a_lock_on_shared_memory_times_out(open_datastore):
    """X5: as with files, the error says that the database is locked."""
    first, second = open_datastore(SHARED), open_datastore(SHARED, pool_timeout=0.01)
    with (
        first.transaction(commit=True),
        pytest.raises(OperationalError, match=r"^database is locked$"),
        second.transaction(commit=False),
    ):
        pass


def test_a_private_memory_database_serves_several_threads(open_datastore):
    """S4: one connection is used in turn, because each has a database of its own."""
    datastore = open_datastore(":memory:")
    with datastore.transaction(commit=True) as c:
        c.execute("CREATE TABLE t (a)")
    has_read = threading.Event()

    def read():
        datastore.query("SELECT * FROM t")
        has_read.set()

    with datastore.transaction(commit=False) as c:
        thread = threading.Thread(target=read)
        thread.start()
        eventually(lambda: datastore.pool._admission.num_waiting)
        c.execute("SELECT * FROM t")
    thread.join()
    assert has_read.is_set()


def test_what_is_in_memory_is_not_lost_with_age(open_datastore):
    """S4, C5: connections to in-memory databases are not closed for their age."""
    datastore = open_datastore(":memory:", max_age=0)
    with datastore.transaction(commit=True) as c:
        c.execute("CREATE TABLE t (a)")
    assert datastore.query("SELECT * FROM t") == []


@pytest.mark.parametrize("db_name", [None, "/no/such/folder/x.db", "/", "nul\0.db", "\ud800.db"])
def test_a_database_that_cannot_be_opened(db_name):
    """X4: cannot open is an InterfaceError, also for a database name of `None`."""
    datastore = SQLiteDatastore(db_name)
    for _ in range(2):  # C9: the second attempt finds no trace of the first
        with pytest.raises(InterfaceError), datastore.transaction(commit=True):
            pass
    datastore.close()


def test_a_file_that_is_not_a_database(open_datastore, path: Path):
    """X7: errors while switching the journal mode are translated, and the pool is not stuck."""
    path.write_bytes(b"Dear diary, " * 1000)
    datastore = open_datastore(pool_size=1, max_overflow=0)
    for commit in (True, False, True):
        with (
            pytest.raises(DatabaseError, match="file is not a database"),
            datastore.transaction(commit=commit),
        ):
            pass
    assert path.read_bytes() == b"Dear diary, " * 1000


def test_a_locked_database_times_out(open_datastore):
    """X5: the error of SQLite is passed on, and the datastore works afterwards."""
    first = open_datastore()
    second = open_datastore(lock_timeout=1)
    with first.transaction(commit=True) as c:
        c.execute("CREATE TABLE t (a)")
    with (
        first.transaction(commit=True),
        pytest.raises(OperationalError, match=r"^database is locked$"),
        second.transaction(commit=True),
    ):
        pass
    with second.transaction(commit=True) as c:
        c.execute("INSERT INTO t VALUES (1)")


def test_all_connections_in_use(open_datastore):
    """C2: an exhausted pool is an error of the pool, and it recovers."""
    datastore = open_datastore(pool_size=1, max_overflow=0, pool_timeout=0)
    with (
        datastore.transaction(commit=False),
        pytest.raises(ConnectionUnavailableError),
        datastore.transaction(commit=False),
    ):
        pass
    with datastore.transaction(commit=False):
        pass


def test_a_closed_datastore_cannot_be_used(datastore):
    """F16: closing releases all connections and is idempotent."""
    with datastore.transaction(commit=False):
        pass
    datastore.close()
    datastore.close()
    with pytest.raises(ConnectionPoolClosedError), datastore.transaction(commit=False):
        pass


def test_a_commit_is_not_reported_as_failed_when_the_datastore_is_closed(datastore, path):
    """Issue 4.5: what was committed while the datastore was being closed is no error."""
    with datastore.transaction(commit=True) as c:
        c.execute("CREATE TABLE t (a)")
    with datastore.get_connection(commit=True) as connection:
        connection.cursor().execute("INSERT INTO t VALUES (1)")
        datastore.close()
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT COUNT(*) FROM t").fetchone() == (1,)


def test_closing_during_a_transaction_stores_nothing_of_it(datastore, path):
    """S16: a transaction whose connection is closed is rolled back, and says so."""
    with datastore.transaction(commit=True) as c:
        c.execute("CREATE TABLE t (a)")
    with pytest.raises(ProgrammingError), datastore.transaction(commit=True) as c:
        c.execute("INSERT INTO t VALUES (1)")
        datastore.close()
    with closing(sqlite3.connect(path, timeout=0)) as other:
        assert other.execute("SELECT COUNT(*) FROM t").fetchone() == (0,)
        other.execute("DROP TABLE t")


class ClosingParams:
    """Parameters of a statement that close the datastore, as a finalizer may, while it executes."""

    def __init__(self, datastore):
        self.datastore = datastore

    def __len__(self):
        return 1

    def __getitem__(self, index):
        self.datastore.close()
        return "x"


def test_a_datastore_closed_by_a_thread_that_executes_a_statement_closes_afterwards(datastore):
    """A37: an application that is collected then does not wait for the thread that collects it."""
    found = []

    def query():
        with datastore.get_connection(commit=False) as connection:
            found.append(connection)
            found.append(connection.query("SELECT ?", ClosingParams(datastore)))

    querying = spawn(query)

    assert querying.join(20)
    assert querying.error is None
    connection, rows = found
    assert rows == [("x",)]
    assert connection.closed
    assert datastore.pool.closed


def test_a_transaction_goes_on_when_its_thread_closes_the_datastore(datastore, path):
    """A37"""
    datastore.query("CREATE TABLE t (c)")

    def insert():
        with datastore.transaction(commit=True) as c:
            c.execute("INSERT INTO t VALUES (?)", ClosingParams(datastore))

    inserting = spawn(insert)

    assert inserting.join(20)
    assert inserting.error is None
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT c FROM t").fetchall() == [("x",)]


def test_a_datastore_closes_its_connections_when_it_is_collected(path):
    """F16: nothing is left open by who forgets to close."""
    datastore = SQLiteDatastore(str(path))
    with datastore.get_connection(commit=False) as connection:
        pass
    collected = weakref.ref(datastore)
    del datastore
    gc.collect()
    assert collected() is None
    assert connection.closed


def test_a_connection_that_cannot_be_rolled_back_is_not_used_again(datastore):
    """S2: no connection goes back to the pool within a transaction."""
    with datastore.get_connection(commit=True) as connection:
        connection.cursor().execute("BEGIN")
    assert connection.closed
    with datastore.get_connection(commit=True) as other:
        assert other is not connection
        assert not other.in_transaction


@pytest.mark.parametrize("db_name", ["mine.db", "file:mine.db?mode=rwc"])
def test_a_relative_name_keeps_its_meaning(open_datastore, tmp_path, monkeypatch, db_name):
    """S3: connections that are made after the process has changed its folder use the same file."""
    monkeypatch.chdir(tmp_path)
    datastore = open_datastore(db_name)
    assert datastore.pool.db_name == db_name
    with datastore.transaction(commit=True) as c:
        c.execute("CREATE TABLE t (a)")
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        assert datastore.query("SELECT COUNT(*) FROM sqlite_master") == [(0,)]
    assert datastore.query("SELECT * FROM t") == []
    assert (tmp_path / "mine.db").exists()


@pytest.fixture
def reader(path):
    """A connection of somebody else that stands against switching the journal mode."""
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("CREATE TABLE t (a)")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM t").fetchall()
        yield reader


@pytest.mark.usefixtures("reader")
def test_switching_to_wal_does_not_wait_for_ever(open_datastore):
    """S17, X7: the busy timeout is kept, and the error is translated."""
    with pytest.raises(OperationalError, match=r"^database is locked$"):
        pragma(open_datastore(lock_timeout=1), "journal_mode")
