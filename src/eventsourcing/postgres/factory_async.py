"""The infrastructure factory: it builds the datastore and recorders from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeVar, cast, overload

from eventsourcing.persistence.factory_async import (
    AsyncBaseInfrastructureFactory,
    AsyncInfrastructureFactory,
)
from eventsourcing.persistence.factory_lookup import check_subclass
from eventsourcing.postgres import names
from eventsourcing.postgres.aggregate_recorder_async import AsyncPostgresAggregateRecorder
from eventsourcing.postgres.application_recorder_async import AsyncPostgresApplicationRecorder
from eventsourcing.postgres.datastore_async import AsyncPostgresDatastore
from eventsourcing.postgres.lease_session_async import AsyncPostgresLeaseSession
from eventsourcing.postgres.leases_async import AsyncPostgresLease
from eventsourcing.postgres.process_recorder_async import AsyncPostgresProcessRecorder
from eventsourcing.postgres.recorder_async import AsyncPostgresRecorder
from eventsourcing.postgres.settings import PostgresVariables
from eventsourcing.postgres.tracking_recorder_async import AsyncPostgresTrackingRecorder
from eventsourcing.postgres.view_versions_async import AsyncPostgresViewVersionRecorder
from eventsourcing.utils import Environment, resolve_topic

TAsyncPostgresTrackingRecorder = TypeVar(
    "TAsyncPostgresTrackingRecorder", bound=AsyncPostgresTrackingRecorder
)
R = TypeVar("R", bound=AsyncPostgresRecorder)
V = TypeVar("V", bound=AsyncPostgresTrackingRecorder)


class AsyncBasePostgresFactory(
    PostgresVariables, AsyncBaseInfrastructureFactory[TAsyncPostgresTrackingRecorder]
):
    """Builds the datastore; a base also for factories with recorders of their own."""

    def __init__(self, env: Environment | Mapping[str, str] | None) -> None:
        super().__init__(env)
        self.datastore: AsyncPostgresDatastore = AsyncPostgresDatastore(**self.datastore_options())
        self._lease_session = AsyncPostgresLeaseSession(self.datastore)

    async def open(self) -> None:
        """Open the datastore, and create the tables of recorders that were made before."""
        await self.datastore.open()

    def lease(self, name: str) -> AsyncPostgresLease:
        """Return a lease of that name for all who use this schema: an advisory lock.

        While leases are held or tried for, they share a connection beside those of the pool.
        """
        return AsyncPostgresLease(self._lease_session, name)

    async def close(self) -> None:
        """Release the leases, and close all connections. May be called repeatedly."""
        await self._lease_session.close()
        await self.datastore.close()


class AsyncPostgresFactory(
    AsyncBasePostgresFactory[AsyncPostgresTrackingRecorder],
    AsyncInfrastructureFactory[AsyncPostgresTrackingRecorder],
):
    """Builds recorders on PostgreSQL. Their tables are created unless `CREATE_TABLE` is false."""

    aggregate_recorder_class: ClassVar[type[AsyncPostgresAggregateRecorder]] = (
        AsyncPostgresAggregateRecorder
    )
    application_recorder_class: ClassVar[type[AsyncPostgresApplicationRecorder]] = (
        AsyncPostgresApplicationRecorder
    )
    tracking_recorder_class: ClassVar[type[AsyncPostgresTrackingRecorder]] = (
        AsyncPostgresTrackingRecorder
    )
    process_recorder_class: ClassVar[type[AsyncPostgresProcessRecorder]] = (
        AsyncPostgresProcessRecorder
    )

    def aggregate_recorder(self, purpose: str = "events") -> AsyncPostgresAggregateRecorder:
        """Return a recorder for events of aggregates; the purpose names the table."""
        recorder = self.aggregate_recorder_class(
            self.datastore, events_table_name=names.events_table_name(self.env.name, purpose)
        )
        return self._prepared(recorder)

    def application_recorder(self) -> AsyncPostgresApplicationRecorder:
        """Return a recorder for the events of an application."""
        recorder_class = self._select(
            self.APPLICATION_RECORDER_TOPIC,
            self.application_recorder_class,
            AsyncPostgresApplicationRecorder,
        )
        recorder = recorder_class(
            self.datastore, events_table_name=names.events_table_name(self.env.name)
        )
        return self._prepared(recorder)

    @overload
    def tracking_recorder(self, tracking_recorder_class: type[V]) -> V: ...

    @overload
    def tracking_recorder(
        self, tracking_recorder_class: type[AsyncPostgresTrackingRecorder] | None = None
    ) -> AsyncPostgresTrackingRecorder: ...

    def tracking_recorder(
        self, tracking_recorder_class: type[AsyncPostgresTrackingRecorder] | None = None
    ) -> AsyncPostgresTrackingRecorder:
        """Return a tracking recorder (a view), of the given class or that in the environment."""
        recorder_class = tracking_recorder_class or self._select(
            self.TRACKING_RECORDER_TOPIC,
            self.tracking_recorder_class,
            AsyncPostgresTrackingRecorder,
        )
        check_subclass(recorder_class, AsyncPostgresTrackingRecorder)
        recorder = recorder_class(
            datastore=self.datastore,
            tracking_table_name=names.tracking_table_name(self.env.name),
        )
        return self._prepared(recorder)

    def process_recorder(self) -> AsyncPostgresProcessRecorder:
        """Return a recorder for the events and tracking records of an application."""
        recorder_class = self._select(
            self.PROCESS_RECORDER_TOPIC,
            self.process_recorder_class,
            AsyncPostgresProcessRecorder,
        )
        recorder = recorder_class(
            self.datastore,
            events_table_name=names.events_table_name(self.env.name),
            tracking_table_name=names.tracking_table_name(self.env.name),
        )
        return self._prepared(recorder)

    def view_versions(self) -> AsyncPostgresViewVersionRecorder:
        """Return what records the versions of a view: their list is in this schema."""
        recorder = AsyncPostgresViewVersionRecorder(self.datastore, name=self.env.name)
        recorder.may_create_tables = self.env_create_table()
        return recorder

    def _select(self, key: str, default: type[R], base: type[R]) -> type[R]:
        """Return the class that the variable names; `AssertionError` if it is none of `base`."""
        topic = self.env.get(key)
        selected = resolve_topic(topic) if topic else default
        check_subclass(selected, base)
        return cast("type[R]", selected)

    def _prepared(self, recorder: R) -> R:
        """Have the recorder's tables created before their first use."""
        recorder.may_create_tables = self.env_create_table()
        if recorder.may_create_tables:
            self.datastore.startup.add(recorder.create_table)
        return recorder


AsyncFactory = AsyncPostgresFactory
