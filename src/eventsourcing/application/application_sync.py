# Generated from application_async.py by tools/async_to_sync.py: do not edit.
"""The application: wires recorder, stores, repository and notification log (contract A1-A40)."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, Self, TypeVar

from eventsourcing._concurrency.primitives_sync import CloseWhenCollected, Event, closing_on_error
from eventsourcing.application.configuration import merge_env, parse_cache_maxsize
from eventsourcing.application.notification_log_sync import (
    LocalNotificationLog,
    NotificationLog,
)
from eventsourcing.application.processing import ProcessingEvent
from eventsourcing.application.projecting import ProjectorFunction, project_aggregate
from eventsourcing.application.repository_sync import Repository
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
    ApplicationRecorder,
    DatetimeAsISO,
    DecimalAsStr,
    EventStore,
    InfrastructureFactory,
    JSONTranscoder,
    Mapper,
    Recording,
    Transcoder,
    UUIDAsHex,
)
from eventsourcing.utils import Environment, EnvType, strtobool


class Application(CloseWhenCollected, Generic[TAggregateID]):
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
    log_section_size: int = LocalNotificationLog.DEFAULT_SECTION_SIZE
    notify_topics: Sequence[str] = []
    _repository_class: ClassVar[type[Repository[Any]]] = Repository

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
        self.factory: InfrastructureFactory[Any] = self.construct_factory(environment)
        with closing_on_error(self.factory.close):
            self.mapper: Mapper[TAggregateID] = self.construct_mapper()
            self.recorder: ApplicationRecorder = self.construct_recorder()
            self.events: EventStore[TAggregateID] = self.construct_event_store()
            self.snapshots: EventStore[TAggregateID] | None = None
            if self.factory.is_snapshotting_enabled():
                self.snapshots = self.construct_snapshot_store()
            self._repository = self.construct_repository()
            self._notification_log = self.construct_notification_log()

    @property
    def repository(self) -> Repository[TAggregateID]:
        """Gets aggregates by their ID."""
        return self._repository

    @property
    def notification_log(self) -> NotificationLog:
        """Selects notifications of the application's events in their total order."""
        return self._notification_log

    @property
    def log(self) -> NotificationLog:
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

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """Return the factory that the environment names."""
        return InfrastructureFactory.construct(env)

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

    def construct_recorder(self) -> ApplicationRecorder:
        """Return the recorder of events."""
        return self.factory.application_recorder()

    def construct_event_store(self) -> EventStore[TAggregateID]:
        """Return the store of events."""
        return self.factory.event_store(mapper=self.mapper, recorder=self.recorder)

    def construct_snapshot_store(self) -> EventStore[TAggregateID]:
        """Return the store of snapshots."""
        recorder = self.factory.aggregate_recorder(purpose="snapshots")
        return self.factory.event_store(mapper=self.mapper, recorder=recorder)

    def construct_repository(self) -> Repository[TAggregateID]:
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

    def construct_notification_log(self) -> NotificationLog:
        """Return the notification log."""
        return LocalNotificationLog(self.recorder, section_size=self.log_section_size)

    # -- saving -------------------------------------------------------------------------------

    def save(
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
        recordings = self._record(processing_event)
        try:
            self._take_snapshots(processing_event)
        finally:
            self._notify(recordings)
        self.notify(processing_event.events)
        return recordings

    def _record(self, processing_event: ProcessingEvent[TAggregateID]) -> list[Recording[Any]]:
        """Store the events of a unit of work, with its tracking; override it to add keywords."""
        repository = self._repository
        try:
            recordings = self.events.put(
                processing_event.events,
                tracking=processing_event.tracking,
                **processing_event.saved_kwargs,
            )
        except BaseException:
            repository._forget_unsaved(processing_event.aggregates)
            raise
        repository._remember_saved(processing_event.aggregates)
        return recordings

    def _notify(self, recordings: list[Recording[Any]]) -> None:
        """Tell others what was recorded; called after each save, does nothing here."""

    def notify(self, new_events: list[DomainEventProtocol[TAggregateID]]) -> None:
        """Take notice of new events; called after each save, does nothing here (deprecated)."""

    # -- snapshots ----------------------------------------------------------------------------

    def take_snapshot(
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
        aggregate = self.repository.get(
            aggregate_id, version=version, projector_func=projector_func
        )
        snapshot_class = select_snapshot_class(aggregate, self.snapshot_class, type(self))
        self.snapshots.put([snapshot_class.take(aggregate)])

    def _take_snapshots(self, processing_event: ProcessingEvent[TAggregateID]) -> None:
        """Take the snapshots that are due after a unit of work."""
        if self.snapshots is None or not self.snapshotting_intervals:
            return
        for due in plan_snapshots(
            processing_event,
            self.snapshotting_intervals,
            self.snapshotting_projectors or {},  # programs written for 9.2 may have None
            type(self),
        ):
            self.take_snapshot(due.aggregate_id, due.version, due.projector_func)

    # -- opening and closing ------------------------------------------------------------------

    def open(self) -> None:
        """Open the database now, rather than by its first use."""
        self.factory.open()
        self._is_open = True

    def close(self) -> None:
        """Release what the application holds. May be called repeatedly."""
        self.closing.set()
        self.factory.close()
        self._is_open = False

    def __enter__(self) -> Self:
        self.factory.__enter__()
        self._is_open = True
        return self

    def __exit__(self, *args: object) -> None:
        self.close()
        self.factory.__exit__(*args)


TApplication = TypeVar("TApplication", bound=Application[Any])
