# Generated from lease_async.py by tools/async_to_sync.py: do not edit.
"""What the leases of every engine that has them must do (capability `leases`)."""

from __future__ import annotations

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import Lease
from eventsourcing.testing.checks import expect, expect_error
from eventsourcing.testing.engine_suite_sync import EngineSuite
from eventsourcing.testing.samples import HOSTILE_TEXTS

_ONE = "section 'leases': at most one lease of a name is held"


class LeaseSuite(EngineSuite):
    """What every lease must do."""

    def create_leases(self, number: int, name: str = "projection") -> list[Lease]:
        """Return new leases of one name, as of several contenders, of one factory (a hook)."""
        factory = self.create_factory()
        return [factory.lease(name) for _ in range(number)]

    def test_nobody_holds_a_new_lease(self) -> None:
        """Section 'leases': making one takes nothing."""
        (lease,) = self.create_leases(1)
        expect(lease.is_held(), False, "section 'leases': it was not acquired")
        expect(lease.name, "projection", "section 'leases': it has the name that was asked for")

    def test_one_of_two_holds_it(self) -> None:
        """Section 'leases': the second contender does not wait, and gets nothing."""
        one, other = self.create_leases(2)
        expect(one.try_acquire(), True, "section 'leases': it was free")
        expect(other.try_acquire(), False, _ONE)
        expect((one.is_held(), other.is_held()), (True, False), _ONE)

    def test_its_holder_may_ask_again(self) -> None:
        """Section 'leases': one release is enough then."""
        one, other = self.create_leases(2)
        for _ in range(3):
            expect(one.try_acquire(), True, "section 'leases': this object holds it already")
        one.release()
        expect(other.try_acquire(), True, "section 'leases': it is not counted")

    def test_it_is_free_once_released(self) -> None:
        """Section 'leases': at once, and as often as one likes."""
        one, other = self.create_leases(2)
        for _ in range(5):
            for holder, waiting in ((one, other), (other, one)):
                expect(holder.try_acquire(), True, "section 'leases': it was released")
                expect(waiting.try_acquire(), False, _ONE)
                holder.release()
                expect(holder.is_held(), False, "section 'leases': it was released")

    def test_releasing_what_is_not_held(self) -> None:
        """Section 'leases': harmless, also for the one who holds it."""
        one, other = self.create_leases(2)
        other.release()
        one.try_acquire()
        other.release()
        other.try_acquire()
        other.release()
        other.release()
        expect(one.is_held(), True, "section 'leases': another one cannot release it")

    @pytest.mark.parametrize(
        "name", [*HOSTILE_TEXTS, "Projection", "projection ", "../projection", "n" * 1000]
    )
    def test_names_are_independent(self, name: str) -> None:
        """Section 'leases': any text but the empty one is a name of its own."""
        factory = self.create_factory()
        lease, same, other = (factory.lease(each) for each in (name, name, "projection"))
        expect(lease.try_acquire(), True, "section 'leases': it was free")
        expect(other.try_acquire(), True, "section 'leases': it has another name")
        expect(same.try_acquire(), False, _ONE)

    def test_a_name_is_needed(self) -> None:
        """Section 'leases': who leads in nothing?"""
        factory = self.create_factory()
        with expect_error(ValueError, "section 'leases': a lease has a name"):
            factory.lease("")

    def test_one_of_many_at_once_wins(self) -> None:
        """Section 'leases': contenders in several threads or tasks."""
        leases = self.create_leases(8)
        winners: list[Lease] = []

        def contend(lease: Lease) -> None:
            if lease.try_acquire():
                winners.append(lease)

        for _ in range(5):
            contenders = [spawn(contend, lease) for lease in leases]
            for contender in contenders:
                contender.join()
                expect(contender.error, None, "section 'leases': losing is no error")
            expect(len(winners), 1, _ONE)
            winners.pop().release()

    def test_factories_of_one_database_contend(self) -> None:
        """Section 'leases': with the capability 'shared'."""
        if not self.capabilities.shared:
            return
        one = self.create_factory("one").lease("projection")
        other = self.create_factory("other").lease("projection")
        expect(one.try_acquire(), True, "section 'leases': it was free")
        expect(other.try_acquire(), False, _ONE)
        one.release()
        expect(other.try_acquire(), True, "section 'leases': it was released")

    def test_closing_the_factory_releases_it(self) -> None:
        """Section 'leases': and what is done with the lease afterwards is harmless."""
        (closed,) = self.create_leases(1)
        closed.try_acquire()
        self.close_factories()
        expect(closed.is_held(), False, "section 'leases': its factory is closed")
        closed.release()
        (lease,) = self.create_leases(1)
        expect(lease.try_acquire(), True, "section 'leases': the old holder is gone")
