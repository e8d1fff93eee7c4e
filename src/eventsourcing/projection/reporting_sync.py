# Generated from reporting_async.py by tools/async_to_sync.py: do not edit.
"""What a runner knows about its projection, and the hook that is told of progress."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from eventsourcing.application import Application
from eventsourcing.persistence.recorders_sync import TrackingRecorder
from eventsourcing.projection.processing_sync import Processing
from eventsourcing.projection.status import ProjectionStatus, age_of

logger: logging.Logger = logging.getLogger(__name__)

_INTERVAL_SECONDS = 0.5


class Reporter:
    """Finds out how far a projection has come, and tells a hook of it twice a second at most."""

    def __init__(
        self,
        app: Application[Any],
        recorder: TrackingRecorder,
        topics: Sequence[str],
        processing: Processing,
        on_progress: Callable[[ProjectionStatus], object] | None = None,
    ) -> None:
        self._app = app
        self._recorder = recorder
        self._topics = tuple(topics)
        self._processing = processing
        self._on_progress = on_progress
        self._next_time = monotonic()
        self._goal: int | None = None

    def read_status(self) -> ProjectionStatus:
        """Ask the databases."""
        position = self._recorder.max_tracking_id(self._app.name)
        end = self._app.recorder.max_notification_id()
        lag_events = 0
        lag_seconds: float | None = 0.0
        if end is not None and end > (position or 0):
            pending = self._app.recorder.select_notifications(
                start=position or 0, limit=1, topics=self._topics, inclusive_of_start=False
            )
            if pending:
                lag_events = max(end, pending[0].id) - (position or 0)
                lag_seconds = self._age_of(pending[0])
        processing = self._processing
        return ProjectionStatus(
            position=position,
            end=end,
            lag_events=lag_events,
            lag_seconds=lag_seconds,
            events_per_second=processing.meter.rate(),
            last_error=processing.last_error,
            is_running=processing.is_running,
        )

    def tell_progress(self) -> None:
        """Tell the hook if it was not told just now, or if the end that it knows is reached."""
        if self._on_progress is None:
            return
        is_goal_reached = self._goal is not None and (self._processing.position or 0) >= self._goal
        if monotonic() < self._next_time and not is_goal_reached:
            return
        try:
            status = self.read_status()
            self._goal = status.end if status.lag_events else None
            self._on_progress(status)
        except Exception:
            logger.exception("Progress could not be told to %r", self._on_progress)
        self._next_time = monotonic() + _INTERVAL_SECONDS

    def _age_of(self, notification: Any) -> float | None:
        try:
            return age_of(self._app.mapper.to_domain_event(notification))
        except Exception:  # it will be reported when it comes to be processed
            return None
