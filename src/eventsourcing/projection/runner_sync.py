# Generated from runner_async.py by tools/async_to_sync.py: do not edit.
"""The runners: one for projections with a view, one for event-sourced projections (J17-J30)."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from eventsourcing._concurrency.primitives_sync import closing_on_error
from eventsourcing.application import Environment, EnvType
from eventsourcing.application.application_sync import TApplication
from eventsourcing.persistence.factory_sync import (
    InfrastructureFactory,
    TTrackingRecorder,
)
from eventsourcing.persistence.leases_sync import Lease
from eventsourcing.projection.checks import check_projection_class, check_view_class
from eventsourcing.projection.event_sourced_sync import EventSourcedProjection
from eventsourcing.projection.handlers_sync import check_handlers
from eventsourcing.projection.projection_sync import Projection
from eventsourcing.projection.runner_base_sync import BaseProjectionRunner
from eventsourcing.projection.runner_flavour_sync import ViewClass
from eventsourcing.projection.shared_places import warn_of_shared_places
from eventsourcing.projection.status import ProjectionStatus
from eventsourcing.projection.upstream_sync import (
    ApplicationUpstream,
    TFollowed,
    Upstream,
    refuse_application_class,
)

TEventSourcedProjection = TypeVar("TEventSourcedProjection", bound=EventSourcedProjection[Any])


class ProjectionRunner(
    BaseProjectionRunner[TFollowed],
    Generic[TFollowed, TTrackingRecorder],
):
    """Runs a projection: makes the application, the view and the projection, and follows.

    The application reads environment variables prefixed with its name, the view those prefixed
    with the name of the projection. `on_progress` is called with the status, in the background,
    twice a second at most while events are processed.
    """

    def __init__(
        self,
        *,
        application_class: type[TFollowed],
        projection_class: type[Projection[TTrackingRecorder]],
        view_class: ViewClass[TTrackingRecorder],
        env: EnvType | None = None,
        on_progress: Callable[[ProjectionStatus], object] | None = None,
    ) -> None:
        check_projection_class(projection_class, Projection, EventSourcedProjection)
        check_handlers(projection_class, "process_event", "process_events")
        check_view_class(view_class)
        factory: InfrastructureFactory[Any] = InfrastructureFactory.construct(
            make_environment(projection_class.name, env)
        )
        self._factory = factory
        with closing_on_error(factory.close):
            self._view: TTrackingRecorder = factory.tracking_recorder(view_class)
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
    def projection(self) -> Projection[TTrackingRecorder]:
        """The projection."""
        projection: Projection[TTrackingRecorder] = self._projection
        return projection

    @property
    def view(self) -> TTrackingRecorder:
        """The materialised view."""
        return self._view

    def _make_lease(self, name: str) -> Lease:
        return self._factory.lease(name)

    def _close_projection(self) -> None:
        self._factory.close()


class EventSourcedProjectionRunner(
    BaseProjectionRunner[TApplication],
    Generic[TApplication, TEventSourcedProjection],
):
    """Runs an event-sourced projection: makes the application and the projection, and follows.

    Each of the two reads environment variables prefixed with its name.
    """

    def __init__(
        self,
        *,
        application_class: type[TApplication],
        projection_class: type[TEventSourcedProjection],
        env: EnvType | None = None,
        on_progress: Callable[[ProjectionStatus], object] | None = None,
    ) -> None:
        check_projection_class(projection_class, EventSourcedProjection, Projection)
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
    def projection(self) -> TEventSourcedProjection:
        """The projection, which is an application."""
        projection: TEventSourcedProjection = self._projection
        return projection

    def _make_lease(self, name: str) -> Lease:
        lease: Lease = self._projection.factory.lease(name)
        return lease

    def _select_upstream(self, application_class: Any) -> type[Upstream]:
        """Return the class of upstreams; decisions with tags cannot be processed into events."""
        upstream_class = super()._select_upstream(application_class)
        if not issubclass(upstream_class, ApplicationUpstream):
            raise refuse_application_class(application_class)
        return upstream_class

    def _close_projection(self) -> None:
        self._projection.close()


def make_environment(name: str, env: EnvType | None) -> Environment:
    """Return the process environment, overlaid with `env`, for a projection of that name."""
    return Environment(name, {**os.environ, **(env or {})})
