"""Checks of what users hand over, without runners; and those that only one flavour makes."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest

from eventsourcing.application import AsyncApplication, ProcessingEvent
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import (
    AsyncEventSourcedProjection,
    AsyncProjection,
    AsyncProjectionRunner,
    EventSourcedProjection,
    Projection,
    ProjectionRunner,
)
from eventsourcing.projection.checks import check_on_progress, find_coroutine_function
from eventsourcing.projection.partitions import Partitions
from eventsourcing.system import Follower
from tests.unit.projection.gates_sync import Upstream


class Awaited(Projection[Any]):
    async def process_event(  # type: ignore[override]
        self, domain_event: Any, tracking: Tracking
    ) -> None:
        pass


class AwaitedInPart(Projection[Any]):
    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        pass

    @process_event.register
    async def _(self, domain_event: Aggregate.Created, tracking: Tracking) -> None:
        pass


TView = TypeVar("TView", bound=POPOTrackingRecorder)


class AwaitedWithArgument(Projection[TView]):
    async def process_event(  # type: ignore[override]
        self, domain_event: Any, tracking: Tracking
    ) -> None:
        pass


@pytest.mark.parametrize("projection_class", [Awaited, AwaitedInPart, AwaitedWithArgument[Any]])
def test_a_handler_that_would_have_to_be_awaited_is_refused(projection_class: Any) -> None:
    """Section 2: with threads nobody awaits it, so the event would have no effect."""
    with pytest.raises(TypeError, match=r"process_event: .* is a coroutine function"):
        ProjectionRunner(
            application_class=Upstream,
            projection_class=projection_class,
            view_class=POPOTrackingRecorder,
        )


@pytest.mark.parametrize("base", [EventSourcedProjection, Follower])
def test_a_policy_that_would_have_to_be_awaited_is_refused(base: Any) -> None:
    """Y1: it would collect nothing, and the event would be tracked nevertheless."""

    class Hasty(base):  # type: ignore[misc]
        async def policy(self, domain_event: Any, processing_event: ProcessingEvent[Any]) -> None:
            pass

    with pytest.raises(TypeError, match=r"Hasty\.policy: .* is a coroutine function"):
        Hasty()


async def test_with_asyncio_a_handler_may_return_what_is_awaited() -> None:
    """Section 2: it need not be a coroutine function."""

    class Returning(AsyncProjection[Any]):
        def process_event(self, domain_event: Any, tracking: Tracking) -> Any:
            return self.view.insert_tracking(tracking)

    class ReturningPolicy(AsyncEventSourcedProjection[Any]):
        def policy(self, domain_event: Any, processing_event: Any) -> Any:
            return super().policy(domain_event, processing_event)

    ReturningPolicy()
    async with AsyncProjectionRunner(
        application_class=AsyncApplication,
        projection_class=Returning,
        view_class=POPOTrackingRecorder,
    ) as runner:
        await runner.wait(await runner.app.save(Aggregate()), timeout=60)


def test_handlers_that_wait_for_their_annotations_are_looked_at() -> None:
    """Y2: they are registered when the method is read, which is not yet."""

    class Deferred:
        @singledispatchmethod
        def policy(self, domain_event: Any) -> None:
            pass

        @policy.register
        async def _(self, domain_event: Later) -> None:
            pass

    assert find_coroutine_function(Deferred, "policy") is not None
    assert find_coroutine_function(Deferred, "process_event") is None


class Later:
    """Defined after the class above was."""


def test_a_hook_is_not_awaited() -> None:
    """In both flavours it is called."""

    async def report(status: Any) -> None:
        pass

    with pytest.raises(TypeError, match=r"on_progress is .*: expected a plain function"):
        check_on_progress(report)


@pytest.mark.parametrize("number", ["4", None, 2.5])
def test_the_number_of_partitions_is_whole(number: Any) -> None:
    """The value is named."""
    with pytest.raises(TypeError, match=f"partitions is {number!r}: expected a whole number"):
        Partitions.of(number)


def test_single_partitions_are_given_in_a_collection() -> None:
    """The error shows how."""
    with pytest.raises(TypeError, match=r"only is 1: expected partitions, such as \[1\]"):
        Partitions(4, only=1)  # type: ignore[arg-type]
