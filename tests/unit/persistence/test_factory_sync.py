# Generated from test_factory_async.py by tools/async_to_sync.py: do not edit.
"""Finding and constructing infrastructure factories: contract F1-F17.

What every engine's factory must do is in the conformance suites; here it is what the base does.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, TypeVar

import pytest

from eventsourcing.compressor import ZlibCompressor
from eventsourcing.errors import TopicError
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    BaseInfrastructureFactory,
    Cipher,
    InfrastructureFactory,
    InfrastructureFactoryError,
    JSONTranscoder,
    Mapper,
    ProcessRecorder,
    TrackingRecorder,
)
from eventsourcing.utils import Environment

T = TypeVar("T", bound=TrackingRecorder)


class View(TrackingRecorder):
    def max_tracking_id(self, application_name: str) -> int | None:
        return None


class SampleFactory(InfrastructureFactory[View]):
    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        raise NotImplementedError

    def application_recorder(self) -> ApplicationRecorder:
        return "application recorder"  # type: ignore[return-value]

    def process_recorder(self) -> ProcessRecorder:
        raise NotImplementedError


class OtherFactory(SampleFactory):
    pass


class GenericFactory(InfrastructureFactory[T]):
    pass


class EnvCipher(Cipher):
    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def encrypt(self, plaintext: bytes) -> bytes:
        return plaintext

    def decrypt(self, ciphertext: bytes) -> bytes:
        return ciphertext


class OwnTranscoder(JSONTranscoder):
    pass


class OwnMapper(Mapper[Any]):
    pass


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> ModuleType:
    """An empty persistence module that can be imported."""
    module = ModuleType(f"persistence_module_{abs(hash(request.node.nodeid))}")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def here(cls: type[Any]) -> str:
    return f"{__name__}:{cls.__qualname__}"


def make_factory(**env: str) -> SampleFactory:
    return SampleFactory(Environment(env=env))


# Construction


def test_class_attributes_name_variables() -> None:
    """F1: each is equal to its own name."""
    for name in ("PERSISTENCE_MODULE", "TRANSCODER_TOPIC", "CIPHER_TOPIC", "COMPRESSOR_TOPIC"):
        assert getattr(BaseInfrastructureFactory, name) == name
    for name in (
        "MAPPER_TOPIC",
        "IS_SNAPSHOTTING_ENABLED",
        "APPLICATION_RECORDER_TOPIC",
        "TRACKING_RECORDER_TOPIC",
        "PROCESS_RECORDER_TOPIC",
    ):
        assert getattr(InfrastructureFactory, name) == name


def test_environment_is_kept() -> None:
    """F2: an `Environment` is kept as the very same object."""
    env = Environment("App", {"PERSISTENCE_MODULE": here(SampleFactory)})
    assert InfrastructureFactory.construct(env).env is env


def test_mapping_is_wrapped() -> None:
    """F2: in an unnamed environment."""
    factory = InfrastructureFactory.construct({"PERSISTENCE_MODULE": here(SampleFactory)})
    assert type(factory.env) is Environment
    assert factory.env.name == ""


def test_process_environment_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """F2: `None` is an empty environment."""
    monkeypatch.setenv("PERSISTENCE_MODULE", here(SampleFactory))
    factory: Any = InfrastructureFactory.construct()
    assert not isinstance(factory, SampleFactory)
    assert dict(factory.env) == {}


@pytest.mark.parametrize("env", [{}, {"PERSISTENCE_MODULE": ""}])
def test_default_is_in_memory(env: dict[str, str]) -> None:
    """F3: "eventsourcing.popo"."""
    factory: Any = InfrastructureFactory.construct(env)
    from eventsourcing.popo import POPOFactory

    assert isinstance(getattr(factory, "sync_factory", factory), POPOFactory)


@pytest.mark.parametrize("key", ["PERSISTENCE_MODULE", "INFRASTRUCTURE_FACTORY", "FACTORY_TOPIC"])
@pytest.mark.parametrize("prefix", ["", "APP_"])
def test_variables(key: str, prefix: str) -> None:
    """F3: each variable, with and without the prefix of the application."""
    env = Environment("App", {prefix + key: here(SampleFactory)})
    assert type(InfrastructureFactory.construct(env)) is SampleFactory


def test_first_variable_wins() -> None:
    """F3: in this order, empty ones being passed over."""
    env = {
        "PERSISTENCE_MODULE": "",
        "INFRASTRUCTURE_FACTORY": here(SampleFactory),
        "FACTORY_TOPIC": here(OtherFactory),
    }
    assert type(InfrastructureFactory.construct(env)) is SampleFactory


def test_empty_prefixed_value_hides_the_unprefixed_one() -> None:
    """F3: of the same variable; the next variable is looked at then."""
    env = Environment(
        "App",
        {
            "APP_PERSISTENCE_MODULE": "",
            "PERSISTENCE_MODULE": here(SampleFactory),
            "FACTORY_TOPIC": here(OtherFactory),
        },
    )
    assert type(InfrastructureFactory.construct(env)) is OtherFactory


@pytest.mark.parametrize("topic", ["nowhere", "nowhere:Factory", f"{__name__}:Nobody"])
def test_unresolvable_topic(topic: str) -> None:
    """F4: the text, chained from the TopicError."""
    with pytest.raises(InfrastructureFactoryError) as caught:
        InfrastructureFactory.construct({"PERSISTENCE_MODULE": topic})
    assert str(caught.value) == (
        f"Failed to resolve persistence module topic: '{topic}' "
        "from environment variable 'PERSISTENCE_MODULE'"
    )
    assert isinstance(caught.value.__cause__, TopicError)


@pytest.mark.parametrize("topic", [":", ":Factory", ".", "..relative:Factory"])
def test_malformed_topic(topic: str) -> None:
    """F4, U14: the same error."""
    with pytest.raises(InfrastructureFactoryError, match="Failed to resolve persistence module"):
        InfrastructureFactory.construct({"PERSISTENCE_MODULE": topic})


def test_module_with_one_factory(module: Any) -> None:
    """F5: aliases, base classes with free parameters and other things do not count."""
    module.InfrastructureFactory = InfrastructureFactory
    module.GenericFactory = GenericFactory
    module.SampleFactory = SampleFactory
    module.Factory = SampleFactory
    module.instance = SampleFactory(None)
    module.alias = InfrastructureFactory[View]
    module.builtin_alias = list[int]
    module.View = View
    env = {"PERSISTENCE_MODULE": module.__name__}
    assert type(InfrastructureFactory.construct(env)) is SampleFactory


def test_module_with_two_factories(module: Any) -> None:
    """F5: exactly one is required."""
    module.SampleFactory, module.OtherFactory = SampleFactory, OtherFactory
    with pytest.raises(InfrastructureFactoryError) as caught:
        InfrastructureFactory.construct({"PERSISTENCE_MODULE": module.__name__})
    assert str(caught.value) == (
        f"Found 2 infrastructure factory classes in '{module.__name__}', expected 1."
    )


def test_module_without_factory(module: Any) -> None:
    """F5: neither native nor through the bridge."""
    with pytest.raises(InfrastructureFactoryError) as caught:
        InfrastructureFactory.construct({"PERSISTENCE_MODULE": module.__name__})
    assert str(caught.value) == (
        f"Found 0 infrastructure factory classes in '{module.__name__}', expected 1."
    )


def test_only_subclasses_of_the_calling_class_count(module: Any) -> None:
    """F5: `construct` of a subclass looks for its own subclasses."""
    module.SampleFactory, module.OtherFactory = SampleFactory, OtherFactory
    env = {"PERSISTENCE_MODULE": module.__name__}
    assert type(OtherFactory.construct(env)) is OtherFactory


def test_construct_of_an_alias() -> None:
    """Preface: class methods work through a subscripted alias."""
    env = {"PERSISTENCE_MODULE": here(SampleFactory)}
    assert type(InfrastructureFactory[View].construct(env)) is SampleFactory


@pytest.mark.parametrize("topic", ["builtins:int", f"{__name__}:View", f"{__name__}:here"])
def test_topic_of_something_else(topic: str) -> None:
    """F6: the text names topic and object."""
    with pytest.raises(InfrastructureFactoryError) as caught:
        InfrastructureFactory.construct({"PERSISTENCE_MODULE": topic})
    start = (
        f"Topic '{topic}' didn't resolve to a persistence module or infrastructure factory class: "
    )
    assert str(caught.value).startswith(start)


def test_factories_are_called_with_one_keyword(module: Any) -> None:
    """F7: third-party factories take `**kwargs`."""
    calls: list[Any] = []

    class KeywordFactory(SampleFactory):
        def __init__(self, **kwargs: Any) -> None:
            calls.append(kwargs)
            super().__init__(**kwargs)

    module.Factory = KeywordFactory
    env = Environment("App", {"PERSISTENCE_MODULE": module.__name__})
    InfrastructureFactory.construct(env)
    assert calls == [{"env": env}]
    assert calls[0]["env"] is env


# Codecs


def test_transcoder() -> None:
    """F8: the class that is configured, JSON by default; a new one each time."""
    factory = make_factory()
    assert type(factory.transcoder()) is JSONTranscoder
    assert factory.transcoder() is not factory.transcoder()
    assert type(make_factory(TRANSCODER_TOPIC=here(OwnTranscoder)).transcoder()) is OwnTranscoder


def test_cipher_gets_the_environment() -> None:
    """F9: the factory's own, also without a key."""
    factory = make_factory(CIPHER_TOPIC=here(EnvCipher))
    cipher = factory.cipher()
    assert isinstance(cipher, EnvCipher)
    assert cipher.environment is factory.env


