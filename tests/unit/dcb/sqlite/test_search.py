"""What a search asks the database, and when it has come to its end (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from eventsourcing.dcb.api import Criterion, Selection
from eventsourcing.dcb.sqlite import schema
from eventsourcing.dcb.sqlite.search import PAGE_SIZE, Search

TABLES = schema.name_tables("m", "g")


class Events:
    """A log of events without tags, which counts the questions that it is asked."""

    def __init__(self, head: int) -> None:
        self.head = head
        self.asked = 0

    def query(self, statement: str, params: Sequence[Any]) -> Sequence[Any]:
        self.asked += 1
        after, upto, limit = params
        positions = range(after + 1, min(self.head, upto) + 1)
        return [(position, "t", b"", "[]") for position in positions[:limit]]


@pytest.mark.parametrize("criteria", [(), (Criterion(("X",), ("a",)),)])
@pytest.mark.parametrize(("after", "limit"), [(7, None), (8, None), (8, 10), (0, 0)])
def test_nothing_is_asked_when_nothing_can_be_found(
    criteria: tuple[Criterion, ...], after: int, limit: int | None
) -> None:
    """C8: behind the last position, or with a limit of none."""
    events = Events(7)
    search = Search(TABLES, Selection(criteria, after, limit), 7)
    assert search.next_page(events.query) == []
    assert events.asked == 0


@pytest.mark.parametrize(
    ("head", "limit", "pages"),
    [
        (3, None, [3]),
        (PAGE_SIZE, None, [PAGE_SIZE]),
        (PAGE_SIZE + 2, None, [PAGE_SIZE, 2]),
        (2 * PAGE_SIZE + 2, PAGE_SIZE + 1, [PAGE_SIZE, 1]),
        (2 * PAGE_SIZE, PAGE_SIZE, [PAGE_SIZE]),
    ],
)
def test_each_page_is_asked_for_once(head: int, limit: int | None, pages: list[int]) -> None:
    """C8: and nothing is, after the last one."""
    events = Events(head + 5)
    search = Search(TABLES, Selection((), 0, limit), head)
    found = [len(search.next_page(events.query)) for _ in range(len(pages) + 1)]
    assert found == [*pages, 0]
    assert events.asked == len(pages)
