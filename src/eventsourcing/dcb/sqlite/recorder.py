"""The recorder of dynamic consistency boundaries that stores events in SQLite (C2-C15)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBRecorder,
    DCBSequencedEvent,
    SimpleDCBReadResponse,
    check_events,
    plan_condition,
    plan_selection,
    refuse_append,
)
from eventsourcing.dcb.sqlite import rows, schema, statements
from eventsourcing.dcb.sqlite.search import Query, Search
from eventsourcing.persistence.listening import Listener
from eventsourcing.sqlite import SQLiteCursor, SQLiteDatastore, SQLiteRecorder

if TYPE_CHECKING:
    from eventsourcing.dcb.sqlite.subscription import SQLiteDCBSubscription


class SQLiteDCBRecorder(SQLiteRecorder, DCBRecorder):
    """Stores events in two tables of a SQLite database; positions are 1, 2, 3, … without gaps.

    The check of a condition and the insertion are one transaction, which has the lock of the
    writer from its beginning. Reading neither waits for writers of a file nor hinders them.
    """

    def __init__(
        self, datastore: SQLiteDatastore, *, events_table_name: str = "dcb_events"
    ) -> None:
        self.events_table_name: str = f"{events_table_name}_main"
        self.tags_table_name: str = f"{events_table_name}_tag"
        self._tables = schema.name_tables(self.events_table_name, self.tags_table_name)
        super().__init__(datastore)

    def construct_create_table_statements(self) -> list[str]:
        """Add the tables of events and tags."""
        return [
            *super().construct_create_table_statements(),
            *schema.create_tables(self._tables),
        ]

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> SimpleDCBReadResponse:
        """Select events that match, with positions greater than `after`; at most `limit`.

        Without a limit, events are read while the response is iterated, a thousand at a time. No
        connection is kept meanwhile.
        """
        selection = plan_selection(query, after, limit)
        with self.datastore.get_connection(commit=False) as connection:
            head = self._select_head(connection.query)
            search = Search(self._tables, selection, head)
            page = search.next_page(connection.query)
        events = self._read_on(search, page)
        if limit is None:
            return SimpleDCBReadResponse(events, head or None)
        selected = list(events)
        return SimpleDCBReadResponse(selected, selected[-1].position if selected else None)

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        """Store all the events atomically, in this order, and return the position of the last.

        What was stored is durable, see `SQLITE_SYNCHRONOUS`.
        """
        check_events(events)
        with self.datastore.transaction(commit=True) as c:
            head = self._select_head(partial(_query, c))
            if condition is not None:
                self._check_condition(c, condition, head)
            first_position = head + 1
            c.executemany(
                statements.insert_event(self._tables), rows.make_event_rows(events, first_position)
            )
            c.executemany(
                statements.insert_tag(self._tables), rows.make_tag_rows(events, first_position)
            )
        return head + len(events)

    def subscribe(
        self, query: DCBQuery | None = None, *, after: int | None = None
    ) -> SQLiteDCBSubscription[Self]:
        """Return an iterator over the events that match, which waits for new ones at the end."""
        from eventsourcing.dcb.sqlite.subscription import SQLiteDCBSubscription

        return SQLiteDCBSubscription(self, query, after)

    def head(self) -> int | None:
        """Return the last position, `None` if there are no events."""
        return self._select_head(self.datastore.query) or None

    def listen(self, event: Listener) -> None:
        """Register an event that is set after each commit to the database, by any process."""
        self.datastore.listen(event)

    def unlisten(self, event: Listener) -> None:
        """Forget the event; harmless if it is not registered."""
        self.datastore.unlisten(event)

    def _check_condition(self, c: SQLiteCursor, condition: DCBAppendCondition, head: int) -> None:
        selection = plan_condition(condition)._replace(limit=1)
        if Search(self._tables, selection, head).next_page(partial(_query, c)):
            raise refuse_append(condition)

    def _select_head(self, query: Query) -> int:
        return query(statements.select_head(self._tables), ())[0][0] or 0

    def _read_on(
        self, search: Search, page: Sequence[rows.EventRow]
    ) -> Iterator[DCBSequencedEvent]:
        while page:
            yield from rows.make_sequenced_events(page)
            page = search.next_page(self.datastore.query)


def _query(c: SQLiteCursor, statement: str, params: Sequence[Any]) -> Sequence[Any]:
    c.execute(statement, params)
    return c.fetchall()