@pytest.mark.parametrize("env", [{}, {"CIPHER_TOPIC": ""}, {"CIPHER_TOPIC": "", "CIPHER_KEY": ""}])
def test_no_cipher(env: dict[str, str]) -> None:
    """F9: neither topic nor key."""
    assert make_factory(**env).cipher() is None


def test_compressor_class_is_instantiated() -> None:
    """F10: without arguments."""
    factory = make_factory(COMPRESSOR_TOPIC="eventsourcing.compressor:ZlibCompressor")
    assert type(factory.compressor()) is ZlibCompressor


INSTANCE = ZlibCompressor(max_size=5)


def test_other_compressors_are_used_as_they_are() -> None:
    """F10: a module, or any other object."""
    import zlib

    assert make_factory(COMPRESSOR_TOPIC="zlib").compressor() is zlib  # type: ignore[comparison-overlap]
    assert make_factory(COMPRESSOR_TOPIC=f"{__name__}:INSTANCE").compressor() is INSTANCE


@pytest.mark.parametrize(
    "topic", ["TRANSCODER_TOPIC", "CIPHER_TOPIC", "COMPRESSOR_TOPIC", "MAPPER_TOPIC"]
)
def test_unresolvable_codecs(topic: str) -> None:
    """F8-F11: a TopicError, when they are asked for."""
    factory = make_factory(**{topic: "nowhere:Codec"})
    with pytest.raises(TopicError):
        factory.mapper()


