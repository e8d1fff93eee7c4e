"""The factory of dynamic consistency boundaries in SQLite (C20, C51)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from eventsourcing.dcb import sqlite
from eventsourcing.dcb.persistence import AsyncDCBInfrastructureFactory, DCBInfrastructureFactory
from eventsourcing.dcb.sqlite import SQLiteDCBFactory, SQLiteDCBRecorder
from eventsourcing.persistence import ConnectionPoolClosedError, OperationalError
from eventsourcing.testing.dcb_samples import EVENTS
from eventsourcing.utils import Environment, get_topic

Construct = Callable[..., SQLiteDCBFactory]


@pytest.fixture
def construct(path: Path) -> Iterator[Construct]:
    factories: list[SQLiteDCBFactory] = []

    def construct(name: str = "", **variables: str) -> SQLiteDCBFactory:
        env = {"PERSISTENCE_MODULE": "eventsourcing.dcb.sqlite", "SQLITE_DBNAME": str(path)}
        environment = Environment(name, {**env, **variables})
        factory = DCBInfrastructureFactory.construct(environment)
        assert isinstance(factory, SQLiteDCBFactory)
        factories.append(factory)
        return factory

    yield construct
    for factory in factories:
        factory.close()


def test_names_of_variables() -> None:
    """C20: class attributes name the environment variables."""
    assert SQLiteDCBFactory.SQLITE_DBNAME == "SQLITE_DBNAME"
    assert SQLiteDCBFactory.SQLITE_LOCK_TIMEOUT == "SQLITE_LOCK_TIMEOUT"
    assert SQLiteDCBFactory.SQLITE_SYNCHRONOUS == "SQLITE_SYNCHRONOUS"
    assert SQLiteDCBFactory.CREATE_TABLE == "CREATE_TABLE"


def test_names_of_classes() -> None:
    """C66: both spellings are one class, which has one topic."""
    assert sqlite.SQLiteDcbFactory is SQLiteDCBFactory
    assert sqlite.SQLiteDcbRecorder is SQLiteDCBRecorder
    assert sqlite.SQLiteDcbSubscription is sqlite.SQLiteDCBSubscription
    assert get_topic(SQLiteDCBFactory) == "eventsourcing.dcb.sqlite:SQLiteDCBFactory"


def test_settings_reach_the_datastore(construct: Construct) -> None:
    """C20: as those of the other factory for SQLite do."""
    factory = construct(SQLITE_LOCK_TIMEOUT="10", SQLITE_SYNCHRONOUS="normal")
    assert factory.datastore.pool.lock_timeout == 10
    assert factory.datastore.pool.synchronous == "NORMAL"


@pytest.mark.parametrize(
    ("name", "tables"),
    [
        ("", ("dcb_events_main", "dcb_events_tag")),
        ("School", ("school_events_main", "school_events_tag")),
        ("stored", ("stored_events_main", "stored_events_tag")),
    ],
)
def test_names_of_tables(construct: Construct, name: str, tables: tuple[str, str]) -> None:
    """C20: after the application; never those of another kind of application."""
    recorder = construct(name).dcb_recorder()
    assert (recorder.events_table_name, recorder.tags_table_name) == tables


def test_recorders_share_what_they_record(construct: Construct) -> None:
    """C20: all that have the same name."""
    factory = construct("school")
    factory.dcb_recorder().append(EVENTS[:2])
    assert factory.dcb_recorder().head() == 2
    assert construct("SCHOOL").dcb_recorder().head() == 2
    assert construct("other").dcb_recorder().head() is None


def test_tables_that_are_not_created(construct: Construct) -> None:
    """C20, X3: with CREATE_TABLE false, using missing tables is an error."""
    recorder = construct(CREATE_TABLE="no").dcb_recorder()
    for use in (recorder.read, recorder.head, lambda: recorder.append(EVENTS)):
        with pytest.raises(OperationalError, match="no such table: dcb_events_main"):
            use()
    construct().dcb_recorder()
    assert recorder.head() is None


def test_variables_that_are_missing_or_malformed(construct: Construct) -> None:
    """C20, X6: a clear error that names the variable."""
    with pytest.raises(OSError, match="SQLITE_DBNAME"):
        DCBInfrastructureFactory.construct({"PERSISTENCE_MODULE": "eventsourcing.dcb.sqlite"})
    with pytest.raises(OSError, match="SQLITE_LOCK_TIMEOUT"):
        construct(SQLITE_LOCK_TIMEOUT="soon")
    with pytest.raises(ValueError, match="perhaps"):
        construct(CREATE_TABLE="perhaps").dcb_recorder()


def test_closing(construct: Construct) -> None:
    """C20: no connection is left, and closing again is harmless."""
    factory = construct()
    recorder = factory.dcb_recorder()
    for _ in range(2):
        factory.close()
    with pytest.raises(ConnectionPoolClosedError):
        recorder.head()


@pytest.mark.parametrize(("db_name", "threads"), [(":memory:", 1), ("events.db", 5)])
def test_asynchronous_side(tmp_path: Path, db_name: str, threads: int) -> None:
    """C51: through the bridge; a database that has one connection needs one thread."""
    factory = AsyncDCBInfrastructureFactory.construct(
        {
            "PERSISTENCE_MODULE": "eventsourcing.dcb.sqlite",
            "SQLITE_DBNAME": db_name if db_name == ":memory:" else str(tmp_path / db_name),
        }
    )
    synchronous = getattr(factory, "sync_factory")  # noqa: B009
    assert isinstance(synchronous, SQLiteDCBFactory)
    assert synchronous.bridge_threads == threads
    synchronous.close()
