"""The example `examples/ordering_system`: a saga, and its way back, with each runner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from eventsourcing.system import (
    AsyncMultiThreadedRunner,
    AsyncNewMultiThreadedRunner,
    AsyncNewSingleThreadedRunner,
    AsyncRunner,
    AsyncSingleThreadedRunner,
)
from examples.ordering_system.applications_async import (
    AsyncOrders,
    AsyncPayments,
    AsyncReservations,
    ordering_system,
)
from examples.ordering_system.domain import Account, Order, Stock

RUNNERS: list[Any] = [
    AsyncSingleThreadedRunner,
    AsyncNewSingleThreadedRunner,
    AsyncMultiThreadedRunner,
    AsyncNewMultiThreadedRunner,
]


@pytest.fixture(params=RUNNERS)
async def runner(
    request: pytest.FixtureRequest, env: dict[str, str]
) -> AsyncIterator[AsyncRunner[UUID]]:
    """A running system, on SQLite with a database for each application."""
    if "SQLITE_DBNAME" in env:
        for name in ordering_system.nodes:
            env[f"{name.upper()}_SQLITE_DBNAME"] = f"{env['SQLITE_DBNAME']}.{name}"
    async with request.param(ordering_system, env) as started:
        yield started


async def place_order(runner: AsyncRunner[UUID], quantity: int, amount: int) -> Order:
    """Place an order, and wait for its end."""
    orders = runner.get(AsyncOrders)
    order_id = await orders.place_order("Ann", "tea", quantity, Decimal(amount))
    recorders: list[Any] = [runner.get(app).recorder for app in (AsyncReservations, AsyncPayments)]
    while (await orders.get_order(order_id)).status not in ("completed", "rejected"):
        for recorder in recorders:
            await recorder.wait("Orders", await orders.recorder.max_notification_id(), timeout=60)
        for upstream in ("Reservations", "Payments"):
            app = runner.get(
                {"Reservations": AsyncReservations, "Payments": AsyncPayments}[upstream]
            )
            position = await app.recorder.max_notification_id()
            waiting: Any = orders.recorder
            await waiting.wait(upstream, position, timeout=60)
    return await orders.get_order(order_id)


async def test_an_order_is_completed(runner: AsyncRunner[UUID]) -> None:
    await runner.get(AsyncReservations).deliver("tea", 3)
    await runner.get(AsyncPayments).deposit("Ann", Decimal(10))

    order = await place_order(runner, quantity=2, amount=8)

    assert (order.status, order.reason) == ("completed", "")
    assert (await runner.get(AsyncReservations).get_stock("tea")).units == 1
    assert (await runner.get(AsyncPayments).get_account("Ann")).balance == 2


async def test_an_order_is_rejected_when_there_is_not_enough(runner: AsyncRunner[UUID]) -> None:
    await runner.get(AsyncPayments).deposit("Ann", Decimal(10))

    order = await place_order(runner, quantity=2, amount=8)

    assert (order.status, order.reason) == ("rejected", "not enough in stock")
    assert (await runner.get(AsyncPayments).get_account("Ann")).balance == 10


async def test_what_was_reserved_is_released_when_the_payment_fails(
    runner: AsyncRunner[UUID],
) -> None:
    reservations = runner.get(AsyncReservations)
    await reservations.deliver("tea", 3)

    order = await place_order(runner, quantity=2, amount=8)

    assert (order.status, order.reason) == ("rejected", "payment declined")
    assert (await reservations.get_stock("tea")).units == 3
    names = [await name_of(reservations, each) for each in range(1, 5)]
    assert names == ["Added", "Delivered", "Reserved", "Released"]


async def name_of(app: Any, notification_id: int) -> str:
    (notification,) = await app.recorder.select_notifications(notification_id, 1)
    name: str = notification.topic.rpartition(".")[2]
    return name


async def test_many_orders_leave_nothing_reserved_that_is_not_paid(
    runner: AsyncRunner[UUID],
) -> None:
    await runner.get(AsyncReservations).deliver("tea", 5)
    await runner.get(AsyncPayments).deposit("Ann", Decimal(30))

    orders = [await place_order(runner, quantity=1, amount=10) for _ in range(6)]

    assert [order.status for order in orders] == ["completed"] * 3 + ["rejected"] * 3
    assert (await runner.get(AsyncReservations).get_stock("tea")).units == 2
    assert (await runner.get(AsyncPayments).get_account("Ann")).balance == 0


def test_each_aggregate_decides_for_itself() -> None:
    stock, account = Stock("tea"), Account("Ann")
    order = Order("Ann", "tea", 1, Decimal(1))
    stock.reserve_or_refuse(order.id, 1)
    account.charge_or_decline(order.id, Decimal(1))
    order.refuse_payment("declined")
    order.reject("declined")
    kinds: list[type[Any]] = [type(each.pending_events[-1]) for each in (stock, account, order)]
    assert kinds == [Stock.Refused, Account.Declined, Order.Rejected]
