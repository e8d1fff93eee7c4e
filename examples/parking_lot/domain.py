"""The domain of the example. Commands return events; an event makes a new lot of an old one.

Nothing of the library's aggregates is used here: the protocols of `eventsourcing.domain` suffice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from eventsourcing.domain import CanSnapshotAggregate, datetime_now_with_tzinfo


class ParkingError(Exception):
    """A car can't come in or go out."""


class LotEvent(msgspec.Struct, frozen=True):
    """What all events of a lot have."""

    originator_id: UUID
    originator_version: int
    timestamp: datetime

    def mutate(self, lot: ParkingLot | None) -> ParkingLot | None:
        """The lot after this event."""
        if lot is None or lot.version + 1 != self.originator_version:
            raise ValueError(f"{self} is not the next event of {lot}")
        return self.evolve(lot)

    def evolve(self, lot: ParkingLot) -> ParkingLot:
        """The lot after this event, which is known to be its next one."""
        raise NotImplementedError


class LotOpened(LotEvent, frozen=True):
    """There is a new lot."""

    name: str
    spaces: int

    def mutate(self, lot: ParkingLot | None) -> ParkingLot | None:
        """The new lot."""
        return ParkingLot(
            id=self.originator_id,
            version=self.originator_version,
            name=self.name,
            spaces=self.spaces,
        )


class CarEntered(LotEvent, frozen=True):
    """A car took a space."""

    plate: str

    def evolve(self, lot: ParkingLot) -> ParkingLot:
        """The lot with the car."""
        cars = {**lot.cars, self.plate: self.timestamp}
        return msgspec.structs.replace(lot, version=self.originator_version, cars=cars)


class CarLeft(LotEvent, frozen=True):
    """A car left its space."""

    plate: str

    def evolve(self, lot: ParkingLot) -> ParkingLot:
        """The lot without the car."""
        cars = {plate: since for plate, since in lot.cars.items() if plate != self.plate}
        return msgspec.structs.replace(lot, version=self.originator_version, cars=cars)


class LotSnapshot(msgspec.Struct, CanSnapshotAggregate[UUID], frozen=True):
    """The recorded state of a lot."""

    originator_id: UUID
    originator_version: int
    timestamp: datetime
    topic: str
    state: dict[str, Any]


class ParkingLot(msgspec.Struct, frozen=True):
    """A lot with so many spaces, and the cars in it: since when they are there, by plate."""

    id: UUID
    version: int
    name: str
    spaces: int
    cars: dict[str, datetime] = {}  # never changed: each event makes another one

    @staticmethod
    def open(name: str, spaces: int) -> LotOpened:
        """Open a lot."""
        return LotOpened(
            originator_id=uuid4(),
            originator_version=1,
            timestamp=datetime_now_with_tzinfo(),
            name=name,
            spaces=spaces,
        )

    def enter(self, plate: str) -> CarEntered:
        """Let a car in; raises `ParkingError` if the lot is full, or the car is in it."""
        if plate in self.cars:
            raise ParkingError(f"{plate} is in {self.name} already")
        if len(self.cars) >= self.spaces:
            raise ParkingError(f"{self.name} is full")
        return CarEntered(self.id, self.version + 1, datetime_now_with_tzinfo(), plate)

    def leave(self, plate: str) -> CarLeft:
        """Let a car out; raises `ParkingError` if it is not in the lot."""
        if plate not in self.cars:
            raise ParkingError(f"{plate} is not in {self.name}")
        return CarLeft(self.id, self.version + 1, datetime_now_with_tzinfo(), plate)
