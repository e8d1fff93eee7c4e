"""The test cases that the package ships, for SQLite: run by plain `unittest`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar
from unittest import TestCase

from eventsourcing.persistence import Capabilities
from eventsourcing.sqlite import (
    SQLiteAggregateRecorder,
    SQLiteApplicationRecorder,
    SQLiteDatastore,
    SQLiteProcessRecorder,
    SQLiteTrackingRecorder,
)
from eventsourcing.sqlite.capabilities import CAPABILITIES
from eventsourcing.tests.application import ApplicationTestCase, ExampleApplicationTestCase
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    InfrastructureFactoryTestCase,
    ProcessRecorderTestCase,
    TrackingRecorderTestCase,
)


class InFile(TestCase):
    """A file for each test, and recorders on it."""

    capabilities: ClassVar[Capabilities] = CAPABILITIES
    recorder_class: ClassVar[type[Any]]

    def setUp(self) -> None:
        super().setUp()
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "events.db"
        self.datastores: list[SQLiteDatastore] = []

    def construct_environ(self) -> Mapping[str, str]:
        return {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(self.file),
            "SQLITE_LOCK_TIMEOUT": "120",
        }

    def create_recorder(self) -> Any:
        datastore = SQLiteDatastore(str(self.file), lock_timeout=120, pool_timeout=120)
        self.datastores.append(datastore)
        recorder = self.recorder_class(datastore)
        recorder.create_table()
        return recorder

    def close_recorders(self) -> None:
        while self.datastores:
            self.datastores.pop().close()


class TestAggregateRecorder(InFile, AggregateRecorderTestCase):
    recorder_class = SQLiteAggregateRecorder


class TestApplicationRecorder(InFile, ApplicationRecorderTestCase):
    recorder_class = SQLiteApplicationRecorder


class TestTrackingRecorder(InFile, TrackingRecorderTestCase):
    recorder_class = SQLiteTrackingRecorder


class TestProcessRecorder(InFile, ProcessRecorderTestCase):
    recorder_class = SQLiteProcessRecorder


class TestFactory(InFile, InfrastructureFactoryTestCase):
    pass


class TestApplication(InFile, ApplicationTestCase):
    pass


class TestExampleApplication(InFile, ExampleApplicationTestCase):
    pass
