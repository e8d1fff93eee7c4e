"""Dynamic consistency boundaries in PostgreSQL, in two tables (`eventsourcing.dcb.postgres_tt`)."""

from eventsourcing._public import publish
from eventsourcing.dcb.postgres_tt.factory_async import AsyncPostgresTTDCBFactory
from eventsourcing.dcb.postgres_tt.factory_sync import PostgresTTDCBFactory
from eventsourcing.dcb.postgres_tt.factory_sync import PostgresTTDCBFactory as PostgresTTDcbFactory
from eventsourcing.dcb.postgres_tt.recorder_async import AsyncPostgresDCBRecorderTT
from eventsourcing.dcb.postgres_tt.recorder_sync import PostgresDCBRecorderTT
from eventsourcing.dcb.postgres_tt.recorder_sync import (
    PostgresDCBRecorderTT as PostgresDcbRecorderTT,
)
from eventsourcing.dcb.postgres_tt.rows import PsycopgDCBEvent, PsycopgDCBQueryItem
from eventsourcing.dcb.postgres_tt.rows import PsycopgDCBEvent as PsycopgDcbEvent
from eventsourcing.dcb.postgres_tt.rows import PsycopgDCBQueryItem as PsycopgDcbQueryItem
from eventsourcing.dcb.postgres_tt.subscription_async import AsyncPostgresDCBSubscription
from eventsourcing.dcb.postgres_tt.subscription_sync import PostgresDCBSubscription
from eventsourcing.dcb.postgres_tt.subscription_sync import (
    PostgresDCBSubscription as PostgresDcbSubscription,
)

__all__ = [
    "AsyncPostgresDCBRecorderTT",
    "AsyncPostgresDCBSubscription",
    "AsyncPostgresTTDCBFactory",
    "PostgresDCBRecorderTT",
    "PostgresDCBSubscription",
    "PostgresTTDCBFactory",
    "PsycopgDCBEvent",
    "PsycopgDCBQueryItem",
    # as spelled in 10.0
    "PostgresDcbRecorderTT",
    "PostgresDcbSubscription",
    "PostgresTTDcbFactory",
    "PsycopgDcbEvent",
    "PsycopgDcbQueryItem",
]

publish(__name__, __all__)
