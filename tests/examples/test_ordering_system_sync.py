# Generated from test_ordering_system_async.py by tools/async_to_sync.py: do not edit.
"""The example `examples/ordering_system`: a saga, and its way back, with each runner."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from eventsourcing.system import (
    MultiThreadedRunner,
    NewMultiThreadedRunner,
    NewSingleThreadedRunner,
    Runner,
    SingleThreadedRunner,
)
from examples.ordering_system.applications_sync import (
    Orders,
    Payments,
    Reservations,
    ordering_system,
)
from examples.ordering_system.domain import Account, Order, Stock

RUNNERS: list[Any] = [
    SingleThreadedRunner,
    NewSingleThreadedRunner,
    MultiThreadedRunner,
    NewMultiThreadedRunner,
]


@pytest.fixture(params=RUNNERS)
def runner(request: pytest.FixtureRequest, env: dict[str, str]) -> Iterator[Runner[UUID]]:
    """A running system, on SQLite with a database for each application."""
    if "SQLITE_DBNAME" in env:
        for name in ordering_system.nodes:
            env[f"{name.upper()}_SQLITE_DBNAME"] = f"{env['SQLITE_DBNAME']}.{name}"
    with request.param(ordering_system, env) as started:
        yield started


def place_order(runner: Runner[UUID], quantity: int, amount: int) -> Order:
    """Place an order, and wait for its end."""
    orders = runner.get(Orders)
    order_id = orders.place_order("Ann", "tea", quantity, Decimal(amount))
    recorders: list[Any] = [runner.get(app).recorder for app in (Reservations, Payments)]
    while orders.get_order(order_id).status not in ("completed", "rejected"):
        for recorder in recorders:
            recorder.wait("Orders", orders.recorder.max_notification_id(), timeout=60)
        for upstream in ("Reservations", "Payments"):
            app = runner.get({"Reservations": Reservations, "Payments": Payments}[upstream])
            position = app.recorder.max_notification_id()
            waiting: Any = orders.recorder
            waiting.wait(upstream, position, timeout=60)
    return orders.get_order(order_id)


def test_an_order_is_completed(runner: Runner[UUID]) -> None:
    runner.get(Reservations).deliver("tea", 3)
    runner.get(Payments).deposit("Ann", Decimal(10))

    order = place_order(runner, quantity=2, amount=8)

    assert (order.status, order.reason) == ("completed", "")
    assert runner.get(Reservations).get_stock("tea").units == 1
    assert runner.get(Payments).get_account("Ann").balance == 2


def test_an_order_is_rejected_when_there_is_not_enough(runner: Runner[UUID]) -> None:
    runner.get(Payments).deposit("Ann", Decimal(10))

    order = place_order(runner, quantity=2, amount=8)

    assert (order.status, order.reason) == ("rejected", "not enough in stock")
    assert runner.get(Payments).get_account("Ann").balance == 10


def test_what_was_reserved_is_released_when_the_payment_fails(
    runner: Runner[UUID],
) -> None:
    reservations = runner.get(Reservations)
    reservations.deliver("tea", 3)

    order = place_order(runner, quantity=2, amount=8)

    assert (order.status, order.reason) == ("rejected", "payment declined")
    assert reservations.get_stock("tea").units == 3
    names = [name_of(reservations, each) for each in range(1, 5)]
    assert names == ["Added", "Delivered", "Reserved", "Released"]


def name_of(app: Any, notification_id: int) -> str:
    (notification,) = app.recorder.select_notifications(notification_id, 1)
    name: str = notification.topic.rpartition(".")[2]
    return name


def test_many_orders_leave_nothing_reserved_that_is_not_paid(
    runner: Runner[UUID],
) -> None:
    runner.get(Reservations).deliver("tea", 5)
    runner.get(Payments).deposit("Ann", Decimal(30))

    orders = [place_order(runner, quantity=1, amount=10) for _ in range(6)]

    assert [order.status for order in orders] == ["completed"] * 3 + ["rejected"] * 3
    assert runner.get(Reservations).get_stock("tea").units == 2
    assert runner.get(Payments).get_account("Ann").balance == 0


def test_each_aggregate_decides_for_itself() -> None:
    stock, account = Stock("tea"), Account("Ann")
    order = Order("Ann", "tea", 1, Decimal(1))
    stock.reserve_or_refuse(order.id, 1)
    account.charge_or_decline(order.id, Decimal(1))
    order.refuse_payment("declined")
    order.reject("declined")
    kinds: list[type[Any]] = [type(each.pending_events[-1]) for each in (stock, account, order)]
    assert kinds == [Stock.Refused, Account.Declined, Order.Rejected]
