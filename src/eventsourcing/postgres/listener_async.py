"""Listening to the channel of a table, over a connection of its own that is replaced when lost."""

from __future__ import annotations

from typing import Protocol

from eventsourcing._concurrency.primitives_async import sleep
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.postgres import statements
from eventsourcing.postgres.datastore_async import AsyncPostgresDatastore
from eventsourcing.postgres.reconnecting import ReconnectWindow

_POLL_SECONDS = 0.1


class Notifiable(Protocol):
    """What is to be told about commits: an event."""

    def set(self) -> object:
        """Take notice."""


class AsyncListener:
    """Sets an event after each commit of a writer, and after each time it begins to listen.

    So what is committed before it listens, or while it has no connection, is not missed.
    """

    def __init__(
        self, datastore: AsyncPostgresDatastore, channel_name: str, event: Notifiable
    ) -> None:
        self._datastore = datastore
        self._statement = statements.listen(channel_name)
        self._event = event
        self._is_stopped = False

    def stop(self) -> None:
        """Have `run()` return soon; does not wait for that."""
        self._is_stopped = True

    async def run(self) -> None:
        """Listen until stopped.

        Raises `OperationalError` when the connection is lost and cannot be replaced in time.
        """
        window = ReconnectWindow(self._datastore.reconnect_timeout)
        while not self._is_stopped:
            try:
                await self._listen(window)
            except (InterfaceError, OperationalError) as error:
                await sleep(window.pause_after(error))

    async def _listen(self, window: ReconnectWindow) -> None:
        timeout = window.remaining or None
        async with self._datastore.get_connection(timeout) as connection:
            await connection.execute(self._statement)
            try:
                window.close()
                self._event.set()
                while not self._is_stopped:
                    self._check_open()
                    async for _ in connection.notifies(timeout=_POLL_SECONDS):
                        self._event.set()
            finally:
                if not connection.closed:
                    await connection.execute("UNLISTEN *")

    def _check_open(self) -> None:
        if self._datastore.is_closed:
            raise OperationalError("the datastore was closed while a subscription used it")
