"""SQL of the recorder: pure functions, and what SQLite makes of it (C8, C24, C33)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from eventsourcing.dcb.sqlite import schema, statements
from eventsourcing.dcb.sqlite.branches import Branch, Key
from eventsourcing.dcb.sqlite.statements import Span, Statement
from eventsourcing.persistence import ProgrammingError

TABLES = schema.name_tables("m", "g")
SPAN = Span(3, 9)
SELECT = (
    "SELECT e.position, e.type, e.data, e.tags FROM ({} ORDER BY 1 LIMIT ?) AS found "
    'CROSS JOIN "m" AS e NOT INDEXED ON e.position = found.position'
)
BY_TAG = 'SELECT t.position FROM "g" AS t'
JOIN = ' CROSS JOIN "m" AS e NOT INDEXED ON e.position = t.position'
TAG_SPAN = " WHERE t.tag = ? AND t.position > ? AND t.position <= ?"
BY_TYPE = (
    'SELECT e.position FROM "m" AS e INDEXED BY "m_idx_type" '
    "WHERE e.type = ? AND e.position > ? AND e.position <= ?"
)


def others(marks: str, place: str, count: int) -> str:
    return (
        f' AND (SELECT COUNT(*) FROM "g" AS o WHERE o.tag IN ({marks}) AND o.position = {place})'
        f" = {count}"
    )


@pytest.mark.parametrize(
    ("branch", "text", "params"),
    [
        (Branch("a"), BY_TAG + TAG_SPAN, ["a", 3, 9]),
        (
            Branch("a", ("X", "Y")),
            f"{BY_TAG}{JOIN}{TAG_SPAN} AND e.type IN (?, ?)",
            ["a", 3, 9, "X", "Y"],
        ),
        (
            Branch("a", (), ("b", "c")),
            BY_TAG + TAG_SPAN + others("?, ?", "t.position", 2),
            ["a", 3, 9, "b", "c"],
        ),
        (
            Branch("a", ("X",), ("b",)),
            f"{BY_TAG}{JOIN}{TAG_SPAN} AND e.type IN (?)" + others("?", "t.position", 1),
            ["a", 3, 9, "X", "b"],
        ),
        (Branch(None, ("X",)), BY_TYPE, ["X", 3, 9]),
        (
            Branch(None, ("X",), ("a", "b")),
            BY_TYPE + others("?, ?", "e.position", 2),
            ["X", 3, 9, "a", "b"],
        ),
    ],
)
def test_branches(branch: Branch, text: str, params: list[object]) -> None:
    """C2: the leading key and the span are looked up, the rest filters."""
    (found,) = statements.select_branches(TABLES, [branch], SPAN, 5)
    assert found.text == SELECT.format(text)
    assert found.params == [*params, 5]


def test_several_branches_are_merged() -> None:
    """C3, C8: an event of both comes once, and the limit is for all of them."""
    found = list(statements.select_branches(TABLES, [Branch("a"), Branch(None, ("X",))], SPAN, 5))
    assert found == [
        Statement(
            SELECT.format(f"{BY_TAG}{TAG_SPAN} UNION {BY_TYPE}"),
            ["a", 3, 9, "X", 3, 9, 5],
        )
    ]


def test_no_branches() -> None:
    """C3: nothing can match, so nothing is asked."""
    assert list(statements.select_branches(TABLES, [], SPAN, 5)) == []


def test_counts() -> None:
    """C24: each with an end."""
    found = statements.count_rows(TABLES, [Key("a", is_tag=True), Key("X", is_tag=False)], 3, 100)
    assert found == (
        'SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM "g" WHERE tag = ? AND position > ? LIMIT ?)), '
        '(SELECT COUNT(*) FROM (SELECT 1 FROM "m" WHERE type = ? AND position > ? LIMIT ?))',
        ["a", 3, 100, "X", 3, 100],
    )


@pytest.mark.parametrize("name", ["nul\0", "lone \ud800 surrogate"])
def test_impossible_table_names(name: str) -> None:
    """C20: refused with a clear error."""
    with pytest.raises(ProgrammingError, match="Invalid table name"):
        schema.name_tables(name, "g")


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    """A database with ten events, and with the limits of old releases of SQLite."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
    database.setlimit(sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 500)
    for statement in schema.create_tables(TABLES):
        database.execute(statement)
    for position in range(1, 11):
        row = (position, "XY"[position % 2], b"", "[]")
        database.execute(statements.insert_event(TABLES), row)
        for tag in ("a", "it's", "nul\0b", "b" * (position % 3))[: position % 5]:
            database.execute(statements.insert_tag(TABLES), (tag, position))
    yield database
    database.close()


def select(database: sqlite3.Connection, *branches: Branch, limit: int = 100) -> list[int]:
    found: set[int] = set()
    for statement in statements.select_branches(TABLES, branches, Span(0, 100), limit):
        found.update(row[0] for row in database.execute(*statement))
    return sorted(found)


