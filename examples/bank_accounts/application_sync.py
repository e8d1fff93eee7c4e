# Generated from application_async.py by tools/async_to_sync.py: do not edit.
"""The application of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, cast
from uuid import UUID

from eventsourcing.application import Application
from examples.bank_accounts.domain import BankAccount


class Bank(Application[UUID]):
    """Opens accounts, and moves money."""

    name = "Bank"
    snapshotting_intervals: ClassVar[dict[type, int]] = {BankAccount: 100}

    def open_account(self, holder: str, overdraft_limit: Decimal = Decimal(0)) -> UUID:
        """Open an account; return its ID."""
        account = BankAccount(holder, overdraft_limit)
        self.save(account)
        return account.id

    def deposit(self, account_id: UUID, amount: Decimal) -> None:
        """Add an amount to the balance."""
        account = self.get_account(account_id)
        account.deposit(amount, "deposit")
        self.save(account)

    def withdraw(self, account_id: UUID, amount: Decimal) -> None:
        """Take an amount from the balance; raises `TransactionError`."""
        account = self.get_account(account_id)
        account.withdraw(amount, "withdrawal")
        self.save(account)

    def transfer(self, source_id: UUID, target_id: UUID, amount: Decimal) -> None:
        """Move an amount from one account to another: both change, or none.

        Raises `TransactionError`, and `IntegrityError` if one of them was changed at the same time.
        """
        source = self.get_account(source_id)
        target = self.get_account(target_id)
        source.withdraw(amount, f"to {target.holder}")
        target.deposit(amount, f"from {source.holder}")
        self.save(source, target)

    def close_account(self, account_id: UUID) -> None:
        """Close an account whose balance is zero."""
        account = self.get_account(account_id)
        account.close()
        self.save(account)

    def get_account(self, account_id: UUID, version: int | None = None) -> BankAccount:
        """An account as it is, or as it was at an earlier version."""
        return cast("BankAccount", self.repository.get(account_id, version=version))
