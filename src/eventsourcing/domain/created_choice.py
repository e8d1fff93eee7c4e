"""Decides which created event class the call of an aggregate class triggers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eventsourcing.domain.created import CanInitAggregate
from eventsourcing.domain.decorator import CommandMethodDecorator
from eventsourcing.domain.metaclasses import own_attributes
from eventsourcing.domain.signatures import (
    CommandSignature,
    refuse_unsupported_parameters,
)
from eventsourcing.domain.specification import EventDefinition, Origin


@dataclass(frozen=True, slots=True)
class CreatedEventChoice:
    """The nominated created event, by name or as a class from outside, and what is to be defined.

    Nothing is nominated when there are several candidates, or none and no base class.
    """

    nominated: str | type[Any] | None = None
    definition: EventDefinition | None = None


def choose_created_event(
    cls: type[Any],
    created_event_name: str,
    candidates: dict[str, type[Any]],
    init_signature: CommandSignature,
) -> CreatedEventChoice:
    """Choose by the decorator on `__init__`, the class argument, and the candidates."""
    decorator = own_attributes(cls).get("__init__")
    name, topic = created_event_name, None
    if isinstance(decorator, CommandMethodDecorator):
        given = decorator.given_event_cls
        _check_init_decorator(decorator, created_event_name)
        if given is not None:
            matching = [n for n, candidate in candidates.items() if issubclass(candidate, given)]
            return CreatedEventChoice(matching[0] if matching else given)
        name, topic = str(decorator.event_cls_name), decorator.event_topic
    if name in candidates:
        return CreatedEventChoice(name)
    if not name and candidates:
        return CreatedEventChoice(next(iter(candidates)) if len(candidates) == 1 else None)
    source = _find_source(cls, name)
    if source is None:
        return CreatedEventChoice()
    return _define(cls, name or source.__name__, source, init_signature, topic)


def _check_init_decorator(decorator: CommandMethodDecorator, created_event_name: str) -> None:
    given = decorator.given_event_cls
    if given is None and decorator.event_cls_name is None:
        msg = "@event decorator on __init__ has neither event name nor class"
        raise TypeError(msg)
    if given is not None and not issubclass(given, CanInitAggregate):
        msg = f"class '{given.__name__}' not a \"created\" event class"
        raise TypeError(msg)
    name = decorator.event_cls_name if given is None else given.__name__
    if created_event_name and created_event_name != name:
        msg = "Given 'created_event_name' conflicts with decorator on __init__"
        raise TypeError(msg)


def _find_source(cls: type[Any], name: str) -> type[Any] | None:
    """Return the ancestors' created event class that the class's own derives from."""
    if name:
        _check_name_is_free(cls, name)
        inherited: type[Any] | None = getattr(cls, name, None)
        if inherited is not None:
            return inherited
    for ancestor in cls.__mro__[1:]:
        spec = getattr(ancestor, "__es_spec__", None)
        if spec is not None and spec.aggregate_class is ancestor and spec.created_event_class:
            created_event_class: type[Any] = spec.created_event_class
            return created_event_class
    if name:
        msg = f"Can't defined \"created\" event class for name '{name}'"
        raise TypeError(msg)
    return None


def _check_name_is_free(cls: type[Any], name: str) -> None:
    existing = getattr(cls, name, None)
    if name != "Event" and (existing is None or _is_created(existing, cls, name)):
        return
    msg = (
        f"Can't define \"created\" event class '{name}' on {cls}: the name is used for "
        f"{'the base event class' if name == 'Event' else existing}; choose another name, or "
        f"define a nested class of this name that derives from a created event class"
    )
    raise TypeError(msg)


def _is_created(existing: Any, cls: type[Any], name: str) -> bool:
    return (
        name not in own_attributes(cls)
        and isinstance(existing, type)
        and issubclass(existing, CanInitAggregate)
    )


def _define(
    cls: type[Any],
    name: str,
    source: type[Any],
    init_signature: CommandSignature,
    topic: str | None,
) -> CreatedEventChoice:
    signature = init_signature if "__init__" in own_attributes(cls) else CommandSignature()
    refuse_unsupported_parameters("__init__", signature)
    parameters = tuple(p for p in signature.parameters if p.name != "id")
    definition = EventDefinition(name, Origin.CREATED, source, parameters, topic)
    return CreatedEventChoice(name, definition)
