"""A bank account: the aggregate that test cases of this library and of extensions share."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from eventsourcing.domain import Aggregate, AggregateCreated, AggregateEvent


@dataclass(frozen=True)
class EmailAddress:
    """An email address as a value object."""

    address: str


class AccountClosedError(Exception):
    """Raised when a closed account is used."""


class InsufficientFundsError(Exception):
    """Raised when a transaction would exceed the overdraft limit."""


class BankAccount(Aggregate):
    """An account with a balance and an overdraft limit, until it is closed."""

    def __init__(self, full_name: str, email_address: EmailAddress) -> None:
        self.full_name = full_name
        self.email_address = email_address
        self.balance: Decimal = Decimal("0.00")
        self.overdraft_limit: Decimal = Decimal("0.00")
        self.is_closed = False

    @classmethod
    def open(cls, full_name: str, email_address: str) -> BankAccount:
        """Open an account with a random ID."""
        return cls._create(
            cls.Opened,
            id=uuid4(),
            full_name=full_name,
            email_address=EmailAddress(email_address),
        )

    class Opened(AggregateCreated):
        """The account was opened."""

        full_name: str
        email_address: EmailAddress

    def append_transaction(self, amount: Decimal) -> None:
        """Credit or, with a negative amount, debit the account."""
        self.check_account_is_not_closed()
        self.check_has_sufficient_funds(amount)
        self.trigger_event(self.TransactionAppended, amount=amount)

    def check_account_is_not_closed(self) -> None:
        """Raise `AccountClosedError` if the account is closed."""
        if self.is_closed:
            raise AccountClosedError({"account_id": self.id})

    def check_has_sufficient_funds(self, amount: Decimal) -> None:
        """Raise `InsufficientFundsError` if the amount would exceed the overdraft limit."""
        if self.balance + amount < -self.overdraft_limit:
            raise InsufficientFundsError({"account_id": self.id})

    class TransactionAppended(AggregateEvent):
        """An amount was credited or debited."""

        amount: Decimal

        def apply(self, aggregate: BankAccount) -> None:
            """Change the balance."""
            aggregate.balance += self.amount

    def set_overdraft_limit(self, limit: Decimal) -> None:
        """Set how far the account may be overdrawn."""
        assert limit >= Decimal("0.00")
        self.check_account_is_not_closed()
        self.trigger_event(self.OverdraftLimitSet, overdraft_limit=limit)

    class OverdraftLimitSet(AggregateEvent):
        """The overdraft limit was set."""

        overdraft_limit: Decimal

        def apply(self, aggregate: BankAccount) -> None:
            """Change the limit."""
            aggregate.overdraft_limit = self.overdraft_limit

    def close(self) -> None:
        """Close the account."""
        self.trigger_event(self.Closed)

    class Closed(AggregateEvent):
        """The account was closed."""

        def apply(self, aggregate: BankAccount) -> None:
            """Mark the account as closed."""
            aggregate.is_closed = True
