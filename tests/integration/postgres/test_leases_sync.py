# Generated from test_leases_async.py by tools/async_to_sync.py: do not edit.
"""Leases on PostgreSQL: sessions, and how they are lost. Issue 5.6."""

from __future__ import annotations

import pytest

from eventsourcing.persistence import OperationalError
from eventsourcing.postgres import PostgresLease, PostgresLeaseSession
from tests.integration.postgres.proxy import CuttingProxy
from tests.integration.postgres.support_sync import (
    make_datastore,
    make_factory,
    terminate_connections,
)
from tests.support.waiting import eventually


def test_a_lease_needs_no_connection_of_the_pool(postgres_database) -> None:
    """Issue 5.6: the pool is as big as it was."""
    with make_datastore(postgres_database, pool_size=1, max_overflow=0) as datastore:
        with datastore.get_connection():
            session = PostgresLeaseSession(datastore)
            lease, other = (PostgresLease(session, "projection") for _ in range(2))
            assert lease.try_acquire()
            assert not other.try_acquire()
            assert lease.is_held()
        lease.release()
        other.release()


def test_a_lease_is_lost_with_its_connection(postgres_database) -> None:
    """Issue 5.6: the holder learns so, another may acquire it, then the first one again."""
    with make_factory(postgres_database) as factory:
        lease, other = (factory.lease("projection") for _ in range(2))
        assert lease.try_acquire()
        terminate_connections(postgres_database)
        assert not lease.is_held()
        assert other.try_acquire()
        assert not lease.try_acquire()
        other.release()
        assert lease.try_acquire()
        assert lease.is_held()


def test_one_who_stands_by_survives_the_loss_of_its_connection(postgres_database) -> None:
    """Issue 5.6: it is replaced."""
    with make_factory(postgres_database) as factory:
        lease, other = (factory.lease("projection") for _ in range(2))
        assert lease.try_acquire()
        assert not other.try_acquire()
        terminate_connections(postgres_database)
        assert other.try_acquire()
        assert not lease.is_held()


def test_one_who_stands_by_in_another_process_survives_it_too(postgres_database) -> None:
    """Issue 5.6: it is told once, and gets a new connection next time."""
    with make_factory(postgres_database) as factory, make_factory(postgres_database) as own:
        lease, other = factory.lease("projection"), own.lease("projection")
        assert lease.try_acquire()
        assert not other.try_acquire()
        terminate_connections(postgres_database)
        with pytest.raises(OperationalError):
            other.try_acquire()
        assert other.try_acquire()
        assert not lease.try_acquire()


def test_schemas_and_databases_have_leases_of_their_own(postgres_database) -> None:
    """Issue 5.6: all who use one schema contend, and nobody else."""
    with (
        make_factory(postgres_database) as one,
        make_factory(postgres_database, POSTGRES_SCHEMA="other") as other,
    ):
        leases = [factory.lease("projection") for factory in (one, other)]
        assert [lease.try_acquire() for lease in leases] == [True, True]


def test_a_server_that_cannot_be_reached(postgres_database) -> None:
    """Issue 5.6: no lease is held, and trying for one says why."""
    with CuttingProxy(postgres_database) as proxy:
        factory = make_factory(proxy.database)
        lease = factory.lease("projection")
        assert lease.try_acquire()
        proxy.cut_all(refuse=True)
        assert not lease.is_held()
        with pytest.raises(OperationalError):
            lease.try_acquire()
        factory.close()


def test_a_closed_datastore_gives_no_lease(postgres_database) -> None:
    """Issue 5.6: and holds none."""
    factory = make_factory(postgres_database)
    lease = factory.lease("projection")
    assert lease.try_acquire()
    factory.close()
    assert not lease.is_held()
    with pytest.raises(OperationalError, match="the datastore is closed"):
        lease.try_acquire()


def test_connections_end_with_their_leases(postgres_database) -> None:
    """Issue 5.8: the leases of a factory share one, and none is left behind."""

    def count() -> int:
        with postgres_database.connect() as connection:
            statement = (
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return int(connection.execute(statement).fetchone()[0])

    factory = make_factory(postgres_database)  # whose pool is not opened
    leases = [factory.lease(name) for name in ("projection", "projection", "other")]
    for _ in range(2):
        assert [lease.try_acquire() for lease in leases] == [True, False, True]
        eventually(lambda: count() == 1)
        for lease in leases:
            lease.release()
        eventually(lambda: count() == 0)
    leases[0].try_acquire()
    factory.close()
    eventually(lambda: count() == 0)
