"""The factory of dynamic consistency boundaries in SQLite: does what the environment says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.dcb.sqlite.recorder import SQLiteDCBRecorder
from eventsourcing.sqlite import SQLiteDatastore, SQLiteTrackingRecorder, settings
from eventsourcing.utils import Environment


class SQLiteDCBFactory(DCBInfrastructureFactory[SQLiteTrackingRecorder]):
    """Builds recorders for the database that `SQLITE_DBNAME` names.

    Their tables are named after the application, and created unless `CREATE_TABLE` is false. All
    recorders of a factory share its `datastore`.
    """

    SQLITE_DBNAME: ClassVar[str] = settings.SQLITE_DBNAME
    SQLITE_LOCK_TIMEOUT: ClassVar[str] = settings.SQLITE_LOCK_TIMEOUT
    SQLITE_SYNCHRONOUS: ClassVar[str] = settings.SQLITE_SYNCHRONOUS
    CREATE_TABLE: ClassVar[str] = settings.CREATE_TABLE

    def __init__(self, env: Environment | Mapping[str, str] | None) -> None:
        super().__init__(env)
        found = settings.read_settings(self.env)
        self.bridge_threads: int = found.bridge_threads
        self.datastore: SQLiteDatastore = found.open_datastore()

    def dcb_recorder(self) -> SQLiteDCBRecorder:
        """Return a recorder with tables `{name}_events_…`, or `dcb_events_…` without a name."""
        name = self.env.name.lower() or "dcb"
        recorder = SQLiteDCBRecorder(self.datastore, events_table_name=f"{name}_events")
        recorder.may_create_tables = settings.read_create_table(self.env)
        if recorder.may_create_tables:
            recorder.create_table()
        return recorder

    def close(self) -> None:
        """Close all connections. May be called repeatedly."""
        self.datastore.close()
