"""What the tests of dynamic consistency boundaries in PostgreSQL share."""

from __future__ import annotations

from typing import Any

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
        {"PERSISTENCE_MODULE": "eventsourcing.dcb.postgres_tt", **database.environ(), **variables}
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
