# Generated from view_versions_async.py by tools/async_to_sync.py: do not edit.
"""Versions of a view, one of which is live: who reads the view asks here for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Self, cast

from eventsourcing._concurrency.primitives_sync import Lock
from eventsourcing.application import EnvType
from eventsourcing.persistence import Lease, PlacedView, ProgrammingError, ViewVersion
from eventsourcing.persistence.factory_sync import (
    InfrastructureFactory,
    TTrackingRecorder,
)
from eventsourcing.persistence.view_versions import FIRST_VERSION, check_version
from eventsourcing.projection.runner_flavour_sync import ViewClass
from eventsourcing.projection.runner_sync import make_environment


class ViewVersions(Generic[TTrackingRecorder]):
    """The versions of the view of a projection.

    `name` is that of the projection. Version 1 is where the settings say, as if there were no
    versions, and is live until another one takes its place; each other version has a place of its
    own: on SQLite a file beside that one, on PostgreSQL a schema, in memory an object which this
    object has. `view_class` is the class of all versions, or maps each version that this program
    knows to its class. May be used by several threads (or tasks).
    """

    def __init__(
        self,
        name: str,
        view_class: ViewClass[TTrackingRecorder] | Mapping[int, ViewClass[TTrackingRecorder]],
        env: EnvType | None = None,
    ) -> None:
        if not name:
            raise ProgrammingError("Versions belong to a projection: its name is missing")
        if not isinstance(name, str):
            raise TypeError(f"name is {name!r}: expected the name of a projection, which is text")
        self.name: str = name
        self._view_class = view_class
        self._env = make_environment(name, env)
        self._given_env = dict(env or {})
        factory: InfrastructureFactory[Any]
        factory = InfrastructureFactory.construct(self._env)
        self._factories = {FIRST_VERSION: factory}
        self._views: dict[int, TTrackingRecorder] = {}
        self._lock = Lock()
        self._recorder = factory.view_versions()

    def known(self) -> Sequence[ViewVersion]:
        """Return all versions that there are, by their numbers; version 1 is always there."""
        return self._recorder.select_versions()

    def live_version(self) -> int:
        """Return the number of the version that is live."""
        return self._recorder.live_version()

    def live_view(self) -> TTrackingRecorder:
        """Return the view that is live now: ask for it each time before reading.

        Reading several things that have to agree, read them from one view. That which was live
        before can be read until it is dropped. Raises `ProgrammingError` if this program has no
        class for the live version.
        """
        return self._open(self.live_version())

    def view(self, version: int) -> TTrackingRecorder:
        """Return the view of a version, live or not; `ProgrammingError` if there is none."""
        self._check_known(version)
        return self._open(version)

    def environment(self, version: int) -> dict[str, str]:
        """Return the settings with which other runners and programs work on this version."""
        self._check_known(version)
        return {**self._given_env, **self._settings(version)}

    def add(self, version: int) -> None:
        """Make a place for a version that is to be built; harmless when repeated."""
        self._recorder.add_version(version)

    def drop(self, version: int) -> None:
        """Remove a version with all that is in it.

        Raises `ProgrammingError` for the live one, and for version 1, whose tables may be among
        others. A runner that still works on it fails, or works in vain.
        """
        with self._lock:
            self._recorder.drop_version(version)
            self._views.pop(version, None)
            factory = self._factories.pop(version, None)
        if factory is not None:
            factory.close()

    def placed(self, version: int) -> PlacedView:
        """Return the version, with what reads its positions even if its class is not known here."""
        if version in self._views or self._find_class(version) is not None:
            return PlacedView(version, self._open(version))
        with self._lock:
            return PlacedView(version, self._find_factory(version).tracking_recorder())

    def switch(self, old: int, new: int, application_name: str, patience: float) -> bool:
        """Have one version take the place of another that is live, if it is not behind.

        What is processed into the old version waits meanwhile, at most `patience` seconds. Returns
        whether it was done; it was not if the old version was not live any more.
        """
        self._check_known(new)
        placed = self.placed(old), self.placed(new)
        return self._recorder.switch(*placed, application_name, patience)

    def lease(self, version: int, name: str) -> Lease:
        """Return a lease for all who work on this version, wherever they are."""
        return self._find_factory(version).lease(self._recorder.lease_name(version, name))

    def close(self) -> None:
        """Close all versions that were opened here. May be called repeatedly."""
        with self._lock:
            self._views.clear()
            for factory in self._factories.values():
                factory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def _check_known(self, version: int) -> None:
        check_version(version)
        known = [each.number for each in self.known()]
        if version not in known:
            raise ProgrammingError(
                f"The view '{self.name}' has no version {version!r}; it has "
                f"{', '.join(map(str, known))}. To build one, use Rebuild"
            )

    def _open(self, version: int) -> TTrackingRecorder:
        view = self._views.get(version)
        if view is not None:
            return view
        with self._lock:
            if version not in self._views:
                self._views[version] = self._make(version)
            return self._views[version]

    def _make(self, version: int) -> TTrackingRecorder:
        view_class = self._find_class(version)
        if view_class is None:
            raise ProgrammingError(
                f"Version {version} of the view '{self.name}' has no class in this program: "
                "add it to those given as 'view_class', before that version is built"
            )
        view = self._find_factory(version).tracking_recorder(view_class)
        if version != FIRST_VERSION:
            self._recorder.check_place(view)
        return cast("TTrackingRecorder", view)

    def _find_class(self, version: int) -> Any:
        if isinstance(self._view_class, Mapping):
            return self._view_class.get(version)
        return self._view_class

    def _find_factory(self, version: int) -> InfrastructureFactory[Any]:
        if version not in self._factories:
            env = make_environment(self.name, {**self._env, **self._settings(version)})
            self._factories[version] = InfrastructureFactory.construct(env)
        return self._factories[version]

    def _settings(self, version: int) -> dict[str, str]:
        settings = self._recorder.settings(version)
        return {self._env.create_keys(key)[0]: value for key, value in settings.items()}
