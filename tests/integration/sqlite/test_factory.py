import pytest

from eventsourcing import sqlite
from eventsourcing.persistence import (
    ConnectionUnavailableError,
    DatabaseError,
    InfrastructureFactory,
    InterfaceError,
    OperationalError,
    StoredEvent,
    Tracking,
)
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.sqlite import (
    SQLiteAggregateRecorder,
    SQLiteApplicationRecorder,
    SQLiteFactory,
    SQLiteProcessRecorder,
    SQLiteTrackingRecorder,
)
from eventsourcing.utils import Environment, get_topic
from tests.integration.sqlite.samples import make_events


class MyApplicationRecorder(SQLiteApplicationRecorder): ...


class MyProcessRecorder(SQLiteProcessRecorder): ...


class MyView(SQLiteTrackingRecorder): ...


@pytest.fixture
def construct(path):
    factories = []

    def construct(**variables: str) -> SQLiteFactory:
        env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        factory = InfrastructureFactory.construct({**env, **variables})
        assert isinstance(factory, SQLiteFactory)
        factories.append(factory)
        return factory

    yield construct
    for factory in factories:
        factory.close()


def test_factory_is_found_by_its_old_name():
    """F17: `eventsourcing.sqlite:Factory` resolves to the renamed class."""
    assert sqlite.Factory is SQLiteFactory
    assert get_topic(SQLiteFactory) == "eventsourcing.sqlite:SQLiteFactory"


def test_names_of_variables():
    """S14: class attributes name the environment variables."""
    assert SQLiteFactory.SQLITE_DBNAME == "SQLITE_DBNAME"
    assert SQLiteFactory.SQLITE_LOCK_TIMEOUT == "SQLITE_LOCK_TIMEOUT"
    assert SQLiteFactory.SQLITE_SINGLE_ROW_TRACKING == "SINGLE_ROW_TRACKING"
    assert SQLiteFactory.SQLITE_SYNCHRONOUS == "SQLITE_SYNCHRONOUS"
    assert SQLiteFactory.ORIGINATOR_ID_TYPE == "ORIGINATOR_ID_TYPE"
    assert SQLiteFactory.CREATE_TABLE == "CREATE_TABLE"


def test_settings_reach_the_datastore(construct):
    """17: what the variables are visible as."""
    factory = construct(
        SQLITE_LOCK_TIMEOUT="10",
        SINGLE_ROW_TRACKING="n",
        ORIGINATOR_ID_TYPE="TEXT",
        SQLITE_SYNCHRONOUS="normal",
    )
    assert factory.datastore.pool.lock_timeout == 10
    assert factory.datastore.single_row_tracking is False
    assert factory.datastore.originator_id_type == "text"
    assert factory.datastore.pool.synchronous == "NORMAL"
    assert construct().datastore.pool.lock_timeout is None


def test_classes_of_recorders(construct):
    """S14: recorders of the module's classes, with tables."""
    factory = construct()
    recorders = [
        factory.aggregate_recorder("snapshots"),
        factory.application_recorder(),
        factory.process_recorder(),
        factory.tracking_recorder(),
    ]
    assert [type(recorder) for recorder in recorders] == [
        SQLiteAggregateRecorder,
        SQLiteApplicationRecorder,
        SQLiteProcessRecorder,
        SQLiteTrackingRecorder,
    ]
    assert all(recorder.datastore is factory.datastore for recorder in recorders)


@pytest.mark.parametrize(
    ("arguments", "name"), [((), "stored_events"), (("snapshots",), "stored_snapshots")]
)
def test_purpose_names_the_table(construct, arguments, name):
    """S15: `aggregate_recorder(purpose)` uses table `"stored_" + purpose`."""
    assert construct().aggregate_recorder(*arguments).events_table_name == name


def test_recorders_share_the_file(construct):
    """S7: applications sharing a file share its tables."""
    events = make_events(2)
    construct().application_recorder().insert_events(events)
    assert construct(name="other").application_recorder().max_notification_id() == 2


def test_tables_are_not_created_when_not_wanted(construct):
    """F14: CREATE_TABLE says whether a factory creates tables."""
    factory = construct(CREATE_TABLE="n")
    assert factory.env_create_table() is False
    with pytest.raises(OperationalError, match="no such table"):
        factory.application_recorder().max_notification_id()
    factory.env["CREATE_TABLE"] = ""
    assert factory.env_create_table() is True


def test_classes_are_selected_by_topics(construct):
    """F12, F13: topics select subclasses of recorders."""
    factory = construct(
        APPLICATION_RECORDER_TOPIC=get_topic(MyApplicationRecorder),
        PROCESS_RECORDER_TOPIC=get_topic(MyProcessRecorder),
        TRACKING_RECORDER_TOPIC=get_topic(MyView),
    )
    assert type(factory.application_recorder()) is MyApplicationRecorder
    assert type(factory.process_recorder()) is MyProcessRecorder
    assert type(factory.tracking_recorder()) is MyView
    assert type(factory.tracking_recorder(SQLiteTrackingRecorder)) is SQLiteTrackingRecorder


