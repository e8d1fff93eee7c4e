"""The recorder of an application that processes events: events and tracking records together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import DictRow

from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.persistence.recorders_async import AsyncProcessRecorder
from eventsourcing.postgres.application_recorder_async import AsyncPostgresApplicationRecorder
from eventsourcing.postgres.datastore_async import AsyncPostgresDatastore
from eventsourcing.postgres.tracking_recorder_async import AsyncPostgresTrackingRecorder


class AsyncPostgresProcessRecorder(  # pyright: ignore[reportIncompatibleMethodOverride]
    AsyncPostgresTrackingRecorder, AsyncPostgresApplicationRecorder, AsyncProcessRecorder
):
    """Stores events and, in the same transaction, the tracking record given as `tracking=`."""

    def __init__(
        self,
        datastore: AsyncPostgresDatastore,
        *,
        events_table_name: str = "stored_events",
        tracking_table_name: str = "notification_tracking",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            datastore,
            tracking_table_name=tracking_table_name,
            events_table_name=events_table_name,
            **kwargs,
        )

    async def _insert_events(
        self,
        curs: psycopg.AsyncCursor[DictRow],
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,
    ) -> None:
        """Record the tracking record first: one that is refused then costs no notification ID."""
        tracking: Tracking | None = kwargs.get("tracking")
        if tracking is not None:
            await self._insert_tracking(curs, tracking)
        await super()._insert_events(curs, stored_events, **kwargs)

    async def _is_stored(
        self,
        curs: psycopg.AsyncCursor[DictRow],
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,
    ) -> bool:
        """Say whether exactly these events, and the tracking record, are stored."""
        tracking: Tracking | None = kwargs.get("tracking")
        if tracking is not None and not await self._is_tracked(curs, tracking):
            return False
        return await super()._is_stored(curs, stored_events, **kwargs)
