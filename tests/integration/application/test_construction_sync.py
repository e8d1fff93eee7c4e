# Generated from test_construction_async.py by tools/async_to_sync.py: do not edit.
"""Construction and configuration of applications."""

from __future__ import annotations

import warnings
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_sync import Event
from eventsourcing.application import Application, LocalNotificationLog, Repository
from eventsourcing.application.caching import Cache, LRUCache
from eventsourcing.persistence import (
    EventStore,
    InfrastructureFactoryError,
    JSONTranscoder,
    Mapper,
    Transcoder,
    Transcoding,
)
from eventsourcing.utils import Environment
from tests.integration.application.conftest import Apps
from tests.integration.application.dog_school_sync import DogSchool
from tests.integration.application.dogs import Dog


class Named(Application[UUID], anything="ignored"):
    name = "kennel"


class Unnamed(Named):
    pass


class Snapshotting(Application[UUID]):
    env = {"IS_SNAPSHOTTING_ENABLED": "n", "A": "class"}
    snapshotting_intervals = {Dog: 2}


def test_the_class_attributes_have_these_defaults() -> None:
    """A1: all of them."""
    cls = Application
    assert cls.name == "Application"
    assert cls.env == {}
    assert cls.is_snapshotting_enabled is False
    assert cls.snapshotting_intervals == {}
    assert cls.snapshotting_projectors == {}
    assert cls.snapshot_class is None
    assert cls.log_section_size == 10
    assert list(cls.notify_topics) == []
    for key in (
        "AGGREGATE_CACHE_MAXSIZE",
        "AGGREGATE_CACHE_FASTFORWARD",
        "AGGREGATE_CACHE_FASTFORWARD_SKIPPING",
        "DEEPCOPY_FROM_AGGREGATE_CACHE",
        "IS_SNAPSHOTTING_ENABLED",
    ):
        assert getattr(cls, key) == key


def test_a_subclass_without_a_name_is_called_like_its_class() -> None:
    """A2: also when a parent class has a name."""
    assert Named.name == "kennel"
    assert Unnamed.name == Unnamed.__name__


def test_an_application_runs_in_memory_unless_told_otherwise() -> None:
    """A10, A35: without settings, and without the context manager."""
    app = DogSchool()
    dog_id = app.register_dog("Fido")
    assert app.repository.get(dog_id).name == "Fido"


def test_an_application_has_the_promised_attributes(make_sync: Apps) -> None:
    """A9: and two of them cannot be set."""
    app = make_sync(DogSchool)
    assert isinstance(app.env, Environment)
    assert (app.env.name, app.name) == ("DogSchool", "DogSchool")
    assert isinstance(app.closing, Event)
    assert not app.closing.is_set()
    assert isinstance(app.mapper, Mapper)
    assert isinstance(app.events, EventStore)
    assert app.events.recorder is app.recorder
    assert app.events.mapper is app.mapper
    assert app.snapshots is None
    assert isinstance(app.repository, Repository)
    assert app.repository.event_store is app.events
    assert isinstance(app.notification_log, LocalNotificationLog)
    assert app.notification_log.section_size == 10
    for name in ("repository", "notification_log"):
        with pytest.raises(AttributeError):
            setattr(app, name, None)


def test_the_old_name_of_the_notification_log_warns_the_caller() -> None:
    """A9: with this text, and this file as its place."""
    app = DogSchool()
    with pytest.warns(
        DeprecationWarning, match=r"^'log' is deprecated, use 'notification_log' instead$"
    ) as warned:
        assert app.log is app.notification_log
    assert warned[0].filename == __file__


