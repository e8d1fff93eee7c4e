# Generated from runner_async.py by tools/async_to_sync.py: do not edit.
"""What all runners have in common: they construct, wire and close the applications of a system."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Generic, Self, cast, get_origin

from eventsourcing._concurrency.primitives_sync import closing_on_error
from eventsourcing.application import Application, EnvType, TApplication
from eventsourcing.domain import TAggregateID
from eventsourcing.persistence import ProgrammingError
from eventsourcing.projection.shared_places import warn_of_shared_places
from eventsourcing.system.errors import RunnerAlreadyStartedError
from eventsourcing.system.follower_sync import Follower
from eventsourcing.system.leader_sync import Leader
from eventsourcing.system.reporting_sync import SystemReporter
from eventsourcing.system.status import SystemStatus
from eventsourcing.system.system_sync import System


class Runner(ABC, Generic[TAggregateID]):
    """Runs a system of applications; can be started once. Leaving an `with` block stops it.

    The settings in `env` go before those of the process environment.
    """

    def __init__(self, system: System, env: EnvType | None = None) -> None:
        if not isinstance(system, System):
            raise TypeError(f"system is {system!r}: expected {System.__name__}([[…]])")
        self.system = system
        self.env = env
        self.is_started: bool = False

    @abstractmethod
    def start(self) -> None:
        """Wire the applications; raises `RunnerAlreadyStartedError` when called again."""
        if self.is_started:
            error = RunnerAlreadyStartedError()  # the contract, Y36
            error.add_note(f"This {type(self).__name__} has been started before: make a new one")
            raise error
        self.is_started = True

    @abstractmethod
    def stop(self) -> None:
        """Stop processing, and close the applications. May be called repeatedly."""

    @abstractmethod
    def get(self, cls: type[TApplication]) -> TApplication:
        """Return the application of that class."""

    def __enter__(self) -> Self:
        try:
            self.start()
        except RunnerAlreadyStartedError:
            raise
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *args: object) -> None:
        self.stop()


class LocalRunner(Runner[TAggregateID]):
    """A runner whose applications are in this process; base of all that the library has.

    `on_progress` is called with the status by whoever processes events, twice a second at most.

    Subclasses say how those that follow come to know of new events: in `_begin()`, which also has
    them process what was recorded before. `_end()` undoes that.
    """

    def __init__(
        self,
        system: System,
        env: EnvType | None = None,
        *,
        on_progress: Callable[[SystemStatus], object] | None = None,
    ) -> None:
        super().__init__(system, env)
        self.apps: dict[str, Application[Any]] = {}
        self._followers_of: dict[str, list[Follower[Any]]] = {}
        self._reporter = SystemReporter(self._is_processing, on_progress)
        with closing_on_error(self._close):
            for name in system.followers:
                self.apps[name] = self._construct_follower(name)
            for name in system.leaders_only:
                self.apps[name] = system.leader_cls(name)(env=self.env)
            for name in system.singles:
                self.apps[name] = system.get_app_cls(name)(env=self.env)
            for leader_name, follower_name in system.edges:
                self._reporter.add(self.apps[leader_name], self._follower(follower_name))

    def _construct_follower(self, name: str) -> Follower[Any]:
        return self.system.follower_cls(name)(env=self.env)

    def start(self) -> None:
        """Wire the applications, and process what was recorded before.

        Raises `RunnerAlreadyStartedError` when called again, also after `stop()`.
        """
        super().start()
        self._connect()
        self._begin()

    def _connect(self) -> None:
        """Have followers read the logs of their leaders."""
        warn_of_shared_places(self.apps.values())
        for leader_name, follower_name in self.system.edges:
            follower = self._follower(follower_name)
            follower.follow(leader_name, self.apps[leader_name].notification_log)
            self._followers_of.setdefault(leader_name, []).append(follower)

    @abstractmethod
    def _begin(self) -> None:
        """Listen to the leaders, then have all events processed that were recorded before."""

    def _end(self) -> None:
        """Stop processing; called by each `stop()`, before the applications are closed."""

    def stop(self) -> None:
        """Stop processing, and close the applications. May be called repeatedly."""
        self._end()
        self._close()

    def _close(self) -> None:
        """Close the applications, and forget them."""
        apps = list(self.apps.values())
        self.apps.clear()
        with ExitStack() as stack:
            for app in apps:
                stack.callback(app.close)

    def get(self, cls: type[TApplication]) -> TApplication:
        """Return the application of that class, or of a subclass of it that leads.

        Raises `KeyError` if there is none of its name, also after `stop()`, and `AssertionError`
        if that is of another class.
        """
        app = self._app_named(cls)
        expected: Any = get_origin(cls) or cls
        if not isinstance(app, expected):
            raise AssertionError(  # noqa: TRY004
                f"The application named '{cls.name}' is a {type(app)}, not {cls}"
            )
        return cast("TApplication", app)

    def _app_named(self, cls: Any) -> Any:
        if not isinstance(get_origin(cls) or cls, type):
            raise TypeError(f"{cls!r} is no class of applications")
        if cls.name not in self.apps:
            others = ", ".join(self.apps) or "none, because it was stopped"
            raise KeyError(f"The runner has no application named '{cls.name}'; it has {others}")
        return self.apps[cls.name]

    def status(self) -> SystemStatus:
        """Ask the databases how far each follower has come with the events of each leader.

        Raises `ProgrammingError` after `stop()`.
        """
        if self.system.nodes and not self.apps:
            raise ProgrammingError("The runner has been stopped: its applications are closed")
        return self._reporter.read_status()

    def _is_processing(self, leader_name: str, follower_name: str) -> bool:  # noqa: ARG002
        """Say whether the follower processes events of the leader."""
        return self.is_started

    def _follower(self, name: str) -> Follower[Any]:
        return cast("Follower[Any]", self.apps[name])

    @property
    def _leaders(self) -> list[Leader[Any]]:
        return [cast("Leader[Any]", self.apps[name]) for name in self.system.leaders]
