"""What travels between the tests and the programs, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent, Tracking


def packed(value: Any) -> Any:
    """Give a value that `json` can write."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, UUID):
        return {"uuid": value.hex}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, Notification):
        return {"notification": [packed(item) for item in [*_fields(value), value.id]]}
    if isinstance(value, StoredEvent):
        return {"event": [packed(item) for item in _fields(value)]}
    if isinstance(value, Tracking):
        return {"tracking": [value.application_name, value.notification_id]}
    if isinstance(value, Mapping):
        return {"dict": {key: packed(item) for key, item in value.items()}}
    if isinstance(value, Sequence):
        return [packed(item) for item in value]
    return {"repr": repr(value)}


def _fields(event: StoredEvent) -> list[Any]:
    return [event.originator_id, event.originator_version, event.topic, event.state]


def unpacked(value: Any) -> Any:
    """Give the value back; `{"zoo": name}` is the value of that name."""
    if isinstance(value, list):
        return [unpacked(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, data),) = value.items()
    if kind == "uuid":
        return UUID(data)
    if kind == "bytes":
        return bytes.fromhex(data)
    if kind == "event":
        return StoredEvent(*unpacked(data))
    if kind == "notification":
        return Notification(*unpacked(data))
    if kind == "tracking":
        return Tracking(*data)
    if kind == "dict":
        return {key: unpacked(item) for key, item in data.items()}
    if kind == "zoo":
        import zoo

        return zoo.values()[data]
    return data
