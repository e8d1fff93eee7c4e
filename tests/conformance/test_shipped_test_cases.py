"""Q1: the test cases that the package ships, as engines use them."""

from __future__ import annotations

import re
import subprocess
import sys
import unittest
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import TestCase

import pytest

from eventsourcing.persistence import (
    Capabilities,
    JSONTranscoder,
    StoredEvent,
    Tracking,
    Transcoder,
)
from eventsourcing.popo import (
    POPOAggregateRecorder,
    POPOApplicationRecorder,
    POPOFactory,
    POPOProcessRecorder,
    POPOTrackingRecorder,
)
from eventsourcing.popo.capabilities import CAPABILITIES
from eventsourcing.testing import (
    ApplicationSuite,
    PlainApplicationRecorderSuite,
    SubscriptionSuite,
)
from eventsourcing.tests import application, persistence
from eventsourcing.tests.suite_test_case import SuiteTestCase, make_tests

ROOT = Path(__file__).parents[2]
ABSTRACT = [
    getattr(module, name)
    for module in (application, persistence)
    for name in module.__all__
    if name.endswith("TestCase")
]


class InMemory:
    capabilities = CAPABILITIES

    def construct_environ(self) -> Mapping[str, str]:
        return {"PERSISTENCE_MODULE": "eventsourcing.popo"}


def run(test_case_class: type[TestCase]) -> dict[str, str]:
    """Return what each test says that fails."""
    result = unittest.TestResult()
    unittest.TestLoader().loadTestsFromTestCase(test_case_class).run(result)
    assert result.testsRun > 0
    return {test.id().rpartition(".")[2]: text for test, text in [*result.failures, *result.errors]}


def names(test_case_class: type[TestCase]) -> set[str]:
    return set(unittest.TestLoader().getTestCaseNames(test_case_class))


