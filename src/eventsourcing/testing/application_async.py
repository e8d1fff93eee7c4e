"""What every engine must do for applications (contract A12-A15, A24-A34, R3-R8, N1, N2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, AsyncApplication
from eventsourcing.cipher import AESCipher
from eventsourcing.persistence import IntegrityError
from eventsourcing.testing.checks import expect, expect_error, expect_true
from eventsourcing.testing.engine_suite_async import AsyncEngineSuite
from eventsourcing.testing.sample_account import SampleAccount

_ATOMIC = "A15: all events of a call are stored, or none"


class AsyncSampleAccounts(AsyncApplication[UUID]):
    """Keeps accounts."""

    name = "SampleAccounts"
    is_snapshotting_enabled = True


class AsyncSampleAccountsWithIntervals(AsyncApplication[UUID]):
    """Keeps accounts, and takes snapshots of them by itself."""

    name = "SampleAccounts"
    snapshotting_intervals: ClassVar[dict[type, int]] = {SampleAccount: 2}


class AsyncApplicationSuite(AsyncEngineSuite):
    """What every engine must do for applications; needs the fixture `environ`, and UUIDs as IDs."""

    async def create_application(
        self, application_class: Any = AsyncSampleAccounts, **settings: str
    ) -> Any:
        """Return an application on the database of this test; it is closed after the test."""
        if "PERSISTENCE_MODULE" not in self._environ:
            raise NotImplementedError(
                f"{type(self).__qualname__} must override the fixture 'environ' so that it returns "
                "environment variables with PERSISTENCE_MODULE"
            )
        app = application_class({**self._environ, **settings})
        self._factories.append(cast("Any", app))  # it is closed like a factory
        return app

    async def save_account(self, app: Any, *amounts: str) -> SampleAccount:
        """Save a new account with these entries."""
        account = SampleAccount("Ann")
        for amount in amounts:
            account.enter(Decimal(amount))
        await app.save(account)
        return account

    async def test_aggregates_are_what_they_were(self) -> None:
        """A12, R3: an aggregate is rebuilt from its events, with the types of its values."""
        app = await self.create_application()
        saved = await self.save_account(app, "10.50", "-0.40")
        found: SampleAccount = await app.repository.get(saved.id)
        expect(found, saved, "R3: the aggregate as it was saved")
        actual = (type(found), found.balance, found.version, found.modified_on)
        expected = (SampleAccount, Decimal("10.10"), 3, saved.modified_on)
        expect(actual, expected, "R3: class, balance, version and time of the last change")

    async def test_earlier_versions(self) -> None:
        """R4: the state after the event with that version; there is none before the first."""
        app = await self.create_application()
        account = await self.save_account(app, "1", "2", "4")
        for upto, balance in ((1, 0), (2, 1), (3, 3), (4, 7), (9, 7)):
            found = await app.repository.get(account.id, version=upto)
            expect(found.balance, balance, f"R4: the balance at version {upto}")
        with expect_error(AggregateNotFoundError, "R4: there is nothing at version 0"):
            await app.repository.get(account.id, version=0)

    async def test_unknown_aggregates(self) -> None:
        """R8: an error."""
        app = await self.create_application()
        await self.save_account(app)
        with expect_error(AggregateNotFoundError, "R8: an ID that was never saved"):
            await app.repository.get(self.new_id())

    async def test_recordings(self) -> None:
        """A13, A14: one for each new event, in order, with the notification that it became."""
        app = await self.create_application()
        one, other = SampleAccount("Ann"), SampleAccount("Bob")
        one.enter(Decimal(1))
        events = [*one.pending_events, *other.pending_events]
        recordings = await app.save(one, other)
        expect([each.domain_event for each in recordings], events, "A13: the events, in order")
        notifications = [each.notification for each in recordings]
        ids = [each.id for each in notifications]
        expect(ids, list(range(ids[0], ids[0] + 3)), "A14: consecutive IDs")
        log = list(await app.notification_log.select(start=None, limit=10))
        expect(log, notifications, "N1: the log has what was recorded")

    async def test_saving_nothing(self) -> None:
        """A13: no events, no recordings."""
        app = await self.create_application()
        account = await self.save_account(app)
        expect(list(await app.save()), [], "A13: nothing to save")
        expect(list(await app.save(account)), [], "A13: an aggregate without new events")
        expect(len(await app.notification_log.select(start=None, limit=10)), 1, "A13: one event")

    async def test_conflicting_changes(self) -> None:
        """A15: of two changes of one version, the first that is saved wins."""
        app = await self.create_application()
        account = await self.save_account(app)
        one = await app.repository.get(account.id)
        other = await app.repository.get(account.id)
        one.enter(Decimal(1))
        other.enter(Decimal(2))
        await app.save(one)
        with expect_error(IntegrityError, "A15: the version is stored already"):
            await app.save(other)
        found = await app.repository.get(account.id)
        expect((found.balance, found.version), (Decimal(1), 2), "A15: the refused change is lost")

    async def test_all_aggregates_or_none(self) -> None:
        """A15: a conflict of one aggregate leaves nothing of the others."""
        app = await self.create_application()
        account = await self.save_account(app)
        stale = await app.repository.get(account.id)
        account.enter(Decimal(1))
        await app.save(account)
        stale.enter(Decimal(2))
        new = SampleAccount("Bob")
        with expect_error(IntegrityError, _ATOMIC):
            await app.save(new, stale)
        with expect_error(AggregateNotFoundError, _ATOMIC):
            await app.repository.get(new.id)
        expect(len(await app.notification_log.select(start=None, limit=10)), 2, _ATOMIC)

    async def test_notification_log(self) -> None:
        """N2: a start, a limit, topics, and whether the start is included."""
        app = await self.create_application()
        await self.save_account(app, "1", "2")
        log = list(await app.notification_log.select(start=None, limit=10))
        second = log[1].id
        entered = log[1].topic
        for arguments, expected in (
            ({"start": second, "limit": 10}, log[1:]),
            ({"start": second, "limit": 1}, log[1:2]),
            ({"start": second, "limit": 10, "inclusive_of_start": False}, log[2:]),
            ({"start": None, "limit": 10, "topics": [entered]}, log[1:]),
            ({"start": None, "limit": 10, "stop": second}, log[:2]),
        ):
            selected = list(await app.notification_log.select(**cast("Any", arguments)))
            expect(selected, expected, f"N2: three events, select({arguments})")

    async def test_snapshots(self) -> None:
        """A24-A27: they are kept apart from events, in order, and change nothing that is seen."""
        app = await self.create_application()
        account = await self.save_account(app, "1", "2", "4")
        for taken in (3, 2):
            await app.take_snapshot(account.id, version=taken)
        with expect_error(IntegrityError, "A25: there is a snapshot of this version"):
            await app.take_snapshot(account.id, version=2)
        versions = [each.originator_version for each in await app.snapshots.get(account.id)]
        expect(versions, [2, 3], "A26: the snapshots, by version")
        states: list[tuple[int | None, int]] = [(None, 7), (4, 7), (3, 3), (2, 1), (1, 0)]
        for version, balance in states:
            found = await app.repository.get(account.id, version=version)
            expect(found.balance, balance, f"A27: the balance at version {version}")
        expect(len(await app.notification_log.select(start=None, limit=10)), 4, "A24: the events")

    async def test_automatic_snapshots(self) -> None:
        """A28: one at each version that the interval divides."""
        app = await self.create_application(AsyncSampleAccountsWithIntervals)
        account = await self.save_account(app, "1")
        for amount in (2, 4, 8):
            account.enter(Decimal(amount))
            await app.save(account)
        versions = [each.originator_version for each in await app.snapshots.get(account.id)]
        expect(versions, [2, 4], "A28: snapshots with an interval of two events")
        found = await app.repository.get(account.id)
        expect(found.balance, 15, "A27: the balance")

    async def test_codecs(self) -> None:
        """A7, R3: with a cipher and a compressor aggregates are the same; what is stored is not."""
        app = await self.create_application(
            CIPHER_KEY=AESCipher.create_key(16),
            COMPRESSOR_TOPIC="eventsourcing.compressor:ZlibCompressor",
        )
        account = await self.save_account(app, "1")
        expect(await app.repository.get(account.id), account, "R3: the aggregate")
        log = await app.notification_log.select(start=None, limit=10)
        is_hidden = all(b"Ann" not in each.state for each in log)
        expect_true(is_hidden, "the name of the owner is stored encrypted")

    async def test_aggregates_survive_a_restart(self) -> None:
        """A15: what a durable engine has saved is there for the next application."""
        if not self.capabilities.durable:
            return
        account = await self.save_account(await self.create_application(), "1")
        await self.close_factories()
        app = await self.create_application()
        expect(await app.repository.get(account.id), account, "A15: the aggregate")
        account.enter(Decimal(2))
        await app.save(account)
        found = await app.repository.get(account.id)
        expect(found.balance, 3, "A15: it can be changed")

    async def test_closing(self) -> None:
        """A32, A34: an application is a context manager; closing may be repeated."""
        app = await self.create_application()
        async with app as entered:
            expect_true(entered is app, "A34: it returns itself")
            await self.save_account(app)
        for _ in range(2):
            await app.close()
