"""The asynchronous side of engines whose driver blocks: whole operations run in worker threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from eventsourcing._concurrency.listeners import Settable
from eventsourcing._concurrency.primitives_sync import Condition, Lock
from eventsourcing._concurrency.workers import Worker
from eventsourcing.persistence.bridge_dead_letters import BridgeDeadLetterRecorder
from eventsourcing.persistence.bridge_leases import BridgeLease
from eventsourcing.persistence.bridge_subscription import BridgeSubscription, can_be_subscribed_to
from eventsourcing.persistence.bridge_view_versions import BridgeViewVersionRecorder
from eventsourcing.persistence.codecs import Cipher, Compressor
from eventsourcing.persistence.errors import ConnectionPoolClosedError
from eventsourcing.persistence.factory_async import AsyncInfrastructureFactory
from eventsourcing.persistence.factory_sync import InfrastructureFactory
from eventsourcing.persistence.mapper import Mapper
from eventsourcing.persistence.recorders_async import (
    AsyncAggregateRecorder,
    AsyncApplicationRecorder,
    AsyncProcessRecorder,
    AsyncTrackingRecorder,
)
from eventsourcing.persistence.records import Notification, StoredEvent, Tracking
from eventsourcing.persistence.subscription_async import AsyncSubscription
from eventsourcing.persistence.transcoding import Transcoder
from eventsourcing.utils import Environment

R = TypeVar("R")
TAggregateID = TypeVar("TAggregateID", bound=UUID | str)

_DEFAULT_THREADS = 5


class BridgeRunner:
    """Runs synchronous functions for a bridge: each in one hop to a thread, or at once.

    With `threads=0` functions run in the calling task; that is for engines that never block.
    """

    def __init__(self, threads: int) -> None:
        self._worker = Worker(threads) if threads else None
        self._state_changed = Condition()
        self._num_running = 0
        self._is_closed = False

    async def run(self, func: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        """Return what the function returns; it completes even if the awaiting task is cancelled.

        Raises `ConnectionPoolClosedError` after `close()`, if there are threads.
        """
        if self._worker is None:
            return func(*args, **kwargs)
        with self._state_changed:
            if self._is_closed:
                raise ConnectionPoolClosedError("The infrastructure factory is closed")
            self._num_running += 1
        return await self._worker.run(self._run_in_thread, func, args, kwargs)

    async def close(self, func: Callable[[], object]) -> None:
        """Wait for what is running, run the function last, and let the threads end.

        Does nothing when called again.
        """
        with self._state_changed:
            if self._is_closed:
                return
            self._is_closed = True
        if self._worker is None:
            func()
            return
        try:
            await self._worker.run(self._run_last, func)
        finally:
            self._worker.close()

    def _run_in_thread(self, func: Callable[..., R], args: Any, kwargs: Any) -> R:
        try:
            return func(*args, **kwargs)
        finally:
            with self._state_changed:
                self._num_running -= 1
                self._state_changed.notify_all()

    def _run_last(self, func: Callable[[], object]) -> None:
        with self._state_changed:
            self._state_changed.wait_for(lambda: not self._num_running)
        func()


class BridgeRecorder:
    """Base of the bridged recorders: builds the synchronous recorder when it is first used.

    Building may create tables, so it happens in the worker too. Public methods that the recorder
    interfaces do not know (of a user's view, say) are bridged the same way, as coroutines.
    """

    def __init__(self, construct: Callable[[], Any], runner: BridgeRunner) -> None:
        self._construct: Callable[[], Any] | None = construct
        self._runner = runner
        self._lock = Lock()
        self._recorder: Any = None

    async def open(self) -> None:
        """Build the synchronous recorder now, if it is not built yet."""
        await self._runner.run(self._get_recorder)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__qualname__!r} object has no attribute {name!r}")

        async def call(*args: Any, **kwargs: Any) -> Any:
            return await self._call(name, *args, **kwargs)

        return call

    async def _call(self, method_name: str, *args: Any, **kwargs: Any) -> Any:
        return await self._runner.run(self._invoke, method_name, args, kwargs)

    def _invoke(self, method_name: str, args: Any, kwargs: Any) -> Any:
        return getattr(self._get_recorder(), method_name)(*args, **kwargs)

    def _get_recorder(self) -> Any:
        with self._lock:
            if self._construct is not None:
                self._recorder = self._construct()
                self._construct = None
            return self._recorder


class BridgeAggregateRecorder(BridgeRecorder, AsyncAggregateRecorder):
    """An aggregate recorder whose work is done by a synchronous one."""

    async def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Store all the events atomically, or none."""
        return cast(
            "Sequence[int] | None", await self._call("insert_events", stored_events, **kwargs)
        )

    async def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return events of one aggregate in the order of their versions."""
        return cast(
            "Sequence[StoredEvent]",
            await self._call(
                "select_events", originator_id, gt=gt, lte=lte, desc=desc, limit=limit
            ),
        )


class BridgeApplicationRecorder(BridgeAggregateRecorder, AsyncApplicationRecorder):
    """An application recorder whose work is done by a synchronous one."""

    async def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return at most `limit` notifications in ascending order of their IDs."""
        # Recorders written for 9.2 do not know the keyword.
        kwargs = {} if inclusive_of_start else {"inclusive_of_start": False}
        return cast(
            "Sequence[Notification]",
            await self._call("select_notifications", start, limit, stop, topics, **kwargs),
        )

    async def max_notification_id(self) -> int | None:
        """Return the greatest notification ID, `None` if there are no events."""
        return cast("int | None", await self._call("max_notification_id"))

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> AsyncSubscription[Any]:
        """Return an iterator over notifications after `gt`, which waits for new ones at the end.

        Raises `NotImplementedError` if the synchronous recorder cannot be subscribed to; if that
        is not built yet, the subscription raises it when it is entered or iterated.
        """
        is_built = self._construct is None
        if is_built and not can_be_subscribed_to(self._recorder):
            self._recorder.subscribe(gt, topics)  # raises the error, with the recorder's own words
        return BridgeSubscription(self, self._runner.run, self._get_recorder, gt, topics)


class BridgeTrackingRecorder(BridgeRecorder, BridgeDeadLetterRecorder, AsyncTrackingRecorder):
    """A tracking recorder whose work is done by a synchronous one."""

    async def insert_tracking(self, tracking: Tracking) -> None:
        """Record that a notification has been processed."""
        await self._call("insert_tracking", tracking)

    async def max_tracking_id(self, application_name: str) -> int | None:
        """Return the greatest processed notification ID of the application."""
        return cast("int | None", await self._call("max_tracking_id", application_name))

    async def has_tracking_id(self, application_name: str, notification_id: int | None) -> bool:
        """Say whether the notification has been processed (`None` always has)."""
        return bool(await self._call("has_tracking_id", application_name, notification_id))

    def listen_for_tracking(self, listener: Settable) -> None:
        """Have the event set when something may have been tracked."""
        super().listen_for_tracking(listener)
        if self._recorder is not None:  # else nothing has been asked of it yet
            self._recorder.listen_for_tracking(listener)

    def unlisten_for_tracking(self, listener: Settable) -> None:
        """Leave the event alone from now on."""
        super().unlisten_for_tracking(listener)
        if self._recorder is not None:
            self._recorder.unlisten_for_tracking(listener)


class BridgeProcessRecorder(
    BridgeTrackingRecorder, BridgeApplicationRecorder, AsyncProcessRecorder
):
    """A process recorder whose work is done by a synchronous one."""


class BridgeFactory(AsyncInfrastructureFactory[Any]):
    """Gives an engine that has only a synchronous factory its asynchronous side.

    The synchronous factory may have an attribute `bridge_threads`: how many threads work for one
    asynchronous factory (default 5); 0 means that its operations never block and run at once.
    """

    def __init__(self, env: Environment | Mapping[str, str] | None) -> None:
        super().__init__(env)
        self.sync_factory: InfrastructureFactory[Any] = InfrastructureFactory.construct(self.env)
        threads = getattr(self.sync_factory, "bridge_threads", _DEFAULT_THREADS)
        self._has_threads = bool(threads)
        self._runner = BridgeRunner(threads)
        self._recorders: list[BridgeRecorder] = []

    def transcoder(self) -> Transcoder:
        """Return the transcoder of the synchronous factory."""
        return self.sync_factory.transcoder()

    def cipher(self) -> Cipher | None:
        """Return the cipher of the synchronous factory."""
        return self.sync_factory.cipher()

    def compressor(self) -> Compressor | None:
        """Return the compressor of the synchronous factory."""
        return self.sync_factory.compressor()

    def mapper(
        self,
        transcoder: Transcoder | None = None,
        mapper_class: type[Mapper[TAggregateID]] | None = None,
    ) -> Mapper[TAggregateID]:
        """Return a mapper of the synchronous factory."""
        return self.sync_factory.mapper(transcoder, mapper_class)

    def aggregate_recorder(self, purpose: str = "events") -> BridgeAggregateRecorder:
        """Return a bridged aggregate recorder."""
        factory = self.sync_factory
        return self._add(
            BridgeAggregateRecorder(lambda: factory.aggregate_recorder(purpose), self._runner)
        )

    def application_recorder(self) -> BridgeApplicationRecorder:
        """Return a bridged application recorder."""
        return self._add(
            BridgeApplicationRecorder(self.sync_factory.application_recorder, self._runner)
        )

    def process_recorder(self) -> BridgeProcessRecorder:
        """Return a bridged process recorder."""
        return self._add(BridgeProcessRecorder(self.sync_factory.process_recorder, self._runner))

    def tracking_recorder(self, tracking_recorder_class: type[Any] | None = None) -> Any:
        """Return a bridged tracking recorder of the given, synchronous, class."""
        factory = self.sync_factory
        return self._add(
            BridgeTrackingRecorder(
                lambda: factory.tracking_recorder(tracking_recorder_class), self._runner
            )
        )

    def lease(self, name: str) -> BridgeLease:
        """Return a bridged lease; `NotImplementedError` if the synchronous factory has none."""
        return BridgeLease(self.sync_factory.lease(name), self._runner.run)

    def view_versions(self) -> BridgeViewVersionRecorder:
        """Return what records versions of views, bridged."""
        return BridgeViewVersionRecorder(
            self.sync_factory.view_versions(), self._runner.run, may_wait=self._has_threads
        )

    def is_snapshotting_enabled(self) -> bool:
        """Say what the synchronous factory says."""
        return self.sync_factory.is_snapshotting_enabled()

    async def open(self) -> None:
        """Build the synchronous recorders, which opens the database and may create tables."""
        await self._runner.run(self.sync_factory.open)
        for recorder in self._recorders:
            await recorder.open()

    async def close(self) -> None:
        """Close the synchronous factory when its running operations are done; end the threads."""
        self._recorders.clear()
        await self._runner.close(self.sync_factory.close)

    def _add(self, recorder: _B) -> _B:
        self._recorders.append(recorder)
        return recorder


_B = TypeVar("_B", bound=BridgeRecorder)
