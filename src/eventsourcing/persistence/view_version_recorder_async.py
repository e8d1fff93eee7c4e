"""The port through which engines say which version of a view is live, and where versions are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence.view_versions import PlacedView, ViewVersion


class AsyncViewVersionRecorder(ABC):
    """Records the versions of one view, of which exactly one is live at any time.

    Made by `AsyncInfrastructureFactory.view_versions()`, for the view that the environment of the
    factory is named after, whatever the case of that name. Each version has a place of its own,
    so that views need not know of versions.
    """

    def __init__(self, name: str) -> None:
        self.name: str = name

    @abstractmethod
    async def select_versions(self) -> Sequence[ViewVersion]:
        """Return all versions by their numbers; version 1, live, if none has been added."""

    async def live_version(self) -> int:
        """Return the number of the version that is live."""
        versions = await self.select_versions()
        return next(each.number for each in versions if each.state == "live")

    @abstractmethod
    async def add_version(self, version: int) -> None:
        """Record a version that is to be built, and make its place; harmless when repeated."""

    @abstractmethod
    async def switch(
        self, old: PlacedView, new: PlacedView, application_name: str, patience: float
    ) -> bool:
        """Have the new version take the place of the old one, and return whether it has.

        In one step, done only while the old version is live, the new one exists, and the position
        of the new one is not behind. What is processed into the old version waits meanwhile, for
        at most `patience` seconds, during which the new one may still arrive there.
        """

    @abstractmethod
    async def drop_version(self, version: int) -> None:
        """Remove a version with all that is in it; harmless when repeated.

        Raises `ProgrammingError` for the live version, and for version 1.
        """

    @abstractmethod
    def settings(self, version: int) -> dict[str, str]:
        """Return the environment variables that say where the version is, as far as they differ."""

    def lease_name(self, version: int, name: str) -> str:  # noqa: ARG002 (see memory)
        """Return the name for a lease on the version, where leases are not those of its place."""
        return name

    async def check_place(self, view: Any) -> None:  # noqa: B027 (nothing to check on most engines)
        """Raise `ProgrammingError` if the view of a later version than 1 would leave its place."""
