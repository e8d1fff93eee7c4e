"""Applications with dynamic consistency boundaries: contract C51, C52, C59."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.dcb.application import AsyncDCBApplication, AsyncDCBRepository
from eventsourcing.dcb.msgpack import MessagePackMapper
from eventsourcing.dcb.persistence import AsyncDCBEventStore
from eventsourcing.errors import TopicError
from eventsourcing.persistence import InfrastructureFactoryError, IntegrityError
from eventsourcing.utils import Environment
from tests.unit.dcb.application.school import ClaimName, Join

ENV = {"MAPPER_TOPIC": "eventsourcing.dcb.msgpack:MessagePackMapper"}


class AsyncSchool(AsyncDCBApplication):
    pass


@pytest.fixture
async def app() -> Any:
    async with AsyncSchool(ENV) as app:
        yield app


# Construction


def test_names() -> None:
    """C51: the class name for subclasses, unless it is declared in the body of the class."""

    class Named(AsyncSchool):
        name = "other"

    class Renamed(Named):
        pass

    assert AsyncDCBApplication.name == "DCBApplication"
    assert (Named.name, Renamed.name) == ("other", "Renamed")


async def test_attributes(app: AsyncSchool) -> None:
    """Section 7: a mapper and what needs one are there, as they are configured."""
    assert isinstance(app.env, Environment)
    assert app.env.name == AsyncSchool.name
    assert isinstance(app.mapper, MessagePackMapper)
    assert isinstance(app.events, AsyncDCBEventStore)
    assert isinstance(app.repository, AsyncDCBRepository)
    assert app.repository.eventstore is app.events
    assert app.events.recorder is app.recorder


async def test_precedence_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """C51: the class, then the process environment, then the argument; by the name, too."""

    class Configured(AsyncSchool):
        env = {"PERSISTENCE_MODULE": "eventsourcing.dcb.popo", "A": "1", "B": "1", "C": "1"}

    monkeypatch.setenv("B", "2")
    monkeypatch.setenv("C", "2")
    monkeypatch.setenv("CONFIGURED_D", "2")
    async with Configured({"C": "3"}) as app:
        assert [app.env.get(key) for key in "ABCD"] == ["1", "2", "3", "2"]
        other = app.construct_env("Other")
        assert (other.name, other.get("C"), other.get("D")) == ("Other", "2", None)


async def test_class_that_declares_other_settings() -> None:
    """C51: they replace the default, so that the persistence module has to be repeated."""

    class Configured(AsyncSchool):
        env = {"A": "1"}

    with pytest.raises(
        InfrastructureFactoryError,
        match=r"Found 0 infrastructure factory classes in 'eventsourcing\.popo', expected 1\.",
    ):
        Configured()


async def test_application_without_a_mapper() -> None:
    """C52: it has a recorder; what is missing is said by whoever asks for it."""
    async with AsyncSchool() as app:
        assert await app.recorder.head() is None
        for name in ("mapper", "events", "repository"):
            assert not hasattr(app, name)
        with pytest.raises(
            AttributeError, match=r"'repository': it has no mapper; set MAPPER_TOPIC"
        ):
            await app.do(ClaimName("ann"))


async def test_other_attributes() -> None:
    """C52: have the usual text."""
    app: Any = AsyncSchool()

    with pytest.raises(AttributeError, match=r"object has no attribute 'notification_log'$"):
        _ = app.notification_log


async def test_mapper_of_another_kind() -> None:
    """C52: mappers of aggregates' events are of no use here."""
    with pytest.raises(
        InfrastructureFactoryError,
        match=r"MAPPER_TOPIC 'eventsourcing\.persistence:Mapper' names .*: it must name a class of "
        "mappers for dynamic consistency boundaries",
    ):
        AsyncSchool({"MAPPER_TOPIC": "eventsourcing.persistence:Mapper"})


async def test_mapper_that_is_not_there() -> None:
    """C52: the topic does not resolve."""
    with pytest.raises(TopicError):
        AsyncSchool({"MAPPER_TOPIC": "eventsourcing.dcb.msgpack:NoMapper"})


async def test_compressor_and_cipher_are_ignored() -> None:
    """C52: the mapper alone says what is stored."""
    settings = {"COMPRESSOR_TOPIC": "zlib", "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher"}
    async with AsyncSchool({**ENV, **settings}) as app:
        await app.do(ClaimName("ann"))
        async for sequenced in await app.recorder.read():
            assert sequenced.event.data == b"\x80"


async def test_steps_of_the_construction_may_be_overridden() -> None:
    """As those of other applications."""
    mapper = MessagePackMapper()

    class Own(AsyncSchool):
        def construct_mapper(self) -> Any:
            return mapper

    async with Own() as app:
        assert app.mapper is mapper
        await app.do(ClaimName("ann"))


# Use


async def test_slice_is_brought_up_to_date_executed_and_saved(app: AsyncSchool) -> None:
    """C59: and returned."""
    slices = [Join("ann", "maths"), Join("bea", "maths"), Join("ann", "maths")]
    for each in slices:
        assert await app.do(each) is each

    assert [each.students for each in slices] == [["ann"], ["ann", "bea"], ["ann", "bea"]]
    assert await app.recorder.head() == 2


async def test_slice_without_projection_is_for_uniqueness(app: AsyncSchool) -> None:
    """C59: it fails if anything in its boundary was ever recorded."""
    await app.do(ClaimName("ann"))
    await app.do(ClaimName("bea"))

    claim = ClaimName("ann")
    with pytest.raises(IntegrityError):
        await app.do(claim)

    assert len(claim.new_decisions) == 1
    assert await app.recorder.head() == 2


async def test_error_of_a_rule(app: AsyncSchool) -> None:
    """C59: is raised, and nothing is saved."""

    class Refused(Join):
        def execute(self) -> None:
            super().execute()
            raise ValueError("full")

    with pytest.raises(ValueError, match="full"):
        await app.do(Refused("ann", "maths"))

    assert await app.recorder.head() is None


async def test_slice_that_knows_already(app: AsyncSchool) -> None:
    """C58, C59: it may be executed again, and is brought up to date each time."""
    join = Join("ann", "maths")
    await app.do(join)
    await app.do(Join("bea", "maths"))

    await app.do(join)

    assert join.students == ["ann", "bea"]
    assert await app.recorder.head() == 2


# Closing


async def test_leaving_the_block_closes() -> None:
    """C51: the factory, and what waits for it is told."""
    closed: list[str] = []

    async with AsyncSchool() as app:

        async def close() -> None:
            closed.append("factory")

        app.factory.close = close  # type: ignore[method-assign]
        assert not app.closing.is_set()

    assert app.closing.is_set()
    assert closed[:1] == ["factory"]


async def test_closing_may_be_repeated() -> None:
    """C51: it is harmless."""
    app = AsyncSchool()
    await app.open()
    await app.close()
    await app.close()
