# Generated from dcb_samples_async.py by tools/async_to_sync.py: do not edit.
"""A DCB application, and what is decided in it: for tests of those who follow it."""

# Without `from __future__ import annotations`: msgspec evaluates the annotations of structs.

from datetime import datetime
from typing import Any

from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import Tagged
from eventsourcing.dcb.msgpack import Decision, MessagePackMapper
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import get_topic
from tests.unit.projection.gates_sync import Seeing

MAPPER_TOPIC = get_topic(MessagePackMapper)


class SeatTaken(Decision):
    """Has no timestamp."""

    seat: str = "A1"


class SeatLeft(Decision):
    """Says when it happened."""

    timestamp: datetime


class Cinema(DCBApplication):
    """The application that is followed."""

    name = "Cinema"
    env = {"PERSISTENCE_MODULE": "eventsourcing.dcb.popo", "MAPPER_TOPIC": MAPPER_TOPIC}

    def decide(self, *decisions: Decision, tags: tuple[str, ...] = ("seat:A1",)) -> int:
        """Record the decisions, and return the position of the last."""
        return self.events.append([Tagged(list(tags), each) for each in decisions])

    def create(self, number: int = 1) -> list[int]:
        """Record that so many seats were taken, and return the positions."""
        last = self.decide(*[SeatTaken(f"A{each}") for each in range(number)])
        return list(range(last - number + 1, last + 1))


def make_cinema_runner(
    projection_class: type[Projection[Any]] = Seeing, **kwargs: Any
) -> ProjectionRunner[Cinema, Any]:
    """Return a runner in memory."""
    return ProjectionRunner(
        application_class=Cinema,
        projection_class=projection_class,
        view_class=POPOTrackingRecorder,
        **kwargs,
    )
