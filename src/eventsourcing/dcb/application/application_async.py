"""Applications with dynamic consistency boundaries (C51, C52, C59)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Self, TypeVar

from eventsourcing._concurrency.primitives_async import CloseWhenCollected, Event, closing_on_error
from eventsourcing.dcb.api import AsyncDCBRecorder
from eventsourcing.dcb.application.repository_async import AsyncDCBRepository
from eventsourcing.dcb.domain import TSlice
from eventsourcing.dcb.persistence import (
    AsyncDCBEventStore,
    AsyncDCBInfrastructureFactory,
    DCBMapper,
)
from eventsourcing.utils import Environment, EnvType


class AsyncDCBApplication(CloseWhenCollected):
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
    events: AsyncDCBEventStore[Any]
    repository: AsyncDCBRepository[Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" not in vars(cls):
            cls.name = cls.__name__

    def __init__(self, env: EnvType | None = None) -> None:
        self.closing: Event = Event()
        self._is_open = False
        self.env = self.construct_env(self.name, env)
        self.factory: AsyncDCBInfrastructureFactory[Any] = self.construct_factory(self.env)
        with closing_on_error(self.factory.close):
            self.recorder: AsyncDCBRecorder = self.construct_recorder()
            mapper = self.construct_mapper()
            if mapper is not None:
                self.mapper = mapper
                self.events = AsyncDCBEventStore(mapper, self.recorder)
                self.repository = AsyncDCBRepository(self.events)

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

    def construct_factory(self, env: Environment) -> AsyncDCBInfrastructureFactory[Any]:
        """Return the factory that the environment names."""
        return AsyncDCBInfrastructureFactory.construct(env)

    def construct_recorder(self) -> AsyncDCBRecorder:
        """Return the recorder of events."""
        return self.factory.dcb_recorder()

    def construct_mapper(self) -> DCBMapper[Any] | None:
        """Return the mapper of decisions that the environment names, `None` if it names none."""
        return self.factory.mapper()

    # -- use ----------------------------------------------------------------------------------

    async def do(self, s: TSlice) -> TSlice:
        """Bring a slice up to date if it projects decisions, execute it, save what it decided.

        Returns the slice. Raises `IntegrityError` if what it has not taken into account conflicts;
        nothing is repeated: make a new slice, and do that.
        """
        repository = self.repository
        if type(s).do_projection:
            await repository.advance(s)
        s.execute()
        if s.new_decisions:
            await repository.save(s)
        return s

    # -- opening and closing ------------------------------------------------------------------

    async def open(self) -> None:
        """Open the database now, rather than by its first use."""
        await self.factory.open()
        self._is_open = True

    async def close(self) -> None:
        """Release what the application holds. May be called repeatedly."""
        self.closing.set()
        await self.factory.close()
        self._is_open = False

    async def __aenter__(self) -> Self:
        await self.factory.__aenter__()
        self._is_open = True
        return self

    async def __aexit__(self, *args: object) -> None:
        await self.close()
        await self.factory.__aexit__(*args)


TAsyncDCBApplication = TypeVar("TAsyncDCBApplication", bound=AsyncDCBApplication)
