"""Versions of a view in memory: known to the object that made them, and gone with it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from eventsourcing._concurrency.primitives_sync import Lock
from eventsourcing.persistence import PlacedView, ProgrammingError, ViewVersion, ViewVersionRecorder
from eventsourcing.persistence.closed_tracking import read_position
from eventsourcing.persistence.view_versions import (
    FIRST_VERSION,
    ViewVersionState,
    check_version,
    refuse_to_drop_live,
)


class POPOViewVersionRecorder(ViewVersionRecorder):
    """Records in memory which version of a view is live."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lock = Lock()
        self._token = uuid4().hex
        self._states: dict[int, ViewVersionState] = {FIRST_VERSION: "live"}

    def select_versions(self) -> Sequence[ViewVersion]:
        """Return all versions by their numbers."""
        with self._lock:
            return [ViewVersion(number, self._states[number]) for number in sorted(self._states)]

    def add_version(self, version: int) -> None:
        """Record a version that is to be built; harmless when repeated."""
        check_version(version)
        with self._lock:
            self._states.setdefault(version, "building")

    def switch(
        self, old: PlacedView, new: PlacedView, application_name: str, patience: float
    ) -> bool:
        """Have the new version take the place of the old one if it is not behind just now.

        Does not wait.
        """
        del patience
        with self._lock, old.recorder._database_lock, new.recorder._database_lock:
            position = read_position(old.recorder.max_tracking_id(application_name))
            if (
                self._states.get(old.version) != "live"
                or new.version not in self._states
                or read_position(new.recorder.max_tracking_id(application_name)) < position
            ):
                return False
            self._states |= {old.version: "retired", new.version: "live"}
            return True

    def drop_version(self, version: int) -> None:
        """Forget a version; its view lives as long as somebody refers to it."""
        check_version(version)
        with self._lock:
            if self._states.get(version) == "live":
                raise refuse_to_drop_live(self.name, version)
            if version == FIRST_VERSION:
                raise ProgrammingError("Version 1 of a view is always there")
            self._states.pop(version, None)

    def settings(self, version: int) -> dict[str, str]:
        """Return nothing: each view in memory is for itself."""
        check_version(version)
        return {}

    def lease_name(self, version: int, name: str) -> str:
        """Return a name that no other lease in this process has."""
        return f"{name}:{version}:{self._token}"
