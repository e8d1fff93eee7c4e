# Generated from application_async.py by tools/async_to_sync.py: do not edit.
"""The application of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from eventsourcing.application import (
    AggregateNotFoundError,
    Application,
    EventSourcedLog,
)
from eventsourcing.persistence import JSONTranscoder
from examples.wiki.domain import PAGES, Page, PageLogged
from examples.wiki.transcodings import ChangeAsList


class PageNotFoundError(LookupError):
    """There is no page under the slug."""


class Wiki(Application[UUID]):
    """Keeps pages, and lists them."""

    name = "Wiki"

    def __init__(self, env: Mapping[str, str] | None = None) -> None:
        super().__init__(env)
        self.page_log: EventSourcedLog[PageLogged] = EventSourcedLog(self.events, PAGES, PageLogged)

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        """Add the values of this domain to those that can be stored."""
        super().register_transcodings(transcoder)
        transcoder.register(ChangeAsList())

    def start_page(self, slug: str, title: str, author: str) -> None:
        """Start a page, and list it: both, or none if there is a page under the slug."""
        page = Page(slug, title, author)
        logged = self.page_log.trigger_event(slug=slug)
        self.save(page, logged)

    def rename_page(self, slug: str, title: str, author: str) -> None:
        """Give a page another title."""
        page = self.get_page(slug)
        page.rename(title, author)
        self.save(page)

    def edit_page(self, slug: str, body: str, author: str) -> None:
        """Replace the text of a page."""
        page = self.get_page(slug)
        page.edit(body, author)
        self.save(page)

    def get_page(self, slug: str, version: int | None = None) -> Page:
        """A page as it is, or as it was at an earlier version; raises `PageNotFoundError`."""
        try:
            return cast("Page", self.repository.get(Page.create_id(slug), version=version))
        except AggregateNotFoundError:
            raise PageNotFoundError(f"there is no page {slug!r}") from None

    def history(self, slug: str) -> list[tuple[int, str, str]]:
        """Version, kind of change and author of everything that was done to a page."""
        events: Any = self.events.get(Page.create_id(slug))
        return [(e.originator_version, type(e).__name__, e.author) for e in events]

    def list_pages(self, after: int = 0, limit: int = 10, *, newest: bool = False) -> list[str]:
        """Slugs in the order in which the pages were started, or the newest first."""
        logged = self.page_log.get(gt=after, limit=limit, desc=newest)
        return [entry.slug for entry in logged]
