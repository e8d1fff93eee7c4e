# Generated from untracked_async.py by tools/async_to_sync.py: do not edit.
"""Notices that a handler does not record positions, which nothing else would tell its author."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import PersistenceError
from eventsourcing.persistence.closed_tracking import read_position
from eventsourcing.persistence.recorders_sync import TrackingRecorder
from eventsourcing.projection.jobs import Job
from eventsourcing.projection.processors_sync import Processor

logger: logging.Logger = logging.getLogger(__name__)


class NoticingUntracked:
    """Looks whether the first events that were processed are tracked, and warns if not.

    It looks once, because that costs a query.
    """

    def __init__(
        self, processor: Processor, recorder: TrackingRecorder, application_name: str
    ) -> None:
        self._processor = processor
        self._recorder = recorder
        self._application_name = application_name
        self._has_looked = False

    @property
    def batch_size(self) -> int:
        """That of the other processor."""
        return self._processor.batch_size

    def process(self, jobs: Sequence[Job[Any]]) -> None:
        """Process the events."""
        self._processor.process(jobs)
        if not self._has_looked:
            self._has_looked = True
            self._look(jobs[-1][1].notification_id)

    def _look(self, notification_id: int) -> None:
        try:
            tracked = self._recorder.max_tracking_id(self._application_name)
        except PersistenceError:
            return  # whoever needs the database next will say so
        if tracked is None or read_position(tracked) < notification_id:
            logger.warning(
                "Notification %d from '%s' was processed, but %s has not recorded that. It will be "
                "processed again after a restart, and nobody can wait for it. Record `tracking` in "
                "the transaction that changes the view; where nothing changes, with "
                "view.insert_tracking(tracking)",
                notification_id,
                self._application_name,
                type(self._recorder).__qualname__,
            )
