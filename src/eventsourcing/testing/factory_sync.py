# Generated from factory_async.py by tools/async_to_sync.py: do not edit.
"""What every infrastructure factory must do (contract F1-F3, F8-F12, F15, F16)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from eventsourcing.cipher import AESCipher
from eventsourcing.compressor import ZlibCompressor
from eventsourcing.domain import HasOriginatorIDVersion
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    EventStore,
    InfrastructureFactory,
    JSONTranscoder,
    Mapper,
    ProcessRecorder,
    Tracking,
    TrackingRecorder,
    UUIDAsHex,
)
from eventsourcing.testing.checks import expect, expect_error, expect_true
from eventsourcing.testing.engine_suite_sync import EngineSuite
from eventsourcing.testing.samples import make_events
from eventsourcing.utils import Environment

_KEYS = (
    "PERSISTENCE_MODULE",
    "TRANSCODER_TOPIC",
    "CIPHER_TOPIC",
    "COMPRESSOR_TOPIC",
    "MAPPER_TOPIC",
    "IS_SNAPSHOTTING_ENABLED",
    "APPLICATION_RECORDER_TOPIC",
    "TRACKING_RECORDER_TOPIC",
    "PROCESS_RECORDER_TOPIC",
)


@dataclass(frozen=True)
class SampleEvent(HasOriginatorIDVersion[UUID]):
    """An event for the event store that a factory makes."""

    originator_id: UUID
    originator_version: int
    text: str


@dataclass(frozen=True)
class SampleEventWithTextID(HasOriginatorIDVersion[str]):
    """An event of an aggregate with text IDs."""

    originator_id: str
    originator_version: int
    text: str


class SampleMapper(Mapper[Any]):
    """A mapper that is configured with MAPPER_TOPIC."""


class SampleTranscoder(JSONTranscoder):
    """A transcoder that is configured with TRANSCODER_TOPIC."""


class FactorySuite(EngineSuite):
    """What every infrastructure factory must do; needs the fixture `environ`."""

    def test_names_of_variables(self) -> None:
        """F1: class attributes name the environment variables."""
        factory = self.create_factory()
        actual = {key: getattr(factory, key, None) for key in _KEYS}
        expect(actual, {key: key for key in _KEYS}, "F1: each is equal to its own name")

    def test_environment_is_kept(self) -> None:
        """F2: the very same object, so that later changes have an effect."""
        environment = Environment("Sales", dict(self._environ))
        factory: Any = InfrastructureFactory.construct(environment)
        self._factories.append(factory)
        expect_true(factory.env is environment, "F2: factory.env is the environment itself")
        expect(factory.is_snapshotting_enabled(), False, "F15: no snapshots by default")
        environment["SALES_IS_SNAPSHOTTING_ENABLED"] = "y"
        expect(factory.is_snapshotting_enabled(), True, "F2: changed entries have an effect")

    def test_mappings_are_wrapped(self) -> None:
        """F2: another mapping becomes an unnamed environment."""
        factory: Any = InfrastructureFactory.construct(dict(self._environ))
        self._factories.append(factory)
        expect(factory.env.name, "", "F2: an unnamed environment")
        expect(dict(factory.env), dict(self._environ), "F2: with the same entries")

    @pytest.mark.parametrize(
        "key",
        [
            "PERSISTENCE_MODULE",
            "SALES_PERSISTENCE_MODULE",
            "INFRASTRUCTURE_FACTORY",
            "FACTORY_TOPIC",
        ],
    )
    def test_selection_by_variable(self, key: str) -> None:
        """F3: the prefixed variable, and the legacy ones."""
        settings = dict(self._environ)
        settings[key] = settings.pop("PERSISTENCE_MODULE")
        expected = type(self.create_factory())
        factory: Any = InfrastructureFactory.construct(Environment("Sales", settings))
        self._factories.append(factory)
        expect(type(factory), expected, f"F3: the factory is selected with {key}")

    def test_recorders(self) -> None:
        """Section 12: each method returns a recorder of its kind."""
        factory = self.create_factory()
        for recorder, kind in (
            (factory.aggregate_recorder("snapshots"), AggregateRecorder),
            (factory.process_recorder(), ProcessRecorder),
            (factory.tracking_recorder(), TrackingRecorder),
        ):
            expect_true(isinstance(recorder, kind), f"section 12: {recorder} is a {kind.__name__}")

    def test_application_recorder(self) -> None:
        """Section 12: a recorder for an application, which records."""
        factory = self.create_factory()
        recorder = factory.application_recorder()
        expect_true(isinstance(recorder, ApplicationRecorder), "section 12: its kind")
        ids = recorder.insert_events(make_events(self.new_id(), [1]))
        expect(recorder.max_notification_id(), ids[0], "section 12: it records events")

    def test_snapshots_are_kept_apart(self) -> None:
        """Section 12: an aggregate recorder with another purpose has its own events."""
        factory = self.create_factory()
        events = factory.application_recorder()
        snapshots = factory.aggregate_recorder(purpose="snapshots")
        event, other = make_events(self.new_id(), [1, 2])
        events.insert_events([event, other])
        snapshots.insert_events([event])
        selected = list(snapshots.select_events(event.originator_id))
        expect(selected, [event], "section 12: the purpose tells the recorders' events apart")

    def test_tracking_recorder(self) -> None:
        """F12: without an argument, the engine's own class."""
        recorder = self.create_factory().tracking_recorder()
        recorder.insert_tracking(Tracking("upstream", 5))
        expect(recorder.max_tracking_id("upstream"), 5, "F12: it records")

    def test_tracking_recorder_of_another_class(self) -> None:
        """F12: it must derive from the engine's class."""
        factory = self.create_factory()
        with expect_error(AssertionError, "F12: object is no tracking recorder class"):
            factory.tracking_recorder(object).max_tracking_id("upstream")

    def test_codecs_by_default(self) -> None:
        """F8-F11: JSON, neither compressed nor encrypted."""
        factory = self.create_factory()
        expect(type(factory.transcoder()), JSONTranscoder, "F8: the transcoder")
        expect(factory.cipher(), None, "F9: no cipher without a key")
        expect(factory.compressor(), None, "F10: no compressor")
        expect(type(factory.mapper()), Mapper, "F11: the mapper")

    def test_empty_variables_are_as_if_unset(self) -> None:
        """F9, F10: empty topics and keys configure nothing."""
        factory = self.create_factory(
            CIPHER_TOPIC="",
            CIPHER_KEY="",
            COMPRESSOR_TOPIC="",
            MAPPER_TOPIC="",
            TRANSCODER_TOPIC="",
        )
        mapper = factory.mapper()
        actual = (type(mapper), type(mapper.transcoder), mapper.cipher, mapper.compressor)
        expect(actual, (Mapper, JSONTranscoder, None, None), "F8-F11: as if unset")

    def test_codecs_of_the_environment(self) -> None:
        """F8-F11: classes by topic, a module as compressor."""
        factory = self.create_factory(
            CIPHER_TOPIC="eventsourcing.cryptography:AESCipher",
            CIPHER_KEY=AESCipher.create_key(16),
            COMPRESSOR_TOPIC="zlib",
            MAPPER_TOPIC=f"{__name__}:SampleMapper",
            TRANSCODER_TOPIC=f"{__name__}:SampleTranscoder",
        )
        mapper = factory.mapper()
        expect(type(mapper), SampleMapper, "F11: MAPPER_TOPIC")
        expect(type(mapper.transcoder), SampleTranscoder, "F8: TRANSCODER_TOPIC")
        expect(type(mapper.cipher).__module__, "eventsourcing.cryptography", "F9: CIPHER_TOPIC")
        expect_true(mapper.compressor is zlib, "F10: a module is used as it is")

    def test_key_without_topic(self) -> None:
        """F9: a key alone is enough for the default cipher; the prefixed form is honoured."""
        factory = self.create_factory("Sales", SALES_CIPHER_KEY=AESCipher.create_key(16))
        expect(type(factory.cipher()), AESCipher, "F9: the default cipher")

    def test_topic_without_key(self) -> None:
        """F9, K5: a cipher that has no key is an OSError."""
        factory = self.create_factory(CIPHER_TOPIC="eventsourcing.cipher:AESCipher")
        with expect_error(OSError, "K5: no key"):
            factory.cipher()

    def test_mapper_arguments(self) -> None:
        """F11: a transcoder and a mapper class may be given; other classes are refused."""
        factory = self.create_factory()
        transcoder = JSONTranscoder()
        mapper = factory.mapper(transcoder=transcoder, mapper_class=SampleMapper)
        expect_true(mapper.transcoder is transcoder, "F11: the transcoder that was given")
        expect(type(mapper), SampleMapper, "F11: the class that was given")
        expect(type(factory.mapper(mapper_class=Mapper[UUID])), Mapper, "F11: subscripted")
        with expect_error(AssertionError, "F11: object is no mapper class"):
            factory.mapper(mapper_class=object)

    def test_event_store(self) -> None:
        """F11, Z1, Z2: an event store with everything configured stores and gets events."""
        factory = self.create_factory(
            CIPHER_KEY=AESCipher.create_key(32),
            COMPRESSOR_TOPIC="eventsourcing.compressor:ZlibCompressor",
        )
        transcoder = factory.transcoder()
        transcoder.register(UUIDAsHex())
        store = factory.event_store(mapper=factory.mapper(transcoder))
        expect_true(isinstance(store, EventStore), f"F11: {store} is an event store")
        expect(type(store.mapper.compressor), ZlibCompressor, "F10: COMPRESSOR_TOPIC")
        event_class: Any = SampleEvent if self.id_type is UUID else SampleEventWithTextID
        events = [event_class(self.new_id(), 1, "some text"), event_class(self.new_id(), 1, "more")]
        recordings = store.put(events)
        expect([each.domain_event for each in recordings], events, "Z1: one recording each")
        for event in events:
            expect(list(store.get(event.originator_id)), [event], "Z2: the event comes back")

    def test_event_store_with_a_recorder(self) -> None:
        """F11: mapper and recorder may be given."""
        factory = self.create_factory()
        mapper, recorder = factory.mapper(), factory.aggregate_recorder("snapshots")
        store = factory.event_store(mapper=mapper, recorder=recorder)
        expect_true(store.mapper is mapper, "F11: the mapper that was given")
        expect_true(store.recorder is recorder, "F11: the recorder that was given")

    @pytest.mark.parametrize(("value", "expected"), [("y", True), ("TRUE", True), ("no", False)])
    def test_snapshotting(self, value: str, expected: bool) -> None:
        """F15: a truth word."""
        factory = self.create_factory(IS_SNAPSHOTTING_ENABLED=value)
        expect(factory.is_snapshotting_enabled(), expected, f"F15: {value!r}")

    def test_snapshotting_with_another_word(self) -> None:
        """F15, X6: malformed booleans are ValueErrors."""
        factory = self.create_factory(IS_SNAPSHOTTING_ENABLED="perhaps")
        with expect_error(ValueError, "X6: 'perhaps' is no truth word"):
            factory.is_snapshotting_enabled()

    def test_closing(self) -> None:
        """F16: may be repeated, before and after use."""
        factory = self.create_factory()
        recorder = factory.application_recorder()
        recorder.insert_events(make_events(self.new_id(), [1]))
        for _ in range(3):
            factory.close()

    def test_block(self) -> None:
        """F16: a factory is a context manager that returns itself."""
        factory = InfrastructureFactory[Any].construct(Environment("", dict(self._environ)))
        with factory as entered:
            expect_true(entered is factory, "F16: it returns itself")
            recorder = entered.application_recorder()
            recorder.insert_events(make_events(self.new_id(), [1]))
        factory.close()
