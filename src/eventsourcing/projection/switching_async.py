"""Having a version of a view take the place of the live one, as soon as it has caught up."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing._concurrency.signals_async import Interruption, Signal, is_cancellation
from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    Tracking,
    WaitInterruptedError,
)
from eventsourcing.projection.led_processing_async import AsyncLedProcessing
from eventsourcing.projection.reporting_async import AsyncReporter
from eventsourcing.projection.upstream_async import AsyncUpstream
from eventsourcing.projection.view_versions_async import AsyncViewVersions

logger: logging.Logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.2
_NEAR_SECONDS = 0.5
_PATIENCE_SECONDS = 1.0  # of those who process into the old version, and so of their readers
_PASSING_SECONDS = 0.01
_FAILING_SECONDS = 30.0


class AsyncSwitching:
    """Watches a version that is being built, and has it take the place of the live one once.

    Only the process that builds tries; the others see when it is done. `is_settled` is set when
    there is nothing more to do: the version is live, it is not to go back to it, or the watch has
    ended.
    """

    def __init__(
        self,
        versions: AsyncViewVersions[Any],
        version: int,
        upstream: AsyncUpstream,
        topics: Sequence[str],
        led: AsyncLedProcessing,
        reporter: AsyncReporter,
    ) -> None:
        self.may_go_back = False
        self.is_settled: Signal = Signal()
        self.is_live: bool = False
        self.live_instead: int | None = None
        self._versions = versions
        self._version = version
        self._upstream = upstream
        self._topics = topics
        self._led = led
        self._reporter = reporter
        self._error: BaseException | None = None
        self._failing_since: float | None = None

    def take_error(self) -> BaseException | None:
        """Return the error with which the watch ended, once."""
        error, self._error = self._error, None
        return error

    async def run(self, interruption: Interruption) -> None:
        """Watch until settled or interrupted; an error is kept, and interrupts."""
        interruption.listen(self.is_settled)
        try:
            while not interruption.is_set() and not await self._look_patiently(interruption):
                pass
        except BaseException as error:
            if is_cancellation(error):
                raise
            self._error = error
            interruption.set()
        finally:
            interruption.unlisten(self.is_settled)
            self.is_settled.set()

    async def _look_patiently(self, interruption: Interruption) -> bool:
        """Say whether there is nothing more to do; look again if the database fails."""
        try:
            is_done = await self._look(interruption)
        except (InterfaceError, OperationalError) as error:
            now = monotonic()
            self._failing_since = self._failing_since or now
            if now - self._failing_since > _FAILING_SECONDS:
                raise
            logger.warning("The versions of '%s' cannot be seen: %s", self._versions.name, error)
            await interruption.wait_at_most(_POLL_SECONDS)
            return False
        self._failing_since = None
        return is_done

    async def _look(self, interruption: Interruption) -> bool:
        states = {each.number: each.state for each in await self._versions.known()}
        live = next(number for number, state in states.items() if state == "live")
        if self._version not in states:
            raise ProgrammingError(
                f"Version {self._version} of '{self._versions.name}' was dropped while it was built"
            )
        if live == self._version:
            self.is_live = True
            return True
        was_live = states[self._version] == "retired"
        if (live > self._version or was_live) and not self.may_go_back:
            self.live_instead = live
            return True
        if not self._led.is_running or not await self._is_near(interruption):
            await interruption.wait_at_most(_POLL_SECONDS)
        elif await self._switch(live):
            logger.info(
                "Version %s of '%s' has taken the place of version %s",
                self._version,
                self._versions.name,
                live,
            )
            self.is_live = True
        return self.is_live

    async def _is_near(self, interruption: Interruption) -> bool:
        """Say whether so little is left that others may wait for it; wait a little for that."""
        status = await self._reporter.read_status()
        if status.lag_events:
            view = await self._versions.view(self._version)
            with suppress(TimeoutError, WaitInterruptedError):
                await view.wait(
                    self._upstream.name, status.end, _POLL_SECONDS, interrupt=interruption
                )
            status = await self._reporter.read_status()
        remaining = status.seconds_remaining
        return remaining is not None and remaining <= _NEAR_SECONDS

    async def _switch(self, live: int) -> bool:
        name = self._upstream.name
        if not self._topics:
            return await self._versions.switch(live, self._version, name, _PATIENCE_SECONDS)
        await self._pass_over()
        is_done = Interruption()
        passing = spawn(self._keep_passing_over, is_done, name="rebuild-pass-over")
        try:
            return await self._versions.switch(live, self._version, name, _PATIENCE_SECONDS)
        finally:
            is_done.set()
            await passing.join()

    async def _keep_passing_over(self, is_done: Interruption) -> None:
        while not await is_done.wait_at_most(_PASSING_SECONDS):
            await self._pass_over()

    async def _pass_over(self) -> None:
        """Move the position on over events that do not concern the new version.

        They may concern the old one, which would be ahead for ever.
        """
        view = await self._versions.view(self._version)
        name = self._upstream.name
        position = await view.max_tracking_id(name) or 0
        end = await self._upstream.last_position() or 0
        if position >= end:
            return
        if await self._upstream.read_next(position, self._topics, upto=end) is None:
            with suppress(IntegrityError):  # others have got further
                await view.insert_tracking(Tracking(name, end))
