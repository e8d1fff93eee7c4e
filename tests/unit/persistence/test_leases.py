"""Leases in one process, through the bridge, and where an engine has none: issue 5.6."""

from __future__ import annotations

import gc

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import (
    AsyncInfrastructureFactory,
    InfrastructureFactory,
    Lease,
)
from eventsourcing.persistence.leases_in_process import InProcessLease
from eventsourcing.popo import POPOFactory, POPOLease
from eventsourcing.utils import Environment
from tests.unit.persistence import bridge_engine


def test_a_lease_that_is_collected_is_free_again() -> None:
    """Issue 5.6: an abandoned holder does not stop others for ever."""
    holder = POPOLease("abandoned")
    assert holder.try_acquire()
    other = POPOLease("abandoned")
    assert not other.try_acquire()
    del holder
    gc.collect()
    assert other.try_acquire()
    other.release()


def test_a_lease_may_be_released_while_another_one_is_acquired_in_the_same_thread() -> None:
    """Issue 5.6: an application that is collected does so at whatever line of a thread."""
    held = POPOLease("held")
    assert held.try_acquire()

    class Key:
        """Is asked for its hash at such a line."""

        def __hash__(self) -> int:
            held.release()
            return 1

    acquiring = spawn(InProcessLease(Key(), "name").try_acquire)

    assert acquiring.join(20)
    assert not held.is_held()


def test_keys_are_independent() -> None:
    """Issue 5.6: leases of different databases do not contend."""
    one, other = InProcessLease("one", "name"), InProcessLease("other", "name")
    assert one.try_acquire()
    assert other.try_acquire()


def test_factories_in_memory_contend_in_the_process() -> None:
    """Issue 5.6: in memory, the lease is per process."""
    one, other = POPOFactory({}).lease("popo"), POPOFactory({}).lease("popo")
    assert one.try_acquire()
    assert not other.try_acquire()
    one.release()
    assert other.try_acquire()
    other.release()


def test_a_lease_says_its_name() -> None:
    """Issue 5.6: also in its representation."""
    assert repr(POPOLease("projection")) == "POPOLease('projection')"


class LeaselessFactory(bridge_engine.Factory):
    def lease(self, name: str) -> Lease:
        return InfrastructureFactory.lease(self, name)


def test_an_engine_without_leases_says_so() -> None:
    """Issue 5.6: third-party engines need not have leases."""
    factory = LeaselessFactory(Environment())
    with pytest.raises(NotImplementedError, match=r"LeaselessFactory does not support leases"):
        factory.lease("projection")


async def test_a_bridged_engine_without_leases_says_so() -> None:
    """Issue 5.6: when the lease is asked for, not when it is used."""
    topic = f"{__name__}:LeaselessFactory"
    factory = AsyncInfrastructureFactory.construct({"PERSISTENCE_MODULE": topic})
    with pytest.raises(NotImplementedError, match=r"LeaselessFactory does not support leases"):
        factory.lease("projection")
    await factory.close()
