"""What a runner knows about its projection, and the hook that is told of progress."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Generic, Protocol, TypeVar

from eventsourcing._concurrency.primitives_async import Lock, try_acquire
from eventsourcing.persistence.recorders_async import AsyncTrackingRecorder
from eventsourcing.projection.checks import check_on_progress
from eventsourcing.projection.status import ProjectionStatus, age_of
from eventsourcing.projection.upstream_async import AsyncUpstream, UpstreamRecord

logger: logging.Logger = logging.getLogger(__name__)

_INTERVAL_SECONDS = 0.5

S = TypeVar("S")


class Reported(Protocol):
    """What is known of the processing without asking the databases; `Activity` is one."""

    @property
    def is_running(self) -> bool:
        """Whether events are processed."""
        ...

    @property
    def last_error(self) -> BaseException | None:
        """What failed last."""
        ...

    @property
    def position(self) -> int | None:
        """The last position that was processed here."""
        ...

    def rate(self) -> float:
        """Return the number of events that are processed in a second."""
        ...


class AsyncReporter:
    """Finds out how far a projection has come, and tells a hook of it twice a second at most."""

    def __init__(
        self,
        upstream: AsyncUpstream,
        recorder: AsyncTrackingRecorder,
        topics: Sequence[str],
        processing: Reported,
        on_progress: Callable[[ProjectionStatus], object] | None = None,
    ) -> None:
        self._upstream = upstream
        self._recorder = recorder
        self.topics: Sequence[str] = topics
        self._processing = processing
        self._goal: int | None = None
        self._progress = AsyncProgress(on_progress)

    async def read_status(self) -> ProjectionStatus:
        """Ask the databases."""
        position = await self._recorder.max_tracking_id(self._upstream.name)
        end = await self._upstream.last_position()
        lag_events = 0
        lag_seconds: float | None = 0.0
        if end is not None and end > (position or 0):
            pending = await self._upstream.read_next(position or 0, self.topics)
            if pending is not None:
                lag_events = max(end, pending.position) - (position or 0)
                lag_seconds = self._age_of(pending)
        processing = self._processing
        self._goal = end if lag_events else None
        if self.is_goal_reached:  # what is left to do is in partitions that others process
            self._goal = None
        return ProjectionStatus(
            position=position,
            end=end,
            lag_events=lag_events,
            lag_seconds=lag_seconds,
            events_per_second=processing.rate(),
            last_error=processing.last_error,
            is_running=processing.is_running,
        )

    @property
    def has_goal(self) -> bool:
        """Whether there was something to be processed here when the status was read last."""
        return self._goal is not None

    @property
    def is_goal_reached(self) -> bool:
        """Whether that has been processed since."""
        return self._goal is not None and (self._processing.position or 0) >= self._goal

    async def tell_progress(self) -> None:
        """Tell the hook if it was not told just now, or if the end that it knows is reached."""
        await self._progress.tell(self.read_status, lambda: self.is_goal_reached)

    def _age_of(self, record: UpstreamRecord) -> float | None:
        try:
            return age_of(self._upstream.kind.fact(record.to_event()))
        except Exception:  # it will be reported when it comes to be processed
            return None


class AsyncProgress(Generic[S]):
    """Tells a hook of progress twice a second at most, and when the end that it knows is reached.

    When several process events at the same time, one of them tells.
    """

    def __init__(self, on_progress: Callable[[S], object] | None) -> None:
        check_on_progress(on_progress)
        self._on_progress = on_progress
        self._next_time = monotonic()
        self._lock = Lock()

    async def tell(
        self, read_status: Callable[[], Awaitable[S]], is_goal_reached: Callable[[], bool]
    ) -> None:
        """Tell the hook if that is due; called each time that events have been processed."""
        if self._on_progress is None:
            return
        is_told = True
        # Who finds the lock held relies on the holder to look again.
        while (
            is_told
            and (monotonic() >= self._next_time or is_goal_reached())
            and await try_acquire(self._lock)
        ):
            try:
                is_told = await self._tell(self._on_progress, read_status)
            finally:
                self._lock.release()

    async def _tell(
        self, on_progress: Callable[[S], object], read_status: Callable[[], Awaitable[S]]
    ) -> bool:
        try:
            on_progress(await read_status())
        except Exception:
            logger.exception("Progress could not be told to %r", on_progress)
            return False
        else:
            return True
        finally:
            self._next_time = monotonic() + _INTERVAL_SECONDS


class AsyncTeller:
    """Tells those who wait for positions that there are new ones; it does not refer to a runner."""

    def __init__(self, recorder: AsyncTrackingRecorder) -> None:
        self._recorder = recorder

    async def tell(self) -> None:
        """Have those who wait look whether they still have to."""
        self._recorder.tell_tracking_listeners()
