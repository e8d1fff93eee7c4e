"""The domain of the example: an account with a limit, below which its balance cannot fall."""

from __future__ import annotations

from decimal import Decimal

from eventsourcing.domain import Aggregate, event


class TransactionError(Exception):
    """An account refuses a transaction; nothing has changed."""


class AccountClosedError(TransactionError):
    """The account is closed."""


class InsufficientFundsError(TransactionError):
    """The balance would fall below the limit."""


class BankAccount(Aggregate):
    """An account of one holder: public methods decide, and call decorated ones, which record."""

    @event("Opened")
    def __init__(self, holder: str, overdraft_limit: Decimal = Decimal(0)) -> None:
        self.holder = holder
        self.overdraft_limit = overdraft_limit
        self.balance = Decimal(0)
        self.is_closed = False

    def deposit(self, amount: Decimal, purpose: str = "") -> None:
        """Add an amount to the balance."""
        self._check(amount)
        self._transact(amount, purpose)

    def withdraw(self, amount: Decimal, purpose: str = "") -> None:
        """Take an amount from the balance; raises `InsufficientFundsError`."""
        self._check(amount)
        if self.balance - amount < -self.overdraft_limit:
            raise InsufficientFundsError(f"{self.balance} is too little to withdraw {amount}")
        self._transact(-amount, purpose)

    def close(self) -> None:
        """Accept no more transactions; raises `TransactionError` unless the balance is zero."""
        if self.balance:
            raise TransactionError(f"an account with a balance of {self.balance} can't be closed")
        if not self.is_closed:
            self._close()

    def _check(self, amount: Decimal) -> None:
        if amount <= 0:
            raise ValueError(f"an amount must be positive, not {amount}")
        if self.is_closed:
            raise AccountClosedError(f"the account of {self.holder} is closed")

    @event("TransactionAppended")
    def _transact(self, amount: Decimal, purpose: str) -> None:
        self.balance += amount

    @event("Closed")
    def _close(self) -> None:
        self.is_closed = True
