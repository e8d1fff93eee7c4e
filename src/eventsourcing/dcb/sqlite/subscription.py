"""Subscriptions to events with tags in SQLite, woken by commits of this process and of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from eventsourcing.dcb.persistence import DCBListenNotifySubscription
from eventsourcing.dcb.sqlite.recorder import SQLiteDCBRecorder
from eventsourcing.persistence.listening import listen_to

TSQLiteDCBRecorder_co = TypeVar("TSQLiteDCBRecorder_co", bound=SQLiteDCBRecorder, covariant=True)


class SQLiteDCBSubscription(DCBListenNotifySubscription[TSQLiteDCBRecorder_co]):
    """A subscription that delivers what this process records at once, and what others record soon.

    That is within a tenth of a second.
    """

    def _start_listening(self) -> Callable[[], object]:
        return listen_to(self._recorder, self._has_been_notified)
