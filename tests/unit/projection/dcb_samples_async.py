"""A DCB application, and what is decided in it: for tests of those who follow it."""

# Without `from __future__ import annotations`: msgspec evaluates the annotations of structs.

from datetime import datetime
from typing import Any

from eventsourcing.dcb.application import AsyncDCBApplication
from eventsourcing.dcb.domain import Tagged
from eventsourcing.dcb.msgpack import Decision, MessagePackMapper
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import AsyncProjection, AsyncProjectionRunner
from eventsourcing.utils import get_topic
from tests.unit.projection.gates_async import AsyncSeeing

MAPPER_TOPIC = get_topic(MessagePackMapper)


class SeatTaken(Decision):
    """Has no timestamp."""

    seat: str = "A1"


class SeatLeft(Decision):
    """Says when it happened."""

    timestamp: datetime


class AsyncCinema(AsyncDCBApplication):
    """The application that is followed."""

    name = "Cinema"
    env = {"PERSISTENCE_MODULE": "eventsourcing.dcb.popo", "MAPPER_TOPIC": MAPPER_TOPIC}

    async def decide(self, *decisions: Decision, tags: tuple[str, ...] = ("seat:A1",)) -> int:
        """Record the decisions, and return the position of the last."""
        return await self.events.append([Tagged(list(tags), each) for each in decisions])

    async def create(self, number: int = 1) -> list[int]:
        """Record that so many seats were taken, and return the positions."""
        last = await self.decide(*[SeatTaken(f"A{each}") for each in range(number)])
        return list(range(last - number + 1, last + 1))


def make_cinema_runner(
    projection_class: type[AsyncProjection[Any]] = AsyncSeeing, **kwargs: Any
) -> AsyncProjectionRunner[AsyncCinema, Any]:
    """Return a runner in memory."""
    return AsyncProjectionRunner(
        application_class=AsyncCinema,
        projection_class=projection_class,
        view_class=POPOTrackingRecorder,
        **kwargs,
    )
