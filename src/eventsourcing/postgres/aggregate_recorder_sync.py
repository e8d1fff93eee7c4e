# Generated from aggregate_recorder_async.py by tools/async_to_sync.py: do not edit.
# ruff: noqa: ARG002 (hooks for subclasses get all there is)
"""The recorder of aggregates' events (or snapshots), in a table without a total order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import DictRow
from psycopg.sql import Identifier

from eventsourcing.persistence import ProgrammingError, StoredEvent
from eventsourcing.persistence.recorders_sync import AggregateRecorder
from eventsourcing.postgres import names, schema, statements
from eventsourcing.postgres.datastore_sync import PostgresDatastore
from eventsourcing.postgres.errors import has_cause
from eventsourcing.postgres.recorder_sync import PostgresRecorder
from eventsourcing.postgres.retrying_sync import retry
from eventsourcing.postgres.rows import PgStoredEvent, make_stored_event


class PostgresAggregateRecorder(PostgresRecorder, AggregateRecorder):
    """Stores and selects the events (or snapshots) of aggregates."""

    def __init__(
        self,
        datastore: PostgresDatastore,
        events_table_name: str = "stored_events",
        **kwargs: Any,
    ) -> None:
        super().__init__(datastore, **kwargs)
        schema_name, id_type = datastore.schema, datastore.originator_id_type
        self.events_table_name: str = names.unqualified(events_table_name, schema_name)
        self.check_identifier_length(self.events_table_name)
        self.stored_event_type_name: str = f"stored_event_{id_type}"
        where = (schema_name, self.events_table_name, id_type)
        self.insert_events_statement: statements.Query = statements.insert_events(*where)
        self.select_events_statement: statements.Query = statements.select_events(*where)
        self._count_stored_events_statement = statements.count_stored_events(*where)
        self._define_table()

    def _define_table(self) -> None:
        """Set names, and add the statements that create the table; called while constructing."""
        table = Identifier(self.datastore.schema, self.events_table_name)
        self.sql_create_statements.append(
            schema.create_aggregate_table(table, self.datastore.originator_id_type)
        )

    def create_table(self) -> None:
        """Create the table, and the composite type for programs of 9.5; see the base class."""
        super().create_table()
        self._create_safely(self._create_type)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Store all the events atomically, or none; any objects with the four attributes will do.

        Repeated when the connection is lost, but only if the events certainly were not stored.
        """
        if not stored_events:
            return None
        return self._insert_with_retries(stored_events, kwargs)

    def select_events(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        originator_id: UUID | str,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return events of one aggregate in the order of their versions, descending if `desc`."""
        clause, params = statements.select_events_range(gt, lte, limit, desc=desc)
        statement = statements.extend(self.select_events_statement, clause)
        params.insert(0, self._to_column(originator_id))

        def select() -> Sequence[StoredEvent]:
            with (
                self.datastore.get_connection() as conn,
                conn.cursor(row_factory=make_stored_event) as curs,
            ):
                curs.execute(statement, params, binary=True)
                return curs.fetchall()

        return retry(select)

    def construct_pg_stored_event(
        self, originator_id: UUID | str, originator_version: int, topic: str, state: bytes
    ) -> PgStoredEvent:
        """Return the row for a stored event."""
        return PgStoredEvent(self._to_column(originator_id), originator_version, topic, state)

    def _insert_with_retries(
        self, stored_events: Sequence[StoredEvent], kwargs: dict[str, Any]
    ) -> Sequence[int] | None:
        try:
            return retry(partial(self._insert_in_transaction, stored_events, kwargs))
        except ProgrammingError as error:
            if has_cause(error, psycopg.errors.UndefinedTable) and not self._has_type():
                raise ProgrammingError(
                    f"Composite type '{self.stored_event_type_name}' not found"
                ) from error
            raise

    def _insert_in_transaction(
        self, stored_events: Sequence[StoredEvent], kwargs: dict[str, Any]
    ) -> Sequence[int] | None:
        evidence = partial(self._is_stored, stored_events=stored_events, **kwargs)
        with self.datastore.transaction(commit=True, evidence=evidence) as curs:
            self._insert_events(curs, stored_events, **kwargs)
            if not stored_events:
                return None
            self._insert_stored_events(curs, stored_events, **kwargs)
            return self._fetch_ids_after_insert_events(curs, stored_events, **kwargs)

    def _insert_events(
        self,
        curs: psycopg.Cursor[DictRow],
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,
    ) -> None:
        """Do what else belongs into the transaction: a hook, called before events are inserted."""

    def _insert_stored_events(
        self,
        curs: psycopg.Cursor[DictRow],
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,
    ) -> None:
        """Insert the events, of which there is at least one, within a transaction."""
        curs.execute(self.insert_events_statement, self._to_arrays(stored_events))

    def _fetch_ids_after_insert_events(
        self,
        curs: psycopg.Cursor[DictRow],
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,
    ) -> Sequence[int] | None:
        """Return the notification IDs of the events just inserted: here, there are none."""
        return None

    def _is_stored(
        self,
        curs: psycopg.Cursor[DictRow],
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,
    ) -> bool:
        """Say whether exactly these events are stored."""
        if not stored_events:
            return True
        curs.execute(self._count_stored_events_statement, self._to_arrays(stored_events))
        return bool(curs.fetchall()[0]["count"] == len(stored_events))

    def _to_column(self, originator_id: UUID | str) -> UUID | str:
        if self.datastore.originator_id_type == "text" and isinstance(originator_id, UUID):
            return originator_id.hex
        return originator_id

    def _to_arrays(self, stored_events: Sequence[StoredEvent]) -> list[list[Any]]:
        """Return the columns of the rows; in arrays, one statement inserts any number of rows."""
        base = PostgresAggregateRecorder
        rows: Sequence[Any] = stored_events
        if type(self).construct_pg_stored_event is not base.construct_pg_stored_event:
            construct = self.construct_pg_stored_event
            rows = [
                construct(e.originator_id, e.originator_version, e.topic, e.state)
                for e in stored_events
            ]
        ids = [row.originator_id for row in rows]
        if self.datastore.originator_id_type == "text":
            ids = [self._to_column(id_) for id_ in ids]
        if len(set(map(type, ids))) > 1:
            ids = [str(id_) for id_ in ids]  # an array has elements of one type
        return [
            ids,
            [row.originator_version for row in rows],
            [row.topic for row in rows],
            [row.state for row in rows],
        ]

    def _create_type(self) -> None:
        if self._has_type():
            return
        name = Identifier(self.datastore.schema, self.stored_event_type_name)
        with self.datastore.transaction(commit=True) as curs:
            curs.execute(schema.create_stored_event_type(name, self.datastore.originator_id_type))

    def _has_type(self) -> bool:
        name = statements.qualified(self.datastore.schema, self.stored_event_type_name)
        with self.datastore.cursor() as curs:
            curs.execute("SELECT to_regtype(%s) IS NOT NULL AS found", [name])
            return bool(curs.fetchall()[0]["found"])
