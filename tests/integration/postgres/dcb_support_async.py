"""What the tests of dynamic consistency boundaries in PostgreSQL share."""

from __future__ import annotations

from typing import Any

from eventsourcing._concurrency.primitives_async import sleep
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.persistence import AsyncDCBInfrastructureFactory
from eventsourcing.dcb.postgres_tt import AsyncPostgresDCBRecorderTT, AsyncPostgresTTDCBFactory
from eventsourcing.postgres import AsyncPostgresDatastore
from tests.support.databases import PostgresDatabase


async def create_recorder(
    datastore: AsyncPostgresDatastore, **options: Any
) -> AsyncPostgresDCBRecorderTT:
    """Make a recorder and its tables."""
    recorder = AsyncPostgresDCBRecorderTT(datastore, **options)
    await recorder.create_table()
    return recorder


def make_factory(database: PostgresDatabase, **variables: str) -> AsyncPostgresTTDCBFactory:
    """Make a factory from environment variables."""
    factory = AsyncDCBInfrastructureFactory[Any].construct(
        {
            "PERSISTENCE_MODULE": "eventsourcing.dcb.postgres_tt",
            **database.patient_environ(),
            **variables,
        }
    )
    assert isinstance(factory, AsyncPostgresTTDCBFactory)
    return factory


def tagged(*tags: str, data: bytes = b"", type_: str = "t") -> DCBEvent:
    """Make an event with these tags."""
    return DCBEvent(type_, data, list(tags))


def unless_tagged(*tags: str, after: int | None = None) -> DCBAppendCondition:
    """Make a condition that no event with all these tags is recorded."""
    return DCBAppendCondition(DCBQuery([DCBQueryItem(tags=list(tags))]), after)


async def read_data(recorder: AsyncPostgresDCBRecorderTT, *tags: str) -> list[bytes]:
    """Return the data of the events with all these tags."""
    found: list[bytes] = []
    async for event in await recorder.read(DCBQuery([DCBQueryItem(tags=list(tags))])):
        found.append(event.event.data)
    return found


async def wait_for_waiting(database: PostgresDatabase, count: int = 1) -> None:
    """Wait until so many wait for a lock in this database, whatever others on the server do."""
    statement = (
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
        "WHERE datname = current_database() AND NOT granted"
    )
    with database.connect() as connection:
        while connection.execute(statement).fetchall()[0][0] < count:
            await sleep(0.005)
