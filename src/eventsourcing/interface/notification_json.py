"""Notifications and sections as JSON (contract I1, I2): what goes over the wire."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from eventsourcing.application import Section
from eventsourcing.persistence import Notification


def encode_section(section: Section) -> str:
    """Return the section as JSON."""
    return json.dumps(
        {
            "id": section.id,
            "next_id": section.next_id,
            "items": [_to_json(notification) for notification in section.items],
        }
    )


def decode_section(text: str) -> Section:
    """Return the section; `ValueError`, `TypeError` or `KeyError` if the text does not hold one."""
    section = json.loads(text)
    return Section(
        id=section["id"],
        items=[_from_json(item) for item in section["items"]],
        next_id=section["next_id"],
    )


def encode_notifications(notifications: Iterable[Notification]) -> str:
    """Return the notifications as JSON."""
    return json.dumps([_to_json(notification) for notification in notifications])


def decode_notifications(text: str) -> list[Notification]:
    """Return the notifications; errors as `decode_section()`."""
    return [_from_json(item) for item in json.loads(text)]


def _to_json(notification: Notification) -> dict[str, Any]:
    originator_id = notification.originator_id
    return {
        "id": notification.id,
        "originator_id": originator_id.hex if isinstance(originator_id, UUID) else originator_id,
        "originator_version": notification.originator_version,
        "topic": notification.topic,
        "state": b64encode(notification.state).decode("ascii"),
    }


def _from_json(item: Any) -> Notification:
    return Notification(
        originator_id=_parse_id(item["originator_id"]),
        originator_version=item["originator_version"],
        topic=item["topic"],
        state=b64decode(item["state"], validate=True),
        id=item["id"],
    )


def _parse_id(text: str) -> UUID | str:
    try:
        return UUID(text)
    except ValueError:
        return text
