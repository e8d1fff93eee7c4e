# Generated from factory_async.py by tools/async_to_sync.py: do not edit.
"""The factory of dynamic consistency boundaries in PostgreSQL: does what the environment says."""

from __future__ import annotations

from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.dcb.postgres_tt import names
from eventsourcing.dcb.postgres_tt.recorder_sync import PostgresDCBRecorderTT
from eventsourcing.postgres import BasePostgresFactory, PostgresTrackingRecorder


class PostgresTTDCBFactory(
    BasePostgresFactory[PostgresTrackingRecorder],
    DCBInfrastructureFactory[PostgresTrackingRecorder],
):
    """Builds recorders for the database that the `POSTGRES_…` variables name.

    Their tables are named after the application, and created unless `CREATE_TABLE` is false.
    """

    def dcb_recorder(self) -> PostgresDCBRecorderTT:
        """Return a recorder with tables `{name}_events_tt_…`, or `dcb_events_tt_…` without name."""
        recorder = PostgresDCBRecorderTT(
            self.datastore, events_table_name=names.default_table_name(self.env.name)
        )
        recorder.may_create_tables = self.env_create_table()
        if recorder.may_create_tables:
            self.datastore.startup.add(recorder.create_table)
        return recorder
