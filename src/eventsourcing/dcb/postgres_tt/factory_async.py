"""The factory of dynamic consistency boundaries in PostgreSQL: does what the environment says."""

from __future__ import annotations

from eventsourcing.dcb.persistence import AsyncDCBInfrastructureFactory
from eventsourcing.dcb.postgres_tt import names
from eventsourcing.dcb.postgres_tt.recorder_async import AsyncPostgresDCBRecorderTT
from eventsourcing.postgres import AsyncBasePostgresFactory, AsyncPostgresTrackingRecorder


class AsyncPostgresTTDCBFactory(
    AsyncBasePostgresFactory[AsyncPostgresTrackingRecorder],
    AsyncDCBInfrastructureFactory[AsyncPostgresTrackingRecorder],
):
    """Builds recorders for the database that the `POSTGRES_…` variables name.

    Their tables are named after the application, and created unless `CREATE_TABLE` is false.
    """

    def dcb_recorder(self) -> AsyncPostgresDCBRecorderTT:
        """Return a recorder with tables `{name}_events_tt_…`, or `dcb_events_tt_…` without name."""
        recorder = AsyncPostgresDCBRecorderTT(
            self.datastore, events_table_name=names.default_table_name(self.env.name)
        )
        recorder.may_create_tables = self.env_create_table()
        if recorder.may_create_tables:
            self.datastore.startup.add(recorder.create_table)
        return recorder
