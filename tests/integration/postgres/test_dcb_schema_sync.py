# Generated from test_dcb_schema_async.py by tools/async_to_sync.py: do not edit.
# ruff: noqa: RUF100, SIM117 (blocks that cannot be merged here, but in the twin)
"""Tables, indexes, types and the function of recorders, and their names (C20-C23, C27, C28)."""

from __future__ import annotations

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.dcb.api import DCBQuery, DCBQueryItem
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.dcb.postgres_tt import (
    PostgresDCBRecorderTT,
    PostgresTTDCBFactory,
    PsycopgDCBEvent,
    PsycopgDCBQueryItem,
)
from eventsourcing.persistence import IntegrityError, ProgrammingError
from tests.integration.postgres.dcb_support_sync import (
    create_recorder,
    make_factory,
    read_data,
    tagged,
    unless_tagged,
)
from tests.integration.postgres.support_sync import (
    list_functions,
    list_relations,
    make_datastore,
)

RELATIONS = {
    "dcb_event_tt",
    "dcb_query_item_tt",
    "dcb_events_tt_main",
    "dcb_events_tt_main_id_seq",
    "dcb_events_tt_main_idx_id_type",
    "dcb_events_tt_tag",
    "dcb_events_tt_tag_idx_tag_main_id",
}
STORAGE = [
    "autovacuum_enabled=true",
    "autovacuum_vacuum_threshold=100000000",
    "autovacuum_vacuum_scale_factor=0.5",
    "autovacuum_analyze_threshold=1000",
    "autovacuum_analyze_scale_factor=0.01",
]


@pytest.fixture
def datastore(postgres_database):
    with make_datastore(postgres_database) as datastore:
        yield datastore


def columns(database, relation):
    with database.connect() as connection:
        return connection.execute(
            "SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
            [f'"{relation}"'],
        ).fetchall()


def test_a_recorder_creates_its_tables_indexes_types_and_function(postgres_database, datastore):
    """C21, C22, C27: the function is named after the tables."""
    recorder = create_recorder(datastore)

    assert recorder.events_table_name == recorder.channel_name == "dcb_events_tt_main"
    assert recorder.tags_table_name == "dcb_events_tt_tag"
    assert list_relations(postgres_database) == RELATIONS
    assert list_functions(postgres_database) == {"dcb_events_tt_append"}
    assert columns(postgres_database, "dcb_events_tt_main") == [
        ("id", "bigint", True),
        ("type", "text", True),
        ("data", "bytea", False),
        ("tags", "text[]", True),
    ]
    assert columns(postgres_database, "dcb_events_tt_tag") == [
        ("tag", "text", False),
        ("main_id", "bigint", False),
    ]
    with postgres_database.connect() as connection:
        indexes = connection.execute(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        options = connection.execute(
            "SELECT reloptions FROM pg_class WHERE relname LIKE 'dcb_events%' AND relkind = 'r'"
        ).fetchall()
        keys = connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('p', 'f')"
            " AND connamespace = 'public'::regnamespace"
        ).fetchall()
    assert indexes == [
        (
            "CREATE INDEX dcb_events_tt_tag_idx_tag_main_id ON public.dcb_events_tt_tag "
            "USING btree (tag, main_id)",
        ),
        (
            "CREATE UNIQUE INDEX dcb_events_tt_main_idx_id_type ON public.dcb_events_tt_main "
            "USING btree (id) INCLUDE (type)",
        ),
    ]
    assert options == [(STORAGE,), (STORAGE,)]
    assert keys == [("FOREIGN KEY (main_id) REFERENCES dcb_events_tt_main(id)",)]


def test_composite_types_have_the_shape_of_the_named_tuples(postgres_database, datastore):
    """C21, C32: and are registered on connections that are used."""
    create_recorder(datastore)

    assert columns(postgres_database, "dcb_event_tt") == [
        ("type", "text", False),
        ("data", "bytea", False),
        ("tags", "text[]", False),
    ]
    assert columns(postgres_database, "dcb_query_item_tt") == [
        ("types", "text[]", False),
        ("tags", "text[]", False),
    ]
    event = PsycopgDCBEvent("t", b"1", ["a"])
    item = PsycopgDCBQueryItem(["t"], ["a", "b"])
    with datastore.cursor() as curs:
        curs.execute(
            "SELECT ROW('t', '1'::bytea, ARRAY['a'])::dcb_event_tt AS event, "
            "ROW(ARRAY['t'], ARRAY['a', 'b'])::dcb_query_item_tt AS item",
            binary=True,
        )
        row = curs.fetchall()[0]
    assert (row["event"], row["item"]) == (event, item)
    assert row["event"].tags == ["a"]


def test_creating_tables_again_changes_nothing(postgres_database, datastore):
    """C21"""
    recorder = create_recorder(datastore)
    recorder.append([tagged("a", data=b"1")])

    recorder.create_table()

    assert read_data(recorder, "a") == [b"1"]
    assert list_relations(postgres_database) == RELATIONS


def test_tables_may_be_created_by_many_at_once(postgres_database, datastore):
    """C21"""
    recorders = [PostgresDCBRecorderTT(datastore) for _ in range(6)]
    tasks = [spawn(recorder.create_table) for recorder in recorders]
    for task in tasks:
        task.join()

    assert [task.error for task in tasks] == [None] * 6
    assert recorders[0].append([tagged("a")]) == 1