def test_very_many_branches(database: sqlite3.Connection) -> None:
    """C33: queries may have any number of items."""
    nothing = [Branch(f"tag {number}") for number in range(2000)]
    assert select(database, *nothing) == []
    expected = select(database, Branch("a"), Branch(None, ("X",)))
    assert select(database, Branch("a"), *nothing, Branch(None, ("X",))) == expected
    nothing = [Branch(f"tag {number}", ("X",) * 150) for number in range(20)]
    assert select(database, Branch("a"), *nothing, Branch(None, ("X",))) == expected


def test_very_many_types_and_tags(database: sqlite3.Connection) -> None:
    """C33: items may have any number of types and tags."""
    types = tuple(f"type {number}" for number in range(5000))
    assert select(database, Branch("a", (*types, "X"))) == select(database, Branch("a", ("X",)))
    tags = tuple(f"tag {number}" for number in range(5000))
    assert select(database, Branch("a", (), ("it's", *tags))) == []
    rows = [(tag, position) for tag in tags for position in (2, 3, 7)]
    database.executemany(statements.insert_tag(TABLES), rows)
    assert select(database, Branch("a", (), ("it's", *tags))) == [2, 3, 7]
    assert select(database, Branch(None, ("X",), ("it's", *tags))) == [2]


@pytest.mark.parametrize("tag", ["it's", "nul\0b", "nul", "", "bb", "nul\0"])
def test_literals_mean_the_same_as_parameters(
    database: sqlite3.Connection, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C2: texts are compared exactly, also with quotes and NUL."""
    expected = select(database, Branch("a", (), (tag,)))
    monkeypatch.setattr(statements, "MAX_LISTED", 0)
    assert select(database, Branch("a", (), (tag,))) == expected


def describe(database: sqlite3.Connection, statement: Statement) -> list[str]:
    """Return the steps of SQLite's plan that read tables, or sort."""
    rows = database.execute(f"EXPLAIN QUERY PLAN {statement.text}", statement.params)
    details = [row[3] for row in rows]
    return [each for each in details if each.startswith(("SCAN", "SEARCH", "USE"))]


TAG = "USING PRIMARY KEY (tag=? AND position>? AND position<?)"
TYPE = "USING COVERING INDEX m_idx_type (type=? AND rowid>? AND rowid<?)"
ROW = "USING INTEGER PRIMARY KEY (rowid=?)"
OTHER = "SEARCH o USING PRIMARY KEY (tag=? AND position=?)"


@pytest.mark.parametrize("rows_analyzed", [None, 0, 2, 5, 10])
@pytest.mark.parametrize(
    ("branches", "plan"),
    [
        ([Branch("a")], [f"SEARCH t {TAG}"]),
        ([Branch("a", ("X",))], [f"SEARCH t {TAG}", f"SEARCH e {ROW}"]),
        ([Branch("a", ("X",), ("b",))], [f"SEARCH t {TAG}", OTHER, f"SEARCH e {ROW}"]),
        ([Branch(None, ("X",))], [f"SEARCH e {TYPE}"]),
        ([Branch(None, ("X",), ("a", "b"))], [f"SEARCH e {TYPE}", OTHER]),
        (
            [Branch("a"), Branch(None, ("X",)), Branch("b", ("X",))],
            [f"SEARCH t {TAG}", f"SEARCH e {TYPE}", f"SEARCH t {TAG}", f"SEARCH e {ROW}"],
        ),
    ],
)
def test_indexes_are_used(
    database: sqlite3.Connection, branches: list[Branch], plan: list[str], rows_analyzed: int | None
) -> None:
    """C24: nothing is scanned or sorted, whatever SQLite was told about the tables, and when."""
    if rows_analyzed is not None:
        for table in TABLES.events, TABLES.tags:
            database.execute(f"DELETE FROM {table} WHERE position > ?", (rows_analyzed,))
        database.execute("ANALYZE")
    (statement,) = statements.select_branches(TABLES, branches, SPAN, 5)
    assert describe(database, statement) == [*plan, "SCAN found", f"SEARCH e {ROW}"]


def test_positions_are_used(database: sqlite3.Connection) -> None:
    """C24: the table is in the order of positions."""
    found = describe(database, statements.select_all(TABLES, SPAN, 5))
    assert found == ["SEARCH m USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"]


def test_counting_uses_the_indexes(database: sqlite3.Connection) -> None:
    """C24: and ends where it is told to."""
    found = describe(
        database, statements.count_rows(TABLES, [Key("a", True), Key("X", False)], 0, 9)
    )
    assert [each for each in found if each.startswith("SEARCH")] == [
        "SEARCH g USING PRIMARY KEY (tag=? AND position>?)",
        "SEARCH m USING COVERING INDEX m_idx_type (type=? AND rowid>?)",
    ]
