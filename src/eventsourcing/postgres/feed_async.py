"""What subscriptions to PostgreSQL recorders have in common: the server wakes them (U11, C31)."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from eventsourcing._concurrency.primitives_async import BackgroundTask, spawn
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.persistence.feed_cursor import REREAD_SECONDS
from eventsourcing.persistence.listening_feed_async import AsyncListeningFeed
from eventsourcing.postgres.channels import WeakListener
from eventsourcing.postgres.datastore_async import AsyncPostgresDatastore
from eventsourcing.postgres.listener_async import AsyncListening
from eventsourcing.postgres.reconnecting import ReconnectWindow

T = TypeVar("T")


class AsyncPostgresFeed(AsyncListeningFeed[T]):
    """A feed that listens on a channel of a database.

    All feeds of a datastore share one connection for that, beside those of the pool. When the
    server cannot be reached, they try again for at most `reconnect_timeout` seconds of the
    datastore, and then raise `OperationalError`, which says what the server said.

    A notification may be lost, for example in a proxy between this process and the server. So they
    read every 30 seconds also without one.
    """

    _reread_seconds: float | None = REREAD_SECONDS

    # Set by the constructor of a subclass, before it calls that of its base class.
    _datastore: AsyncPostgresDatastore
    _channel_name: str

    _listen_thread: BackgroundTask | None = None
    _listening_together: AsyncListening | None = None

    async def __aexit__(self, *args: object, **kwargs: object) -> None:
        await super().__aexit__(*args, **kwargs)
        if self._listening_together is not None:
            await self._listening_together.join_if_over()
        elif self._listen_thread is not None:
            await self._listen_thread.join()

    async def _start_listening(self) -> Callable[[], object]:
        if type(self)._listen is not AsyncPostgresFeed._listen:
            self._listen_thread = self._spawn_listen()
            return await super()._start_listening()
        # Listening does not keep alive what nobody iterates over.
        listener = WeakListener(self._has_been_notified, self._fail)
        listening = await self._datastore.listener.listen(self._channel_name, listener)
        self._listening_together = listening
        self._listen_thread = listening.task
        return partial(listening.listeners.discard, listener)

    async def _listen(self) -> None:
        """Set `_has_been_notified` after each commit, until stopped: a hook for subclasses (U12).

        One that overrides it has it run in a thread (or task) of its own, with a weak proxy as
        `self`. As it is here, it is not called.
        """

    def _spawn_listen(self) -> BackgroundTask:
        return spawn(
            _listen_until_stopped,
            type(self)._listen,
            weakref.proxy(self),
            name=f"{type(self).__qualname__}-listen",
        )

    async def _pull(self) -> None:
        window = ReconnectWindow(self._datastore.reconnect_timeout)
        while not self._has_been_stopped:
            try:
                await super()._pull()
            except (InterfaceError, OperationalError) as error:
                pause = window.pause_after(error)
                # Those who listen are told when the server is there again. What was told before
                # this is cleared is read by the next attempt, too.
                self._has_been_notified.clear()
                if not self._has_been_stopped:
                    await self._has_been_notified.wait_at_most(pause)
            else:
                return


async def _listen_until_stopped(
    listen: Callable[[Any], Coroutine[Any, Any, None]], proxy: Any
) -> None:
    with suppress(ReferenceError):  # the subscription was collected
        try:
            await listen(proxy)
        except Exception as error:
            proxy._fail(error)
