# Generated from test_factory_async.py by tools/async_to_sync.py: do not edit.
"""The factory: recorders with their names, and when tables are created (F12-F14, G9, G32)."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.persistence import InfrastructureFactory, ProgrammingError, Tracking
from eventsourcing.postgres import (
    BasePostgresFactory,
    Factory,
    PostgresAggregateRecorder,
    PostgresApplicationRecorder,
    PostgresFactory,
    PostgresProcessRecorder,
    PostgresTrackingRecorder,
)
from eventsourcing.utils import Environment, get_topic
from tests.integration.postgres.support_sync import list_relations, make_event, make_factory


class OwnApplicationRecorder(PostgresApplicationRecorder):
    pass


class OwnTrackingRecorder(PostgresTrackingRecorder):
    pass


class OwnProcessRecorder(PostgresProcessRecorder):
    pass


@pytest.fixture
def factory(postgres_database):
    with make_factory(postgres_database) as factory:
        yield factory


def test_the_factory_is_found_in_the_module():
    """F5, F17"""
    env = {f"POSTGRES_{name}": "x" for name in ("DBNAME", "HOST", "USER", "PASSWORD")} | {
        "POSTGRES_PORT": "1"
    }

    for topic in ("eventsourcing.postgres", "eventsourcing.postgres:Factory"):
        factory = InfrastructureFactory[Any].construct({"PERSISTENCE_MODULE": topic, **env})
        assert type(factory) is PostgresFactory is Factory
        assert isinstance(factory, BasePostgresFactory)


def test_recorders_of_an_unnamed_application(factory):
    """G9"""
    assert factory.application_recorder().events_table_name == "stored_events"
    assert factory.aggregate_recorder().events_table_name == "stored_events"
    assert factory.aggregate_recorder("snapshots").events_table_name == "stored_snapshots"
    assert factory.tracking_recorder().tracking_table_name == "notification_tracking"
    recorder = factory.process_recorder()
    assert recorder.events_table_name == "stored_events"
    assert recorder.tracking_table_name == "notification_tracking"


def test_recorders_of_a_named_application(postgres_database):
    """G9"""
    env = Environment("MyApp", {"PERSISTENCE_MODULE": "eventsourcing.postgres"})
    env.update(postgres_database.patient_environ())
    with InfrastructureFactory[Any].construct(env) as factory:
        assert factory.application_recorder().events_table_name == "myapp_events"
        assert factory.aggregate_recorder("snapshots").events_table_name == "myapp_snapshots"
        assert factory.tracking_recorder().tracking_table_name == "myapp_tracking"
        assert factory.process_recorder().tracking_table_name == "myapp_tracking"
        assert factory.env is env


def test_tables_are_created(postgres_database, factory):
    """F14, G32"""
    recorder = factory.process_recorder()
    snapshots = factory.aggregate_recorder("snapshots")

    assert recorder.insert_events([make_event()], tracking=Tracking("up", 1)) == [1]
    snapshots.insert_events([make_event()])

    assert {"stored_events", "notification_tracking", "stored_snapshots"} <= list_relations(
        postgres_database
    )


def test_tables_are_created_by_opening(postgres_database):
    """G32: before that, nothing is connected on the asynchronous side."""
    factory = make_factory(postgres_database)
    factory.application_recorder()
    factory.open()

    assert "stored_events" in list_relations(postgres_database)
    factory.close()
    factory.close()


def test_tables_are_not_created_if_not_wanted(postgres_database):
    """F14"""
    with make_factory(postgres_database, CREATE_TABLE="n") as factory:
        assert factory.env_create_table() is False
        recorder = factory.application_recorder()
        with pytest.raises(ProgrammingError):
            recorder.max_notification_id()


def test_creating_tables_is_attempted_again_after_it_failed(postgres_database):
    """G32: the application is usable once the reason is gone."""
    with make_factory(postgres_database, POSTGRES_SCHEMA="late", CREATE_TABLE="n") as factory:
        recorder = factory.application_recorder()
        with pytest.raises(ProgrammingError, match="late"):
            recorder.create_table()
        with postgres_database.connect() as connection:
            connection.execute("CREATE SCHEMA late")
        recorder.create_table()
        assert recorder.insert_events([make_event()]) == [1]


def test_recorder_classes_are_named_by_topics(postgres_database):
    """F12, F13"""
    with make_factory(
        postgres_database,
        APPLICATION_RECORDER_TOPIC=get_topic(OwnApplicationRecorder),
        TRACKING_RECORDER_TOPIC=get_topic(OwnTrackingRecorder),
        PROCESS_RECORDER_TOPIC=get_topic(OwnProcessRecorder),
    ) as factory:
        assert type(factory.application_recorder()) is OwnApplicationRecorder
        assert type(factory.tracking_recorder()) is OwnTrackingRecorder
        assert type(factory.process_recorder()) is OwnProcessRecorder
        assert type(factory.tracking_recorder(PostgresTrackingRecorder)) is (
            PostgresTrackingRecorder
        )


def test_recorder_classes_are_replaced_by_subclasses_of_the_factory(postgres_database):
    """F13"""

    class OwnAggregateRecorder(PostgresAggregateRecorder):
        pass

    class OwnFactory(PostgresFactory):
        aggregate_recorder_class = OwnAggregateRecorder
        application_recorder_class = OwnApplicationRecorder
        tracking_recorder_class = OwnTrackingRecorder
        process_recorder_class = OwnProcessRecorder

    with OwnFactory(postgres_database.patient_environ()) as factory:
        assert type(factory.aggregate_recorder("snapshots")) is OwnAggregateRecorder
        assert type(factory.application_recorder()) is OwnApplicationRecorder
        assert type(factory.tracking_recorder()) is OwnTrackingRecorder
        assert type(factory.process_recorder()) is OwnProcessRecorder


@pytest.mark.parametrize(
    ("key", "method"),
    [
        ("APPLICATION_RECORDER_TOPIC", "application_recorder"),
        ("TRACKING_RECORDER_TOPIC", "tracking_recorder"),
        ("PROCESS_RECORDER_TOPIC", "process_recorder"),
    ],
)
def test_classes_that_are_no_recorders_are_refused(postgres_database, key, method):
    """F12, F13"""
    factory = make_factory(postgres_database, **{key: "builtins:dict"})

    with pytest.raises(AssertionError):
        getattr(factory, method)()
