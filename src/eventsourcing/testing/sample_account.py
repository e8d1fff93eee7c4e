"""An aggregate for the suite of applications."""

from __future__ import annotations

from decimal import Decimal

from eventsourcing.domain import Aggregate, event


class SampleAccount(Aggregate):
    """An account with entries."""

    @event("Opened")
    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.balance: Decimal = Decimal("0.00")

    @event("Entered")
    def enter(self, amount: Decimal) -> None:
        """Add to the balance."""
        self.balance += amount
