"""Reads the declarations of an aggregate class into its specification, and refuses misuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eventsourcing.domain.created import CanInitAggregate
from eventsourcing.domain.created_choice import choose_created_event
from eventsourcing.domain.decorator import CommandMethodDecorator
from eventsourcing.domain.metaclasses import own_attributes
from eventsourcing.domain.mixins import CanMutateAggregate
from eventsourcing.domain.signatures import read_signature
from eventsourcing.domain.specification import (
    AggregateSpec,
    CommandDefinition,
    EventDefinition,
    Origin,
)


def read_specification(cls: type[Any], created_event_name: str, takes_id: bool) -> AggregateSpec:
    """Read what the class's body, bases and decorators declare; changes nothing.

    Raises `TypeError` when the declarations cannot be used.
    """
    definitions = list(_read_base_event(cls))
    _, has_base_event = find_base_event(cls)
    definitions += _read_nested_events(cls, has_base_event)
    candidates = {
        name: event_class
        for name, event_class in own_event_classes(cls)
        if issubclass(event_class, CanInitAggregate) and name != "Event" and not is_lower(name)
    }
    init_signature = read_signature(cls.__init__)
    choice = choose_created_event(cls, created_event_name, candidates, init_signature)
    if choice.definition is not None:
        definitions.append(choice.definition)
    commands = tuple(_read_commands(cls))
    for command in commands:
        definitions.append(_read_command_event(cls, command, definitions, has_base_event))
    _check_create_id(cls)
    definitions += _read_inherited_events(cls, definitions)
    return AggregateSpec(
        aggregate_class=cls,
        takes_id=takes_id,
        init_signature=init_signature,
        candidates=tuple(candidates),
        created_event=choice.nominated,
        commands=commands,
        definitions=tuple(definitions),
        has_explicit_topics=bool(getattr(cls, "TOPIC", None)),
    )


def own_event_classes(cls: type[Any]) -> Iterator[tuple[str, type[Any]]]:
    """Iterate over the event classes in the class's own body, by attribute name."""
    for name, value in own_attributes(cls).items():
        if isinstance(value, type) and issubclass(value, CanMutateAggregate):
            yield name, value


def is_lower(name: str) -> bool:
    """Tell whether an event class of this name is left as it is."""
    return name == name.lower()


def find_base_event(cls: type[Any]) -> tuple[type[Any] | None, bool]:
    """Return the base event class of the nearest ancestor, and whether the class will have one."""
    inherited = None
    for ancestor in cls.__mro__[1:]:
        if "Event" in own_attributes(ancestor):
            inherited = own_attributes(ancestor)["Event"]
            break
    return inherited, inherited is not None or "Event" in own_attributes(cls)


def _read_base_event(cls: type[Any]) -> Iterator[EventDefinition]:
    inherited, _ = find_base_event(cls)
    own = own_attributes(cls).get("Event")
    if own is None:
        if inherited is not None:
            yield EventDefinition("Event", Origin.BASE, inherited)
    elif not (isinstance(own, type) and issubclass(own, CanMutateAggregate)) or (
        own.__qualname__ != f"{cls.__qualname__}.Event"
    ):
        msg = (
            f"Event of {cls} must be an event class of its own, not {own}: write for example "
            f"'class Event({getattr(own, '__qualname__', 'AggregateEvent')}): pass' in its body"
        )
        raise TypeError(msg)


def _read_nested_events(cls: type[Any], has_base_event: bool) -> Iterator[EventDefinition]:
    base_event = own_attributes(cls).get("Event")
    for name, event_class in own_event_classes(cls):
        if name == "Event" or is_lower(name):
            continue
        _require_base_event(cls, has_base_event)
        if base_event is None or not issubclass(event_class, base_event):
            yield EventDefinition(name, Origin.NESTED, event_class)


def _require_base_event(cls: type[Any], has_base_event: bool) -> None:
    if not has_base_event:
        msg = f"Base event class 'Event' not defined on {cls} or ancestors"
        raise TypeError(msg)