def test_selected_classes_must_be_of_this_engine(construct):
    """F12, F13: other classes are an AssertionError."""
    topic = get_topic(Tracking)
    factory = construct(
        APPLICATION_RECORDER_TOPIC=topic,
        PROCESS_RECORDER_TOPIC=topic,
        TRACKING_RECORDER_TOPIC=topic,
    )
    for make in (
        factory.application_recorder,
        factory.process_recorder,
        factory.tracking_recorder,
        lambda: factory.tracking_recorder(Tracking),
    ):
        with pytest.raises(AssertionError):
            make()


def test_classes_of_a_subclass(path):
    """F13: factories of 9.2 override class attributes."""

    class MyAggregateRecorder(SQLiteAggregateRecorder): ...

    class MyFactory(SQLiteFactory):
        aggregate_recorder_class = MyAggregateRecorder
        application_recorder_class = MyApplicationRecorder
        tracking_recorder_class = MyView
        process_recorder_class = MyProcessRecorder

    with MyFactory(env=Environment("", {"SQLITE_DBNAME": str(path)})) as factory:
        assert type(factory.aggregate_recorder("snapshots")) is MyAggregateRecorder
        assert type(factory.application_recorder()) is MyApplicationRecorder
        assert type(factory.tracking_recorder()) is MyView
        assert type(factory.process_recorder()) is MyProcessRecorder


def test_missing_database_name():
    """S14: without a database name there is no factory."""
    with pytest.raises(OSError, match="SQLite database name not found"):
        InfrastructureFactory.construct({"PERSISTENCE_MODULE": "eventsourcing.sqlite"})


def test_a_file_that_cannot_be_opened(construct, tmp_path):
    """X4: the first recorder with a table finds out."""
    factory = construct(SQLITE_DBNAME=str(tmp_path / "no" / "such.db"))
    with pytest.raises(InterfaceError, match="unable to open database file") as caught:
        factory.application_recorder()
    assert str(tmp_path / "no" / "such.db") in caught.value.__notes__[0]


def test_a_file_that_is_no_database_is_named(construct, path):
    """X7: SQLite says what is wrong, and not where."""
    path.write_bytes(b"This is not a database." * 100)
    with pytest.raises(DatabaseError, match="file is not a database") as caught:
        construct().application_recorder()
    assert str(path) in caught.value.__notes__[0]


def test_a_view_of_another_engine_is_told_which_settings_say(construct):
    """F13: the text of the error itself is that of the contract."""
    with pytest.raises(
        AssertionError, match=r"^Not a subclass of .*SQLiteTrackingRecorder"
    ) as caught:
        construct().tracking_recorder(POPOTrackingRecorder)
    assert "PERSISTENCE_MODULE" in caught.value.__notes__[0]


def test_the_lock_timeout_may_be_a_number(construct):
    """Section 17: settings are texts, but a number is understood."""
    assert construct(SQLITE_LOCK_TIMEOUT=7).datastore.pool.lock_timeout == 7


def test_a_transaction_inside_of_another_is_told(construct):
    """C2: the writer waits for itself; the note says what was meant."""
    view = construct().tracking_recorder(MyView)
    view.datastore.pool.pool_timeout = 0
    with (
        view.datastore.transaction(commit=True),
        pytest.raises(ConnectionUnavailableError, match="return of writer") as caught,
    ):
        view.insert_tracking(Tracking("upstream", 1))
    assert "_insert_tracking(cursor, tracking)" in caught.value.__notes__[0]


def test_factories_of_one_database_say_so(construct, path):
    """Who uses it follows what all of them have recorded."""
    one, same = construct(), construct(SQLITE_DBNAME=f"file:{path}")
    assert one.events_place() == same.events_place() == f"file {path.resolve()}"
    assert construct(SQLITE_DBNAME=":memory:").events_place() is None


def test_closing_is_idempotent(construct):
    """F16: `close()` releases connections and is idempotent."""
    factory = construct()
    factory.application_recorder()
    factory.close()
    factory.close()
    assert factory.datastore.pool.closed


@pytest.mark.parametrize(
    ("db_name", "threads"),
    [(":memory:", 1), ("file:x?mode=memory&cache=shared", 5), ("x.db", 5)],
)
def test_threads_for_the_asynchronous_side(construct, monkeypatch, tmp_path, db_name, threads):
    """S4: a private in-memory database has one connection, which one thread uses."""
    monkeypatch.chdir(tmp_path)
    assert construct(SQLITE_DBNAME=db_name).bridge_threads == threads


def test_hostile_purposes_name_tables_exactly(construct):
    """Issue 4.6: a purpose with quotes or SQL in it is a name, and never executed."""
    factory = construct()
    keeper = factory.application_recorder()
    keeper.insert_events(make_events(1))
    for purpose in ('x"; DROP TABLE stored_events; --', "[x]", "é ☃", "y" * 10_000, "a.b", "'"):
        recorder = factory.aggregate_recorder(purpose)
        event = StoredEvent("6ba7b8109dad11d180b400c04fd430c8", 1, "topic", b"")
        recorder.insert_events([event])
        assert len(recorder.select_events(event.originator_id)) == 1
        assert (recorder.events_table_name,) in factory.datastore.query(
            "SELECT name FROM sqlite_master"
        )
    assert keeper.max_notification_id() == 1
