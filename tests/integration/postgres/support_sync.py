# Generated from support_async.py by tools/async_to_sync.py: do not edit.
"""What the tests of the engine share: datastores on a test's database, and stored events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing.persistence import InfrastructureFactory, OperationalError, StoredEvent
from eventsourcing.postgres import PostgresDatastore, PostgresFactory
from tests.support.databases import PostgresDatabase


def make_datastore(database: PostgresDatabase, **options: Any) -> PostgresDatastore:
    """Make a datastore with a pool of five connections, unless told otherwise."""
    return PostgresDatastore(
        database.dbname,
        database.host,
        database.port,
        database.user,
        database.password,
        **{"pool_size": 1, "max_overflow": 4, "connect_timeout": 120.0, **options},
    )


def make_factory(database: PostgresDatabase, **variables: str) -> PostgresFactory:
    """Make a factory from environment variables."""
    factory = InfrastructureFactory[Any].construct(
        {"PERSISTENCE_MODULE": "eventsourcing.postgres", **database.patient_environ(), **variables}
    )
    assert isinstance(factory, PostgresFactory)
    return factory


def fails_with(words: str, operation: Callable[[], Any]) -> None:
    """Attempt the operation until it fails with these words; other failures come first.

    When there is little time, a busy machine may not find out why a connection cannot be made.
    """
    message = ""
    while words not in message:
        with pytest.raises(OperationalError) as caught:
            operation()
        message = str(caught.value)


def make_event(
    originator_id: UUID | str | None = None,
    originator_version: int = 1,
    topic: str = "topic:One",
    state: bytes = b"{}",
) -> StoredEvent:
    """Make a stored event, of an aggregate of its own unless told otherwise."""
    if originator_id is None:
        originator_id = uuid4()
    return StoredEvent(originator_id, originator_version, topic, state)


def make_events(number: int) -> list[StoredEvent]:
    """Make events of one aggregate, with versions from 1."""
    originator_id = uuid4()
    return [make_event(originator_id, version) for version in range(1, number + 1)]


def terminate_connections(database: PostgresDatabase, number: int | None = None) -> int:
    """Have the server end other connections to the database; return how many those were.

    All of them, or a number of them in random order.
    """
    with database.connect() as connection:
        rows = connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM (SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "ORDER BY random() LIMIT %s) AS chosen",
            [number],
        ).fetchall()
    return len(rows)


def list_relations(database: PostgresDatabase, schema: str = "public") -> set[str]:
    """Return the names of tables, indexes, sequences and composite types in the schema."""
    with database.connect() as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE nspname = %s",
            [schema],
        ).fetchall()
    return {name for (name,) in rows}


def list_functions(database: PostgresDatabase) -> set[str]:
    """Return the names of functions in the schema `public`."""
    with database.connect() as connection:
        rows = connection.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        ).fetchall()
    return {name for (name,) in rows}
