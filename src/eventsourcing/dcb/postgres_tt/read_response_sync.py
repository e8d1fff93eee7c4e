# Generated from read_response_async.py by tools/async_to_sync.py: do not edit.
"""The response to a read without a limit, which takes page after page while it is iterated."""

from __future__ import annotations

from collections.abc import Callable

from eventsourcing.dcb.api import DCBReadResponse, DCBSequencedEvent
from eventsourcing.dcb.postgres_tt.rows import Row, make_event

PAGE_SIZE = 1000


class PagedReadResponse(DCBReadResponse):
    """The events up to the head, of which the first page has been read.

    No connection is kept between pages. What is on a later page is what was there at first: up to
    the head, nothing changes any more.
    """

    def __init__(
        self,
        page: list[Row],
        head: int | None,
        read_page_after: Callable[[int], list[Row]],
    ) -> None:
        self._head = head
        self._read_page_after = read_page_after
        self._take(page)

    @property
    def head(self) -> int | None:
        """The last position of all when the first page was read."""
        return self._head

    def __next__(self) -> DCBSequencedEvent:
        while True:
            for row in self._rows:
                return make_event(row)
            if self._next_after is None:
                raise StopIteration
            self._take(self._read_page_after(self._next_after))

    def _take(self, page: list[Row]) -> None:
        head = self._head or 0
        is_last = len(page) < PAGE_SIZE or page[-1][0] >= head
        self._next_after = None if is_last else page[-1][0]
        self._rows = iter([row for row in page if row[0] <= head])
