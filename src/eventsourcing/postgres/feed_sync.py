# Generated from feed_async.py by tools/async_to_sync.py: do not edit.
"""What subscriptions to PostgreSQL recorders have in common: the server wakes them (U11, C31)."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from eventsourcing._concurrency.primitives_sync import BackgroundTask, sleep, spawn
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.persistence.listening_feed_sync import ListeningFeed
from eventsourcing.postgres.datastore_sync import PostgresDatastore
from eventsourcing.postgres.listener_sync import Listener
from eventsourcing.postgres.reconnecting import ReconnectWindow

T = TypeVar("T")


class PostgresFeed(ListeningFeed[T]):
    """A feed that listens on a channel of a database.

    When the server cannot be reached, it tries again for at most `reconnect_timeout` seconds of
    the datastore, and then raises `OperationalError`, which says what the server said.
    """

    # Set by the constructor of a subclass, before it calls that of its base class.
    _datastore: PostgresDatastore
    _channel_name: str

    _listen_thread: BackgroundTask | None = None

    def __exit__(self, *args: object, **kwargs: object) -> None:
        super().__exit__(*args, **kwargs)
        if self._listen_thread is not None:
            self._listen_thread.join()

    def _start_listening(self) -> Callable[[], object]:
        self._listener = Listener(self._datastore, self._channel_name, self._has_been_notified)
        # A weak proxy: listening does not keep alive what nobody iterates over.
        self._listen_thread = spawn(
            _listen_until_stopped,
            type(self)._listen,
            weakref.proxy(self),
            name=f"{type(self).__qualname__}-listen",
        )
        return self._listener.stop

    def _listen(self) -> None:
        """Listen until stopped; runs beside the iteration, with a weak proxy as `self`."""
        try:
            self._listener.run()
        except Exception as error:
            self._fail(error)

    def _pull(self) -> None:
        window = ReconnectWindow(self._datastore.reconnect_timeout)
        while not self._has_been_stopped:
            try:
                super()._pull()
            except (InterfaceError, OperationalError) as error:
                sleep(window.pause_after(error))
            else:
                return


def _listen_until_stopped(listen: Callable[[Any], None], proxy: Any) -> None:
    with suppress(ReferenceError):  # the subscription was collected
        listen(proxy)
