"""SQL of the recorder, with its parameters: pure functions.

SQLite finds the events of each branch in the order of their positions, and merges branches row by
row, so it stops when there are enough.
"""

# Names of tables are quoted identifiers, everything else is a parameter or a literal.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from eventsourcing.dcb.sqlite.branches import Branch, Key
from eventsourcing.dcb.sqlite.schema import Tables

# SQLite allows 999 parameters in a statement and 500 merged branches, more in newer releases.
MAX_PARAMETERS = 900
MAX_BRANCHES = 100
MAX_LISTED = 200


class Statement(NamedTuple):
    """A statement and its parameters."""

    text: str
    params: list[Any]


class Span(NamedTuple):
    """The positions greater than `after`, up to and including `upto`."""

    after: int
    upto: int


def insert_event(tables: Tables) -> str:
    """Return the statement that inserts the row of an event."""
    return f"INSERT INTO {tables.events} (position, type, data, tags) VALUES (?, ?, ?, ?)"


def insert_tag(tables: Tables) -> str:
    """Return the statement that inserts the row of a tag of an event."""
    return f"INSERT INTO {tables.tags} (tag, position) VALUES (?, ?)"


def select_head(tables: Tables) -> str:
    """Return the statement that selects the greatest position."""
    return f"SELECT MAX(position) FROM {tables.events}"


def count_rows(tables: Tables, keys: Sequence[Key], after: int, limit: int) -> Statement:
    """Return the statement that counts the rows after a position, for each key, up to a limit."""
    columns = []
    params: list[Any] = []
    for value, is_tag in keys:
        source = f"{tables.tags} WHERE tag" if is_tag else f"{tables.events} WHERE type"
        columns.append(
            f"(SELECT COUNT(*) FROM (SELECT 1 FROM {source} = ? AND position > ? LIMIT ?))"
        )
        params += (value, after, limit)
    return Statement(f"SELECT {', '.join(columns)}", params)


def select_all(tables: Tables, span: Span, limit: int) -> Statement:
    """Return the statement that selects the first events in the span."""
    return Statement(
        f"SELECT position, type, data, tags FROM {tables.events} "
        "WHERE position > ? AND position <= ? ORDER BY position LIMIT ?",
        [*span, limit],
    )


def select_branches(
    tables: Tables, branches: Sequence[Branch], span: Span, limit: int
) -> Iterator[Statement]:
    """Yield statements whose results, put in order together, begin with the first events.

    One suffices unless there are very many branches, types or tags. Each gives `limit` events at
    most, in no particular order; events of several statements may be the same.
    """
    texts: list[str] = []
    params: list[Any] = []
    for branch in branches:
        text, more = _select_branch(tables, branch, span)
        if len(texts) == MAX_BRANCHES or (texts and len(params) + len(more) > MAX_PARAMETERS):
            yield _merge(tables, texts, params, limit)
            texts, params = [], []
        texts.append(text)
        params += more
    if texts:
        yield _merge(tables, texts, params, limit)


def _merge(tables: Tables, texts: Sequence[str], params: Sequence[Any], limit: int) -> Statement:
    # Not `position IN (…) ORDER BY position`: SQLite would scan the table, if ANALYZE once found it
    # small.
    return Statement(
        "SELECT e.position, e.type, e.data, e.tags "
        f"FROM ({' UNION '.join(texts)} ORDER BY 1 LIMIT ?) AS found "
        f"CROSS JOIN {tables.events} AS e NOT INDEXED ON e.position = found.position",
        [*params, limit],
    )


def _select_branch(tables: Tables, branch: Branch, span: Span) -> Statement:
    # Joins in this order, by these indexes: the planner knows nothing about the single keys.
    if branch.leading_tag is None:
        (type_,) = branch.types
        text = (
            f"SELECT e.position FROM {tables.events} AS e INDEXED BY {tables.type_index} "
            "WHERE e.type = ? AND e.position > ? AND e.position <= ?"
        )
        params: list[Any] = [type_, *span]
        place = "e.position"
    else:
        join = f" CROSS JOIN {tables.events} AS e NOT INDEXED ON e.position = t.position"
        text = (
            f"SELECT t.position FROM {tables.tags} AS t{join if branch.types else ''} "
            "WHERE t.tag = ? AND t.position > ? AND t.position <= ?"
        )
        params = [branch.leading_tag, *span]
        place = "t.position"
        if branch.types:
            text += f" AND e.type IN ({_list(branch.types, params)})"
    if branch.other_tags:
        text += (
            f" AND (SELECT COUNT(*) FROM {tables.tags} AS o "
            f"WHERE o.tag IN ({_list(branch.other_tags, params)}) AND o.position = {place})"
            f" = {len(branch.other_tags)}"
        )
    return Statement(text, params)


def _list(values: Sequence[str], params: list[Any]) -> str:
    """Return the values as they are listed in SQL: added to the parameters, unless too many."""
    if len(values) <= MAX_LISTED:
        params += values
        return ", ".join("?" * len(values))
    return ", ".join(map(_quote_text, values))


def _quote_text(value: str) -> str:
    """Return the text as a literal, in which NUL may not be."""
    escaped = value.replace("'", "''").replace("\0", "'||char(0)||'")
    return f"'{escaped}'"
