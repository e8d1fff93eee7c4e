"""Listeners that come, go and are told at any time, also by finalizers."""

import gc
import weakref

import pytest

from eventsourcing._concurrency.listeners import Listeners


class Listener:
    told = 0

    def set(self):
        self.told += 1


class Cycle:
    """Is left to the garbage collector."""

    def __init__(self):
        self.myself = self


@pytest.fixture
def collecting_often():
    thresholds = gc.get_threshold()
    gc.collect()
    gc.disable()
    yield gc.set_threshold
    gc.set_threshold(*thresholds)
    gc.enable()


def test_a_listener_may_be_collected_while_all_are_told(collecting_often):
    """U9: whatever is allocated then may have the garbage collector run."""
    for threshold in range(1, 30):
        told = [Listener() for _ in range(50)]
        listeners = Listeners()
        for each in told:
            listeners.add(each)
        weakref.finalize(Cycle(), listeners.discard, told.pop())
        collecting_often(threshold)
        gc.enable()
        listeners.set()
        gc.disable()
        assert [each.told for each in told] == [1] * 49
