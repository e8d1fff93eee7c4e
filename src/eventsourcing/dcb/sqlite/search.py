"""Finding the events of a selection, page by page, with few statements for each page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

from eventsourcing.dcb.api import MAX_POSITION, Selection
from eventsourcing.dcb.sqlite import statements
from eventsourcing.dcb.sqlite.branches import Branch, Key, choose_branches
from eventsourcing.dcb.sqlite.rows import EventRow
from eventsourcing.dcb.sqlite.schema import Tables
from eventsourcing.dcb.sqlite.statements import Span

PAGE_SIZE = 1000

Query: TypeAlias = Callable[[str, Sequence[Any]], Sequence[Any]]
"""Executes a statement with its parameters, and returns the rows."""

_position_of = itemgetter(0)


class Search:
    """Finds the events of a selection up to the position `head`, which was the last one.

    All pages are of one snapshot, whenever they are read: what is recorded stays as it is, and what
    is recorded later has greater positions.
    """

    def __init__(self, tables: Tables, selection: Selection, head: int) -> None:
        self._tables = tables
        self._criteria = selection.criteria
        self._branches: Sequence[Branch] | None = None
        self._span = Span(selection.after, head)
        self._remaining = MAX_POSITION if selection.limit is None else selection.limit

    def next_page(self, query: Query) -> Sequence[EventRow]:
        """Return the rows of the next events, none if there are no more."""
        size = min(PAGE_SIZE, self._remaining)
        if size <= 0 or self._span.after >= self._span.upto:
            return []
        rows = self._select(query, size)
        self._remaining = self._remaining - size if len(rows) == size else 0
        if rows:
            self._span = Span(_position_of(rows[-1]), self._span.upto)
        return rows

    def _select(self, query: Query, size: int) -> Sequence[EventRow]:
        if not self._criteria:
            return query(*statements.select_all(self._tables, self._span, size))
        if self._branches is None:
            self._branches = self._choose_branches(query)
        found: dict[int, EventRow] = {}
        for statement in statements.select_branches(self._tables, self._branches, self._span, size):
            found.update((_position_of(row), row) for row in query(*statement))
        return [found[position] for position in sorted(found)][:size]

    def _choose_branches(self, query: Query) -> Sequence[Branch]:
        def count_rows(keys: Sequence[Key], limit: int) -> Sequence[int]:
            statement = statements.count_rows(self._tables, keys, self._span.after, limit)
            return tuple(query(*statement)[0])

        return choose_branches(self._criteria, count_rows)
