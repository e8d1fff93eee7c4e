"""The application of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, cast
from uuid import UUID

from eventsourcing.application import AsyncApplication
from examples.bank_accounts.domain import BankAccount


class AsyncBank(AsyncApplication[UUID]):
    """Opens accounts, and moves money."""

    name = "Bank"
    snapshotting_intervals: ClassVar[dict[type, int]] = {BankAccount: 100}

    async def open_account(self, holder: str, overdraft_limit: Decimal = Decimal(0)) -> UUID:
        """Open an account; return its ID."""
        account = BankAccount(holder, overdraft_limit)
        await self.save(account)
        return account.id

    async def deposit(self, account_id: UUID, amount: Decimal) -> None:
        """Add an amount to the balance."""
        account = await self.get_account(account_id)
        account.deposit(amount, "deposit")
        await self.save(account)

    async def withdraw(self, account_id: UUID, amount: Decimal) -> None:
        """Take an amount from the balance; raises `TransactionError`."""
        account = await self.get_account(account_id)
        account.withdraw(amount, "withdrawal")
        await self.save(account)

    async def transfer(self, source_id: UUID, target_id: UUID, amount: Decimal) -> None:
        """Move an amount from one account to another: both change, or none.

        Raises `TransactionError`, and `IntegrityError` if one of them was changed at the same time.
        """
        source = await self.get_account(source_id)
        target = await self.get_account(target_id)
        source.withdraw(amount, f"to {target.holder}")
        target.deposit(amount, f"from {source.holder}")
        await self.save(source, target)

    async def close_account(self, account_id: UUID) -> None:
        """Close an account whose balance is zero."""
        account = await self.get_account(account_id)
        account.close()
        await self.save(account)

    async def get_account(self, account_id: UUID, version: int | None = None) -> BankAccount:
        """An account as it is, or as it was at an earlier version."""
        return cast("BankAccount", await self.repository.get(account_id, version=version))
