"""The domain of the example: orders, stocks of products, and accounts of customers."""

from __future__ import annotations

from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.domain import Aggregate, event


class Order(Aggregate):
    """The process manager: knows how far an order has come, and what is to be done next."""

    class Placed(Aggregate.Created):
        """Asks for a reservation."""

        customer: str
        product: str
        quantity: int
        amount: Decimal

    class Reserved(Aggregate.Event):
        """Asks for a payment."""

        customer: str
        amount: Decimal

    class PaymentFailed(Aggregate.Event):
        """Asks to release what was reserved."""

        product: str
        quantity: int
        reason: str

    class Completed(Aggregate.Event):
        """The good end."""

    class Rejected(Aggregate.Event):
        """The other end."""

        reason: str

    @event(Placed)
    def __init__(self, customer: str, product: str, quantity: int, amount: Decimal) -> None:
        self.customer = customer
        self.product = product
        self.quantity = quantity
        self.amount = amount
        self.status = "placed"
        self.reason = ""

    def confirm_reservation(self) -> None:
        """Go on to the payment."""
        self._confirm_reservation(self.customer, self.amount)

    def refuse_payment(self, reason: str) -> None:
        """Go back: what was reserved has to be released."""
        self._refuse_payment(self.product, self.quantity, reason)

    @event(Completed)
    def complete(self) -> None:
        """Come to the good end."""
        self.status = "completed"

    @event(Rejected)
    def reject(self, reason: str) -> None:
        """Come to the other end."""
        self.status = "rejected"
        self.reason = reason

    @event(Reserved)
    def _confirm_reservation(self, customer: str, amount: Decimal) -> None:
        self.status = "reserved"

    @event(PaymentFailed)
    def _refuse_payment(self, product: str, quantity: int, reason: str) -> None:
        self.status = "releasing"
        self.reason = reason


class Stock(Aggregate):
    """How many units of a product can be reserved."""

    class Reserved(Aggregate.Event):
        """There were enough."""

        order_id: UUID
        quantity: int

    class Refused(Aggregate.Event):
        """There were not."""

        order_id: UUID

    class Released(Aggregate.Event):
        """Units that were reserved can be reserved again."""

        order_id: UUID
        quantity: int

    @staticmethod
    def create_id(product: str) -> UUID:
        """Return the ID for a product."""
        return uuid5(NAMESPACE_URL, f"/stocks/{product}")

    @event("Added")
    def __init__(self, product: str) -> None:
        self.product = product
        self.units = 0

    @event("Delivered")
    def deliver(self, quantity: int) -> None:
        """Add units."""
        self.units += quantity

    def reserve_or_refuse(self, order_id: UUID, quantity: int) -> None:
        """Reserve units for an order, if there are enough."""
        if quantity <= self.units:
            self._reserve(order_id, quantity)
        else:
            self._refuse(order_id)

    @event(Released)
    def release(self, order_id: UUID, quantity: int) -> None:
        """Take a reservation back."""
        self.units += quantity

    @event(Reserved)
    def _reserve(self, order_id: UUID, quantity: int) -> None:
        self.units -= quantity

    @event(Refused)
    def _refuse(self, order_id: UUID) -> None:
        pass


class Account(Aggregate):
    """What a customer can spend."""

    class Charged(Aggregate.Event):
        """There was enough."""

        order_id: UUID
        amount: Decimal

    class Declined(Aggregate.Event):
        """There was not."""

        order_id: UUID

    @staticmethod
    def create_id(customer: str) -> UUID:
        """Return the ID for a customer."""
        return uuid5(NAMESPACE_URL, f"/accounts/{customer}")

    @event("Opened")
    def __init__(self, customer: str) -> None:
        self.customer = customer
        self.balance = Decimal(0)

    @event("Deposited")
    def deposit(self, amount: Decimal) -> None:
        """Add an amount."""
        self.balance += amount

    def charge_or_decline(self, order_id: UUID, amount: Decimal) -> None:
        """Charge the account for an order, if there is enough."""
        if amount <= self.balance:
            self._charge(order_id, amount)
        else:
            self._decline(order_id)

    @event(Charged)
    def _charge(self, order_id: UUID, amount: Decimal) -> None:
        self.balance -= amount

    @event(Declined)
    def _decline(self, order_id: UUID) -> None:
        pass