def test_mapper_is_built_from_all_parts() -> None:
    """F11: the configured cipher and compressor, the given or default transcoder."""
    factory = make_factory(CIPHER_TOPIC=here(EnvCipher), COMPRESSOR_TOPIC=f"{__name__}:INSTANCE")
    transcoder = OwnTranscoder()
    mapper: Mapper[Any] = factory.mapper(transcoder)
    assert type(mapper) is Mapper
    assert mapper.transcoder is transcoder
    assert type(mapper.cipher) is EnvCipher
    assert mapper.compressor is INSTANCE
    assert type(factory.mapper().transcoder) is JSONTranscoder


def test_mapper_class_is_the_argument_then_the_variable() -> None:
    """F11: in this order, perhaps subscripted."""
    factory = make_factory(MAPPER_TOPIC=here(OwnMapper))
    assert type(factory.mapper()) is OwnMapper
    assert type(factory.mapper(mapper_class=Mapper)) is Mapper
    assert type(make_factory().mapper(mapper_class=Mapper[Any])) is Mapper


def test_mapper_is_called_with_keywords() -> None:
    """M1: subclasses are constructed with these three."""
    calls: list[Any] = []

    class KeywordMapper(Mapper[Any]):
        def __init__(self, **kwargs: Any) -> None:
            calls.append(sorted(kwargs))
            super().__init__(**kwargs)

    make_factory().mapper(mapper_class=KeywordMapper)
    assert calls == [["cipher", "compressor", "transcoder"]]


@pytest.mark.parametrize("other", [object, View, "text", JSONTranscoder])
def test_other_mapper_classes_are_refused(other: Any) -> None:
    """F11: AssertionError, also with `python -O`."""
    with pytest.raises(AssertionError):
        make_factory().mapper(mapper_class=other)
    with pytest.raises(AssertionError):
        make_factory(MAPPER_TOPIC="builtins:int").mapper()


def test_event_store_by_default() -> None:
    """F11: a new mapper and an application recorder."""
    store: Any = make_factory().event_store()
    assert type(store.mapper) is Mapper
    assert store.recorder == "application recorder"


def test_event_store_keeps_falsy_arguments() -> None:
    """F11: defaults stand in for None only."""

    class EmptyRecorder(list[Any]):
        pass

    recorder: Any = EmptyRecorder()
    assert make_factory().event_store(recorder=recorder).recorder is recorder


# The rest


def test_tracking_recorders_need_not_be_supported() -> None:
    """F12: the default raises NotImplementedError, so it is not abstract."""
    with pytest.raises(NotImplementedError, match="does not support tracking recorders"):
        make_factory().tracking_recorder()
    assert InfrastructureFactory.__abstractmethods__ == {
        "aggregate_recorder",
        "application_recorder",
        "process_recorder",
    }


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, False),
        ({"IS_SNAPSHOTTING_ENABLED": "Y"}, True),
        ({"IS_SNAPSHOTTING_ENABLED": "off"}, False),
    ],
)
def test_snapshotting(env: dict[str, str], expected: bool) -> None:
    """F15: a truth word; no is the default."""
    assert make_factory(**env).is_snapshotting_enabled() is expected


@pytest.mark.parametrize("value", ["", " ", "maybe"])
def test_snapshotting_with_other_words(value: str) -> None:
    """F15, X6: ValueError, also for the empty word."""
    with pytest.raises(ValueError, match="invalid truth value"):
        make_factory(IS_SNAPSHOTTING_ENABLED=value).is_snapshotting_enabled()


def test_context_manager() -> None:
    """F16: returns itself, opens and closes; errors pass through."""
    seen: list[str] = []

    class Noting(SampleFactory):
        def open(self) -> None:
            seen.append("open")

        def close(self) -> None:
            seen.append("close")

    factory = Noting(None)

    def use() -> None:
        with factory as entered:
            assert entered is factory
            raise KeyError

    with pytest.raises(KeyError):
        use()
    assert seen == ["open", "close"]


def test_closing_is_idempotent() -> None:
    """F16: the base has nothing to close."""
    factory = make_factory()
    factory.close()
    factory.close()
