"""The example `examples/bank_accounts`."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from eventsourcing.persistence import IntegrityError
from examples.bank_accounts.application_async import AsyncBank
from examples.bank_accounts.domain import (
    AccountClosedError,
    BankAccount,
    InsufficientFundsError,
    TransactionError,
)
from tests.integration.application.conftest import Apps


@pytest.fixture
def bank(make_async: Apps) -> AsyncBank:
    made: AsyncBank = make_async(AsyncBank)
    return made


async def open_with(bank: AsyncBank, holder: str, balance: str) -> UUID:
    account_id = await bank.open_account(holder)
    await bank.deposit(account_id, Decimal(balance))
    return account_id


async def test_balance_follows_the_transactions(bank: AsyncBank) -> None:
    account_id = await open_with(bank, "Ann", "10.50")
    await bank.withdraw(account_id, Decimal("3.25"))

    account = await bank.get_account(account_id)
    assert (account.holder, account.balance, account.version) == ("Ann", Decimal("7.25"), 3)
    before = await bank.get_account(account_id, version=2)
    assert before.balance == Decimal("10.50")


async def test_a_transfer_is_recorded_in_both_accounts(bank: AsyncBank) -> None:
    ann, bob = await open_with(bank, "Ann", "10"), await open_with(bank, "Bob", "1")

    await bank.transfer(ann, bob, Decimal(4))

    assert (await bank.get_account(ann)).balance == 6
    assert (await bank.get_account(bob)).balance == 5
    last = await bank.notification_log.select(start=5, limit=10)
    assert [n.originator_id for n in last] == [ann, bob]


async def test_a_transfer_that_is_refused_changes_neither_account(bank: AsyncBank) -> None:
    ann, bob = await open_with(bank, "Ann", "10"), await open_with(bank, "Bob", "1")

    with pytest.raises(InsufficientFundsError):
        await bank.transfer(ann, bob, Decimal(11))

    assert (await bank.get_account(ann)).version == 2
    assert (await bank.get_account(bob)).version == 2


async def test_a_transfer_that_conflicts_changes_neither_account(bank: AsyncBank) -> None:
    ann, bob = await open_with(bank, "Ann", "10"), await open_with(bank, "Bob", "1")
    source, target = await bank.get_account(ann), await bank.get_account(bob)
    await bank.deposit(bob, Decimal(1))
    source.withdraw(Decimal(4))
    target.deposit(Decimal(4))

    with pytest.raises(IntegrityError):
        await bank.save(source, target)

    assert (await bank.get_account(ann)).balance == 10
    assert (await bank.get_account(bob)).balance == 2


async def test_a_closed_account_accepts_nothing(bank: AsyncBank) -> None:
    account_id = await open_with(bank, "Ann", "10")
    with pytest.raises(TransactionError, match="a balance of 10"):
        await bank.close_account(account_id)
    await bank.withdraw(account_id, Decimal(10))
    await bank.close_account(account_id)

    with pytest.raises(AccountClosedError, match="of Ann is closed"):
        await bank.deposit(account_id, Decimal(1))


async def test_long_histories_are_read_from_snapshots(bank: AsyncBank) -> None:
    account = BankAccount("Ann")
    for _ in range(120):
        account.deposit(Decimal(1))
    await bank.save(account)

    assert bank.snapshots is not None
    (snapshot,) = await bank.snapshots.get(account.id)
    assert snapshot.originator_version == 100
    assert await bank.get_account(account.id) == account


def test_an_account_may_be_overdrawn_to_its_limit() -> None:
    account = BankAccount("Ann", overdraft_limit=Decimal(5))
    account.withdraw(Decimal(5))

    with pytest.raises(InsufficientFundsError):
        account.withdraw(Decimal("0.01"))
    with pytest.raises(ValueError, match="must be positive, not 0"):
        account.deposit(Decimal(0))
    assert len(account.pending_events) == 2
