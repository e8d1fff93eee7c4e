"""Where the demo keeps its events: a SQLite file, or a PostgreSQL server of its own."""

from __future__ import annotations

import os
import shlex
import sqlite3
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

VAR = Path("var")

Row = tuple[int, str, int, str, str]
"""A stored event: its number in the log, the aggregate's ID and version, topic, state."""


class Store(ABC):
    """A place for events that outlives the demo."""

    place: str
    env: dict[str, str]
    query: str
    """How to ask the engine itself for the rows."""

    @abstractmethod
    def last_rows(self, count: int) -> Sequence[Row]:
        """The last rows in their order, read past the library: what is really stored."""

    @abstractmethod
    def how_to_look(self) -> Sequence[str]:
        """What a person has to type in order to look at the rows."""


class SQLiteStore(Store):
    """A SQLite file."""

    query = (
        "SELECT rowid, originator_id, originator_version, topic, CAST(state AS TEXT) "
        "FROM stored_events"
    )

    def __init__(self) -> None:
        self.path = VAR / "dog_school.db"
        self.path.parent.mkdir(exist_ok=True)
        self.place = f"SQLite, in the file {self.path.resolve()}"
        self.env = {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(self.path),
        }

    def last_rows(self, count: int) -> Sequence[Row]:
        """The last rows of the file."""
        with closing(sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            rows = db.execute(f"{self.query} ORDER BY rowid DESC LIMIT ?", (count,))
            return rows.fetchall()[::-1]

    def how_to_look(self) -> Sequence[str]:
        """One call of the program `sqlite3`."""
        return [f"sqlite3 {shlex.quote(str(self.path))} {shlex.quote(self.query)}"]


class PostgresStore(Store):
    """A PostgreSQL server that runs while the demo does, with its data in a folder."""

    query = (
        "SELECT notification_id, originator_id, originator_version, topic, "
        "convert_from(state, 'UTF8') FROM dogschool_events"
    )

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.folder = folder
        self.place = (
            f"PostgreSQL, at {env['POSTGRES_HOST']}:{env['POSTGRES_PORT']}, "
            f"with its data in {folder.resolve()}"
        )
        self.env = {"PERSISTENCE_MODULE": "eventsourcing.postgres", **env}

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[PostgresStore]:
        """Start the server, and stop it afterwards."""
        from tools.postgres_server import PostgresServer

        folder = VAR / "postgres"
        with PostgresServer(folder) as server:
            yield cls(folder, server.environ())

    def last_rows(self, count: int) -> Sequence[Row]:
        """The last rows of the table."""
        import psycopg

        with psycopg.connect(
            host=self.env["POSTGRES_HOST"],
            port=self.env["POSTGRES_PORT"],
            dbname=self.env["POSTGRES_DBNAME"],
            user=self.env["POSTGRES_USER"],
            password=self.env["POSTGRES_PASSWORD"],
        ) as db:
            query = f"{self.query} ORDER BY notification_id DESC LIMIT %s"
            rows = db.execute(query.encode(), (count,)).fetchall()
            return [(row[0], str(row[1]), *row[2:]) for row in rows[::-1]]

    def how_to_look(self) -> Sequence[str]:
        """Start the server again, and ask it with `psql`, which comes with it."""
        return [
            f"{os.path.relpath(sys.executable)} -m tools.postgres_server --folder {self.folder}",
            "and in another terminal the psql command that it prints, followed by",
            f'-c "{self.query}"',
        ]
