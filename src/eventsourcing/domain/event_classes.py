"""Makes the event classes of an aggregate class from its specification."""

from __future__ import annotations

import dataclasses
from inspect import Parameter
from types import MappingProxyType, new_class
from typing import Any

from eventsourcing.domain.callers import DecoratedFuncCaller, wire_body
from eventsourcing.domain.metaclasses import own_attributes
from eventsourcing.domain.reading import own_event_classes
from eventsourcing.domain.signatures import MISSING, read_constructor_names
from eventsourcing.domain.specification import AggregateSpec, EventDefinition, Origin


def define_event_classes(spec: AggregateSpec) -> AggregateSpec:
    """Define the event classes on the aggregate class, wire its commands to them.

    Returns the specification completed with the classes.
    """
    cls = spec.aggregate_class
    replaced: dict[type[Any], type[Any]] = {}
    for definition in spec.definitions:
        event_class = _define_event_class(cls, definition, replaced)
        setattr(cls, definition.name, event_class)
        if definition.origin is Origin.NESTED and definition.source is not None:
            replaced[definition.source] = event_class
    for command in spec.commands:
        event_class = own_attributes(cls)[command.event_name]
        decorator = command.decorator
        wire_body(event_class, decorator.decorated_func, decorator.signature.names)
        decorator.wire(event_class)
    created = spec.created_event
    return dataclasses.replace(
        spec,
        event_classes=MappingProxyType(dict(own_event_classes(cls))),
        created_event_class=own_attributes(cls)[created] if isinstance(created, str) else created,
    )


def _define_event_class(
    cls: type[Any], definition: EventDefinition, replaced: dict[type[Any], type[Any]]
) -> type[Any]:
    bases = _choose_bases(cls, definition, replaced)
    annotations = _make_annotations(bases, definition.parameters)

    def fill(namespace: dict[str, Any]) -> None:
        namespace["__module__"] = cls.__module__
        namespace["__qualname__"] = f"{cls.__qualname__}.{definition.name}"
        if annotations:
            namespace["__annotations__"] = annotations
        elif _is_slotted(bases):
            # Otherwise its objects would have a `__dict__` too, an empty one.
            namespace["__slots__"] = ()

    try:
        event_class = new_class(definition.name, bases, exec_body=fill)
    except TypeError as e:
        names = ", ".join(base.__qualname__ for base in bases)
        e.add_note(
            f"while event class '{definition.name}' of {cls} was defined: it is to be the "
            f"{definition.origin.value}, with bases {names}"
        )
        raise
    if definition.topic is not None:
        # Set, not declared: pydantic refuses attributes without annotation.
        event_class.TOPIC = definition.topic  # type: ignore[attr-defined]
    return event_class


def _is_slotted(bases: tuple[type[Any], ...]) -> bool:
    return all(base.__dictoffset__ == 0 and type(base) is type for base in bases)


def _choose_bases(
    cls: type[Any], definition: EventDefinition, replaced: dict[type[Any], type[Any]]
) -> tuple[type[Any], ...]:
    source: Any = definition.source
    base_event = own_attributes(cls).get("Event")
    match definition.origin:
        case Origin.BASE:
            bases: tuple[Any, ...] = (source,)
        case Origin.NESTED:
            bases = (source, *_find_replaced_bases(source, replaced), base_event)
        case Origin.CREATED:
            bases = (source, base_event)
        case Origin.COMMAND_BY_NAME:
            bases = (DecoratedFuncCaller, base_event)
        case Origin.COMMAND_BY_CLASS:
            bases = (DecoratedFuncCaller, getattr(cls, definition.name))
        case Origin.INHERITED:
            bases = (base_event, source)
    return bases


def _find_replaced_bases(
    event_class: type[Any], replaced: dict[type[Any], type[Any]]
) -> list[type[Any]]:
    bases = []
    for base in event_class.__bases__:
        # Pydantic makes a class of a parametrised generic class; it knows where that comes from.
        origin = getattr(base, "__pydantic_generic_metadata__", {}).get("origin")
        for original in (base, origin):
            if original in replaced:
                bases.append(replaced[original])
    return bases


def _make_annotations(
    bases: tuple[type[Any], ...], parameters: tuple[Parameter, ...]
) -> dict[str, Any]:
    if not parameters:
        return {}
    inherited: set[str] = set()
    for base in bases:
        if base is not DecoratedFuncCaller:
            inherited |= read_constructor_names(base)
    return {
        p.name: Any if p.annotation is MISSING else p.annotation
        for p in parameters
        if p.default is MISSING or p.name not in inherited
    }
