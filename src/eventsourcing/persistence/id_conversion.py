"""Conversion of stored originator IDs to the type that an event class declares (M11, M12)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import get_annotations
from typing import Any
from uuid import UUID

from eventsourcing.domain import HasOriginatorIDVersion

_ID_TYPES: dict[Any, type[UUID | str]] = {
    UUID: UUID,
    str: str,
    "UUID": UUID,
    "uuid.UUID": UUID,
    "str": str,
}


def str_to_uuid_convertor(originator_id: UUID | str) -> UUID:
    """Return the UUID that a stored text spells."""
    return originator_id if isinstance(originator_id, UUID) else UUID(originator_id)


def pass_through_convertor(originator_id: UUID | str) -> UUID | str:
    """Return the stored ID as it is."""
    return originator_id


@cache
def find_id_convertor(
    event_class: type[Any], stored_id_class: type[Any]
) -> Callable[[Any], UUID | str]:
    """Return the function that makes the event's ID from a stored ID of the given class.

    Raises `TypeError` if the event class declares another ID type than `UUID` or `str`, or none
    although the stored ID is text.
    """
    declared = _find_declaration(event_class)
    if declared is None and stored_id_class is not str:
        return pass_through_convertor
    if _check_declaration(event_class, declared) is UUID and stored_id_class is str:
        return str_to_uuid_convertor
    return pass_through_convertor


def declares_id(event_class: type[Any]) -> bool:
    """Say whether the class declares the originator ID that events have."""
    return issubclass(event_class, HasOriginatorIDVersion) or any(
        "originator_id" in get_annotations(cls) for cls in event_class.__mro__
    )


def _find_declaration(event_class: type[Any]) -> Any:
    if issubclass(event_class, HasOriginatorIDVersion):
        if event_class.originator_id_type is None:
            raise TypeError("originator_id_type cannot be None")
        return event_class.originator_id_type
    for cls in event_class.__mro__:
        annotations = get_annotations(cls)
        if "originator_id" in annotations:
            return annotations["originator_id"]
    return None


def _check_declaration(event_class: type[Any], declared: Any) -> type[UUID | str]:
    if declared is None:
        raise TypeError(f"Neither {event_class} nor its bases have an originator_id annotation")
    try:
        return _ID_TYPES[declared]
    except (KeyError, TypeError):
        raise TypeError(
            f"originator_id annotation on {event_class} is not either UUID or str: {declared!r}"
        ) from None
