# Generated from factory_async.py by tools/async_to_sync.py: do not edit.
"""The infrastructure factory: it builds the datastore and recorders from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeVar, cast, overload

from eventsourcing.persistence.factory_lookup import check_subclass
from eventsourcing.persistence.factory_sync import (
    BaseInfrastructureFactory,
    InfrastructureFactory,
)
from eventsourcing.postgres import names
from eventsourcing.postgres.aggregate_recorder_sync import PostgresAggregateRecorder
from eventsourcing.postgres.application_recorder_sync import PostgresApplicationRecorder
from eventsourcing.postgres.datastore_sync import PostgresDatastore
from eventsourcing.postgres.lease_session_sync import PostgresLeaseSession
from eventsourcing.postgres.leases_sync import PostgresLease
from eventsourcing.postgres.process_recorder_sync import PostgresProcessRecorder
from eventsourcing.postgres.recorder_sync import PostgresRecorder
from eventsourcing.postgres.settings import PostgresVariables
from eventsourcing.postgres.tracking_recorder_sync import PostgresTrackingRecorder
from eventsourcing.postgres.view_versions_sync import PostgresViewVersionRecorder
from eventsourcing.utils import Environment, resolve_topic

TPostgresTrackingRecorder = TypeVar("TPostgresTrackingRecorder", bound=PostgresTrackingRecorder)
R = TypeVar("R", bound=PostgresRecorder)
V = TypeVar("V", bound=PostgresTrackingRecorder)


class BasePostgresFactory(PostgresVariables, BaseInfrastructureFactory[TPostgresTrackingRecorder]):
    """Builds the datastore; a base also for factories with recorders of their own."""

    def __init__(self, env: Environment | Mapping[str, str] | None) -> None:
        super().__init__(env)
        self.datastore: PostgresDatastore = PostgresDatastore(**self.datastore_options())
        self._lease_session = PostgresLeaseSession(self.datastore)

    def open(self) -> None:
        """Open the datastore, and create the tables of recorders that were made before."""
        self.datastore.open()

    def lease(self, name: str) -> PostgresLease:
        """Return a lease of that name for all who use this schema: an advisory lock.

        While leases are held or tried for, they share a connection beside those of the pool.
        """
        return PostgresLease(self._lease_session, name)

    def close(self) -> None:
        """Release the leases, and close all connections. May be called repeatedly."""
        self._lease_session.close()
        self.datastore.close()


class PostgresFactory(
    BasePostgresFactory[PostgresTrackingRecorder],
    InfrastructureFactory[PostgresTrackingRecorder],
):
    """Builds recorders on PostgreSQL. Their tables are created unless `CREATE_TABLE` is false."""

    aggregate_recorder_class: ClassVar[type[PostgresAggregateRecorder]] = PostgresAggregateRecorder
    application_recorder_class: ClassVar[type[PostgresApplicationRecorder]] = (
        PostgresApplicationRecorder
    )
    tracking_recorder_class: ClassVar[type[PostgresTrackingRecorder]] = PostgresTrackingRecorder
    process_recorder_class: ClassVar[type[PostgresProcessRecorder]] = PostgresProcessRecorder

    def aggregate_recorder(self, purpose: str = "events") -> PostgresAggregateRecorder:
        """Return a recorder for events of aggregates; the purpose names the table."""
        recorder = self.aggregate_recorder_class(
            self.datastore, events_table_name=names.events_table_name(self.env.name, purpose)
        )
        return self._prepared(recorder)

    def application_recorder(self) -> PostgresApplicationRecorder:
        """Return a recorder for the events of an application."""
        recorder_class = self._select(
            self.APPLICATION_RECORDER_TOPIC,
            self.application_recorder_class,
            PostgresApplicationRecorder,
        )
        recorder = recorder_class(
            self.datastore, events_table_name=names.events_table_name(self.env.name)
        )
        return self._prepared(recorder)

    @overload
    def tracking_recorder(self, tracking_recorder_class: type[V]) -> V: ...

    @overload
    def tracking_recorder(
        self, tracking_recorder_class: type[PostgresTrackingRecorder] | None = None
    ) -> PostgresTrackingRecorder: ...

    def tracking_recorder(
        self, tracking_recorder_class: type[PostgresTrackingRecorder] | None = None
    ) -> PostgresTrackingRecorder:
        """Return a tracking recorder (a view), of the given class or that in the environment."""
        recorder_class = tracking_recorder_class or self._select(
            self.TRACKING_RECORDER_TOPIC,
            self.tracking_recorder_class,
            PostgresTrackingRecorder,
        )
        check_subclass(recorder_class, PostgresTrackingRecorder)
        recorder = recorder_class(
            datastore=self.datastore,
            tracking_table_name=names.tracking_table_name(self.env.name),
        )
        return self._prepared(recorder)

    def process_recorder(self) -> PostgresProcessRecorder:
        """Return a recorder for the events and tracking records of an application."""
        recorder_class = self._select(
            self.PROCESS_RECORDER_TOPIC,
            self.process_recorder_class,
            PostgresProcessRecorder,
        )
        recorder = recorder_class(
            self.datastore,
            events_table_name=names.events_table_name(self.env.name),
            tracking_table_name=names.tracking_table_name(self.env.name),
        )
        return self._prepared(recorder)

    def view_versions(self) -> PostgresViewVersionRecorder:
        """Return what records the versions of a view: their list is in this schema."""
        recorder = PostgresViewVersionRecorder(self.datastore, name=self.env.name)
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


Factory = PostgresFactory
