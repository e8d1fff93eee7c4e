# Generated from recorder_async.py by tools/async_to_sync.py: do not edit.
"""The base of the recorders: it creates tables, safely when several processes do so at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.rows import DictRow
from psycopg.sql import Composed

from eventsourcing._concurrency.primitives_sync import sleep
from eventsourcing.persistence import PersistenceError
from eventsourcing.persistence.recorders_sync import Recorder
from eventsourcing.postgres import names
from eventsourcing.postgres.datastore_sync import PostgresDatastore
from eventsourcing.postgres.errors import lost_race

_ATTEMPTS = 10
_PAUSE_SECONDS = 0.05
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


class PostgresRecorder(Recorder):
    """Holds the datastore and the statements that create what the recorder needs."""

    MAX_IDENTIFIER_LEN = names.MAX_IDENTIFIER_LENGTH

    may_create_tables: bool = True
    """Whether what is only needed later may be created then; factories set it."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.datastore = datastore
        self.check_identifier_length(datastore.schema)
        self.sql_create_statements: list[Composed] = []

    @staticmethod
    def check_identifier_length(name: str) -> None:
        """Raise `ProgrammingError` for a name that the server would cut or cannot store."""
        names.check_identifier(name)

    def create_table(self) -> None:
        """Create what is missing. May be repeated, and done by several processes at once.

        Raises `ProgrammingError` if the schema does not exist.
        """
        self._create_safely(self._create_in_transaction)

    def _create_in_transaction(self) -> None:
        with self.datastore.transaction(commit=True) as curs:
            self._lock_creation(curs)
            self._create_table(curs)

    def _lock_creation(self, curs: psycopg.Cursor[DictRow]) -> None:
        """Wait for others that create something in the schema, until the transaction ends."""
        # "IF NOT EXISTS" does not wait for others that create the same thing.
        curs.execute(_LOCK, [f"eventsourcing {self.datastore.schema}"])

    def _create_table(self, curs: psycopg.Cursor[DictRow]) -> None:
        """Create what is missing, within a transaction."""
        for statement in self.sql_create_statements:
            curs.execute(statement)

    def _create_safely(self, create: Callable[[], Any]) -> None:
        """Repeat when another process has just created the same: then it is found to exist."""
        for _ in range(_ATTEMPTS - 1):
            try:
                create()
            except PersistenceError as error:
                if not lost_race(error):
                    raise
            else:
                return
            sleep(_PAUSE_SECONDS)
        create()
