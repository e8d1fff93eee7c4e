"""The domain of the example: a cargo, whose ID is the tracking number on its papers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from eventsourcing.domain import (
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    CanSnapshotAggregate,
    MetaDomainEvent,
    event,
)
from examples.cargo_shipping.values import Port, Route, Step


class RoutingError(Exception):
    """A route does not fit a cargo."""


class Recorded(metaclass=MetaDomainEvent):
    """What all events have here: frozen dataclasses, with text for an ID."""

    originator_id: str
    originator_version: int
    timestamp: datetime


class ShippingAggregate(BaseAggregate[str]):
    """Base of the aggregates of this domain."""

    class Event(Recorded, CanMutateAggregate[str]):
        """Base of their events."""

    class Created(Event, CanInitAggregate[str]):
        """Their first event."""

        originator_topic: str

    class Snapshot(Recorded, CanSnapshotAggregate[str]):
        """Their recorded state."""

        topic: str
        state: dict[str, Any]


class Cargo(ShippingAggregate):
    """Something to be brought from one port to another by a deadline."""

    @staticmethod
    def create_id() -> str:
        """A new tracking number."""
        return f"CARGO-{uuid4().hex[:12].upper()}"

    @event("Booked")
    def __init__(self, origin: Port, destination: Port, deadline: date) -> None:
        self.origin = origin
        self.destination = destination
        self.deadline = deadline
        self.route: Route | None = None
        self.steps: list[Step] = []

    @event("DestinationChanged")
    def change_destination(self, destination: Port) -> None:
        """Send the cargo elsewhere; the route may have to be changed too."""
        self.destination = destination

    def assign_route(self, route: Route) -> None:
        """Take a route; raises `RoutingError` if it does not lead there in time."""
        if route.end is not self.destination:
            raise RoutingError(f"{self.id} goes to {self.destination}, not to {route.end}")
        if route.arrival > self.deadline:
            raise RoutingError(f"{self.id} must arrive by {self.deadline}, not on {route.arrival}")
        self._assign_route(route)

    @event("RouteAssigned")
    def _assign_route(self, route: Route) -> None:
        self.route = route

    @event("Handled")
    def handle(self, step: Step) -> None:
        """Record what was done to the cargo; whatever that is, it has happened."""
        self.steps.append(step)

    @property
    def location(self) -> Port | None:
        """Where the cargo was last seen; `None` if nobody has received it yet."""
        return self.steps[-1].port if self.steps else None

    @property
    def is_misdirected(self) -> bool:
        """Whether something else was done than the route says."""
        return bool(self.steps) and self.steps != self._planned()[: len(self.steps)]

    @property
    def next_step(self) -> Step | None:
        """What is to be done next; `None` if that is unclear, or nothing is left to do."""
        planned = self._planned()
        if self.is_misdirected or len(self.steps) >= len(planned):
            return None
        return planned[len(self.steps)]

    def _planned(self) -> list[Step]:
        return self.route.steps() if self.route else []
