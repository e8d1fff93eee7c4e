"""The runners: one for projections with a view, one for event-sourced projections (J17-J30)."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from eventsourcing._concurrency.primitives_async import closing_on_error
from eventsourcing.application import Environment, EnvType
from eventsourcing.application.application_async import TAsyncApplication
from eventsourcing.persistence.factory_async import (
    AsyncInfrastructureFactory,
    TAsyncTrackingRecorder,
)
from eventsourcing.persistence.leases_async import AsyncLease
from eventsourcing.projection.checks import check_projection_class, check_view_class
from eventsourcing.projection.event_sourced_async import AsyncEventSourcedProjection
from eventsourcing.projection.handlers_async import check_handlers
from eventsourcing.projection.projection_async import AsyncProjection
from eventsourcing.projection.runner_base_async import AsyncBaseProjectionRunner
from eventsourcing.projection.runner_flavour_async import ViewClass
from eventsourcing.projection.shared_places import warn_of_shared_places
from eventsourcing.projection.status import ProjectionStatus
from eventsourcing.projection.upstream_async import (
    AsyncApplicationUpstream,
    AsyncUpstream,
    TAsyncFollowed,
    refuse_application_class,
)

TAsyncEventSourcedProjection = TypeVar(
    "TAsyncEventSourcedProjection", bound=AsyncEventSourcedProjection[Any]
)


class AsyncProjectionRunner(
    AsyncBaseProjectionRunner[TAsyncFollowed],
    Generic[TAsyncFollowed, TAsyncTrackingRecorder],
):
    """Runs a projection: makes the application, the view and the projection, and follows.

    The application reads environment variables prefixed with its name, the view those prefixed
    with the name of the projection. `on_progress` is called with the status, in the background,
    twice a second at most while events are processed.
    """

    def __init__(
        self,
        *,
        application_class: type[TAsyncFollowed],
        projection_class: type[AsyncProjection[TAsyncTrackingRecorder]],
        view_class: ViewClass[TAsyncTrackingRecorder],
        env: EnvType | None = None,
        on_progress: Callable[[ProjectionStatus], object] | None = None,
    ) -> None:
        check_projection_class(projection_class, AsyncProjection, AsyncEventSourcedProjection)
        check_handlers(projection_class, "process_event", "process_events")
        check_view_class(view_class)
        factory: AsyncInfrastructureFactory[Any] = AsyncInfrastructureFactory.construct(
            make_environment(projection_class.name, env)
        )
        self._factory = factory
        with closing_on_error(factory.close):
            self._view: TAsyncTrackingRecorder = factory.tracking_recorder(view_class)
            projection = projection_class(self._view)
        super().__init__(
            projection=projection,
            application_class=application_class,
            tracking_recorder=self._view,
            topics=projection.topics,
            env=env,
            on_progress=on_progress,
        )

    @property
    def projection(self) -> AsyncProjection[TAsyncTrackingRecorder]:
        """The projection."""
        projection: AsyncProjection[TAsyncTrackingRecorder] = self._projection
        return projection

    @property
    def view(self) -> TAsyncTrackingRecorder:
        """The materialised view."""
        return self._view

    def _make_lease(self, name: str) -> AsyncLease:
        return self._factory.lease(name)

    async def _close_projection(self) -> None:
        await self._factory.close()


class AsyncEventSourcedProjectionRunner(
    AsyncBaseProjectionRunner[TAsyncApplication],
    Generic[TAsyncApplication, TAsyncEventSourcedProjection],
):
    """Runs an event-sourced projection: makes the application and the projection, and follows.

    Each of the two reads environment variables prefixed with its name.
    """

    def __init__(
        self,
        *,
        application_class: type[TAsyncApplication],
        projection_class: type[TAsyncEventSourcedProjection],
        env: EnvType | None = None,
        on_progress: Callable[[ProjectionStatus], object] | None = None,
    ) -> None:
        check_projection_class(projection_class, AsyncEventSourcedProjection, AsyncProjection)
        projection = projection_class(make_environment(projection_class.name, env))
        self._projection = projection
        super().__init__(
            projection=projection,
            application_class=application_class,
            tracking_recorder=projection.recorder,
            topics=projection.topics,
            env=env,
            on_progress=on_progress,
        )
        warn_of_shared_places([self.app, projection])

    @property
    def projection(self) -> TAsyncEventSourcedProjection:
        """The projection, which is an application."""
        projection: TAsyncEventSourcedProjection = self._projection
        return projection

    def _make_lease(self, name: str) -> AsyncLease:
        lease: AsyncLease = self._projection.factory.lease(name)
        return lease

    def _select_upstream(self, application_class: Any) -> type[AsyncUpstream]:
        """Return the class of upstreams; decisions with tags cannot be processed into events."""
        upstream_class = super()._select_upstream(application_class)
        if not issubclass(upstream_class, AsyncApplicationUpstream):
            raise refuse_application_class(application_class)
        return upstream_class

    async def _close_projection(self) -> None:
        await self._projection.close()


def make_environment(name: str, env: EnvType | None) -> Environment:
    """Return the process environment, overlaid with `env`, for a projection of that name."""
    return Environment(name, {**os.environ, **(env or {})})
