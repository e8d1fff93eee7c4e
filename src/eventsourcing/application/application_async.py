"""The application: wires recorder, stores, repository and notification log (contract A1-A40)."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, Self, TypeVar

from eventsourcing._concurrency.primitives_async import CloseWhenCollected, Event, closing_on_error
from eventsourcing.application.configuration import merge_env, parse_cache_maxsize
from eventsourcing.application.notification_log_async import (
    AsyncLocalNotificationLog,
    AsyncNotificationLog,
)
from eventsourcing.application.processing import ProcessingEvent
from eventsourcing.application.projecting import ProjectorFunction, project_aggregate
from eventsourcing.application.repository_async import AsyncRepository
from eventsourcing.application.snapshotting import (
    NO_SNAPSHOTS_STORE,
    plan_snapshots,
    select_snapshot_class,
)
from eventsourcing.domain import (
    DomainEventProtocol,
    MutableOrImmutableAggregate,
    SnapshotProtocol,
    TAggregateID,
)
from eventsourcing.persistence import (
    AsyncApplicationRecorder,
    AsyncEventStore,
    AsyncInfrastructureFactory,
    DatetimeAsISO,
    DecimalAsStr,
    JSONTranscoder,
    Mapper,
    Recording,
    Transcoder,
    UUIDAsHex,
)
from eventsourcing.utils import Environment, EnvType, strtobool


class AsyncApplication(CloseWhenCollected, Generic[TAggregateID]):
    """Base class of applications: saves aggregates, gets them back, and publishes their events.

    Configured by class attributes and environment variables; each step of the construction is a
    method that subclasses may override. `save()`, `repository.get()` and
    `notification_log.select()` may be called concurrently. The name, by default that of the class,
    is the prefix of environment variables and, on some engines, part of the names of tables.
    """

    name: str = "Application"
    env: dict[str, str] = {}  # noqa: RUF012 - instances have their own
    is_snapshotting_enabled: bool = False
    snapshotting_intervals: ClassVar[dict[type, int]] = {}
    snapshotting_projectors: ClassVar[dict[type, ProjectorFunction[Any, Any]]] = {}
    snapshot_class: type[SnapshotProtocol[Any]] | None = None
    log_section_size: int = AsyncLocalNotificationLog.DEFAULT_SECTION_SIZE
    notify_topics: Sequence[str] = []
    _repository_class: ClassVar[type[AsyncRepository[Any]]] = AsyncRepository

    AGGREGATE_CACHE_MAXSIZE: ClassVar[str] = "AGGREGATE_CACHE_MAXSIZE"
    AGGREGATE_CACHE_FASTFORWARD: ClassVar[str] = "AGGREGATE_CACHE_FASTFORWARD"
    AGGREGATE_CACHE_FASTFORWARD_SKIPPING: ClassVar[str] = "AGGREGATE_CACHE_FASTFORWARD_SKIPPING"
    DEEPCOPY_FROM_AGGREGATE_CACHE: ClassVar[str] = "DEEPCOPY_FROM_AGGREGATE_CACHE"
    IS_SNAPSHOTTING_ENABLED: ClassVar[str] = "IS_SNAPSHOTTING_ENABLED"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__()
        if "name" not in vars(cls):
            cls.name = cls.__name__

    def __init__(self, env: EnvType | None = None) -> None:
        self.closing: Event = Event()
        self._is_open = False
        self.env = environment = self.construct_env(self.name, env)
        self.factory: AsyncInfrastructureFactory[Any] = self.construct_factory(environment)
        with closing_on_error(self.factory.close):
            self.mapper: Mapper[TAggregateID] = self.construct_mapper()
            self.recorder: AsyncApplicationRecorder = self.construct_recorder()
            self.events: AsyncEventStore[TAggregateID] = self.construct_event_store()
            self.snapshots: AsyncEventStore[TAggregateID] | None = None
            if self.factory.is_snapshotting_enabled():
                self.snapshots = self.construct_snapshot_store()
            self._repository = self.construct_repository()
            self._notification_log = self.construct_notification_log()

    @property
    def repository(self) -> AsyncRepository[TAggregateID]:
        """Gets aggregates by their ID."""
        return self._repository

    @property
    def notification_log(self) -> AsyncNotificationLog:
        """Selects notifications of the application's events in their total order."""
        return self._notification_log

    @property
    def log(self) -> AsyncNotificationLog:
        """The notification log (deprecated name)."""
        warnings.warn(
            "'log' is deprecated, use 'notification_log' instead",
            DeprecationWarning,
            stacklevel=2,
        )
        return self._notification_log

    # -- construction -------------------------------------------------------------------------

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Return the settings for an application of that name, which may be another one.

        From low to high precedence: the class attribute `env`, snapshotting if a class attribute
        enables it, the process environment, the argument.
        """
        cls = type(self)
        is_snapshotting_enabled = cls.is_snapshotting_enabled or bool(cls.snapshotting_intervals)
        return merge_env(name, cls.env, is_snapshotting_enabled, os.environ, env)

    def construct_factory(self, env: Environment) -> AsyncInfrastructureFactory[Any]:
        """Return the factory that the environment names."""
        return AsyncInfrastructureFactory.construct(env)

    def construct_mapper(self) -> Mapper[TAggregateID]:
        """Return the mapper of events and snapshots."""
        return self.factory.mapper(transcoder=self.construct_transcoder())

    def construct_transcoder(self) -> Transcoder:
        """Return the transcoder, with the transcodings registered if it is for JSON."""
        transcoder = self.factory.transcoder()
        if isinstance(transcoder, JSONTranscoder):
            self.register_transcodings(transcoder)
        return transcoder

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        """Register what JSON cannot express; override it to register more."""
        transcoder.register(UUIDAsHex())
        transcoder.register(DecimalAsStr())
        transcoder.register(DatetimeAsISO())

    def construct_recorder(self) -> AsyncApplicationRecorder:
        """Return the recorder of events."""
        return self.factory.application_recorder()

    def construct_event_store(self) -> AsyncEventStore[TAggregateID]:
        """Return the store of events."""
        return self.factory.event_store(mapper=self.mapper, recorder=self.recorder)

    def construct_snapshot_store(self) -> AsyncEventStore[TAggregateID]:
        """Return the store of snapshots."""
        recorder = self.factory.aggregate_recorder(purpose="snapshots")
        return self.factory.event_store(mapper=self.mapper, recorder=recorder)

    def construct_repository(self) -> AsyncRepository[TAggregateID]:
        """Return the repository, with the cache that the environment asks for."""
        get = self.env.get
        return self._repository_class(
            event_store=self.events,
            snapshot_store=self.snapshots,
            cache_maxsize=parse_cache_maxsize(get(self.AGGREGATE_CACHE_MAXSIZE)),
            fastforward=strtobool(get(self.AGGREGATE_CACHE_FASTFORWARD, "y")),
            fastforward_skipping=strtobool(get(self.AGGREGATE_CACHE_FASTFORWARD_SKIPPING, "n")),
            deepcopy_from_cache=strtobool(get(self.DEEPCOPY_FROM_AGGREGATE_CACHE, "y")),
        )

    def construct_notification_log(self) -> AsyncNotificationLog:
        """Return the notification log."""
        return AsyncLocalNotificationLog(self.recorder, section_size=self.log_section_size)

    # -- saving -------------------------------------------------------------------------------

    async def save(
        self,
        *objs: MutableOrImmutableAggregate[TAggregateID] | DomainEventProtocol[TAggregateID] | None,
        **kwargs: Any,
    ) -> list[Recording[Any]]:
        """Store the pending events of aggregates, and single events, all or none.

        The events are taken out of the aggregates first; when saving fails, discard those. Returns
        the events with their notifications, in order. Keywords are passed to the recorder. Raises
        `IntegrityError` if an event of the same version is stored already. When automatic
        snapshotting raises, the events are stored nevertheless.
        """
        processing_event: ProcessingEvent[TAggregateID] = ProcessingEvent()
        processing_event.collect_events(*objs, **kwargs)
        recordings = await self._record(processing_event)
        try:
            await self._take_snapshots(processing_event)
        finally:
            await self._notify(recordings)
        await self.notify(processing_event.events)
        return recordings

    async def _record(
        self, processing_event: ProcessingEvent[TAggregateID]
    ) -> list[Recording[Any]]:
        """Store the events of a unit of work, with its tracking; override it to add keywords."""
        repository = self._repository
        try:
            recordings = await self.events.put(
                processing_event.events,
                tracking=processing_event.tracking,
                **processing_event.saved_kwargs,
            )
        except BaseException:
            repository._forget_unsaved(processing_event.aggregates)
            raise
        repository._remember_saved(processing_event.aggregates)
        return recordings

    async def _notify(self, recordings: list[Recording[Any]]) -> None:
        """Tell others what was recorded; called after each save, does nothing here."""

    async def notify(self, new_events: list[DomainEventProtocol[TAggregateID]]) -> None:
        """Take notice of new events; called after each save, does nothing here (deprecated)."""

    # -- snapshots ----------------------------------------------------------------------------

    async def take_snapshot(
        self,
        aggregate_id: TAggregateID,
        version: int | None = None,
        projector_func: ProjectorFunction[Any, Any] = project_aggregate,
    ) -> None:
        """Store a snapshot of the aggregate as it is, or was after the event with that version.

        Raises `AssertionError` if there is no snapshot store or no snapshot class,
        `AggregateNotFoundError`, and `IntegrityError` if there is a snapshot of that version.
        """
        if self.snapshots is None:
            raise AssertionError(NO_SNAPSHOTS_STORE)
        aggregate = await self.repository.get(
            aggregate_id, version=version, projector_func=projector_func
        )
        snapshot_class = select_snapshot_class(aggregate, self.snapshot_class, type(self))
        await self.snapshots.put([snapshot_class.take(aggregate)])

    async def _take_snapshots(self, processing_event: ProcessingEvent[TAggregateID]) -> None:
        """Take the snapshots that are due after a unit of work."""
        if self.snapshots is None or not self.snapshotting_intervals:
            return
        for due in plan_snapshots(
            processing_event,
            self.snapshotting_intervals,
            self.snapshotting_projectors or {},  # programs written for 9.2 may have None
            type(self),
        ):
            await self.take_snapshot(due.aggregate_id, due.version, due.projector_func)

    # -- opening and closing ------------------------------------------------------------------

    async def open(self) -> None:
        """Open the database now, rather than by its first use."""
        await self.factory.open()
        self._is_open = True

    async def close(self) -> None:
        """Release what the application holds. May be called repeatedly."""
        self.closing.set()
        await self.factory.close()
        self._is_open = False

    async def __aenter__(self) -> Self:
        await self.factory.__aenter__()
        self._is_open = True
        return self

    async def __aexit__(self, *args: object) -> None:
        await self.close()
        await self.factory.__aexit__(*args)


TAsyncApplication = TypeVar("TAsyncApplication", bound=AsyncApplication[Any])
