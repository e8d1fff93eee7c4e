# Generated from test_schema_async.py by tools/async_to_sync.py: do not edit.
"""Tables, indexes, types and functions, and their names (contract 16.2)."""

from __future__ import annotations

import pytest
from psycopg.sql import SQL, Identifier

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import IntegrityError, ProgrammingError, Tracking
from eventsourcing.postgres import (
    PostgresAggregateRecorder,
    PostgresApplicationRecorder,
    PostgresProcessRecorder,
    PostgresRecorder,
    PostgresTrackingRecorder,
)
from tests.integration.postgres.support_sync import (
    list_functions,
    list_relations,
    make_datastore,
    make_event,
    make_factory,
)


@pytest.fixture
def datastore(postgres_database):
    with make_datastore(postgres_database) as datastore:
        yield datastore


def columns(database, table, schema="public"):
    with database.connect() as connection:
        return connection.execute(
            "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
            "WHERE table_name = %s AND table_schema = %s ORDER BY ordinal_position",
            [table, schema],
        ).fetchall()


def index_definitions(database, table):
    with database.connect() as connection:
        rows = connection.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = %s ORDER BY indexname", [table]
        ).fetchall()
    return [definition for (definition,) in rows]


def test_application_recorder_creates_its_table_index_and_type(postgres_database, datastore):
    """G11, G15"""
    recorder = PostgresApplicationRecorder(datastore)

    recorder.create_table()

    assert columns(postgres_database, "stored_events") == [
        ("originator_id", "uuid", "NO"),
        ("originator_version", "bigint", "NO"),
        ("topic", "text", "YES"),
        ("state", "bytea", "YES"),
        ("notification_id", "bigint", "NO"),
    ]
    assert index_definitions(postgres_database, "stored_events") == [
        "CREATE UNIQUE INDEX stored_events_notification_id_idx ON public.stored_events "
        "USING btree (notification_id)",
        "CREATE UNIQUE INDEX stored_events_pkey ON public.stored_events "
        "USING btree (originator_id, originator_version)",
    ]
    assert list_relations(postgres_database) == {
        "stored_events",
        "stored_events_pkey",
        "stored_events_notification_id_idx",
        "stored_events_notification_id_seq",
        "stored_event_uuid",
    }
    assert list_functions(postgres_database) == set()


def test_aggregate_recorder_has_no_notification_ids(postgres_database, datastore):
    """G12"""
    PostgresAggregateRecorder(datastore, events_table_name="snaps").create_table()

    assert columns(postgres_database, "snaps") == [
        ("originator_id", "uuid", "NO"),
        ("originator_version", "bigint", "NO"),
        ("topic", "text", "YES"),
        ("state", "bytea", "YES"),
    ]
    assert list_relations(postgres_database) == {"snaps", "snaps_pkey", "stored_event_uuid"}


def test_text_ids_have_their_own_columns_and_type(postgres_database):
    """G11, G15"""
    with make_datastore(postgres_database, originator_id_type="text") as datastore:
        PostgresApplicationRecorder(datastore).create_table()

    assert columns(postgres_database, "stored_events")[0] == ("originator_id", "text", "NO")
    with postgres_database.connect() as connection:
        attributes = connection.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
            "WHERE attrelid = 'stored_event_text'::regclass ORDER BY attnum"
        ).fetchall()
    assert attributes == [
        ("originator_id", "text"),
        ("originator_version", "bigint"),
        ("topic", "text"),
        ("state", "bytea"),
    ]


def test_event_tables_have_their_storage_parameters(postgres_database, datastore):
    """G14"""
    PostgresApplicationRecorder(datastore).create_table()

    with postgres_database.connect() as connection:
        ((options,),) = connection.execute(
            "SELECT reloptions FROM pg_class WHERE oid = 'stored_events'::regclass"
        ).fetchall()
    assert set(options) == {
        "autovacuum_enabled=true",
        "autovacuum_vacuum_threshold=100000000",
        "autovacuum_vacuum_scale_factor=0.5",
        "autovacuum_analyze_threshold=1000",
        "autovacuum_analyze_scale_factor=0.01",
    }


