"""Subscriptions to a SQLite database, woken by commits of this process and of others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from eventsourcing.persistence import ListenNotifySubscription


class SQLiteSubscription(ListenNotifySubscription[Any]):
    """An iterator over the notifications of a SQLite database, recorded ones and coming ones.

    Events that this process records are delivered at once, those of other processes within a
    tenth of a second.
    """

    def _start_listening(self) -> Callable[[], object]:
        self._recorder.listen(self._has_been_notified)
        return partial(self._recorder.unlisten, self._has_been_notified)