def test_nothing_is_deprecated_in_normal_use() -> None:
    """A9: no warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        DogSchool().register_dog("Fido")


def test_settings_come_from_class_process_and_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    """A4: later ones win, and no mapping is changed."""
    monkeypatch.setenv("B", "process")
    monkeypatch.setenv("C", "process")
    argument = {"C": "argument"}
    app = Snapshotting(argument)
    assert (app.env["A"], app.env["B"], app.env["C"]) == ("class", "process", "argument")
    assert app.env["IS_SNAPSHOTTING_ENABLED"] == "y"
    assert Snapshotting.env["IS_SNAPSHOTTING_ENABLED"] == "n"
    assert argument == {"C": "argument"}


def test_declaring_intervals_switches_snapshotting_on() -> None:
    """A30, A4: although is_snapshotting_enabled is false."""
    assert Snapshotting.is_snapshotting_enabled is False
    assert Snapshotting().snapshots is not None


def test_settings_can_be_constructed_for_another_name() -> None:
    """A5: the name of the application does not matter."""
    env = Snapshotting().construct_env("Upstream", {"X": "y"})
    assert (env.name, env["X"], env["A"]) == ("Upstream", "y", "class")


def test_a_setting_with_the_name_as_its_prefix_comes_first() -> None:
    """A6: it beats a class attribute, even when it is empty."""
    off = Snapshotting({f"{Snapshotting.name.upper()}_IS_SNAPSHOTTING_ENABLED": "n"})
    assert off.snapshots is None
    app = Named({"KENNEL_AGGREGATE_CACHE_MAXSIZE": "", "AGGREGATE_CACHE_MAXSIZE": "5"})
    assert app.repository.cache is None


def test_an_instance_may_have_the_empty_name() -> None:
    """A2: no prefix then."""

    class Nameless(Application[UUID]):
        name = ""

    assert Nameless({"AGGREGATE_CACHE_MAXSIZE": "5"}).repository.cache is not None


@pytest.mark.parametrize(
    ("text", "expected"), [("", None), ("0", Cache), ("-1", Cache), ("5", LRUCache)]
)
def test_the_cache_is_what_the_environment_says(text: str, expected: type | None) -> None:
    """A8, R2: none, exactly Cache, exactly LRUCache."""
    cache = Named({"AGGREGATE_CACHE_MAXSIZE": text}).repository.cache
    assert (None if cache is None else type(cache)) is expected


def test_the_cache_settings_have_these_defaults_and_can_be_changed() -> None:
    """A8: fast-forwarding and copying are on, skipping is off."""

    def settings(env: dict[str, str]) -> tuple[bool, bool, bool]:
        r = Named(env).repository
        return r.fastforward, r.fastforward_skipping, r.deepcopy_from_cache

    assert settings({}) == (True, False, True)
    changed = {
        "AGGREGATE_CACHE_FASTFORWARD": "OFF",
        "AGGREGATE_CACHE_FASTFORWARD_SKIPPING": "On",
        "DEEPCOPY_FROM_AGGREGATE_CACHE": "0",
    }
    assert settings(changed) == (False, True, False)


@pytest.mark.parametrize(
    "key",
    [
        "AGGREGATE_CACHE_FASTFORWARD",
        "AGGREGATE_CACHE_FASTFORWARD_SKIPPING",
        "DEEPCOPY_FROM_AGGREGATE_CACHE",
        "IS_SNAPSHOTTING_ENABLED",
    ],
)
@pytest.mark.parametrize("value", ["", "Maybe"])
def test_other_words_than_truth_words_are_refused(key: str, value: str) -> None:
    """A8: the message has the word in lower case."""
    with pytest.raises(ValueError, match=f"^invalid truth value '{value.lower()}'$"):
        Named({key: value})


def test_a_cache_size_that_is_no_integer_is_refused() -> None:
    """A8: by int()."""
    with pytest.raises(ValueError, match="invalid literal for int"):
        Named({"AGGREGATE_CACHE_MAXSIZE": "many"})


def test_each_step_of_the_construction_can_be_overridden() -> None:
    """A3, A7: they run in this order."""
    steps: list[str] = []

    class Recorded(Application[UUID]):
        is_snapshotting_enabled = True

        def __getattribute__(self, name: str) -> Any:
            if name.startswith(("construct_", "register_")):
                steps.append(name)
                assert "closing" in vars(self)
            return super().__getattribute__(name)

    Recorded()

    assert steps == [
        "construct_env",
        "construct_factory",
        "construct_mapper",
        "construct_transcoder",
        "register_transcodings",
        "construct_recorder",
        "construct_event_store",
        "construct_snapshot_store",
        "construct_repository",
        "construct_notification_log",
    ]


class SetAsList(Transcoding):
    type = set
    name = "set_list"

    def encode(self, obj: set[Any]) -> list[Any]:
        return sorted(obj)

    def decode(self, data: list[Any]) -> set[Any]:
        return set(data)


def test_more_transcodings_can_be_registered(make_sync: Apps) -> None:
    """A7: overriders call super()."""

    class WithSets(Application[UUID]):
        def register_transcodings(self, transcoder: JSONTranscoder) -> None:
            super().register_transcodings(transcoder)
            transcoder.register(SetAsList())

    app = make_sync(WithSets)
    dog = Dog("Fido")
    dog.add_trick({"sit", "roll"})  # type: ignore[arg-type]
    app.save(dog)
    assert app.repository.get(dog.id).tricks == [{"roll", "sit"}]
    assert set(app.mapper.transcoder.names) == {
        "uuid_hex",
        "decimal_str",
        "datetime_iso",
        "set_list",
    }


class BareTranscoder(Transcoder):
    def encode(self, obj: Any) -> bytes:
        raise NotImplementedError

    def decode(self, data: bytes) -> Any:
        raise NotImplementedError


def test_transcodings_are_registered_with_json_transcoders_only() -> None:
    """A7, section 11: others are left alone."""
    app = Named({"TRANSCODER_TOPIC": f"{__name__}:BareTranscoder"})
    assert app.mapper.transcoder.types == {}


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        (
            "eventsourcing.application",
            "Found 0 infrastructure factory classes in 'eventsourcing.application', expected 1.",
        ),
        (
            "eventsourcing.application:Application",
            "Topic 'eventsourcing.application:Application' didn't resolve to a persistence module "
            "or infrastructure factory class: <class 'eventsourcing.application.Application'>",
        ),
    ],
)
def test_errors_of_the_factory_propagate(topic: str, text: str) -> None:
    """A39: with these texts; old handlers catch them (section 11)."""
    with pytest.raises(InfrastructureFactoryError) as info:
        Named({"PERSISTENCE_MODULE": topic})
    assert str(info.value) == text
    assert isinstance(info.value, OSError)
    assert isinstance(info.value, AssertionError)
