"""The asynchronous side of versions of views, for engines that have only a synchronous side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from eventsourcing.persistence.view_version_recorder_async import AsyncViewVersionRecorder
from eventsourcing.persistence.view_version_recorder_sync import ViewVersionRecorder
from eventsourcing.persistence.view_versions import PlacedView, ViewVersion


class BridgeViewVersionRecorder(AsyncViewVersionRecorder):
    """Records versions of a view by a synchronous recorder, in threads of the bridge."""

    def __init__(
        self, recorder: ViewVersionRecorder, run: Callable[..., Awaitable[Any]], *, may_wait: bool
    ) -> None:
        super().__init__(recorder.name)
        self._recorder = recorder
        self._run = run
        self._may_wait = may_wait

    async def select_versions(self) -> Sequence[ViewVersion]:
        """Return all versions by their numbers."""
        versions: Sequence[ViewVersion] = await self._run(self._recorder.select_versions)
        return versions

    async def live_version(self) -> int:
        """Return the number of the version that is live."""
        return int(await self._run(self._recorder.live_version))

    async def add_version(self, version: int) -> None:
        """Record a version that is to be built, and make its place."""
        await self._run(self._recorder.add_version, version)

    async def switch(
        self, old: PlacedView, new: PlacedView, application_name: str, patience: float
    ) -> bool:
        """Have the new version take the place of the old one, and return whether it has."""
        # Without threads nobody else can do anything while this waits.
        patience = patience if self._may_wait else 0.0
        return bool(await self._run(self._switch, old, new, application_name, patience))

    async def drop_version(self, version: int) -> None:
        """Remove a version with all that is in it."""
        await self._run(self._recorder.drop_version, version)

    def settings(self, version: int) -> dict[str, str]:
        """Return the environment variables that say where the version is."""
        return self._recorder.settings(version)

    def lease_name(self, version: int, name: str) -> str:
        """Return the name for a lease on the version."""
        return self._recorder.lease_name(version, name)

    async def check_place(self, view: Any) -> None:
        """Raise `ProgrammingError` if the view would leave its place."""
        await self._run(self._check_place, view)

    def _check_place(self, view: Any) -> None:
        self._recorder.check_place(view._get_recorder())

    def _switch(
        self, old: PlacedView, new: PlacedView, application_name: str, patience: float
    ) -> bool:
        return self._recorder.switch(_unbridge(old), _unbridge(new), application_name, patience)


def _unbridge(view: PlacedView) -> PlacedView:
    return PlacedView(view.version, view.recorder._get_recorder())
