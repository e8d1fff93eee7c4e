"""The base of all conformance suites: how they get recorders of the engine under test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar
from uuid import UUID

import pytest

from eventsourcing.persistence import (
    AsyncBaseInfrastructureFactory,
    AsyncInfrastructureFactory,
    Capabilities,
)
from eventsourcing.testing.samples import new_id
from eventsourcing.utils import Environment


class AsyncEngineSuite:
    """Base of the conformance suites. A test class of an engine derives from a suite, and

    - sets `capabilities` to what the engine can do,
    - overrides the fixture `environ` so that it gives the environment variables of an
      infrastructure factory for a database of its own for each test, `PERSISTENCE_MODULE` among
      them; or, without such a factory, overrides `create_recorder()`,
    - sets `id_type` to `str` when the environment makes the engine store text IDs.

    Asynchronous suites need pytest-asyncio in its auto mode.
    """

    capabilities: ClassVar[Capabilities]
    id_type: ClassVar[type[UUID | str]] = UUID

    _environ: Mapping[str, str]
    _factories: list[AsyncBaseInfrastructureFactory[Any]]

    @pytest.fixture
    def environ(self) -> Mapping[str, str]:
        """Override this: return the environment variables of a factory for a fresh database."""
        return {}

    @pytest.fixture(autouse=True)
    async def _close_what_the_test_opened(self, environ: Mapping[str, str]) -> AsyncIterator[None]:
        self._environ = environ
        self._factories = []
        yield
        await self.close_factories()

    async def create_factory(self, name: str = "", **settings: str) -> Any:
        """Return an open factory for the database of this test; it is closed after the test."""
        if "PERSISTENCE_MODULE" not in self._environ:
            raise NotImplementedError(
                f"{type(self).__qualname__} must override the fixture 'environ' so that it returns "
                "environment variables with PERSISTENCE_MODULE, or else create_recorder()"
            )
        factory = self._construct_factory(Environment(name, {**self._environ, **settings}))
        self._factories.append(factory)
        await factory.open()
        return factory

    def _construct_factory(self, environment: Environment) -> AsyncBaseInfrastructureFactory[Any]:
        return AsyncInfrastructureFactory.construct(environment)

    async def close_factories(self) -> None:
        """Close all factories, as at the end of a process; new ones may be created then."""
        while self._factories:
            await self._factories.pop().close()

    def new_id(self) -> UUID | str:
        """Return an originator ID of the type that the engine stores, never used before."""
        return new_id(self.id_type)
