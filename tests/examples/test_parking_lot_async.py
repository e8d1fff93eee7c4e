"""The example `examples/parking_lot`."""

from __future__ import annotations

import pytest

from eventsourcing.persistence import IntegrityError
from examples.parking_lot.application_async import AsyncParkingLots
from examples.parking_lot.domain import LotEvent, LotSnapshot, ParkingError, ParkingLot
from tests.integration.application.conftest import Apps


@pytest.fixture
def lots(make_async: Apps) -> AsyncParkingLots:
    made: AsyncParkingLots = make_async(AsyncParkingLots)
    return made


async def test_cars_come_and_go(lots: AsyncParkingLots) -> None:
    lot_id = await lots.open_lot("North", 2)
    await lots.enter(lot_id, "A 1")
    await lots.enter(lot_id, "B 2")
    with pytest.raises(ParkingError, match="North is full"):
        await lots.enter(lot_id, "C 3")
    await lots.leave(lot_id, "A 1")

    lot = await lots.get_lot(lot_id)
    assert (lot.name, lot.version, list(lot.cars)) == ("North", 4, ["B 2"])
    before = await lots.get_lot(lot_id, version=3)
    assert list(before.cars) == ["A 1", "B 2"]


async def test_a_space_is_given_once(lots: AsyncParkingLots) -> None:
    lot_id = await lots.open_lot("North", 1)
    lot = await lots.get_lot(lot_id)
    await lots.save(lot.enter("A 1"))

    with pytest.raises(IntegrityError):
        await lots.save(lot.enter("B 2"))


async def test_a_lot_with_a_long_history_is_read_from_a_snapshot(lots: AsyncParkingLots) -> None:
    lot_id = await lots.open_lot("North", 5)
    await lots.enter(lot_id, "A 1")
    for _ in range(5):
        await lots.enter(lot_id, "B 2")
        await lots.leave(lot_id, "B 2")

    assert lots.snapshots is not None
    (snapshot,) = await lots.snapshots.get(lot_id)
    assert isinstance(snapshot, LotSnapshot)
    assert snapshot.originator_version == 10
    lot = None
    for event in await lots.events.get(lot_id):
        assert isinstance(event, LotEvent)
        lot = event.mutate(lot)
    assert await lots.get_lot(lot_id) == lot


def test_commands_change_nothing() -> None:
    lot = ParkingLot.open("North", 1).mutate(None)
    assert lot is not None

    entered = lot.enter("A 1")

    assert lot.cars == {}
    with pytest.raises(AttributeError):
        lot.version = 2  # type: ignore[misc]
    full = entered.mutate(lot)
    assert full is not None
    with pytest.raises(ParkingError, match="A 1 is in North already"):
        full.enter("A 1")
    with pytest.raises(ParkingError, match="B 2 is not in North"):
        full.leave("B 2")


def test_events_come_in_their_order() -> None:
    lot = ParkingLot.open("North", 1).mutate(None)
    assert lot is not None
    entered = lot.enter("A 1")

    with pytest.raises(ValueError, match="is not the next event of"):
        entered.mutate(entered.mutate(lot))
    with pytest.raises(ValueError, match="is not the next event of None"):
        entered.mutate(None)
