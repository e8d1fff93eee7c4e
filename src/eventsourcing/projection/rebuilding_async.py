"""Building a new version of a view beside the live one, whose place it takes when it is ready."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Self

from eventsourcing._concurrency.primitives_async import BackgroundTask, Lock, spawn
from eventsourcing._concurrency.signals_async import Interruption
from eventsourcing.application import AsyncApplication
from eventsourcing.persistence import ProgrammingError, WaitInterruptedError
from eventsourcing.persistence.factory_async import TAsyncTrackingRecorder
from eventsourcing.persistence.recording import Awaited
from eventsourcing.persistence.view_versions import check_version
from eventsourcing.projection.dead_letter_queue_async import AsyncDeadLetterQueue
from eventsourcing.projection.event_sourced_async import AsyncEventSourcedProjection
from eventsourcing.projection.leading_async import AsyncFollowing
from eventsourcing.projection.led_processing_async import AsyncLedProcessing, lease_name
from eventsourcing.projection.projection_async import AsyncProjection
from eventsourcing.projection.reporting_async import AsyncReporter, AsyncTeller
from eventsourcing.projection.status import ProjectionStatus
from eventsourcing.projection.switching_async import AsyncSwitching
from eventsourcing.projection.upstream_async import find_upstream
from eventsourcing.projection.view_versions_async import AsyncViewVersions

if TYPE_CHECKING:
    from eventsourcing.dcb.application import AsyncDCBApplication

logger: logging.Logger = logging.getLogger(__name__)


class AsyncRebuild(Generic[TAsyncTrackingRecorder]):
    """Builds a version of a view in the background, makes it live, and goes on keeping it.

    To be used with `async with`. Whatever was processed into the version before, by whomever, is
    not processed again. As soon as the version has caught up, it takes the place of the live one
    atomically; until then that one is left alone. A version that is live already is just kept. So
    is one that is older than the live one, or was live before it, unless `may_go_back`: to start an
    old program again, or one whose version turned out to be wrong, changes nothing for readers.

    Several processes may build a version at once: one of them works, and another goes on when
    that ends. `on_progress` is called with the status, in the background, twice a second at most.
    """

    def __init__(
        self,
        versions: AsyncViewVersions[TAsyncTrackingRecorder],
        version: int,
        *,
        app: AsyncApplication[Any] | AsyncDCBApplication,
        projection_class: type[AsyncProjection[TAsyncTrackingRecorder]],
        on_progress: Callable[[ProjectionStatus], object] | None = None,
        may_go_back: bool = False,
    ) -> None:
        check_arguments(versions, version, projection_class)
        self.version: int = version
        self._versions = versions
        self._upstream = find_upstream(app)
        self._projection_class = projection_class
        self._on_progress = on_progress
        self._may_go_back = may_go_back
        self._interruption = Interruption()
        self._starting = Lock()
        self._led: AsyncLedProcessing | None = None

    @property
    def is_interrupted(self) -> Interruption:
        """Set when the rebuild has stopped or failed; setting it stops the rebuild."""
        return self._interruption

    @property
    def is_leading(self) -> bool:
        """Whether events are processed here, rather than by another process."""
        return self._led is not None and self._led.is_running

    @property
    def view(self) -> TAsyncTrackingRecorder:
        """The view of this version, live or not."""
        self._check_started()
        return self._view

    @property
    def projection(self) -> AsyncProjection[TAsyncTrackingRecorder]:
        """The projection that processes events into this version."""
        self._check_started()
        return self._projection

    @property
    def dead_letters(self) -> AsyncDeadLetterQueue:
        """The events that were put aside while this version was built or kept."""
        return AsyncDeadLetterQueue(self.projection, self._upstream)

    async def start(self) -> None:
        """Begin to build; does nothing if that has begun already."""
        async with self._starting:
            if self._led is None:
                await self._start()

    async def _start(self) -> None:
        versions, upstream = self._versions, self._upstream
        await versions.add(self.version)
        self._view = view = await versions.view(self.version)
        self._projection = projection = self._projection_class(view)
        led = AsyncLedProcessing(self._interruption, weakref.ref(self))
        self._reporter = AsyncReporter(upstream, view, projection.topics, led, self._on_progress)
        led.add_observer(AsyncTeller(view).tell)
        led.add_observer(self._reporter.tell_progress)
        following = AsyncFollowing(upstream, view, projection, projection.topics, led)
        lease = versions.lease(self.version, lease_name(self._projection_class, upstream.name))
        led.add_work(lease, following.process)
        self._switching = AsyncSwitching(
            versions, self.version, upstream, projection.topics, led, self._reporter
        )
        self._switching.may_go_back = self._may_go_back
        # The tasks do not refer to this object.
        self._tasks: list[BackgroundTask] = [
            spawn(led.run, name="rebuild"),
            spawn(self._switching.run, self._interruption, name="rebuild-switch"),
        ]
        self._led = led

    async def wait_until_live(self, timeout: float | None = None) -> None:
        """Return when this version is live.

        Raises the error if processing fails, `TimeoutError` when the time is up,
        `WaitInterruptedError` if the rebuild is stopped before, and `ProgrammingError` if this
        version does not take the place of the one that is live.
        """
        self._check_started()
        if not await self._switching.is_settled.wait_at_most(timeout):
            raise TimeoutError(
                f"Version {self.version} of '{self._versions.name}' is not live yet: "
                f"timed out after {timeout} seconds"
            )
        self._raise_error()
        if self._switching.live_instead is not None:
            raise ProgrammingError(
                f"Version {self._switching.live_instead} of '{self._versions.name}' is live. "
                f"Version {self.version} does not take its place by itself, because it is older, "
                "or was live before. To go back to it, use may_go_back=True"
            )
        if not self._switching.is_live:
            raise WaitInterruptedError(
                f"The rebuild was stopped before version {self.version} of "
                f"'{self._versions.name}' was live"
            )

    async def run_forever(self, timeout: float | None = None) -> None:
        """Return when stopped, or when the time is up; raise the error if processing fails."""
        self._check_started()
        await self._interruption.wait_at_most(timeout)
        self._raise_error()

    async def wait(self, notification_id: Awaited, timeout: float = 1.0) -> None:
        """Return when the event has been processed into this version, by whomever.

        To be called with a notification ID, or with the recordings that `save()` has returned.
        Raises `TimeoutError` after that many seconds, and the error if processing fails.
        """
        try:
            await self.view.wait(
                self._upstream.name, notification_id, timeout, interrupt=self._interruption
            )
        except WaitInterruptedError:
            self._raise_error()
            raise

    async def status(self) -> ProjectionStatus:
        """Ask the databases how far this version has come."""
        self._check_started()
        return await self._reporter.read_status()

    def stop(self) -> None:
        """Have the rebuild end after the events in progress; does not wait for that.

        May be called repeatedly, by any thread, and by signal handlers.
        """
        self._interruption.set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *args: object) -> None:
        self.stop()
        for task in self._tasks:
            await task.join()
        self._raise_error()

    def __del__(self) -> None:
        if "_led" not in vars(self):  # the constructor has failed
            return
        self.stop()
        error = self._take_error()
        if error is not None:
            message = "%s was deleted before its error was raised"
            logger.error(message, type(self).__qualname__, exc_info=error)

    def _check_started(self) -> None:
        if self._led is None:
            raise ProgrammingError("The rebuild has not been started: use 'async with'")

    def _take_error(self) -> BaseException | None:
        return None if self._led is None else self._led.take_error() or self._switching.take_error()

    def _raise_error(self) -> None:
        error = self._take_error()
        if error is not None:
            raise error


def check_arguments(versions: Any, version: int, projection_class: Any) -> None:
    """Raise `TypeError` or `ProgrammingError` for what cannot be the arguments of a rebuild."""
    if not isinstance(versions, AsyncViewVersions):
        raise TypeError(f"versions is {versions!r}: expected {AsyncViewVersions.__name__}(…)")
    check_version(version)
    is_class = isinstance(projection_class, type)
    if is_class and issubclass(projection_class, AsyncEventSourcedProjection):
        raise TypeError(
            f"{projection_class.__qualname__} is an event-sourced projection: what it has recorded "
            "is history, which others may follow, and is not replaced. Run a new one beside it, "
            "under another name or in another database"
        )
    if not (is_class and issubclass(projection_class, AsyncProjection)):
        raise TypeError(
            f"projection_class is {projection_class!r}: expected a subclass of "
            f"{AsyncProjection.__name__}"
        )
    if projection_class.name != versions.name:
        raise ProgrammingError(
            f"{projection_class.__qualname__} is named '{projection_class.name}', but the "
            f"versions are those of '{versions.name}'"
        )
