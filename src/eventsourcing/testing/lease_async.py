"""What the leases of every engine that has them must do (capability `leases`)."""

from __future__ import annotations

import pytest

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.persistence import AsyncLease
from eventsourcing.testing.checks import expect, expect_error
from eventsourcing.testing.engine_suite_async import AsyncEngineSuite
from eventsourcing.testing.samples import HOSTILE_TEXTS

_ONE = "section 'leases': at most one lease of a name is held"


class AsyncLeaseSuite(AsyncEngineSuite):
    """What every lease must do."""

    async def create_leases(self, number: int, name: str = "projection") -> list[AsyncLease]:
        """Return new leases of one name, as of several contenders, of one factory (a hook)."""
        factory = await self.create_factory()
        return [factory.lease(name) for _ in range(number)]

    async def test_nobody_holds_a_new_lease(self) -> None:
        """Section 'leases': making one takes nothing."""
        (lease,) = await self.create_leases(1)
        expect(await lease.is_held(), False, "section 'leases': it was not acquired")
        expect(lease.name, "projection", "section 'leases': it has the name that was asked for")

    async def test_one_of_two_holds_it(self) -> None:
        """Section 'leases': the second contender does not wait, and gets nothing."""
        one, other = await self.create_leases(2)
        expect(await one.try_acquire(), True, "section 'leases': it was free")
        expect(await other.try_acquire(), False, _ONE)
        expect((await one.is_held(), await other.is_held()), (True, False), _ONE)

    async def test_its_holder_may_ask_again(self) -> None:
        """Section 'leases': one release is enough then."""
        one, other = await self.create_leases(2)
        for _ in range(3):
            expect(await one.try_acquire(), True, "section 'leases': this object holds it already")
        await one.release()
        expect(await other.try_acquire(), True, "section 'leases': it is not counted")

    async def test_it_is_free_once_released(self) -> None:
        """Section 'leases': at once, and as often as one likes."""
        one, other = await self.create_leases(2)
        for _ in range(5):
            for holder, waiting in ((one, other), (other, one)):
                expect(await holder.try_acquire(), True, "section 'leases': it was released")
                expect(await waiting.try_acquire(), False, _ONE)
                await holder.release()
                expect(await holder.is_held(), False, "section 'leases': it was released")

    async def test_releasing_what_is_not_held(self) -> None:
        """Section 'leases': harmless, also for the one who holds it."""
        one, other = await self.create_leases(2)
        await other.release()
        await one.try_acquire()
        await other.release()
        await other.try_acquire()
        await other.release()
        await other.release()
        expect(await one.is_held(), True, "section 'leases': another one cannot release it")

    @pytest.mark.parametrize(
        "name", [*HOSTILE_TEXTS, "Projection", "projection ", "../projection", "n" * 1000]
    )
    async def test_names_are_independent(self, name: str) -> None:
        """Section 'leases': any text but the empty one is a name of its own."""
        factory = await self.create_factory()
        lease, same, other = (factory.lease(each) for each in (name, name, "projection"))
        expect(await lease.try_acquire(), True, "section 'leases': it was free")
        expect(await other.try_acquire(), True, "section 'leases': it has another name")
        expect(await same.try_acquire(), False, _ONE)

    async def test_a_name_is_needed(self) -> None:
        """Section 'leases': who leads in nothing?"""
        factory = await self.create_factory()
        with expect_error(ValueError, "section 'leases': a lease has a name"):
            factory.lease("")

    async def test_one_of_many_at_once_wins(self) -> None:
        """Section 'leases': contenders in several threads or tasks."""
        leases = await self.create_leases(8)
        winners: list[AsyncLease] = []

        async def contend(lease: AsyncLease) -> None:
            if await lease.try_acquire():
                winners.append(lease)

        for _ in range(5):
            contenders = [spawn(contend, lease) for lease in leases]
            for contender in contenders:
                await contender.join()
                expect(contender.error, None, "section 'leases': losing is no error")
            expect(len(winners), 1, _ONE)
            await winners.pop().release()

    async def test_factories_of_one_database_contend(self) -> None:
        """Section 'leases': with the capability 'shared'."""
        if not self.capabilities.shared:
            return
        one = (await self.create_factory("one")).lease("projection")
        other = (await self.create_factory("other")).lease("projection")
        expect(await one.try_acquire(), True, "section 'leases': it was free")
        expect(await other.try_acquire(), False, _ONE)
        await one.release()
        expect(await other.try_acquire(), True, "section 'leases': it was released")

    async def test_closing_the_factory_releases_it(self) -> None:
        """Section 'leases': and what is done with the lease afterwards is harmless."""
        (closed,) = await self.create_leases(1)
        await closed.try_acquire()
        await self.close_factories()
        expect(await closed.is_held(), False, "section 'leases': its factory is closed")
        await closed.release()
        (lease,) = await self.create_leases(1)
        expect(await lease.try_acquire(), True, "section 'leases': the old holder is gone")
