# Generated from application_async.py by tools/async_to_sync.py: do not edit.
"""Applications with dynamic consistency boundaries (C51, C52, C59)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Self, TypeVar

from eventsourcing._concurrency.primitives_sync import CloseWhenCollected, Event, closing_on_error
from eventsourcing.dcb.api import DCBRecorder
from eventsourcing.dcb.application.repository_sync import DCBRepository
from eventsourcing.dcb.domain import TSlice
from eventsourcing.dcb.persistence import (
    DCBEventStore,
    DCBInfrastructureFactory,
    DCBMapper,
)
from eventsourcing.utils import Environment, EnvType


class DCBApplication(CloseWhenCollected):
    """Base class of applications: executes slices, saves and gets enduring objects and groups.

    Configured by the class attribute `env` and environment variables; each step of the
    construction is a method that subclasses may override. May be used concurrently. The name, by
    default that of the class, is the prefix of environment variables and, on some engines, part of
    the names of tables.

    `mapper`, `events` and `repository` exist only if `MAPPER_TOPIC` is set.
    """

    name: str = "DCBApplication"
    env: dict[str, str] = {"PERSISTENCE_MODULE": "eventsourcing.dcb.popo"}  # noqa: RUF012 - instances have their own

    mapper: DCBMapper[Any]
    events: DCBEventStore[Any]
    repository: DCBRepository[Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" not in vars(cls):
            cls.name = cls.__name__

    def __init__(self, env: EnvType | None = None) -> None:
        self.closing: Event = Event()
        self._is_open = False
        self.env = self.construct_env(self.name, env)
        self.factory: DCBInfrastructureFactory[Any] = self.construct_factory(self.env)
        with closing_on_error(self.factory.close):
            self.recorder: DCBRecorder = self.construct_recorder()
            mapper = self.construct_mapper()
            if mapper is not None:
                self.mapper = mapper
                self.events = DCBEventStore(mapper, self.recorder)
                self.repository = DCBRepository(self.events)

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            """Say why the application has no mapper, and nothing that needs one."""
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            if name in ("mapper", "events", "repository"):
                message += (
                    ": it has no mapper; set MAPPER_TOPIC, for example to "
                    "'eventsourcing.dcb.msgpack:MessagePackMapper'"
                )
            raise AttributeError(message, name=name, obj=self)

    # -- construction -------------------------------------------------------------------------

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Return the settings for an application of that name, which may be another one.

        From low to high precedence: the class attribute `env`, the process environment, the
        argument.
        """
        return Environment(name, {**type(self).env, **os.environ, **(env or {})})

    def construct_factory(self, env: Environment) -> DCBInfrastructureFactory[Any]:
        """Return the factory that the environment names."""
        return DCBInfrastructureFactory.construct(env)

    def construct_recorder(self) -> DCBRecorder:
        """Return the recorder of events."""
        return self.factory.dcb_recorder()

    def construct_mapper(self) -> DCBMapper[Any] | None:
        """Return the mapper of decisions that the environment names, `None` if it names none."""
        return self.factory.mapper()

    # -- use ----------------------------------------------------------------------------------

    def do(self, s: TSlice) -> TSlice:
        """Bring a slice up to date if it projects decisions, execute it, save what it decided.

        Returns the slice. Raises `IntegrityError` if what it has not taken into account conflicts;
        nothing is repeated: make a new slice, and do that.
        """
        repository = self.repository
        if type(s).do_projection:
            repository.advance(s)
        s.execute()
        if s.new_decisions:
            repository.save(s)
        return s

    # -- opening and closing ------------------------------------------------------------------

    def open(self) -> None:
        """Open the database now, rather than by its first use."""
        self.factory.open()
        self._is_open = True

    def close(self) -> None:
        """Release what the application holds. May be called repeatedly."""
        self.closing.set()
        self.factory.close()
        self._is_open = False

    def __enter__(self) -> Self:
        self.factory.__enter__()
        self._is_open = True
        return self

    def __exit__(self, *args: object) -> None:
        self.close()
        self.factory.__exit__(*args)


TDCBApplication = TypeVar("TDCBApplication", bound=DCBApplication)