@pytest.mark.parametrize("schema", ["elsewhere", 'Odd "schema"; 100%s'])
@pytest.mark.parametrize("name", ["dcb_events", 'My "%s.events', "ü" * 20, "x" * 40])
def test_names_may_be_unusual(postgres_database, schema, name):
    """C28: everything is in the schema, which is not in the search path."""
    with postgres_database.connect() as connection:
        connection.execute('CREATE SCHEMA "{}"'.format(schema.replace('"', '""')))
        connection.execute("DROP SCHEMA public")
    with make_datastore(postgres_database, schema=schema) as datastore:
        recorder = create_recorder(datastore, events_table_name=name)
        with recorder.subscribe() as subscription:
            assert recorder.append([tagged("a", "b", data=b"1")]) == 1
            assert next(subscription).position == 1
        with pytest.raises(IntegrityError):
            recorder.append([tagged("a")], unless_tagged("a", "b"))
        assert read_data(recorder, "b", "a") == [b"1"]
        assert len(list_relations(postgres_database, schema)) == 7


@pytest.mark.parametrize("name", ["x" * 41, "ü" * 21])
def test_names_that_the_server_would_cut_are_refused(datastore, name):
    """C23"""
    with pytest.raises(ProgrammingError, match=f"Identifier too long: {name}_tt_tag_idx"):
        PostgresDCBRecorderTT(datastore, events_table_name=name)


def test_the_channel_has_no_dots(datastore):
    """C21"""
    recorder = create_recorder(datastore, events_table_name="a.b")

    assert recorder.events_table_name == "a.b_tt_main"
    assert recorder.channel_name == "a_b_tt_main"


def test_applications_that_share_a_schema_have_their_own_events(postgres_database):
    """C20, C27"""
    with (
        make_factory(postgres_database) as unnamed,
        make_factory(postgres_database) as named,
    ):
        named.env.name = "Cinema"
        first, second = unnamed.dcb_recorder(), named.dcb_recorder()
        assert first.events_table_name == "dcb_events_tt_main"
        assert second.events_table_name == "cinema_events_tt_main"

        first.append([tagged("a", data=b"1")])
        second.append([tagged("a", data=b"2")], unless_tagged("a"))

        assert read_data(first) == [b"1"]
        assert read_data(second) == [b"2"]


def test_tables_are_not_created_if_they_are_not_to_be(postgres_database):
    """C20, C64"""
    with make_factory(postgres_database, CREATE_TABLE="no") as factory:
        recorder = factory.dcb_recorder()
        with pytest.raises(ProgrammingError, match=r'"public.dcb_events_tt_main" does not exist'):
            recorder.read()
        with pytest.raises(ProgrammingError, match=r'"public.dcb_events_tt_main" does not exist'):
            recorder.append([tagged("a")])
        with pytest.raises(ProgrammingError, match=r'"public.dcb_events_tt_main" does not exist'):
            recorder.append([tagged("a")], unless_tagged("a"))
        with pytest.raises(ProgrammingError, match=r'"public.dcb_events_tt_main" does not exist'):
            recorder.head()
    assert list_relations(postgres_database) == set()


def test_a_schema_that_does_not_exist_is_an_error(postgres_database):
    """G34"""
    with make_datastore(postgres_database, schema="missing") as datastore:
        with pytest.raises(ProgrammingError, match='schema "missing" does not exist'):
            create_recorder(datastore)


def test_the_factory_is_found_in_the_module():
    """C51, G32"""
    env = {f"POSTGRES_{name}": "x" for name in ("DBNAME", "HOST", "USER", "PASSWORD")}
    for topic in (
        "eventsourcing.dcb.postgres_tt",
        "eventsourcing.dcb.postgres_tt:PostgresTTDCBFactory",
    ):
        factory = DCBInfrastructureFactory.construct(
            {"PERSISTENCE_MODULE": topic, "POSTGRES_PORT": "1", **env}
        )
        assert type(factory) is PostgresTTDCBFactory


def test_without_the_function_events_are_appended_all_the_same(postgres_database, datastore):
    """C27: tables that 9.5 has created have none; each connection then has one of its own."""
    recorder = create_recorder(datastore)
    with postgres_database.connect() as connection:
        connection.execute("DROP FUNCTION dcb_events_tt_append")

    def append(name):
        assert recorder.append([tagged(name)], unless_tagged(name)) > 0
        with pytest.raises(IntegrityError):
            recorder.append([tagged(name)], unless_tagged(name))

    for name in ("a", "b"):
        with datastore.get_connection():  # so that the next one is another connection
            append(name)
        append(f"{name}{name}")

    assert recorder.head() == 4
    assert list_functions(postgres_database) == set()


def test_a_query_needs_no_more_than_the_tables(postgres_database, datastore):
    """C21: such as those of 9.5 without its types, or on a replica."""
    recorder = create_recorder(datastore)
    recorder.append([tagged("a", data=b"1")])
    with postgres_database.connect() as connection:
        connection.execute("DROP FUNCTION dcb_events_tt_append")
        connection.execute("DROP TYPE dcb_event_tt; DROP TYPE dcb_query_item_tt")

    with make_datastore(postgres_database) as other:
        reader = PostgresDCBRecorderTT(other)
        response = reader.read(DCBQuery([DCBQueryItem(tags=["a"])]))
        assert response.head == 1
