# Generated from subscription_async.py by tools/async_to_sync.py: do not edit.
"""Subscriptions that are woken by the server's notifications (contract section 10)."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from eventsourcing._concurrency.primitives_sync import BackgroundTask, sleep, spawn
from eventsourcing.persistence import (
    InterfaceError,
    ListenNotifySubscription,
    OperationalError,
)
from eventsourcing.postgres.listener_sync import Listener
from eventsourcing.postgres.reconnecting import ReconnectWindow

if TYPE_CHECKING:
    from eventsourcing.postgres.application_recorder_sync import PostgresApplicationRecorder


class PostgresSubscription(ListenNotifySubscription[Any]):
    """A subscription that listens on the channel of the events table.

    When the server cannot be reached, it tries again for at most `reconnect_timeout` seconds of
    the datastore, and then raises `OperationalError`, which says what the server said.
    """

    def __init__(
        self,
        recorder: PostgresApplicationRecorder,
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        self._datastore = recorder.datastore
        self._channel_name = recorder.channel_name
        self._listen_thread: BackgroundTask | None = None
        super().__init__(recorder=recorder, gt=gt, topics=topics)

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
