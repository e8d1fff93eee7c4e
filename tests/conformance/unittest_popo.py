"""The test cases that the package ships, for the engine in memory: run by plain `unittest`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from eventsourcing.persistence import Capabilities, JSONTranscoder
from eventsourcing.popo import (
    POPOAggregateRecorder,
    POPOApplicationRecorder,
    POPOProcessRecorder,
    POPOTrackingRecorder,
)
from eventsourcing.popo.capabilities import CAPABILITIES
from eventsourcing.tests.application import ApplicationTestCase, ExampleApplicationTestCase
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    InfrastructureFactoryTestCase,
    JSONTranscoderTestCase,
    ProcessRecorderTestCase,
    TrackingRecorderTestCase,
    TranscoderTestCase,
)


class InMemory:
    capabilities: ClassVar[Capabilities] = CAPABILITIES

    def construct_environ(self) -> Mapping[str, str]:
        return {"PERSISTENCE_MODULE": "eventsourcing.popo"}


class TestAggregateRecorder(InMemory, AggregateRecorderTestCase):
    def create_recorder(self) -> POPOAggregateRecorder:
        return POPOAggregateRecorder()


class TestApplicationRecorder(InMemory, ApplicationRecorderTestCase):
    def create_recorder(self) -> POPOApplicationRecorder:
        return POPOApplicationRecorder()


class TestTrackingRecorder(InMemory, TrackingRecorderTestCase):
    def create_recorder(self) -> POPOTrackingRecorder:
        return POPOTrackingRecorder()


class TestProcessRecorder(InMemory, ProcessRecorderTestCase):
    def create_recorder(self) -> POPOProcessRecorder:
        return POPOProcessRecorder()


class TestFactory(InMemory, InfrastructureFactoryTestCase):
    pass


class TestApplication(InMemory, ApplicationTestCase):
    pass


class TestExampleApplication(InMemory, ExampleApplicationTestCase):
    pass


class TestTranscoder(TranscoderTestCase):
    def construct_transcoder(self) -> JSONTranscoder:
        return JSONTranscoder()


class TestJSONTranscoder(JSONTranscoderTestCase):
    def construct_transcoder(self) -> JSONTranscoder:
        return JSONTranscoder()
