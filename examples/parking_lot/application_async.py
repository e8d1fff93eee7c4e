"""The application of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from typing import ClassVar, cast
from uuid import UUID

from eventsourcing.application import AsyncApplication
from examples.parking_lot.domain import LotSnapshot, ParkingLot


class AsyncParkingLots(AsyncApplication[UUID]):
    """Opens lots, and lets cars in and out."""

    name = "ParkingLots"
    snapshot_class = LotSnapshot
    snapshotting_intervals: ClassVar[dict[type, int]] = {ParkingLot: 10}

    async def open_lot(self, name: str, spaces: int) -> UUID:
        """Open a lot; return its ID."""
        opened = ParkingLot.open(name, spaces)
        await self.save(opened)
        return opened.originator_id

    async def enter(self, lot_id: UUID, plate: str) -> None:
        """Let a car in; raises `ParkingError`."""
        lot = await self.get_lot(lot_id)
        # The lot itself is saved too so that a snapshot is taken when one is due.
        await self.save(lot, lot.enter(plate))

    async def leave(self, lot_id: UUID, plate: str) -> None:
        """Let a car out; raises `ParkingError`."""
        lot = await self.get_lot(lot_id)
        await self.save(lot, lot.leave(plate))

    async def get_lot(self, lot_id: UUID, version: int | None = None) -> ParkingLot:
        """A lot as it is, or as it was at an earlier version."""
        return cast("ParkingLot", await self.repository.get(lot_id, version=version))
