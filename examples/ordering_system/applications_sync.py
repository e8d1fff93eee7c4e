# Generated from applications_async.py by tools/async_to_sync.py: do not edit.
"""The three applications, each of which follows from the events of another what it has to do."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, ProcessingEvent
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.system import ProcessApplication, System
from examples.ordering_system.domain import Account, Order, Stock


class Orders(ProcessApplication[UUID]):
    """Takes orders, and steers each through the saga."""

    name = "Orders"

    def place_order(self, customer: str, product: str, quantity: int, amount: Decimal) -> UUID:
        """Place an order; return its ID. What becomes of it shows later."""
        order = Order(customer, product, quantity, amount)
        self.save(order)
        return order.id

    def get_order(self, order_id: UUID) -> Order:
        """Return the order as it is now."""
        return cast("Order", self.repository.get(order_id))

    @singledispatchmethod
    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        """Do nothing about other events."""

    @policy.register
    def _(self, domain_event: Stock.Reserved, processing_event: ProcessingEvent[UUID]) -> None:
        order = self.get_order(domain_event.order_id)
        order.confirm_reservation()
        processing_event.collect_events(order)

    @policy.register
    def _(self, domain_event: Stock.Refused, processing_event: ProcessingEvent[UUID]) -> None:
        order = self.get_order(domain_event.order_id)
        order.reject("not enough in stock")
        processing_event.collect_events(order)

    @policy.register
    def _(self, domain_event: Account.Charged, processing_event: ProcessingEvent[UUID]) -> None:
        order = self.get_order(domain_event.order_id)
        order.complete()
        processing_event.collect_events(order)

    @policy.register
    def _(self, domain_event: Account.Declined, processing_event: ProcessingEvent[UUID]) -> None:
        order = self.get_order(domain_event.order_id)
        order.refuse_payment("payment declined")
        processing_event.collect_events(order)

    @policy.register
    def _(self, domain_event: Stock.Released, processing_event: ProcessingEvent[UUID]) -> None:
        order = self.get_order(domain_event.order_id)
        order.reject(order.reason)
        processing_event.collect_events(order)


class Reservations(ProcessApplication[UUID]):
    """Keeps stocks; reserves units for orders, and releases them."""

    name = "Reservations"

    def deliver(self, product: str, quantity: int) -> None:
        """Add units of a product."""
        stock = self.get_stock(product)
        stock.deliver(quantity)
        self.save(stock)

    def get_stock(self, product: str) -> Stock:
        """Return the stock of a product, a new one if there is none."""
        try:
            return cast("Stock", self.repository.get(Stock.create_id(product)))
        except AggregateNotFoundError:
            return Stock(product)

    @singledispatchmethod
    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        """Do nothing about other events."""

    @policy.register
    def _(self, domain_event: Order.Placed, processing_event: ProcessingEvent[UUID]) -> None:
        stock = self.get_stock(domain_event.product)
        stock.reserve_or_refuse(domain_event.originator_id, domain_event.quantity)
        processing_event.collect_events(stock)

    @policy.register
    def _(self, domain_event: Order.PaymentFailed, processing_event: ProcessingEvent[UUID]) -> None:
        stock = self.get_stock(domain_event.product)
        stock.release(domain_event.originator_id, domain_event.quantity)
        processing_event.collect_events(stock)


class Payments(ProcessApplication[UUID]):
    """Keeps accounts, and charges them for orders."""

    name = "Payments"

    def deposit(self, customer: str, amount: Decimal) -> None:
        """Add an amount to a customer's account."""
        account = self.get_account(customer)
        account.deposit(amount)
        self.save(account)

    def get_account(self, customer: str) -> Account:
        """Return the account of a customer, a new one if there is none."""
        try:
            return cast("Account", self.repository.get(Account.create_id(customer)))
        except AggregateNotFoundError:
            return Account(customer)

    @singledispatchmethod
    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        """Do nothing about other events."""

    @policy.register
    def _(self, domain_event: Order.Reserved, processing_event: ProcessingEvent[UUID]) -> None:
        account = self.get_account(domain_event.customer)
        account.charge_or_decline(domain_event.originator_id, domain_event.amount)
        processing_event.collect_events(account)


ordering_system = System(
    [
        [Orders, Reservations, Orders],
        [Orders, Payments, Orders],
    ]
)
