"""Rows and what is made of them; used by the recorders of both flavours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from eventsourcing.persistence import Notification, StoredEvent

# What the driver raises without the traceback of its own frames. A name that 9.5 exports.
NO_TRACEBACK: tuple[type[BaseException], ...] = (psycopg.Error, KeyboardInterrupt)


class PgStoredEvent(NamedTuple):
    """A stored event as its row is."""

    originator_id: UUID | str
    originator_version: int
    topic: str
    state: bytes


def make_stored_event(_cursor: Any) -> Callable[[Sequence[Any]], StoredEvent]:
    """Make stored events of rows."""
    return _stored_event


def make_notification(_cursor: Any) -> Callable[[Sequence[Any]], Notification]:
    """Make notifications of rows."""
    return _notification


def _stored_event(values: Sequence[Any]) -> StoredEvent:
    return StoredEvent(*values)


def _notification(values: Sequence[Any]) -> Notification:
    return Notification(*values)
