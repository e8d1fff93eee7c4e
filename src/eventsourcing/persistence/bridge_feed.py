"""What asynchronous subscriptions to recorders that have only a synchronous side have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from eventsourcing._concurrency.async_signals import ThreadSafeEvent
from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing._concurrency.reentrant_event import ReentrantEvent
from eventsourcing.persistence.feed_cursor import BATCH_SIZE
from eventsourcing.persistence.feed_sync import Feed
from eventsourcing.persistence.listening import ListenableRecorder, Listener
from eventsourcing.persistence.listening_feed_async import AsyncListeningFeed

T = TypeVar("T")


class BridgeFeed(AsyncListeningFeed[T]):
    """A feed from a bridged recorder.

    If the synchronous recorder can be listened to, it wakes this feed, which reads through the
    bridge. Otherwise a synchronous feed is iterated in a daemon thread of its own.
    """

    _run: Callable[..., Any]
    _get_sync_recorder: Callable[[], Any]
    _forwarder: _Forwarder[T] | None = None

    async def __aexit__(self, *args: object, **kwargs: object) -> None:
        await super().__aexit__(*args, **kwargs)
        if self._forwarder is not None:
            await self._forwarder.has_ended.wait()

    @abstractmethod
    def _prepare_sync_feed(self, sync_recorder: Any) -> Callable[[], Feed[T]]:
        """Return what makes a synchronous feed of the same records, without a reference to this."""

    async def _start_listening(self) -> Callable[[], object]:
        sync_recorder = await self._run(self._get_sync_recorder)
        if isinstance(sync_recorder, ListenableRecorder):
            registration = _Registration(sync_recorder, self._has_been_notified)
            await self._start(registration)
            return registration.stop
        forwarder = _Forwarder(self._prepare_sync_feed(sync_recorder), self._has_been_notified)
        await self._start(forwarder)
        self._forwarder = forwarder
        return forwarder.stop

    async def _start(self, source: _Registration | _Forwarder[T]) -> None:
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
        self._return_next(batch)


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


class _Forwarder(Generic[T]):
    """Iterates a synchronous feed in a thread, and buffers what it gives."""

    def __init__(
        self, construct: Callable[[], Feed[T]], has_been_notified: ThreadSafeEvent
    ) -> None:
        self.is_done = False
        self.error: BaseException | None = None
        self.has_ended = ThreadSafeEvent()
        self._construct = construct
        self._has_been_notified = has_been_notified
        # Neither takes a lock that a thread may have that is interrupted to collect the owner.
        self._buffer: SimpleQueue[T] = SimpleQueue()
        self._has_room = ReentrantEvent()
        self._feed: Feed[T] | None = None
        self._is_stopped = False

    def start(self) -> None:
        feed = self._construct()
        self._feed = feed
        if self._is_stopped:
            feed.stop()
            self.has_ended.set()
        else:
            spawn(self._forward, feed, name="eventsourcing-bridge-subscription")

    def stop(self) -> None:
        self._is_stopped = True
        self._has_room.set()
        if self._feed is not None:
            self._feed.stop()

    def take(self) -> Sequence[T]:
        """Return what is in the buffer, at most one batch."""
        taken: list[T] = []
        with suppress(Empty):
            while len(taken) < BATCH_SIZE:
                taken.append(self._buffer.get_nowait())
        self._has_room.set()
        return taken

    def _forward(self, feed: Feed[T]) -> None:
        try:
            with feed:
                for record in feed:
                    self._buffer.put(record)
                    self._has_been_notified.set()
                    self._wait_for_room()
        except BaseException as error:
            self.error = error
        finally:
            self.is_done = True
            self.has_ended.set()
            self._has_been_notified.set()

    def _wait_for_room(self) -> None:
        while self._buffer.qsize() >= BATCH_SIZE and not self._is_stopped:
            self._has_room.wait()
            self._has_room.clear()
