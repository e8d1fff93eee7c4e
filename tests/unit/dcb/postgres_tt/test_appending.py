"""Appending in batches: outcomes of those whose batch fails as a whole (contract C10, C25, G29)."""

from __future__ import annotations

import psycopg
import pytest

from eventsourcing._concurrency.primitives_sync import Event, sleep, spawn
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.postgres_tt.appending_sync import Appender
from eventsourcing.dcb.postgres_tt.batches import Append
from eventsourcing.persistence import DataError, OperationalError, ProgrammingError
from eventsourcing.postgres import CommitOutcomeUnknownError, retrying_sync


class Stop(BaseException):
    pass


class Call:
    """Appends to a list; the first batch, which is of one, waits until the others are in line."""

    def __init__(self, fail=None):
        self.types = []
        self.sizes = []
        self.fail = fail
        self.may_begin = Event()

    def call(self, batch):
        self.sizes.append(len(batch.appends))
        if len(self.sizes) == 1:
            self.may_begin.wait()
        elif self.fail is not None:
            self.fail(batch)
        self.types += [each.types[0] for each in batch.appends]
        return [len(self.types)] * len(batch.appends)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(retrying_sync, "_PAUSE_SECONDS", 0.0)


def append_together(call, *types):
    """Append one event, and meanwhile others; return what each got."""
    appender = Appender(call)
    outcomes = {}

    def append(type_):
        try:
            outcomes[type_] = appender.append(Append([DCBEvent(type_, b"")], None))
        except BaseException as error:
            outcomes[type_] = error

    tasks = []
    for type_ in ("first", *types):
        tasks.append(spawn(append, type_))
        while len(appender._combiner._waiting) < len(tasks):
            sleep(0.001)
    call.may_begin.set()
    for task in tasks:
        task.join()
    return [outcomes[type_] for type_ in types]


def raise_once(error):
    errors = [error]

    def fail(batch):
        if errors:
            raise errors.pop()

    return fail


def lock_timeout():
    error = OperationalError("lock timeout")
    error.__cause__ = psycopg.errors.LockNotAvailable("lock timeout")
    return error


def test_a_batch_that_certainly_was_not_stored_is_attempted_again():
    """G28"""
    call = Call(raise_once(OperationalError("lost")))

    assert append_together(call, "a", "b") == [3, 3]
    assert call.sizes == [1, 2, 2]


@pytest.mark.parametrize(
    ("make_error", "attempts"),
    [
        (lock_timeout, 1),
        (lambda: CommitOutcomeUnknownError("unknown"), 1),
        (lambda: OperationalError("lost"), 10),
    ],
)
def test_what_is_the_fault_of_none_of_them_is_told_to_all(make_error, attempts):
    """C25, G28, G29: to each with an error of its own, which has its own traceback."""

    def fail(batch):
        raise make_error()

    call = Call(fail)
    first, second = append_together(call, "a", "b")

    assert str(first) == str(second) == str(make_error())
    assert type(first) is type(second) is type(make_error())
    assert type(first.__cause__) is type(make_error().__cause__)
    assert first is not second
    assert call.sizes == [1] + [2] * attempts


@pytest.mark.parametrize("error", [DataError("bad"), ProgrammingError("bad"), ValueError("bad")])
def test_what_may_be_the_fault_of_one_is_told_to_that_one(error):
    """C30: the others are appended by themselves."""

    def fail(batch):
        if any(each.types == ["bad"] for each in batch.appends):
            raise error

    call = Call(fail)

    assert append_together(call, "a", "bad", "b") == [2, error, 3]
    assert call.sizes == [1, 3, 1, 1, 1]


def test_one_whose_events_another_was_appending_is_told_when_that_one_was_interrupted():
    """G29: nobody knows how far it came."""
    call = Call(raise_once(Stop()))

    first, second = append_together(call, "a", "b")

    assert isinstance(first, Stop)
    assert isinstance(second, CommitOutcomeUnknownError)
    assert "was interrupted" in str(second)
