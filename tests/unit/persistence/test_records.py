"""The value objects: contract P1."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Any
from uuid import uuid4

import pytest

from eventsourcing.persistence import Notification, Recording, StoredEvent, Tracking

ID = uuid4()
STORED = StoredEvent(ID, 1, "topic", b"state")
NOTIFICATION = Notification(ID, 1, "topic", b"state", 5)
VALUES: list[Any] = [STORED, NOTIFICATION, Tracking("app", 3), Recording(object, NOTIFICATION)]


@pytest.mark.parametrize(
    ("cls", "names"),
    [
        (StoredEvent, ["originator_id", "originator_version", "topic", "state"]),
        (Notification, ["originator_id", "originator_version", "topic", "state", "id"]),
        (Tracking, ["application_name", "notification_id"]),
        (Recording, ["domain_event", "notification"]),
    ],
)
def test_fields_come_in_the_order_of_the_contract(cls: Any, names: list[str]) -> None:
    """P1: positional construction works, `id` is last."""
    assert [field.name for field in dataclasses.fields(cls)] == names


@pytest.mark.parametrize("value", VALUES)
def test_values_are_frozen(value: Any) -> None:
    """P1: no field can be set."""
    for field in dataclasses.fields(value):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field.name, None)


@pytest.mark.parametrize("value", VALUES)
def test_values_compare_by_value(value: Any) -> None:
    """P1: equal fields are equal values with equal hashes; another field is another value."""
    assert dataclasses.replace(value) == value
    assert hash(dataclasses.replace(value)) == hash(value)
    for field in dataclasses.fields(value):
        assert dataclasses.replace(value, **{field.name: "other"}) != value


@pytest.mark.parametrize("value", VALUES)
def test_values_can_be_pickled_by_their_public_address(value: Any) -> None:
    """P1: copies in other processes are equal."""
    assert type(value).__module__ == "eventsourcing.persistence"
    assert pickle.loads(pickle.dumps(value)) == value


def test_notifications_are_stored_events() -> None:
    """P1: `Notification` is a subclass; still it does not equal the event without an ID."""
    assert isinstance(NOTIFICATION, StoredEvent)
    assert NOTIFICATION != STORED


def test_types_are_not_checked() -> None:
    """P1: whatever is given is kept as it is."""
    event: Any = StoredEvent(None, "1", 2, [])  # type: ignore[arg-type]
    assert dataclasses.astuple(event) == (None, "1", 2, [])


def test_recording_is_generic() -> None:
    """P1: it may be subscripted with the class of the event."""
    assert Recording[int](5, NOTIFICATION) == Recording(5, NOTIFICATION)  # type: ignore[type-var]