# -- decorated members --------------------------------------------------------------------------


def decorated_members(cls: type[Any]) -> Iterator[tuple[str, CommandMethodDecorator]]:
    """Iterate over the decorated methods and setters of the class's own body, except `__init__`.

    Each comes once, with the name of the attribute. Raises `TypeError` for a decorated getter.
    """
    attributes = own_attributes(cls)
    members = [("_", decorator) for decorator in attributes.get("__es_overwritten__", ())]
    members += [(n, v) for n, v in attributes.items() if n != "__init__"]
    # Methods first, as they may also be setters of properties.
    seen = set()
    for name, value in members:
        if isinstance(value, CommandMethodDecorator) and value not in seen:
            seen.add(value)
            yield name, value
    for name, value in members:
        if isinstance(value, property):
            _check_getter(name, value)
            setter = value.fset
            if isinstance(setter, CommandMethodDecorator) and setter not in seen:
                _check_setter(name, setter)
                seen.add(setter)
                yield name, setter


def _read_commands(cls: type[Any]) -> Iterator[CommandDefinition]:
    for name, decorator in decorated_members(cls):
        if not decorator.is_wired:  # Those of other classes stay theirs.
            yield _make_command(name, decorator)


def _make_command(attribute: str, decorator: CommandMethodDecorator) -> CommandDefinition:
    given = decorator.given_event_cls
    event_name = decorator.event_cls_name if given is None else given.__name__
    return CommandDefinition(attribute, decorator, str(event_name))


def _check_getter(name: str, value: property) -> None:
    if isinstance(value.fget, CommandMethodDecorator):
        msg = f"@event can't decorate {name}() property getter"
        raise TypeError(msg)


def _check_setter(name: str, decorator: CommandMethodDecorator) -> None:
    is_inferred = decorator.is_name_inferred_from_method and not decorator.is_wired
    if is_inferred and decorator.decorated_func.__name__ == name:
        msg = f"@event decorator under @{name}.setter requires event name or class"
        raise TypeError(msg)


def _read_command_event(
    cls: type[Any],
    command: CommandDefinition,
    definitions: list[EventDefinition],
    has_base_event: bool,
) -> EventDefinition:
    _require_base_event(cls, has_base_event)
    decorator, name = command.decorator, command.event_name
    given = decorator.given_event_cls
    if given is None:
        if name in own_attributes(cls) or any(d.name == name for d in definitions):
            msg = f"{name} event already defined on {cls.__name__}"
            raise TypeError(msg)
        return EventDefinition(
            name,
            Origin.COMMAND_BY_NAME,
            parameters=decorator.signature.parameters,
            topic=decorator.event_topic,
        )
    if issubclass(given, CanInitAggregate):
        msg = f"{given} is subclass of CanInitAggregate"
        raise TypeError(msg)
    attribute = getattr(cls, name, None)
    if not (isinstance(attribute, type) and issubclass(attribute, given)):
        msg = (
            f"{given} can't be used by @event on {decorator.decorated_func.__qualname__}(): it is "
            f"not an attribute of {cls} or its ancestors; define it in the body of the class"
        )
        raise TypeError(msg)
    return EventDefinition(name, Origin.COMMAND_BY_CLASS, given)


def _check_create_id(cls: type[Any]) -> None:
    create_id = own_attributes(cls).get("create_id")
    if create_id is not None and not isinstance(create_id, staticmethod | classmethod):
        msg = f"{cls.create_id} is not a static or class method: {type(create_id)}"
        raise TypeError(msg)


def _read_inherited_events(
    cls: type[Any], definitions: list[EventDefinition]
) -> Iterator[EventDefinition]:
    names = {*own_attributes(cls), *(d.name for d in definitions)}
    for base in cls.__bases__:
        for name, event_class in own_event_classes(base):
            if name not in names and not is_lower(name):
                names.add(name)
                yield EventDefinition(name, Origin.INHERITED, event_class)
