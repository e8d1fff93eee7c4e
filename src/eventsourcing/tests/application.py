"""Test cases by which an engine tests that applications run on it, for `unittest` (Q1)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import JSONTranscoder, Transcoding
from eventsourcing.testing import ApplicationSuite
from eventsourcing.testing.checks import expect, expect_error
from eventsourcing.tests.domain import BankAccount, EmailAddress, InsufficientFundsError
from eventsourcing.tests.persistence import EngineTestCase

__all__ = [
    "AccountNotFoundError",
    "ApplicationTestCase",
    "BankAccounts",
    "EmailAddressAsStr",
    "ExampleApplicationTestCase",
]


class AccountNotFoundError(Exception):
    """There is no account of that ID."""


class EmailAddressAsStr(Transcoding):
    """Email addresses as text."""

    type = EmailAddress
    name = "email_address_as_str"

    def encode(self, obj: EmailAddress) -> str:
        """Return the text."""
        return obj.address

    def decode(self, data: str) -> EmailAddress:
        """Return the address."""
        return EmailAddress(data)


class BankAccounts(Application[UUID]):
    """Keeps bank accounts: the application that test cases of extensions share."""

    is_snapshotting_enabled = True

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        """Add that of email addresses."""
        super().register_transcodings(transcoder)
        transcoder.register(EmailAddressAsStr())

    def open_account(self, full_name: str, email_address: str) -> UUID:
        """Open an account; return its ID."""
        account = BankAccount.open(full_name, email_address)
        self.save(account)
        return account.id

    def credit_account(self, account_id: UUID, amount: Decimal) -> None:
        """Credit or, with a negative amount, debit an account."""
        account = self.get_account(account_id)
        account.append_transaction(amount)
        self.save(account)

    def transfer(self, debit_id: UUID, credit_id: UUID, amount: Decimal) -> None:
        """Debit one account and credit the other, or do neither."""
        debited, credited = self.get_account(debit_id), self.get_account(credit_id)
        debited.append_transaction(-amount)
        credited.append_transaction(amount)
        self.save(debited, credited)

    def get_balance(self, account_id: UUID) -> Decimal:
        """Return the balance of an account."""
        return self.get_account(account_id).balance

    def get_account(self, account_id: UUID) -> BankAccount:
        """Return an account; raise `AccountNotFoundError` if there is none."""
        try:
            return cast("BankAccount", self.repository.get(account_id))
        except AggregateNotFoundError:
            raise AccountNotFoundError(account_id) from None


class BankAccountsSuite(ApplicationSuite):
    """All that applications must do, and what the example application must do on every engine."""

    def test_accounts(self) -> None:
        """A12, A15, T5: values of the domain come back; a transfer changes both or none."""
        app: BankAccounts = self.create_application(BankAccounts)
        alice = app.open_account("Alice", "alice@example.com")
        bob = app.open_account("Bob", "bob@example.com")
        app.credit_account(alice, Decimal("10.00"))
        app.transfer(alice, bob, Decimal("2.50"))
        with expect_error(InsufficientFundsError, "D208: the debited account has too little"):
            app.transfer(alice, bob, Decimal(100))
        balances = (app.get_balance(alice), app.get_balance(bob))
        expect(balances, (Decimal("7.50"), Decimal("2.50")), "A15: both accounts, or none")
        address = app.get_account(alice).email_address
        expect(address, EmailAddress("alice@example.com"), "T5: a value of the domain")
        with expect_error(AccountNotFoundError, "R8: an unknown account"):
            app.get_account(cast("UUID", self.new_id()))

    def test_snapshots_of_accounts(self) -> None:
        """A24, A27: the same account, also from a snapshot."""
        app: BankAccounts = self.create_application(BankAccounts)
        alice = app.open_account("Alice", "alice@example.com")
        app.credit_account(alice, Decimal("10.00"))
        app.take_snapshot(alice)
        app.credit_account(alice, Decimal("5.00"))
        expect(app.get_balance(alice), Decimal("15.00"), "A27: the balance")
        before = cast("BankAccount", app.repository.get(alice, version=2))
        expect(before.balance, Decimal("10.00"), "A27: the balance of the snapshot")

    def test_log_of_accounts(self) -> None:
        """N7, N10: the sections of the notification log have each event once."""
        app: BankAccounts = self.create_application(BankAccounts)
        for number in range(12):
            app.open_account(f"Owner {number}", f"{number}@example.com")
        names: list[str] = []
        section_id: str | None = "1,5"
        while section_id is not None:
            section = app.notification_log[section_id]
            for notification in section.items:
                opened = cast("Any", app.mapper.to_domain_event(notification))
                names.append(opened.full_name)
            section_id = section.next_id
        expect(names, [f"Owner {number}" for number in range(12)], "N10: each once, in order")


class ApplicationTestCase(EngineTestCase, suites={"": ApplicationSuite}):
    """What every engine must do for applications (A12-A15, A24-A34, R3-R8, N1, N2)."""

    @abstractmethod
    def construct_environ(self) -> Mapping[str, str]:
        """Return environment variables for an empty database, PERSISTENCE_MODULE among them.

        Called once by each test.
        """

    def _prepare_suite(self, suite: Any) -> None:
        super()._prepare_suite(suite)
        suite._environ = self.construct_environ()


class ExampleApplicationTestCase(ApplicationTestCase, suites={"": BankAccountsSuite}):
    """All that, and an example: `BankAccounts`."""

    @abstractmethod
    def construct_environ(self) -> Mapping[str, str]:
        """Return environment variables for an empty database, PERSISTENCE_MODULE among them."""