@pytest.mark.parametrize(
    ("single_row", "key"),
    [(True, "(application_name)"), (False, "(application_name, notification_id)")],
)
def test_tracking_tables_have_the_key_of_their_mode(postgres_database, single_row, key):
    """G13"""
    with make_datastore(postgres_database, single_row_tracking=single_row) as datastore:
        PostgresTrackingRecorder(datastore).create_table()

    assert columns(postgres_database, "notification_tracking") == [
        ("application_name", "text", "NO"),
        ("notification_id", "bigint", "NO" if not single_row else "YES"),
    ]
    (definition,) = index_definitions(postgres_database, "notification_tracking")
    assert definition.endswith(key)


def test_process_recorder_creates_all(postgres_database, datastore):
    """G16"""
    recorder = PostgresProcessRecorder(
        datastore, events_table_name="app_events", tracking_table_name="app_tracking"
    )

    recorder.create_table()
    recorder.create_table()

    assert list_relations(postgres_database) == {
        "app_events",
        "app_events_pkey",
        "app_events_notification_id_idx",
        "app_events_notification_id_seq",
        "app_tracking",
        "app_tracking_pkey",
        "stored_event_uuid",
    }


@pytest.mark.parametrize("table_name", ["e" * 63, "é" * 31 + "x"])
def test_names_of_63_bytes_are_allowed_and_have_their_index(
    postgres_database, datastore, table_name
):
    """G10, G17"""
    recorder = PostgresProcessRecorder(
        datastore,
        events_table_name=table_name,
        tracking_table_name="t" + table_name[1:],
    )

    recorder.create_table()

    assert recorder.insert_events([make_event()], tracking=Tracking("up", 1)) == [1]
    index_name = recorder.notification_id_index_name
    assert len(index_name.encode()) <= 63
    assert {table_name, index_name} <= list_relations(postgres_database)
    assert any(
        f"{index_name} ON" in definition.replace('"', "") and "(notification_id)" in definition
        for definition in index_definitions(postgres_database, table_name)
    )


@pytest.mark.parametrize("name", ["e" * 64, "é" * 32])
def test_longer_names_are_refused_when_constructing(postgres_database, name):
    """G10: bytes count, not characters."""
    datastore = make_datastore(postgres_database)

    for construct in (
        lambda: PostgresAggregateRecorder(datastore, events_table_name=name),
        lambda: PostgresApplicationRecorder(datastore, events_table_name=name),
        lambda: PostgresTrackingRecorder(datastore, tracking_table_name=name),
        lambda: PostgresProcessRecorder(datastore, events_table_name=name),
        lambda: PostgresProcessRecorder(datastore, tracking_table_name=name),
    ):
        with pytest.raises(ProgrammingError, match=f"Identifier too long: {name}"):
            construct()
    assert PostgresRecorder.MAX_IDENTIFIER_LEN == 63


@pytest.mark.parametrize(("name", "words"), [("a\0b", "NUL"), ("a\ud800", "UTF-8")])
def test_names_that_the_server_cannot_store_are_refused(postgres_database, name, words):
    datastore = make_datastore(postgres_database)

    with pytest.raises(ProgrammingError, match=words):
        PostgresApplicationRecorder(datastore, events_table_name=name)


def test_a_schema_that_the_server_cannot_store_is_refused(postgres_database):
    for schema in ("a\0b", "s" * 64):
        with pytest.raises(ProgrammingError):
            PostgresApplicationRecorder(make_datastore(postgres_database, schema=schema))


HOSTILE = [
    'quo"te',
    "apos'trophe",
    "per%cent",
    "%s %b {} {0}",
    "semi; DROP TABLE victim; --",
    "UPPER lower",
    "ünïcödé 🐕",
    "do.t.ted",
    "back\\slash",
    "$$ $body$",
    "new\nline",
    "select",
]


@pytest.mark.parametrize("functions", [False, True])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_of_schemas_and_tables_work(postgres_database, name, functions):
    """G34: everything is quoted, and nothing of a name is ever executed."""
    with postgres_database.connect() as connection:
        connection.execute("CREATE TABLE victim (i int)")
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(name)))
    with make_datastore(postgres_database, schema=name, enable_db_functions=functions) as datastore:
        recorder = PostgresProcessRecorder(
            datastore, events_table_name=f"{name}_events", tracking_table_name=f"{name}_t"
        )
        recorder.create_table()
        event = make_event(topic=name)
        with recorder.subscribe() as subscription:
            ids = recorder.insert_events([event], tracking=Tracking(name, 1))
            assert next(subscription).topic == name
        assert ids == [1]
        assert list(recorder.select_events(event.originator_id)) == [event]
        assert recorder.max_tracking_id(name) == 1
        assert recorder.max_notification_id() == 1
        with pytest.raises(IntegrityError):
            recorder.insert_events([event], tracking=Tracking(name, 2))
    assert "victim" in list_relations(postgres_database)
    assert list_relations(postgres_database, name) >= {f"{name}_events", f"{name}_t"}


