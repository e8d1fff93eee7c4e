# Generated from listener_async.py by tools/async_to_sync.py: do not edit.
"""Listening to the channel of a table, over a connection of its own that is replaced when lost."""

from __future__ import annotations

from typing import Protocol

from eventsourcing._concurrency.primitives_sync import sleep
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.postgres import statements
from eventsourcing.postgres.datastore_sync import PostgresDatastore
from eventsourcing.postgres.reconnecting import ReconnectWindow

_POLL_SECONDS = 0.1


class Notifiable(Protocol):
    """What is to be told about commits: an event."""

    def set(self) -> object:
        """Take notice."""


class Listener:
    """Sets an event after each commit of a writer, and after each time it begins to listen.

    So what is committed before it listens, or while it has no connection, is not missed.
    """

    def __init__(self, datastore: PostgresDatastore, channel_name: str, event: Notifiable) -> None:
        self._datastore = datastore
        self._statement = statements.listen(channel_name)
        self._event = event
        self._is_stopped = False

    def stop(self) -> None:
        """Have `run()` return soon; does not wait for that."""
        self._is_stopped = True

    def run(self) -> None:
        """Listen until stopped.

        Raises `OperationalError` when the connection is lost and cannot be replaced in time.
        """
        window = ReconnectWindow(self._datastore.reconnect_timeout)
        while not self._is_stopped:
            try:
                self._listen(window)
            except (InterfaceError, OperationalError) as error:
                sleep(window.pause_after(error))

    def _listen(self, window: ReconnectWindow) -> None:
        timeout = window.remaining or None
        with self._datastore.get_connection(timeout) as connection:
            connection.execute(self._statement)
            try:
                window.close()
                self._event.set()
                while not self._is_stopped:
                    self._check_open()
                    for _ in connection.notifies(timeout=_POLL_SECONDS):
                        self._event.set()
            finally:
                if not connection.closed:
                    connection.execute("UNLISTEN *")

    def _check_open(self) -> None:
        if self._datastore.is_closed:
            raise OperationalError("the datastore was closed while a subscription used it")
