# Generated from test_bank_accounts_async.py by tools/async_to_sync.py: do not edit.
"""The example `examples/bank_accounts`."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from eventsourcing.persistence import IntegrityError
from examples.bank_accounts.application_sync import Bank
from examples.bank_accounts.domain import (
    AccountClosedError,
    BankAccount,
    InsufficientFundsError,
    TransactionError,
)
from tests.integration.application.conftest import Apps


@pytest.fixture
def bank(make_sync: Apps) -> Bank:
    made: Bank = make_sync(Bank)
    return made


def open_with(bank: Bank, holder: str, balance: str) -> UUID:
    account_id = bank.open_account(holder)
    bank.deposit(account_id, Decimal(balance))
    return account_id


def test_balance_follows_the_transactions(bank: Bank) -> None:
    account_id = open_with(bank, "Ann", "10.50")
    bank.withdraw(account_id, Decimal("3.25"))

    account = bank.get_account(account_id)
    assert (account.holder, account.balance, account.version) == ("Ann", Decimal("7.25"), 3)
    before = bank.get_account(account_id, version=2)
    assert before.balance == Decimal("10.50")


def test_a_transfer_is_recorded_in_both_accounts(bank: Bank) -> None:
    ann, bob = open_with(bank, "Ann", "10"), open_with(bank, "Bob", "1")

    bank.transfer(ann, bob, Decimal(4))

    assert bank.get_account(ann).balance == 6
    assert bank.get_account(bob).balance == 5
    last = bank.notification_log.select(start=5, limit=10)
    assert [n.originator_id for n in last] == [ann, bob]


def test_a_transfer_that_is_refused_changes_neither_account(bank: Bank) -> None:
    ann, bob = open_with(bank, "Ann", "10"), open_with(bank, "Bob", "1")

    with pytest.raises(InsufficientFundsError):
        bank.transfer(ann, bob, Decimal(11))

    assert bank.get_account(ann).version == 2
    assert bank.get_account(bob).version == 2


def test_a_transfer_that_conflicts_changes_neither_account(bank: Bank) -> None:
    ann, bob = open_with(bank, "Ann", "10"), open_with(bank, "Bob", "1")
    source, target = bank.get_account(ann), bank.get_account(bob)
    bank.deposit(bob, Decimal(1))
    source.withdraw(Decimal(4))
    target.deposit(Decimal(4))

    with pytest.raises(IntegrityError):
        bank.save(source, target)

    assert bank.get_account(ann).balance == 10
    assert bank.get_account(bob).balance == 2


def test_a_closed_account_accepts_nothing(bank: Bank) -> None:
    account_id = open_with(bank, "Ann", "10")
    with pytest.raises(TransactionError, match="a balance of 10"):
        bank.close_account(account_id)
    bank.withdraw(account_id, Decimal(10))
    bank.close_account(account_id)

    with pytest.raises(AccountClosedError, match="of Ann is closed"):
        bank.deposit(account_id, Decimal(1))


def test_long_histories_are_read_from_snapshots(bank: Bank) -> None:
    account = BankAccount("Ann")
    for _ in range(120):
        account.deposit(Decimal(1))
    bank.save(account)

    assert bank.snapshots is not None
    (snapshot,) = bank.snapshots.get(account.id)
    assert snapshot.originator_version == 100
    assert bank.get_account(account.id) == account


def test_an_account_may_be_overdrawn_to_its_limit() -> None:
    account = BankAccount("Ann", overdraft_limit=Decimal(5))
    account.withdraw(Decimal(5))

    with pytest.raises(InsufficientFundsError):
        account.withdraw(Decimal("0.01"))
    with pytest.raises(ValueError, match="must be positive, not 0"):
        account.deposit(Decimal(0))
    assert len(account.pending_events) == 2
