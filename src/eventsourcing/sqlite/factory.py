"""The infrastructure factory for SQLite: builds recorders as the environment says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeVar, cast, overload
from weakref import WeakSet

from eventsourcing.persistence import InfrastructureFactory, Lease
from eventsourcing.persistence.factory_lookup import check_subclass
from eventsourcing.sqlite import settings
from eventsourcing.sqlite.database_names import identify
from eventsourcing.sqlite.datastore import SQLiteDatastore
from eventsourcing.sqlite.leases import make_lease
from eventsourcing.sqlite.recorders import (
    SQLiteAggregateRecorder,
    SQLiteApplicationRecorder,
    SQLiteRecorder,
)
from eventsourcing.sqlite.tracking_recorders import SQLiteProcessRecorder, SQLiteTrackingRecorder
from eventsourcing.sqlite.view_versions import SQLiteViewVersionRecorder
from eventsourcing.utils import Environment, resolve_topic

R = TypeVar("R", bound=SQLiteRecorder)
V = TypeVar("V", bound=SQLiteTrackingRecorder)


class SQLiteFactory(InfrastructureFactory[SQLiteTrackingRecorder]):
    """Builds recorders for the database that `SQLITE_DBNAME` names.

    Their tables are created unless `CREATE_TABLE` is false. All recorders of a factory share its
    `datastore`.
    """

    SQLITE_DBNAME: ClassVar[str] = settings.SQLITE_DBNAME
    SQLITE_LOCK_TIMEOUT: ClassVar[str] = settings.SQLITE_LOCK_TIMEOUT
    SQLITE_SYNCHRONOUS: ClassVar[str] = settings.SQLITE_SYNCHRONOUS
    SQLITE_SINGLE_ROW_TRACKING: ClassVar[str] = settings.SINGLE_ROW_TRACKING
    ORIGINATOR_ID_TYPE: ClassVar[str] = settings.ORIGINATOR_ID_TYPE
    CREATE_TABLE: ClassVar[str] = settings.CREATE_TABLE

    aggregate_recorder_class: type[SQLiteAggregateRecorder] = SQLiteAggregateRecorder
    application_recorder_class: type[SQLiteApplicationRecorder] = SQLiteApplicationRecorder
    tracking_recorder_class: type[SQLiteTrackingRecorder] = SQLiteTrackingRecorder
    process_recorder_class: type[SQLiteProcessRecorder] = SQLiteProcessRecorder

    def __init__(self, env: Environment | Mapping[str, str] | None) -> None:
        super().__init__(env)
        found = settings.read_settings(self.env)
        self.bridge_threads: int = found.bridge_threads
        self.datastore: SQLiteDatastore = found.open_datastore()
        self._leases: WeakSet[Lease] = WeakSet()

    def env_create_table(self) -> bool:
        """Say whether recorders create their tables: `CREATE_TABLE`, by default true."""
        return settings.read_create_table(self.env)

    def aggregate_recorder(self, purpose: str = "events") -> SQLiteAggregateRecorder:
        """Return a recorder that stores events in the table `stored_{purpose}`."""
        return self._with_tables(
            self.aggregate_recorder_class(
                datastore=self.datastore, events_table_name=f"stored_{purpose}"
            )
        )

    def application_recorder(self) -> SQLiteApplicationRecorder:
        """Return a recorder of the class in `APPLICATION_RECORDER_TOPIC`, if that is set."""
        recorder_class = self._select_class(
            self.APPLICATION_RECORDER_TOPIC, self.application_recorder_class
        )
        return self._with_tables(recorder_class(datastore=self.datastore))

    def process_recorder(self) -> SQLiteProcessRecorder:
        """Return a recorder of the class in `PROCESS_RECORDER_TOPIC`, if that is set."""
        recorder_class = self._select_class(
            self.PROCESS_RECORDER_TOPIC, self.process_recorder_class
        )
        return self._with_tables(recorder_class(datastore=self.datastore))

    @overload
    def tracking_recorder(self, tracking_recorder_class: type[V]) -> V: ...

    @overload
    def tracking_recorder(
        self, tracking_recorder_class: type[SQLiteTrackingRecorder] | None = None
    ) -> SQLiteTrackingRecorder: ...

    def tracking_recorder(
        self, tracking_recorder_class: type[SQLiteTrackingRecorder] | None = None
    ) -> SQLiteTrackingRecorder:
        """Return a recorder of the given class, or of that in `TRACKING_RECORDER_TOPIC`."""
        selected = tracking_recorder_class or self._select_class(
            self.TRACKING_RECORDER_TOPIC, self.tracking_recorder_class
        )
        check_subclass(selected, SQLiteTrackingRecorder)
        return self._with_tables(selected(datastore=self.datastore))

    def events_place(self) -> str | None:
        """Return the database, because all applications use the same names of tables."""
        found = identify(self.datastore.pool.db_name)
        return None if found is None else "{} {}".format(*found)

    def lease(self, name: str) -> Lease:
        """Return a lease of that name for all who use this database: it locks a file beside it.

        With a database in memory, it is for those of this process.
        """
        lease = make_lease(self.datastore, name)
        self._leases.add(lease)
        return lease

    def view_versions(self) -> SQLiteViewVersionRecorder:
        """Return what records the versions of a view: their list is in this database."""
        recorder = SQLiteViewVersionRecorder(self.datastore, self.env.name)
        recorder.may_create_tables = self.env_create_table()
        return recorder

    def close(self) -> None:
        """Release the leases, and close all connections. May be called repeatedly."""
        for lease in tuple(self._leases):
            lease.release()
        self.datastore.close()

    def _select_class(self, topic_key: str, default: type[R]) -> type[R]:
        """Return the class that the environment names, or the default.

        Raises `AssertionError` if it is not a subclass of the default.
        """
        topic = self.env.get(topic_key)
        if not topic:
            return default
        selected = resolve_topic(topic)
        check_subclass(selected, default)
        return cast("type[R]", selected)

    def _with_tables(self, recorder: R) -> R:
        recorder.may_create_tables = self.env_create_table()
        if recorder.may_create_tables:
            recorder.create_table()
        return recorder


Factory = SQLiteFactory
