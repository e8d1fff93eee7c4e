"""Asynchronous subscriptions to recorders that have only a synchronous side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from eventsourcing._concurrency.async_signals import ThreadSafeEvent
from eventsourcing._concurrency.primitives_sync import Empty, Queue, ShutDown, spawn
from eventsourcing.persistence.listening import ListenableRecorder, Listener
from eventsourcing.persistence.recorders_sync import ApplicationRecorder
from eventsourcing.persistence.records import Notification
from eventsourcing.persistence.subscription_async import AsyncListenNotifySubscription
from eventsourcing.persistence.subscription_cursor import BATCH_SIZE
from eventsourcing.persistence.subscription_sync import Subscription


def can_be_subscribed_to(recorder: Any) -> bool:
    """Say whether a synchronous recorder supports subscriptions, as far as its class tells."""
    subscribe = getattr(type(recorder), "subscribe", None)
    return isinstance(recorder, ListenableRecorder) or subscribe not in (
        None,
        ApplicationRecorder.subscribe,
    )


class BridgeSubscription(AsyncListenNotifySubscription[Any]):
    """A subscription to a bridged recorder.

    If the synchronous recorder can be listened to, it wakes this subscription, which reads through
    the bridge. Otherwise a synchronous subscription is iterated in a daemon thread of its own.
    """

    def __init__(
        self,
        recorder: Any,
        run: Callable[..., Any],
        get_sync_recorder: Callable[[], Any],
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._run = run
        self._get_sync_recorder = get_sync_recorder
        self._forwarder: _Forwarder | None = None

    async def __aexit__(self, *args: object, **kwargs: object) -> None:
        await super().__aexit__(*args, **kwargs)
        if self._forwarder is not None:
            await self._forwarder.has_ended.wait()

    async def _start_listening(self) -> Callable[[], object]:
        sync_recorder = await self._run(self._get_sync_recorder)
        if isinstance(sync_recorder, ListenableRecorder):
            registration = _Registration(sync_recorder, self._has_been_notified)
            await self._start(registration)
            return registration.stop
        forwarder = _Forwarder(
            sync_recorder, self._last_notification_id, self._topics, self._has_been_notified
        )
        await self._start(forwarder)
        self._forwarder = forwarder
        return forwarder.stop

    async def _start(self, source: _Registration | _Forwarder) -> None:
        try:
            await self._run(source.start)
        except BaseException:  # when this task is cancelled, the start still happens
            source.stop()
            raise

    async def _pull(self) -> None:
        if self._forwarder is None:
            await super()._pull()
            return
        is_done = self._forwarder.is_done
        batch = self._forwarder.take()
        if is_done and not batch:
            if self._forwarder.error is not None:
                raise self._forwarder.error
            self.stop()
        self._cursor.advance(batch)
        if is_done:
            self._cursor.wake_up()  # there will be no other notice of what is left, or of the end
        self._notifications = batch
        self._notifications_index = 0


class _Registration:
    """A listener that passes on what it is told; `stop()` may come before `start()` is through."""

    def __init__(self, recorder: ListenableRecorder, listener: Listener) -> None:
        self._recorder = recorder
        self._listener = listener
        self._is_started = False
        self._is_stopped = False

    def set(self) -> None:
        self._listener.set()

    def start(self) -> None:
        self._recorder.listen(self)
        self._is_started = True
        if self._is_stopped:
            self._recorder.unlisten(self)

    def stop(self) -> None:
        self._is_stopped = True
        if self._is_started:
            self._recorder.unlisten(self)


class _Forwarder:
    """Iterates a synchronous subscription in a thread, and buffers what it gives."""

    def __init__(
        self,
        recorder: Any,
        gt: int | None,
        topics: Sequence[str],
        has_been_notified: ThreadSafeEvent,
    ) -> None:
        self.is_done = False
        self.error: BaseException | None = None
        self.has_ended = ThreadSafeEvent()
        self._recorder = recorder
        self._gt = gt
        self._topics = topics
        self._has_been_notified = has_been_notified
        self._buffer: Queue[Notification] = Queue(BATCH_SIZE)
        self._subscription: Subscription[Any] | None = None
        self._is_stopped = False

    def start(self) -> None:
        subscription = self._recorder.subscribe(gt=self._gt, topics=self._topics)
        self._subscription = subscription
        if self._is_stopped:
            subscription.stop()
            self.has_ended.set()
        else:
            spawn(self._forward, subscription, name="eventsourcing-bridge-subscription")

    def stop(self) -> None:
        self._is_stopped = True
        self._buffer.shutdown(immediate=True)
        if self._subscription is not None:
            self._subscription.stop()

    def take(self) -> Sequence[Notification]:
        """Return what is in the buffer, at most one batch."""
        return list(islice(self._take_each(), BATCH_SIZE))

    def _take_each(self) -> Iterator[Notification]:
        with suppress(Empty, ShutDown):
            while True:
                yield self._buffer.get_nowait()

    def _forward(self, subscription: Subscription[Any]) -> None:
        try:
            with subscription:
                for notification in subscription:
                    self._buffer.put(notification)
                    self._has_been_notified.set()
        except ShutDown:
            pass
        except BaseException as error:
            self.error = error
        finally:
            self.is_done = True
            self.has_ended.set()
            self._has_been_notified.set()
