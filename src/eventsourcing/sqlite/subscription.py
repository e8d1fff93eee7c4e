"""Subscriptions to a SQLite database, woken by commits of this process and of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eventsourcing.persistence import ListenNotifySubscription
from eventsourcing.persistence.listening import listen_to


class SQLiteSubscription(ListenNotifySubscription[Any]):
    """An iterator over the notifications of a SQLite database, recorded ones and coming ones.

    Events that this process records are delivered at once, those of other processes within a
    tenth of a second.
    """

    def _start_listening(self) -> Callable[[], object]:
        return listen_to(self._recorder, self._has_been_notified)
