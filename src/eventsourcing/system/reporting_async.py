"""What a runner knows about its system, and the hook that is told of progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from eventsourcing.application import AsyncApplication
from eventsourcing.projection.reporting_async import AsyncProgress, AsyncReporter
from eventsourcing.projection.upstream_async import find_upstream
from eventsourcing.system.follower_async import AsyncFollower
from eventsourcing.system.status import SystemStatus


class AsyncSystemReporter:
    """Finds out how far the followers have come, and tells a hook of it twice a second at most.

    `is_processing` says of an edge whether its events are processed here.
    """

    def __init__(
        self,
        is_processing: Callable[[str, str], bool],
        on_progress: Callable[[SystemStatus], object] | None,
    ) -> None:
        self._is_processing = is_processing
        self._progress = AsyncProgress(on_progress)
        self._followers: dict[tuple[str, str], AsyncFollower[Any]] = {}
        self._reporters: Mapping[tuple[str, str], AsyncReporter] = {}

    def add(self, leader: AsyncApplication[Any], follower: AsyncFollower[Any]) -> None:
        """Report also about this edge."""
        edge = follower._edge(leader.name)
        key = (leader.name, follower.name)
        upstream = find_upstream(leader)
        self._followers[key] = follower
        self._reporters = {
            **self._reporters,
            key: AsyncReporter(upstream, follower.recorder, follower.topics, edge),
        }
        edge.add_observer(partial(self._progress.tell, self.read_status, self._is_goal_reached))

    async def read_status(self) -> SystemStatus:
        """Ask the databases."""
        edges = {}
        for key, reporter in self._reporters.items():
            reporter.topics = self._followers[key].topics  # which may have been changed (Y19)
            status = await reporter.read_status()
            edges[key] = replace(status, is_running=self._is_processing(*key))
        return SystemStatus(edges)

    def _is_goal_reached(self) -> bool:
        """Say whether all that was to be processed when the status was read last is processed."""
        goals = [each for each in self._reporters.values() if each.has_goal]
        return bool(goals) and all(each.is_goal_reached for each in goals)
