"""PostgreSQL for the conformance suites: a database for each module, a schema for each test."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.support.databases import PostgresDatabase


@pytest.fixture(scope="module")
def postgres_connection(
    postgres_server: PostgresDatabase,
) -> Iterator[tuple[PostgresDatabase, psycopg.Connection]]:
    """A database that the tests of a module share, with a connection to it."""
    with postgres_server.fresh_database() as database, database.connect() as connection:
        yield database, connection


def fresh_schema(database: PostgresDatabase, connection: psycopg.Connection) -> dict[str, str]:
    """Make an empty schema and return the environment variables that point to it.

    Making a schema takes a thousandth of the time that making a database takes, and these suites
    have hundreds of tests.
    """
    schema = f"test_{uuid4().hex[:16]}"
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    return {
        **database.patient_environ(),
        "POSTGRES_SCHEMA": schema,
        # One connection is opened at once, others when they are needed.
        "POSTGRES_POOL_SIZE": "1",
    }


@pytest.fixture
def postgres_environ(
    postgres_connection: tuple[PostgresDatabase, psycopg.Connection],
) -> dict[str, str]:
    """Environment variables that point to an empty schema."""
    return fresh_schema(*postgres_connection)
