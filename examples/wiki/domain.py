"""The domain of the example: a page, whose events are pydantic models, and the log of all pages."""

# Without `from __future__ import annotations` the annotations of commands are the classes
# themselves; pydantic evaluates either kind.

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict

from eventsourcing.domain import (
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    DomainEvent,
    event,
)
from examples.wiki.diffs import Change, diff, patch


class Model(BaseModel):
    """Base of the events."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    originator_id: UUID
    originator_version: int
    timestamp: datetime


class WikiAggregate(BaseAggregate[UUID]):
    """Base of the aggregates of this domain; all their events are validated."""

    class Event(Model, CanMutateAggregate[UUID]):
        """Base of their events: each says who did it."""

        author: str

        def apply(self, aggregate: Any) -> None:
            """Remember who did it, whatever it was."""
            aggregate.modified_by = self.author

    class Created(Event, CanInitAggregate[UUID]):
        """Their first event."""

        originator_topic: str


class Page(WikiAggregate):
    """A page of text under a title; its ID follows from the slug, which never changes."""

    class Edited(WikiAggregate.Event):
        """The text was changed."""

        changes: tuple[Change, ...]

    @staticmethod
    def create_id(slug: str) -> UUID:
        """The ID of the page under a slug."""
        return uuid5(NAMESPACE_URL, f"/wiki/{slug}")

    @event("Started")
    def __init__(self, slug: str, title: str, author: str) -> None:
        self.slug = slug
        self.title = title
        self.body = ""
        self.modified_by = author

    @event("Renamed")
    def rename(self, title: str, author: str) -> None:
        """Give the page another title."""
        self.title = title

    def edit(self, body: str, author: str) -> None:
        """Replace the text; only the difference is recorded, and nothing if there is none."""
        changes = diff(self.body, body)
        if changes:
            self._edit(changes, author)

    @event(Edited)
    def _edit(self, changes: tuple[Change, ...], author: str) -> None:
        self.body = patch(self.body, changes)


class PageLogged(DomainEvent):
    """There is a new page; these events form one sequence, the list of pages."""

    slug: str


PAGES = uuid5(NAMESPACE_URL, "/wiki")
"""The originator of all `PageLogged` events."""
