"""The factory of the in-memory engine: contract O8, F5, F12, F17."""

from __future__ import annotations

import pytest

from eventsourcing import popo
from eventsourcing.persistence import InfrastructureFactory, StoredEvent
from eventsourcing.popo import POPOFactory, POPOTrackingRecorder
from eventsourcing.utils import get_topic, resolve_topic


class View(POPOTrackingRecorder):
    """A view."""


class OtherView(POPOTrackingRecorder):
    """Another view."""


@pytest.fixture
def factory() -> POPOFactory:
    return POPOFactory(env={})


@pytest.mark.parametrize("topic", ["eventsourcing.popo", "eventsourcing.popo:Factory", ""])
def test_factory_is_found(topic: str):
    """F3, F5, F17: by its module, by its old name, and by default."""
    factory = InfrastructureFactory.construct({"PERSISTENCE_MODULE": topic})

    assert type(factory) is POPOFactory


def test_factory_has_two_names():
    """F17: of one class."""
    assert popo.Factory is popo.POPOFactory


@pytest.mark.parametrize("name", sorted(set(popo.__all__) - {"Factory"}))
def test_exported_classes_have_public_topics(name: str):
    """F17: their inner modules are not part of the contract."""
    assert get_topic(getattr(popo, name)) == f"eventsourcing.popo:{name}"
    assert resolve_topic(f"eventsourcing.popo:{name}") is getattr(popo, name)


def test_each_call_gives_a_new_recorder(factory: POPOFactory):
    """O8: with nothing in it."""
    first = factory.application_recorder()
    first.insert_events([StoredEvent("id", 1, "topic", b"")])

    assert factory.application_recorder().max_notification_id() is None
    assert factory.process_recorder() is not factory.process_recorder()
    assert factory.tracking_recorder() is not factory.tracking_recorder()


def test_purpose_is_ignored(factory: POPOFactory):
    """O8: any will do."""
    assert type(factory.aggregate_recorder("snapshots")) is type(factory.aggregate_recorder())


def test_tracking_recorder_is_of_the_default_class(factory: POPOFactory):
    """F12: that of the module."""
    assert type(factory.tracking_recorder()) is POPOTrackingRecorder


def test_tracking_recorder_is_of_the_class_in_the_environment():
    """F12, O8: `TRACKING_RECORDER_TOPIC`."""
    factory = POPOFactory(env={"TRACKING_RECORDER_TOPIC": get_topic(View)})

    assert type(factory.tracking_recorder()) is View


def test_tracking_recorder_is_of_the_given_class():
    """F12: the argument comes first."""
    factory = POPOFactory(env={"TRACKING_RECORDER_TOPIC": get_topic(View)})

    assert type(factory.tracking_recorder(OtherView)) is OtherView


@pytest.mark.parametrize("wrong", [dict, InfrastructureFactory])
def test_class_that_is_no_tracking_recorder_is_refused(factory: POPOFactory, wrong: type):
    """F12: with an `AssertionError`."""
    with pytest.raises(AssertionError):
        factory.tracking_recorder(wrong)


def test_other_recorder_topics_are_not_read():
    """O8: only `TRACKING_RECORDER_TOPIC` is."""
    factory = POPOFactory(
        env={"APPLICATION_RECORDER_TOPIC": "no:such", "PROCESS_RECORDER_TOPIC": "no:such"}
    )

    assert type(factory.application_recorder()) is popo.POPOApplicationRecorder
    assert type(factory.process_recorder()) is popo.POPOProcessRecorder


def test_closing_repeatedly_is_harmless(factory: POPOFactory):
    """F16: `close()` is idempotent, and a factory is a context manager."""
    with factory as entered:
        factory.close()

    assert entered is factory
