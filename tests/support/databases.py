"""Fresh PostgreSQL databases for single tests, on any server; settings for busy machines."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any, LiteralString

import psycopg
from psycopg import sql

PREFIX = "test_"

# For a machine whose disk may be so busy that one commit takes longer than others wait by default.
PATIENT_SQLITE = {"SQLITE_LOCK_TIMEOUT": "120", "SQLITE_SYNCHRONOUS": "NORMAL"}


@dataclass(frozen=True)
class PostgresDatabase:
    """How to reach one database."""

    host: str
    port: int
    dbname: str
    user: str
    password: str

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> PostgresDatabase:
        """The database that the POSTGRES_* variables name, with the defaults of PostgreSQL."""
        return cls(
            host=environ["POSTGRES_HOST"],
            port=int(environ.get("POSTGRES_PORT") or 5432),
            dbname=environ.get("POSTGRES_DBNAME") or "postgres",
            user=environ.get("POSTGRES_USER") or "postgres",
            password=environ.get("POSTGRES_PASSWORD") or "",
        )

    def environ(self) -> dict[str, str]:
        """The environment variables that point an application to this database."""
        return {f"POSTGRES_{name.upper()}": str(value) for name, value in asdict(self).items()}

    def patient_environ(self) -> dict[str, str]:
        """The same, for a machine so busy that what is quick takes longer than the defaults."""
        return {
            **self.environ(),
            "POSTGRES_CONNECT_TIMEOUT": "120",
            "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "120",
        }

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        """Open a connection, in autocommit mode unless told otherwise."""
        return psycopg.connect(**{"autocommit": True, **asdict(self), **options})

    @contextmanager
    def fresh_database(self) -> Iterator[PostgresDatabase]:
        """Create an empty database on the same server; drop it afterwards, used or not."""
        name = f"{PREFIX}{uuid.uuid4().hex[:16]}"
        self._execute("CREATE DATABASE {} TEMPLATE template0", name)
        try:
            yield replace(self, dbname=name)
        finally:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: LiteralString, name: str) -> None:
        with self.connect() as connection:
            if statement.startswith("CREATE") and connection.info.server_version >= 150_000:
                # Copying the files takes a quarter of the time that logging all pages does.
                statement += " STRATEGY file_copy"
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
