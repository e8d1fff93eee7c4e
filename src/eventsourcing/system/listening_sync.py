# Generated from listening_async.py by tools/async_to_sync.py: do not edit.
"""Listening to the databases of leaders, for what other processes record there (contract Y37a)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eventsourcing._concurrency.primitives_sync import BackgroundTask, Event, Lock, spawn
from eventsourcing._concurrency.signals_sync import Interruption
from eventsourcing.persistence import Subscription
from eventsourcing.system.errors import NotificationPullingError
from eventsourcing.system.leader_sync import Leader
from eventsourcing.system.worker_sync import JOIN_TIMEOUT

_MANY = 500


class LeaderListener:
    """Prompts whenever events of a leader were recorded, by whichever process."""

    def __init__(
        self,
        leader: Leader[Any],
        prompt: Callable[[str], None],
        has_errored: Event | Interruption,
    ) -> None:
        self.error: Exception | None = None
        self._leader = leader
        self._prompt = prompt
        self._has_errored = has_errored
        self._is_stopping = False
        self._subscription: Subscription[Any] | None = None
        self._background: BackgroundTask | None = None

    def start(self) -> None:
        """Listen from now on; not to recorders that do not support subscriptions."""
        position = self._leader.recorder.max_notification_id()
        try:
            self._subscription = self._leader.recorder.subscribe(gt=position)
        except NotImplementedError:
            return
        if self._is_stopping:  # since this began
            self._subscription.stop()
        name = f"{type(self).__name__}-{self._leader.name}"
        self._background = spawn(self._listen, self._subscription, name=name)

    def stop(self, timeout: float) -> None:
        """Stop listening, and wait at most `timeout` seconds for the end of it."""
        self._is_stopping = True
        if self._subscription is not None:
            self._subscription.stop()
        if self._background is not None:
            self._background.join(timeout)

    def _listen(self, subscription: Subscription[Any]) -> None:
        try:
            with subscription:
                while True:
                    subscription.next_batch(_MANY)
                    self._prompt(self._leader.name)
        except StopIteration:
            pass
        except NotImplementedError:
            pass  # what the bridge says of a recorder that does not support subscriptions
        except Exception as error:
            if not self._is_stopping:
                self.error = NotificationPullingError(str(error))
                self.error.__cause__ = error
                self._has_errored.set()


class SharedListener:
    """A listener for all who want to listen to its leader."""

    def __init__(self, leader: Leader[Any], prompt: Callable[[str], None]) -> None:
        self.number: int = 0
        self.leader_name: str = leader.name
        self.has_errored: Interruption = Interruption()
        self.listener: LeaderListener = LeaderListener(leader, prompt, self.has_errored)

    @property
    def error(self) -> Exception | None:
        """The error of the listener, if it has failed."""
        return self.listener.error


class SharedListeners:
    """Listens to each leader while anybody wants that: once, for all who do."""

    def __init__(self, prompt: Callable[[str], None]) -> None:
        self._prompt = prompt
        self._lock = Lock()
        self._shared: dict[str, SharedListener] = {}

    def listen(self, leader: Leader[Any], has_errored: Interruption) -> SharedListener:
        """Listen to the leader until `unlisten()` is called; a failure sets the event.

        One that has failed is left to those who have it.
        """
        with self._lock:
            shared = self._shared.get(leader.name)
            if shared is None or shared.has_errored.is_set():
                shared = SharedListener(leader, self._prompt)
                shared.listener.start()
                self._shared[leader.name] = shared
            shared.number += 1
        shared.has_errored.listen(has_errored)
        return shared

    def unlisten(self, shared: SharedListener, has_errored: Interruption) -> None:
        """Listen no longer, if nobody else wants that."""
        with self._lock:
            shared.has_errored.unlisten(has_errored)
            shared.number -= 1
            if not shared.number:
                if self._shared.get(shared.leader_name) is shared:
                    del self._shared[shared.leader_name]
                shared.listener.stop(JOIN_TIMEOUT)
