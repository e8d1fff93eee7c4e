# Generated from application_async.py by tools/async_to_sync.py: do not edit.
"""The application of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, cast

from eventsourcing.application import Application
from eventsourcing.persistence import JSONTranscoder
from examples.cargo_shipping.domain import Cargo
from examples.cargo_shipping.routing import find_routes
from examples.cargo_shipping.transcodings import DateAsISO, PortAsCode, RouteAsLegs, StepAsList
from examples.cargo_shipping.values import Handling, Port, Route, Step


class Shipping(Application[str]):
    """Books cargos, finds routes for them, and records what is done to them."""

    name = "Shipping"
    env = {"ORIGINATOR_ID_TYPE": "text"}  # noqa: RUF012
    snapshotting_intervals: ClassVar[dict[type, int]] = {Cargo: 5}

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        """Add the values of this domain to those that can be stored."""
        super().register_transcodings(transcoder)
        for transcoding in (DateAsISO(), PortAsCode(), RouteAsLegs(), StepAsList()):
            transcoder.register(transcoding)

    def book(self, origin: Port, destination: Port, deadline: date) -> str:
        """Book a cargo; return its tracking number."""
        cargo = Cargo(origin, destination, deadline)
        self.save(cargo)
        return cargo.id

    def find_routes(self, cargo_id: str) -> list[Route]:
        """Routes that bring the cargo to its destination in time, the earliest first."""
        cargo = self.get_cargo(cargo_id)
        return find_routes(cargo.location or cargo.origin, cargo.destination, cargo.deadline)

    def assign_route(self, cargo_id: str, route: Route) -> None:
        """Let the cargo take a route; raises `RoutingError`."""
        cargo = self.get_cargo(cargo_id)
        cargo.assign_route(route)
        self.save(cargo)

    def change_destination(self, cargo_id: str, destination: Port) -> None:
        """Send the cargo elsewhere."""
        cargo = self.get_cargo(cargo_id)
        cargo.change_destination(destination)
        self.save(cargo)

    def handle(
        self, cargo_id: str, handling: Handling, port: Port, voyage: str | None = None
    ) -> None:
        """Record what was done to the cargo."""
        cargo = self.get_cargo(cargo_id)
        cargo.handle(Step(handling, port, voyage))
        self.save(cargo)

    def get_cargo(self, cargo_id: str, version: int | None = None) -> Cargo:
        """A cargo as it is, or as it was at an earlier version."""
        return cast("Cargo", self.repository.get(cargo_id, version=version))