@pytest.mark.parametrize("engine", ["popo", "sqlite"])
def test_engines_pass_under_plain_unittest(engine: str) -> None:
    """Q1: without pytest as the runner, and from a module that imports the abstract classes."""
    done = subprocess.run(
        [sys.executable, "-m", "unittest", f"tests.conformance.unittest_{engine}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    count = re.search(r"^Ran (\d+) tests", done.stderr, re.MULTILINE)
    assert count is not None
    assert int(count[1]) > 200
    assert done.stderr.rstrip().endswith("\nOK")


@pytest.mark.parametrize("test_case_class", ABSTRACT)
def test_abstract_test_cases_have_no_tests(test_case_class: type[TestCase]) -> None:
    """Q1: they may be imported into a test module."""
    assert names(test_case_class) == set()


def test_all_tests_of_the_suites_are_there() -> None:
    """Q1: each test of each suite, each case by itself, with its docstring."""

    class Recorders(InMemory, persistence.ApplicationRecorderTestCase):
        def create_recorder(self) -> POPOApplicationRecorder:
            return POPOApplicationRecorder()

    expected = {
        *(name for name, _ in make_tests(PlainApplicationRecorderSuite, "")),
        *(name for name, _ in make_tests(SubscriptionSuite, "subscription")),
    }
    assert names(Recorders) == expected
    assert {"test_empty_log", "test_subscription_empty_log", "test_worked_cases_7"} <= expected
    assert (Recorders("test_worked_cases_7").shortDescription() or "").startswith("B6: ")


def test_engines_without_subscriptions() -> None:
    """B9: their recorders are not asked for any."""

    class Recorders(persistence.ApplicationRecorderTestCase):
        capabilities = Capabilities(subscriptions=False)

        def create_recorder(self) -> POPOApplicationRecorder:
            return POPOApplicationRecorder()

    assert names(Recorders) == {name for name, _ in make_tests(PlainApplicationRecorderSuite, "")}


def test_forgotten_methods_are_an_error() -> None:
    """Q1: a test case that would test nothing is refused."""
    with pytest.raises(TypeError, match=r"Forgetful must implement create_recorder; .* ABC"):

        class Forgetful(persistence.TrackingRecorderTestCase):
            pass

    class Base(persistence.TrackingRecorderTestCase, ABC):
        @abstractmethod
        def name(self) -> str: ...

    assert names(Base) == set()

    class Complete(InMemory, Base):
        def name(self) -> str:
            return "complete"

        def create_recorder(self) -> POPOTrackingRecorder:
            return POPOTrackingRecorder()

    assert "test_same_id_twice" in names(Complete)


def test_tests_may_be_replaced_and_left_out() -> None:
    """Q1: by a subclass, with the same name."""
    ran: list[str] = []

    class Some(persistence.TranscoderTestCase):
        test_several_threads = None

        def construct_transcoder(self) -> Transcoder:
            return JSONTranscoder()

        def test_nested_values(self) -> None:
            ran.append("mine")

    assert run(Some) == {}
    assert ran == ["mine"]
    assert "test_several_threads" not in names(Some)


def test_what_was_opened_is_closed_before_the_test_case_tears_down() -> None:
    """Q1: so that databases can be dropped there; also after a failure."""
    calls: list[str] = []

    class Failing(persistence.TrackingRecorderTestCase):
        def setUp(self) -> None:
            calls.append("setUp")

        def tearDown(self) -> None:
            calls.append("tearDown")

        def create_recorder(self) -> POPOTrackingRecorder:
            calls.append("create")
            raise ValueError

        def close_recorders(self) -> None:
            calls.append("close")

    Failing("test_same_id_twice").run(unittest.TestResult())

    assert calls == ["setUp", "create", "close", "tearDown"]


# What is wrong is found


class NotAtomic(POPOAggregateRecorder):
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        for event in stored_events:
            super().insert_events([event], **kwargs)


class OneTooMany(POPOApplicationRecorder):
    def select_notifications(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.pop("inclusive_of_start", None)
        return super().select_notifications(*args, **kwargs)


class SameIdTwice(POPOTrackingRecorder):
    def _assert_tracking_uniqueness(self, tracking: Tracking) -> None:
        pass


class TrackingIsLost(POPOProcessRecorder):
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        kwargs.pop("tracking", None)
        return super().insert_events(stored_events, **kwargs)


@pytest.mark.parametrize(
    ("test_case_class", "recorder_class", "name", "rule"),
    [
        (
            persistence.AggregateRecorderTestCase,
            NotAtomic,
            "test_conflict_with_a_stored_event_2",
            "B1: when one event is refused",
        ),
        (persistence.ApplicationRecorderTestCase, OneTooMany, "test_worked_cases_2", "B6: "),
        (persistence.TrackingRecorderTestCase, SameIdTwice, "test_same_id_twice", "Y2: "),
        (
            persistence.ProcessRecorderTestCase,
            TrackingIsLost,
            "test_events_and_tracking_are_stored_together",
            "Y1: the tracking",
        ),
    ],
)
def test_broken_recorders_are_found(
    test_case_class: type[Any], recorder_class: type[Any], name: str, rule: str
) -> None:
    """Q1: the test that fails says which rule is broken."""

    class Broken(InMemory, test_case_class):  # type: ignore[misc]
        def create_recorder(self) -> Any:
            return recorder_class()

    result = unittest.TestResult()
    Broken(name).run(result)
    ((_, text),) = result.failures
    assert rule in text


class KeysAsText(JSONTranscoder):
    def encode(self, obj: Any) -> bytes:
        return super().encode(obj).replace(b"decimal_str", b"other")


class NoSnapshots(POPOFactory):
    def is_snapshotting_enabled(self) -> bool:
        return False


class NotAtomicApplicationRecorder(POPOApplicationRecorder):
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        ids: list[int] = []
        for event in stored_events:
            ids += super().insert_events([event]) or ()
        return ids


class NotAtomicFactory(POPOFactory):
    def application_recorder(self) -> NotAtomicApplicationRecorder:
        return NotAtomicApplicationRecorder()


def test_broken_transcoders_are_found() -> None:
    """Q1: T7."""

    class Broken(persistence.JSONTranscoderTestCase):
        def construct_transcoder(self) -> Transcoder:
            return KeysAsText()

    failures = run(Broken)

    assert {"test_standard_transcodings_1", "test_stored_form_2"} <= set(failures)
    assert "test_native_values_0" not in failures


@pytest.mark.parametrize(
    ("test_case_class", "factory", "name"),
    [
        (persistence.InfrastructureFactoryTestCase, "NoSnapshots", "test_snapshotting_0"),
        (application.ApplicationTestCase, "NoSnapshots", "test_snapshots"),
        (application.ApplicationTestCase, "NotAtomicFactory", "test_all_aggregates_or_none"),
        (application.ExampleApplicationTestCase, "NoSnapshots", "test_snapshots_of_accounts"),
    ],
)
def test_broken_factories_are_found(test_case_class: type[Any], factory: str, name: str) -> None:
    """Q1: F15, A15, A24."""

    class Broken(test_case_class):  # type: ignore[misc]
        capabilities = CAPABILITIES

        def construct_environ(self) -> Mapping[str, str]:
            return {"PERSISTENCE_MODULE": f"{__name__}:{factory}"}

    failures = run(Broken)

    assert name in failures
    assert not {"test_recorders", "test_recordings", "test_notification_log"} & set(failures)


def test_the_example_includes_what_every_application_must_do() -> None:
    """Q1: `ExampleApplicationTestCase` is an `ApplicationTestCase`."""

    class Example(InMemory, application.ExampleApplicationTestCase):
        pass

    assert {name for name, _ in make_tests(ApplicationSuite, "")} < names(Example)
    assert issubclass(Example, SuiteTestCase)
