"""The example `examples/cargo_shipping`."""

from __future__ import annotations

from datetime import date

import pytest

from examples.cargo_shipping.application_async import AsyncShipping
from examples.cargo_shipping.domain import Cargo, RoutingError
from examples.cargo_shipping.values import Handling, Leg, Port, Route, Step
from tests.integration.application.conftest import Apps

DEADLINE = date(2031, 3, 30)


@pytest.fixture
def shipping(make_async: Apps) -> AsyncShipping:
    made: AsyncShipping = make_async(AsyncShipping)
    return made


async def test_a_tracking_number_is_the_id(shipping: AsyncShipping) -> None:
    cargo_id = await shipping.book(Port.HONG_KONG, Port.STOCKHOLM, DEADLINE)

    cargo = await shipping.get_cargo(cargo_id)
    assert cargo_id.startswith("CARGO-")
    assert (cargo.id, cargo.origin, cargo.deadline) == (cargo_id, Port.HONG_KONG, DEADLINE)
    (notification,) = await shipping.notification_log.select(start=1, limit=10)
    assert notification.originator_id == cargo_id
    assert b'"CNHKG"' in notification.state


async def test_routes_are_found_in_the_schedule(shipping: AsyncShipping) -> None:
    cargo_id = await shipping.book(Port.HONG_KONG, Port.STOCKHOLM, DEADLINE)

    routes = await shipping.find_routes(cargo_id)

    voyages = [[leg.voyage for leg in route.legs] for route in routes]
    assert voyages == [["V100", "V300"], ["V100", "V310"], ["V200", "V210", "V310"]]


async def test_a_cargo_is_led_along_its_route(shipping: AsyncShipping) -> None:
    cargo_id = await shipping.book(Port.HONG_KONG, Port.STOCKHOLM, DEADLINE)
    route = (await shipping.find_routes(cargo_id))[0]
    await shipping.assign_route(cargo_id, route)

    for step in route.steps():
        assert (await shipping.get_cargo(cargo_id)).next_step == step
        await shipping.handle(cargo_id, step.handling, step.port, step.voyage)

    cargo = await shipping.get_cargo(cargo_id)
    assert (cargo.location, cargo.next_step) == (Port.STOCKHOLM, None)
    assert not cargo.is_misdirected
    assert cargo.route == route
    assert shipping.snapshots is not None
    assert [s.originator_version for s in await shipping.snapshots.get(cargo_id)] == [5]


async def test_a_misdirected_cargo_gets_another_destination(shipping: AsyncShipping) -> None:
    cargo_id = await shipping.book(Port.HONG_KONG, Port.STOCKHOLM, DEADLINE)
    await shipping.assign_route(cargo_id, (await shipping.find_routes(cargo_id))[0])
    await shipping.handle(cargo_id, Handling.RECEIVE, Port.HONG_KONG)
    await shipping.handle(cargo_id, Handling.LOAD, Port.HONG_KONG, "V200")
    await shipping.handle(cargo_id, Handling.UNLOAD, Port.NEW_YORK, "V200")

    cargo = await shipping.get_cargo(cargo_id)
    assert (cargo.is_misdirected, cargo.next_step) == (True, None)
    await shipping.change_destination(cargo_id, Port.DALLAS)
    assert [r.start for r in await shipping.find_routes(cargo_id)] == [Port.NEW_YORK]


async def test_earlier_versions_are_there(shipping: AsyncShipping) -> None:
    cargo_id = await shipping.book(Port.HONG_KONG, Port.STOCKHOLM, DEADLINE)
    await shipping.change_destination(cargo_id, Port.DALLAS)

    assert (await shipping.get_cargo(cargo_id, version=1)).destination is Port.STOCKHOLM


def test_a_route_must_lead_there_in_time() -> None:
    cargo = Cargo(Port.HONG_KONG, Port.DALLAS, DEADLINE)
    late = Leg("V1", Port.HONG_KONG, Port.DALLAS, date(2032, 1, 1))

    with pytest.raises(RoutingError, match="must arrive by 2031-03-30, not on 2032-01-01"):
        cargo.assign_route(Route((late,)))
    with pytest.raises(RoutingError, match=r"goes to Port.DALLAS, not to Port.ROTTERDAM"):
        cargo.assign_route(Route((Leg("V100", Port.HONG_KONG, Port.ROTTERDAM, DEADLINE),)))
    assert cargo.next_step is None
    assert cargo.location is None


def test_steps_follow_from_the_route() -> None:
    route = Route((Leg("V100", Port.HONG_KONG, Port.ROTTERDAM, DEADLINE),))

    assert route.steps() == [
        Step(Handling.RECEIVE, Port.HONG_KONG),
        Step(Handling.LOAD, Port.HONG_KONG, "V100"),
        Step(Handling.UNLOAD, Port.ROTTERDAM, "V100"),
        Step(Handling.CLAIM, Port.ROTTERDAM),
    ]
