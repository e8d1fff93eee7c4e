"""The names that programs import."""

from __future__ import annotations

import subprocess
import sys
from uuid import UUID

import pytest

import eventsourcing.application
import eventsourcing.domain
import eventsourcing.errors
import eventsourcing.interface
from eventsourcing.application import (
    AggregateNotFound,
    AggregateNotFoundError,
    Application,
    AsyncApplication,
    AsyncEventSourcedLog,
    AsyncRepository,
    EventSourcedLog,
    ProcessingEvent,
    ProgrammingError,
    Repository,
)
from eventsourcing.interface import NotificationLogJSONService
from tests.integration.application.dogs import CatSeen

NAMES = """
Application Repository Cache LRUCache NotificationLog LocalNotificationLog Section ProcessingEvent
EventSourcedLog AggregateNotFoundError ProgrammingError project_aggregate ProjectorFunction
MutatorFunction TApplication AggregateNotFound ProcessEvent RecordingEvent LogEvent TLogEvent
Snapshot create_utc_datetime_now Aggregate CanMutateProtocol CollectEventsProtocol
DomainEventProtocol EventSourcingError MutableOrImmutableAggregate SnapshotProtocol TDomainEvent
TMutableOrImmutableAggregate ApplicationRecorder EventStore InfrastructureFactory Mapper
Notification Recording Tracking Transcoder UUIDAsHex DecimalAsStr DatetimeAsISO Environment EnvType
strtobool
AsyncApplication AsyncRepository AsyncNotificationLog AsyncLocalNotificationLog
AsyncEventSourcedLog TAsyncApplication
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_applications_name(name: str) -> None:
    """Section 1.1: importable, and exported."""
    assert hasattr(eventsourcing.application, name)
    assert name in eventsourcing.application.__all__


@pytest.mark.parametrize(
    "name", ["NotificationLogInterface", "NotificationLogJSONService", "NotificationLogJSONClient"]
)
@pytest.mark.parametrize("prefix", ["", "Async"])
def test_interfaces_name(prefix: str, name: str) -> None:
    """Section 1.2: in both flavours."""
    assert hasattr(eventsourcing.interface, prefix + name)


def test_classes_say_that_they_live_in_the_package() -> None:
    """House: topics and reprs name the public path."""
    assert Application.__module__ == "eventsourcing.application"
    assert repr(AsyncRepository) == "<class 'eventsourcing.application.AsyncRepository'>"
    assert NotificationLogJSONService.__module__ == "eventsourcing.interface"


def test_generic_classes_can_be_subscripted_called_and_subclassed() -> None:
    """Section head: at run time."""
    assert isinstance(Application[UUID](), Application)
    assert isinstance(Application[str](), Application)
    assert isinstance(AsyncApplication[str](), AsyncApplication)
    assert isinstance(ProcessingEvent[UUID](), ProcessingEvent)
    app = Application[UUID]()
    assert isinstance(Repository[UUID](app.events), Repository)
    assert EventSourcedLog[CatSeen](app.events, UUID(int=1), CatSeen).logged_cls is CatSeen
    assert AsyncEventSourcedLog[CatSeen]

    class Sub(Application[UUID]):
        pass

    assert Sub().name == "Sub"


def test_the_exceptions_have_the_promised_bases() -> None:
    """A40, section 11: old handlers catch them."""
    assert issubclass(ProgrammingError, eventsourcing.domain.ProgrammingError)
    assert ProgrammingError is not eventsourcing.domain.ProgrammingError
    assert issubclass(AggregateNotFoundError, eventsourcing.domain.EventSourcingError)
    assert AggregateNotFound is AggregateNotFoundError


def test_importing_applications_imports_no_engine_and_no_driver() -> None:
    """House: engines are loaded by name only."""
    code = (
        "import sys, eventsourcing.application, eventsourcing.interface\n"
        "names = {'sqlite3', 'psycopg', 'psycopg_pool', 'nats', 'cryptography', 'Crypto',\n"
        "         'eventsourcing.popo', 'eventsourcing.sqlite', 'eventsourcing.postgres'}\n"
        "sys.exit(' '.join(names & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