@pytest.mark.parametrize("name", [*HOSTILE, ""])
def test_hostile_names_of_applications_work(postgres_database, name):
    """G9, G34: names are lower-cased, and otherwise kept."""
    from eventsourcing.utils import Environment

    env = Environment(name, {"PERSISTENCE_MODULE": "eventsourcing.postgres"})
    env.update(postgres_database.patient_environ())
    with make_factory(postgres_database) as factory:
        factory.env.name = name
        recorder = factory.process_recorder()
        assert recorder.insert_events([make_event()], tracking=Tracking(name, 1)) == [1]

    n = name.lower()
    assert recorder.events_table_name == (f"{n}_events" if n else "stored_events")
    assert recorder.tracking_table_name == (f"{n}_tracking" if n else "notification_tracking")
    assert recorder.events_table_name in list_relations(postgres_database)


def test_a_database_without_public_works(postgres_database):
    """G34"""
    with postgres_database.connect() as connection:
        connection.execute("CREATE SCHEMA mine")
        connection.execute("DROP SCHEMA public CASCADE")
    with make_datastore(postgres_database, schema="mine") as datastore:
        recorder = PostgresProcessRecorder(datastore)
        recorder.create_table()
        recorder.create_table()
        assert recorder.insert_events([make_event()], tracking=Tracking("up", 1)) == [1]


def test_a_missing_schema_is_a_programming_error(postgres_database):
    """G34: the library never creates schemas."""
    with make_datastore(postgres_database, schema="nosuch") as datastore:
        for recorder in (
            PostgresApplicationRecorder(datastore),
            PostgresTrackingRecorder(datastore),
        ):
            with pytest.raises(ProgrammingError, match='schema "nosuch" does not exist'):
                recorder.create_table()


def test_broken_sql_in_a_create_statement_is_a_programming_error(datastore):
    """G16"""
    recorder = PostgresApplicationRecorder(datastore)
    recorder.sql_create_statements.append(SQL("BLAH {}").format(Identifier("x")))

    with pytest.raises(ProgrammingError, match="syntax error"):
        recorder.create_table()


def test_create_statements_name_the_schema_and_begin_with_the_own_table(postgres_database):
    """G20"""
    datastore = make_datastore(postgres_database, schema="mine")
    recorder = PostgresApplicationRecorder(datastore, events_table_name="own")

    texts = [statement.as_string(None) for statement in recorder.sql_create_statements]

    assert texts[0].startswith('CREATE TABLE IF NOT EXISTS "mine"."own"')
    assert all('"mine"' in text for text in texts)


def test_many_may_create_the_same_tables_at_once(postgres_database):
    """G16, Y10: all succeed."""
    problems = []

    def create():
        with make_datastore(postgres_database, enable_db_functions=True) as datastore:
            try:
                PostgresProcessRecorder(datastore).create_table()
            except Exception as error:
                problems.append(error)

    tasks = [spawn(create) for _ in range(8)]
    for task in tasks:
        assert task.join(60)

    assert problems == []


def test_many_may_create_tables_at_once_without_the_lock_of_this_release(
    postgres_database, monkeypatch
):
    """G16: older releases do not take it."""
    from eventsourcing.postgres import recorder_sync

    monkeypatch.setattr(recorder_sync, "_LOCK", "SELECT %s")
    test_many_may_create_the_same_tables_at_once(postgres_database)


def test_the_recorder_removes_the_schema_from_table_names(postgres_database):
    """G19: 9.2 wrote it there."""
    datastore = make_datastore(postgres_database, schema="mine")

    assert PostgresAggregateRecorder(datastore, "mine.t").events_table_name == "t"
    assert PostgresAggregateRecorder(datastore, "minet").events_table_name == "minet"
    tracking = PostgresTrackingRecorder(datastore, tracking_table_name="mine.t")
    assert tracking.tracking_table_name == "t"
    datastore.close()


def test_constructing_a_recorder_does_not_contact_the_database(postgres_database):
    """G19"""
    with make_datastore(postgres_database, pool_size=0) as datastore:
        PostgresProcessRecorder(datastore)

        assert datastore.pool.get_stats().get("connections_num", 0) == 0
