# Generated from system_async.py by tools/async_to_sync.py: do not edit.
"""Systems: who follows whom, as a directed graph of application classes (contract Y27-Y32)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from types import FrameType
from typing import Any, cast, get_origin

from eventsourcing.application import Application, ProgrammingError
from eventsourcing.system.follower_sync import Follower, ProcessApplication
from eventsourcing.system.leader_sync import Leader
from eventsourcing.utils import get_topic, resolve_topic

logger: logging.Logger = logging.getLogger(__name__)


class System:
    """A directed graph of application classes: in each pipe, every class follows the one before.

    A pipe of one class has an application run by itself. Pipes may lead back to their beginning.
    Applications are told apart by their names. Raises `TypeError` if a class that follows is not a
    `Follower`, or one that also leads not a `ProcessApplication`.
    """

    def __init__(self, pipes: Iterable[Iterable[type[Application[Any]]]]) -> None:
        self.nodes: dict[str, str] = {}
        self.edges: list[tuple[str, str]] = []
        self.leads: dict[str, list[str]] = {}
        self.follows: dict[str, list[str]] = {}
        self._leader_classes: dict[str, type[Leader[Any]]] = {}
        self._module_name = _find_module_name(self)
        classes: dict[str, type[Application[Any]]] = {}
        edges: dict[tuple[str, str], None] = {}
        for pipe in pipes:
            leader_name: str | None = None
            for cls in _check_pipe(pipe):
                if classes.setdefault(cls.name, cls) != cls:
                    message = "%r and %r are both named '%s': the system has the last one only"
                    logger.warning(message, classes[cls.name], cls, cls.name)
                classes[cls.name] = cls
                if leader_name is not None:
                    edges[leader_name, cls.name] = None
                leader_name = cls.name
        self.nodes.update((name, get_topic(cls)) for name, cls in classes.items())
        self.edges.extend(edges)
        for leader_name, follower_name in self.edges:
            self.leads.setdefault(leader_name, []).append(follower_name)
            self.follows.setdefault(follower_name, []).append(leader_name)
        self.singles: list[str] = [
            name for name in classes if name not in {*self.leads, *self.follows}
        ]
        self._check(classes)

    def _check(self, classes: dict[str, type[Application[Any]]]) -> None:
        for name in self.followers:
            if not issubclass(classes[name], Follower):
                raise TypeError(f"Not a follower class: {classes[name]}")
        for name in self.processors:
            if not issubclass(classes[name], ProcessApplication):
                raise TypeError(f"Not a process application class: {classes[name]}")

    @property
    def leaders(self) -> list[str]:
        """The names of those that are followed, in the order in which edges were defined."""
        return list(self.leads)

    @property
    def leaders_only(self) -> list[str]:
        """The names of those that are followed and do not follow."""
        return [name for name in self.leads if name not in self.follows]

    @property
    def followers(self) -> list[str]:
        """The names of those that follow, in the order in which edges were defined."""
        return list(self.follows)

    @property
    def processors(self) -> list[str]:
        """The names of those that are followed and follow, in the order of `leaders`."""
        return [name for name in self.leads if name in self.follows]

    def get_app_cls(self, name: str) -> type[Application[Any]]:
        """Return the class of that name; `KeyError` if there is none."""
        return cast("type[Application[Any]]", resolve_topic(self.nodes[name]))

    def leader_cls(self, name: str) -> type[Leader[Any]]:
        """Return the class of that name, or a subclass of it that is a `Leader`."""
        cls: Any = self.get_app_cls(name)
        if issubclass(cls, Leader):
            return cast("type[Leader[Any]]", cls)
        if name not in self._leader_classes:
            namespace = {"name": cls.name, "__module__": cls.__module__, "__doc__": cls.__doc__}
            self._leader_classes[name] = type(cls.__name__, (Leader, cls), namespace)
        return self._leader_classes[name]

    def follower_cls(self, name: str) -> type[Follower[Any]]:
        """Return the class of that name; `AssertionError` if it is not a `Follower`."""
        cls = self.get_app_cls(name)
        if not issubclass(cls, Follower):
            raise AssertionError(f"Not a follower class: {cls}")  # noqa: TRY004
        return cls

    @property
    def topic(self) -> str:
        """The topic of this object, which is an attribute of the module where it was made.

        Raises `ProgrammingError` if it is not.
        """
        module = sys.modules.get(self._module_name)
        for name, value in vars(module).items() if module is not None else ():
            if value is self:
                return f"{self._module_name}:{name}"
        raise ProgrammingError(f"Unable to compute topic for system object: {self}")


def _check_pipe(pipe: Any) -> Iterable[type[Application[Any]]]:
    """Return the classes of a pipe; `TypeError` if they are anything else."""
    if isinstance(pipe, type | str) or not isinstance(pipe, Iterable):
        raise TypeError(f"{pipe!r} is no pipe: expected a list of lists of application classes")
    classes = list(pipe)
    for cls in classes:
        origin = get_origin(cls) or cls
        if not (isinstance(origin, type) and issubclass(origin, Application)):
            raise TypeError(
                f"{cls!r} is in a pipe: expected classes derived from {Application.__name__}"
            )
    return classes


def _find_module_name(obj: object) -> str:
    """Return the name of the module that is constructing the object, perhaps of a subclass."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and obj is frame.f_locals.get("self"):
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", "")) if frame is not None else ""
