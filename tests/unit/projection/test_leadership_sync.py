# Generated from test_leadership_async.py by tools/async_to_sync.py: do not edit.
"""Work that is done while a lease is held: issue 5.6."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing._concurrency.signals_sync import Interruption, Signal
from eventsourcing.persistence import Lease, OperationalError
from eventsourcing.projection import Leadership
from tests.unit.projection.gates_sync import PATIENCE, eventually


class GrantedLease(Lease):
    """A lease that is held while tests say that it may be."""

    def __init__(self) -> None:
        super().__init__("test")
        self.is_free = True
        self.error: Exception | None = None
        self.held = False
        self.releases = 0
        self.tries = 0

    def try_acquire(self) -> bool:
        self.tries += 1
        if self.error is not None:
            raise self.error
        self.held = self.is_free
        return self.held

    def release(self) -> None:
        self.releases += 1
        self.held = False

    def is_held(self) -> bool:
        return self.held


class Work:
    """Works until its term ends, or until told to end."""

    def __init__(self) -> None:
        self.terms = 0
        self.is_working = False
        self.error: Exception | None = None
        self.done = Signal()

    def do(self, term: Interruption) -> None:
        self.done = Signal()
        term.listen(self.done)
        self.terms += 1
        self.is_working = True
        self.done.wait_at_most(PATIENCE)
        self.is_working = False
        if self.error is not None:
            raise self.error


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("eventsourcing.projection.leadership_sync._POLL_SECONDS", 0.002)
    monkeypatch.setattr("eventsourcing.projection.leadership_sync._CHECK_SECONDS", 0.002)
    return None


def test_work_is_done_while_the_lease_is_held() -> None:
    """Issue 5.6: until stopped; the lease is released then."""
    lease, work = GrantedLease(), Work()
    leadership = Leadership(lease, work.do)
    task = spawn(leadership.run)
    eventually(lambda: work.is_working)
    assert leadership.is_leading
    leadership.stop()
    assert task.join(PATIENCE)
    assert task.error is None
    assert (work.terms, work.is_working, leadership.is_leading) == (1, False, False)
    assert (lease.held, lease.releases) == (False, 1)


def test_who_does_not_get_the_lease_waits() -> None:
    """Issue 5.6: and works as soon as it gets it."""
    lease, work = GrantedLease(), Work()
    lease.is_free = False
    leadership = Leadership(lease, work.do)
    task = spawn(leadership.run)
    eventually(lambda: lease.tries > 3)
    assert (work.terms, leadership.is_leading) == (0, False)
    lease.is_free = True
    eventually(lambda: work.is_working)
    leadership.stop()
    task.join(PATIENCE)


def test_one_who_waits_can_be_stopped() -> None:
    """Issue 5.6: without ever having worked; what trying needed is given up."""
    lease, work = GrantedLease(), Work()
    lease.is_free = False
    leadership = Leadership(lease, work.do)
    task = spawn(leadership.run)
    eventually(lambda: lease.tries)
    leadership.stop()
    assert task.join(PATIENCE)
    assert (work.terms, lease.releases) == (0, 1)


def test_work_stops_when_the_lease_is_lost_and_begins_again() -> None:
    """Issue 5.6: losing it is no error."""
    lease, work = GrantedLease(), Work()
    leadership = Leadership(lease, work.do)
    task = spawn(leadership.run)
    eventually(lambda: work.is_working)
    lease.is_free = lease.held = False
    eventually(lambda: not work.is_working and not leadership.is_leading)
    lease.is_free = True
    eventually(lambda: work.terms == 2 and work.is_working)
    leadership.stop()
    task.join(PATIENCE)
    assert task.error is None


def test_an_error_of_the_work_is_raised() -> None:
    """Issue 5.6: and the lease is released, so that another may meet it."""
    lease, work = GrantedLease(), Work()
    work.error = ValueError("work")
    task = spawn(Leadership(lease, work.do).run)
    eventually(lambda: work.is_working)
    work.done.set()
    assert task.join(PATIENCE)
    assert task.error is work.error
    assert not lease.held


def test_what_failed_because_the_lease_was_lost_is_no_error() -> None:
    """Issue 5.6: when the server restarts, the handler's connection is gone, too."""
    lease, work = GrantedLease(), Work()
    work.error = OperationalError("server closed the connection")
    leadership = Leadership(lease, work.do)
    task = spawn(leadership.run)
    eventually(lambda: work.is_working)
    lease.held = False
    eventually(lambda: work.terms == 2)
    assert task.error is None
    work.error = None
    leadership.stop()
    assert task.join(PATIENCE)
    assert task.error is None


def test_work_that_ends_ends_all() -> None:
    """Issue 5.6: it is done."""
    lease, work = GrantedLease(), Work()
    task = spawn(Leadership(lease, work.do).run)
    eventually(lambda: work.is_working)
    work.done.set()
    assert task.join(PATIENCE)
    assert (task.error, work.terms, lease.held) == (None, 1, False)


def test_a_database_that_is_away_for_a_while_is_waited_for() -> None:
    """Issue 5.6: one who stands by survives a restart of the server."""
    lease, work = GrantedLease(), Work()
    lease.error = OperationalError("away")
    leadership = Leadership(lease, work.do)
    task = spawn(leadership.run)
    eventually(lambda: lease.tries > 3)
    lease.error = None
    eventually(lambda: work.is_working)
    leadership.stop()
    task.join(PATIENCE)
    assert task.error is None


def test_a_database_that_stays_away_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 5.6: after half a minute."""
    monkeypatch.setattr("eventsourcing.projection.leadership_sync._PATIENCE_SECONDS", 0.0)
    lease, work = GrantedLease(), Work()
    lease.error = OperationalError("away")
    with pytest.raises(OperationalError, match="away"):
        Leadership(lease, work.do).run()
    assert lease.tries > 1
