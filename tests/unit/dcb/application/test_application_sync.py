# Generated from test_application_async.py by tools/async_to_sync.py: do not edit.
"""Applications with dynamic consistency boundaries: contract C51, C52, C59."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.dcb.application import DCBApplication, DCBRepository
from eventsourcing.dcb.msgpack import MessagePackMapper
from eventsourcing.dcb.persistence import DCBEventStore
from eventsourcing.errors import TopicError
from eventsourcing.persistence import InfrastructureFactoryError, IntegrityError
from eventsourcing.utils import Environment
from tests.unit.dcb.application.school import ClaimName, Join

ENV = {"MAPPER_TOPIC": "eventsourcing.dcb.msgpack:MessagePackMapper"}


class School(DCBApplication):
    pass


@pytest.fixture
def app() -> Any:
    with School(ENV) as app:
        yield app


# Construction


def test_names() -> None:
    """C51: the class name for subclasses, unless it is declared in the body of the class."""

    class Named(School):
        name = "other"

    class Renamed(Named):
        pass

    assert DCBApplication.name == "DCBApplication"
    assert (Named.name, Renamed.name) == ("other", "Renamed")


def test_attributes(app: School) -> None:
    """Section 7: a mapper and what needs one are there, as they are configured."""
    assert isinstance(app.env, Environment)
    assert app.env.name == School.name
    assert isinstance(app.mapper, MessagePackMapper)
    assert isinstance(app.events, DCBEventStore)
    assert isinstance(app.repository, DCBRepository)
    assert app.repository.eventstore is app.events
    assert app.events.recorder is app.recorder


def test_precedence_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """C51: the class, then the process environment, then the argument; by the name, too."""

    class Configured(School):
        env = {"PERSISTENCE_MODULE": "eventsourcing.dcb.popo", "A": "1", "B": "1", "C": "1"}

    monkeypatch.setenv("B", "2")
    monkeypatch.setenv("C", "2")
    monkeypatch.setenv("CONFIGURED_D", "2")
    with Configured({"C": "3"}) as app:
        assert [app.env.get(key) for key in "ABCD"] == ["1", "2", "3", "2"]
        other = app.construct_env("Other")
        assert (other.name, other.get("C"), other.get("D")) == ("Other", "2", None)


def test_class_that_declares_other_settings() -> None:
    """C51: they replace the default, so that the persistence module has to be repeated."""

    class Configured(School):
        env = {"A": "1"}

    with pytest.raises(
        InfrastructureFactoryError,
        match=r"Found 0 infrastructure factory classes in 'eventsourcing\.popo', expected 1\.",
    ):
        Configured()


def test_application_without_a_mapper() -> None:
    """C52: it has a recorder; what is missing is said by whoever asks for it."""
    with School() as app:
        assert app.recorder.head() is None
        for name in ("mapper", "events", "repository"):
            assert not hasattr(app, name)
        with pytest.raises(
            AttributeError, match=r"'repository': it has no mapper; set MAPPER_TOPIC"
        ):
            app.do(ClaimName("ann"))


def test_other_attributes() -> None:
    """C52: have the usual text."""
    app: Any = School()

    with pytest.raises(AttributeError, match=r"object has no attribute 'notification_log'$"):
        _ = app.notification_log


def test_mapper_of_another_kind() -> None:
    """C52: mappers of aggregates' events are of no use here."""
    with pytest.raises(
        InfrastructureFactoryError,
        match=r"MAPPER_TOPIC 'eventsourcing\.persistence:Mapper' names .*: it must name a class of "
        "mappers for dynamic consistency boundaries",
    ):
        School({"MAPPER_TOPIC": "eventsourcing.persistence:Mapper"})


def test_mapper_that_is_not_there() -> None:
    """C52: the topic does not resolve."""
    with pytest.raises(TopicError):
        School({"MAPPER_TOPIC": "eventsourcing.dcb.msgpack:NoMapper"})


def test_compressor_and_cipher_are_ignored() -> None:
    """C52: the mapper alone says what is stored."""
    settings = {"COMPRESSOR_TOPIC": "zlib", "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher"}
    with School({**ENV, **settings}) as app:
        app.do(ClaimName("ann"))
        for sequenced in app.recorder.read():
            assert sequenced.event.data == b"\x80"


def test_steps_of_the_construction_may_be_overridden() -> None:
    """As those of other applications."""
    mapper = MessagePackMapper()

    class Own(School):
        def construct_mapper(self) -> Any:
            return mapper

    with Own() as app:
        assert app.mapper is mapper
        app.do(ClaimName("ann"))


# Use


def test_slice_is_brought_up_to_date_executed_and_saved(app: School) -> None:
    """C59: and returned."""
    slices = [Join("ann", "maths"), Join("bea", "maths"), Join("ann", "maths")]
    for each in slices:
        assert app.do(each) is each

    assert [each.students for each in slices] == [["ann"], ["ann", "bea"], ["ann", "bea"]]
    assert app.recorder.head() == 2


def test_slice_without_projection_is_for_uniqueness(app: School) -> None:
    """C59: it fails if anything in its boundary was ever recorded."""
    app.do(ClaimName("ann"))
    app.do(ClaimName("bea"))

    claim = ClaimName("ann")
    with pytest.raises(IntegrityError):
        app.do(claim)

    assert len(claim.new_decisions) == 1
    assert app.recorder.head() == 2


def test_error_of_a_rule(app: School) -> None:
    """C59: is raised, and nothing is saved."""

    class Refused(Join):
        def execute(self) -> None:
            super().execute()
            raise ValueError("full")

    with pytest.raises(ValueError, match="full"):
        app.do(Refused("ann", "maths"))

    assert app.recorder.head() is None


def test_slice_that_knows_already(app: School) -> None:
    """C58, C59: it may be executed again, and is brought up to date each time."""
    join = Join("ann", "maths")
    app.do(join)
    app.do(Join("bea", "maths"))

    app.do(join)

    assert join.students == ["ann", "bea"]
    assert app.recorder.head() == 2


# Closing


def test_leaving_the_block_closes() -> None:
    """C51: the factory, and what waits for it is told."""
    closed: list[str] = []

    with School() as app:

        def close() -> None:
            closed.append("factory")

        app.factory.close = close  # type: ignore[method-assign]
        assert not app.closing.is_set()

    assert app.closing.is_set()
    assert closed[:1] == ["factory"]


def test_closing_may_be_repeated() -> None:
    """C51: it is harmless."""
    app = School()
    app.open()
    app.close()
    app.close()
