"""Test cases by which an engine tests itself: the conformance suites, for `unittest` (Q1).

Engines that are tested with pytest derive from the suites of `eventsourcing.testing` instead.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    Capabilities,
    ProcessRecorder,
    TrackingRecorder,
    Transcoder,
)
from eventsourcing.testing import (
    FactorySuite,
    JSONTranscoderSuite,
    PlainAggregateRecorderSuite,
    PlainApplicationRecorderSuite,
    ProcessRecorderSuite,
    SingleRowTrackingSuite,
    SubscriptionSuite,
    TranscoderSuite,
)
from eventsourcing.tests.suite_test_case import SuiteTestCase

__all__ = [
    "AggregateRecorderTestCase",
    "ApplicationRecorderTestCase",
    "EngineTestCase",
    "InfrastructureFactoryTestCase",
    "JSONTranscoderTestCase",
    "ProcessRecorderTestCase",
    "RecorderTestCase",
    "TrackingRecorderTestCase",
    "TranscoderTestCase",
]


class EngineTestCase(SuiteTestCase, ABC):
    """Base of the test cases of engines: `capabilities` says what the engine can do.

    `id_type` is `str` for recorders that are configured to store text IDs.
    """

    capabilities: ClassVar[Capabilities] = Capabilities()
    id_type: ClassVar[type[UUID | str]] = UUID

    def _prepare_suite(self, suite: Any) -> None:
        suite.capabilities = self.capabilities
        suite.id_type = self.id_type
        suite._environ = {}
        suite._factories = []

    def _finish_suite(self, suite: Any) -> None:
        suite.close_factories()

    @classmethod
    def _select_suites(cls) -> Mapping[str, type[Any]]:
        is_subscribable = cls.capabilities.subscriptions
        return {
            prefix: suite_class
            for prefix, suite_class in cls._suites.items()
            if is_subscribable or suite_class is not SubscriptionSuite
        }


class RecorderTestCase(EngineTestCase, ABC):
    """Base of the test cases of recorders."""

    @abstractmethod
    def create_recorder(self) -> Any:
        """Return a new recorder, ready to be used (its tables created).

        All recorders of one test are on one database, which was empty when the test began.
        """

    def close_recorders(self) -> None:
        """Close all recorders; called at the end of a test, and to see what a restart leaves."""

    def _prepare_suite(self, suite: Any) -> None:
        super()._prepare_suite(suite)
        suite.create_recorder = self.create_recorder
        suite.close_factories = self.close_recorders


class AggregateRecorderTestCase(RecorderTestCase, suites={"": PlainAggregateRecorderSuite}):
    """What every aggregate recorder must do (B1-B4, B7, D5)."""

    @abstractmethod
    def create_recorder(self) -> AggregateRecorder:
        """Return a new recorder on the database of this test."""


class ApplicationRecorderTestCase(
    RecorderTestCase,
    suites={"": PlainApplicationRecorderSuite, "subscription": SubscriptionSuite},
):
    """What every application recorder must do (B1-B7, D1-D6); subscriptions, too (U1-U7)."""

    @abstractmethod
    def create_recorder(self) -> ApplicationRecorder:
        """Return a new recorder on the database of this test."""


class TrackingRecorderTestCase(RecorderTestCase, suites={"": SingleRowTrackingSuite}):
    """What every tracking recorder must do (B10, B11, Y1-Y5)."""

    @abstractmethod
    def create_recorder(self) -> TrackingRecorder:
        """Return a new recorder on the database of this test."""


class ProcessRecorderTestCase(
    RecorderTestCase, suites={"": ProcessRecorderSuite, "subscription": SubscriptionSuite}
):
    """What every process recorder must do: all of the two, and both in one transaction (Y1)."""

    @abstractmethod
    def create_recorder(self) -> ProcessRecorder:
        """Return a new recorder on the database of this test."""


class InfrastructureFactoryTestCase(EngineTestCase, suites={"": FactorySuite}):
    """What every infrastructure factory must do (F1-F3, F8-F12, F15, F16)."""

    @abstractmethod
    def construct_environ(self) -> Mapping[str, str]:
        """Return environment variables for an empty database, PERSISTENCE_MODULE among them.

        Called once by each test.
        """

    def _prepare_suite(self, suite: Any) -> None:
        super()._prepare_suite(suite)
        suite._environ = self.construct_environ()


class TranscoderTestCase(SuiteTestCase, suites={"": TranscoderSuite}):
    """What every transcoder must do (T2-T7, T9, T10)."""

    @abstractmethod
    def construct_transcoder(self) -> Transcoder:
        """Return a new transcoder, with nothing registered."""

    def _prepare_suite(self, suite: Any) -> None:
        suite.create_transcoder = self.construct_transcoder


class JSONTranscoderTestCase(TranscoderTestCase, suites={"": JSONTranscoderSuite}):
    """What transcoders must do that read and write what `JSONTranscoder` does (T1-T10)."""

    @abstractmethod
    def construct_transcoder(self) -> Transcoder:
        """Return a new transcoder, with nothing registered."""
