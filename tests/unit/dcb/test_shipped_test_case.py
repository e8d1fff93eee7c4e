"""The test case that the package ships, as third-party recorders use it: contract C61-C63."""

from __future__ import annotations

from typing import Any
from unittest import TestCase

import pytest

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, SimpleDCBReadResponse
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.dcb.tests import DCBRecorderTestCase, EnsureSubscriptionBlockAndReceive

SECONDS = 120


@pytest.fixture
def case() -> DCBRecorderTestCase:
    return DCBRecorderTestCase()


def make_recorder(cls: Any = InMemoryDCBRecorder, count: int = 0) -> InMemoryDCBRecorder:
    recorder: InMemoryDCBRecorder = cls()
    for _ in range(count):
        recorder.append([DCBEvent("t", b"", ["a"])])
    return recorder


@pytest.mark.parametrize("count", [0, 7])
def test_right_recorder_passes(case: DCBRecorderTestCase, count: int) -> None:
    """C61, C62: an empty store, and one that has events."""
    case._test_append_read(make_recorder(count=count), initial_position=count)


@pytest.mark.parametrize("count", [0, 7])
def test_right_subscription_passes(case: DCBRecorderTestCase, count: int) -> None:
    """C61, C63: what is recorded, silence, and what comes."""
    case._test_append_subscribe(make_recorder(count=count), initial_position=count)


def test_wrong_initial_position(case: DCBRecorderTestCase) -> None:
    """C61: reading must return so many events."""
    with pytest.raises(AssertionError):
        case._test_append_read(make_recorder(count=2))


class NoConditions(InMemoryDCBRecorder):
    def append(self, events: Any, condition: DCBAppendCondition | None = None) -> int:
        return super().append(events)


class NoQueries(InMemoryDCBRecorder):
    def read(self, query: Any = None, **kwargs: Any) -> SimpleDCBReadResponse:
        return super().read(**kwargs)


@pytest.mark.parametrize("cls", [NoConditions, NoQueries])
def test_wrong_recorder_fails(case: DCBRecorderTestCase, cls: Any) -> None:
    """C62: what it asserts is not nothing."""
    with pytest.raises(AssertionError):
        case._test_append_read(make_recorder(cls))


def test_receiver_starts_itself() -> None:
    """C63: it tells when it waits, and what it received."""
    recorder = make_recorder()
    with recorder.subscribe() as subscription:
        receiver = EnsureSubscriptionBlockAndReceive(subscription)
        assert receiver.has_blocked.wait(SECONDS)
        assert (receiver.has_received.is_set(), receiver.received_event) == (False, None)

        recorder.append([DCBEvent("t", b"")])

        assert receiver.has_received.wait(SECONDS)
        receiver.join(SECONDS)
    assert receiver.received_event == recorder.events[0]


def test_it_is_a_test_case_without_tests() -> None:
    """C61: so that importing it into a module of tests is harmless."""
    assert issubclass(DCBRecorderTestCase, TestCase)
    assert [name for name in vars(DCBRecorderTestCase) if name.startswith("test")] == []
