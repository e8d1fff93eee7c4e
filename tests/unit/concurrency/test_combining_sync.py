# Generated from test_combining_async.py by tools/async_to_sync.py: do not edit.
"""Doing together what is asked for at the same time: what combiners of both flavours promise."""

from __future__ import annotations

import pytest

from tests.unit.concurrency.combining_sync import Worker


@pytest.fixture
def worker():
    return Worker()


def test_who_is_alone_does_its_work_at_once(worker):
    worker.open_gates()

    assert [worker.combiner.submit(each) for each in (4, 5, 4)] == [25, 20, 25]
    assert worker.batches == [[4], [5], [4]]


def test_what_is_asked_for_meanwhile_is_done_together_afterwards(worker):
    worker.submit(1, 2, 3)

    assert worker.finish() == [100, 50, 33]
    assert worker.batches == [[1], [2, 3]]


def test_who_finds_the_batch_full_waits_for_the_next(worker):
    worker.submit(1, 2, 3, 4, 5)

    assert worker.finish() == [100, 50, 33, 25, 20]
    assert worker.batches == [[1], [2, 3, 4], [5]]


def test_what_cannot_be_done_with_the_others_waits_for_the_next(worker):
    worker.submit(1, 2, 2, 2, 3)

    assert worker.finish() == [100, 50, 50, 50, 33]
    assert worker.batches == [[1], [2, 3], [2], [2]]


def test_errors_are_raised_to_those_whose_they_are(worker):
    worker.submit(1, 2, 0, 4)

    first, second, third, fourth = worker.finish()

    assert (first, second, fourth) == (100, 50, 25)
    assert isinstance(third, ZeroDivisionError)
