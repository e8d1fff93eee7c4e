"""A synchronous engine, as in another package, whose operations tests can hold up."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, ClassVar

from eventsourcing.persistence import (
    ApplicationRecorder,
    InfrastructureFactory,
    Mapper,
    Notification,
    StoredEvent,
    Subscription,
    Tracking,
)
from eventsourcing.popo import (
    POPOAggregateRecorder,
    POPOApplicationRecorder,
    POPOProcessRecorder,
    POPOTrackingRecorder,
)


class Gate:
    """Holds up the threads that pass it while it is closed."""

    def __init__(self) -> None:
        self.is_reached = threading.Semaphore(0)
        self._is_open = threading.Event()
        self._is_open.set()

    def close(self) -> None:
        self._is_open.clear()

    def open(self) -> None:
        self._is_open.set()

    def pass_through(self) -> None:
        self.is_reached.release()
        assert self._is_open.wait(60)


class View(POPOTrackingRecorder):
    """A view as users write them, with methods that no recorder interface knows."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}

    def count(self, name: str, *, tracking: Tracking, by: int = 1) -> int:
        with self._database_lock:
            self._assert_tracking_uniqueness(tracking)
            self._insert_tracking(tracking)
            self.counts[name] = self.counts.get(name, 0) + by
            return self.counts[name]

    def threads(self) -> str:
        return threading.current_thread().name


class OtherView(View):
    """A view that is not the one of the environment."""


class MyMapper(Mapper[Any]):
    """A mapper that the factory prefers to the default one."""


class Factory(InfrastructureFactory[View]):
    """A factory that remembers what is done with it."""

    log: ClassVar[list[str]] = []
    gate: ClassVar[Gate] = Gate()

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self.log.append("factory")

    def open(self) -> None:
        self.log.append("open")

    def close(self) -> None:
        self.log.append("close")

    def mapper(self, transcoder: Any = None, mapper_class: Any = None) -> Any:
        return super().mapper(transcoder, mapper_class or MyMapper)

    def aggregate_recorder(self, purpose: str = "events") -> POPOAggregateRecorder:
        thread, _, _ = threading.current_thread().name.rpartition("-")
        self.log.append(f"{purpose} in {thread}")
        return POPOAggregateRecorder()

    def application_recorder(self) -> POPOApplicationRecorder:
        self.gate.pass_through()
        self.log.append("application recorder")
        return POPOApplicationRecorder()

    def process_recorder(self) -> POPOProcessRecorder:
        return POPOProcessRecorder()

    def tracking_recorder(self, tracking_recorder_class: type[View] | None = None) -> View:
        return (tracking_recorder_class or View)()


class OldRecorder(ApplicationRecorder):
    """A recorder of 9.2 shape: no `inclusive_of_start`, no `subscribe` (N-DY, N3)."""

    def __init__(self) -> None:
        self.recorder = POPOApplicationRecorder()

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        self.recorder.insert_events(stored_events)

    def select_events(self, *args: Any, **kwargs: Any) -> Sequence[StoredEvent]:
        return self.recorder.select_events(*args, **kwargs)

    def select_notifications(
        self, start: int | None, limit: int, stop: int | None = None, topics: Sequence[str] = ()
    ) -> Sequence[Notification]:
        return self.recorder.select_notifications(start, limit, stop, topics)

    def max_notification_id(self) -> int | None:
        return self.recorder.max_notification_id()


class OnlySubscribeRecorder(OldRecorder):
    """A recorder that can be subscribed to but not listened to (N-SA, N-KD)."""

    def __init__(self) -> None:
        super().__init__()
        self.subscriptions: list[Subscription[Any]] = []

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[Any]:
        subscription = self.recorder.subscribe(gt=gt, topics=topics)
        self.subscriptions.append(subscription)
        return subscription
