"""What the declarations of an aggregate class mean: one value, read by one pure function."""

# Without `from __future__ import annotations`, so that everybody can evaluate the annotations.

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from inspect import Parameter
from types import MappingProxyType
from typing import Any

from eventsourcing.domain.decorator import CommandMethodDecorator
from eventsourcing.domain.signatures import CommandSignature


class Origin(Enum):
    """Why the library defines an event class, which decides about its bases."""

    BASE = "base of all events of the class"
    NESTED = "nested event class, with the base event class added"
    CREATED = "created event made from the signature of __init__"
    COMMAND_BY_NAME = "event of a decorated method, made from its signature"
    COMMAND_BY_CLASS = "event of a decorated method, from a class that was written"
    INHERITED = "event class of a base class, redefined"


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """An event class that the library defines on an aggregate class.

    `source` is the class that it derives from besides the base event class: the nested class, the
    ancestor's created event or event, or the class given to the decorator.
    """

    name: str
    origin: Origin
    source: type[Any] | None = None
    parameters: tuple[Parameter, ...] = ()
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class CommandDefinition:
    """A decorated method, property setter or projection, and the name of its event class."""

    attribute: str
    decorator: CommandMethodDecorator
    event_name: str

    def __str__(self) -> str:
        signature = self.decorator.signature
        if self.decorator.is_projection:
            return f"{self.attribute}{signature} applies {self.event_name}"
        return f"{self.attribute}{signature} -> {self.event_name}"


@dataclass(frozen=True, slots=True)
class AggregateSpec:
    """The declarations of an aggregate class, and the event classes that were made from them.

    It is kept on the class as `__es_spec__`. `definitions` are in the order in which the event
    classes are defined. `event_classes` holds all event classes of the class by name, and
    `created_event_class` the one that calling the class triggers; both are filled when the
    classes have been made. `candidates` are the names of the created event classes of the body.
    """

    aggregate_class: type[Any]
    takes_id: bool
    init_signature: CommandSignature
    candidates: tuple[str, ...]
    created_event: str | type[Any] | None
    commands: tuple[CommandDefinition, ...]
    definitions: tuple[EventDefinition, ...]
    has_explicit_topics: bool
    event_classes: Mapping[str, type[Any]] = field(default_factory=lambda: MappingProxyType({}))
    created_event_class: type[Any] | None = None

    def __repr__(self) -> str:
        return "\n".join(self._describe())

    def _describe(self) -> Iterator[str]:
        cls = self.aggregate_class
        topics = "explicit" if self.has_explicit_topics else "made from module and name"
        yield f"AggregateSpec of {cls.__module__}:{cls.__qualname__}"
        yield f"  id: {self._describe_id()}"
        yield f"  created event: {self._describe_created()}"
        for command in self.commands:
            yield f"  command: {command}"
        for name, event_class in self.event_classes.items():
            bases = ", ".join(base.__qualname__ for base in event_class.__bases__)
            yield f"  event class: {name}({bases})"
        yield f"  topics: {topics}"

    def _describe_id(self) -> str:
        if self.takes_id:
            return "first parameter of the call"
        if "id" in self.init_signature.names:
            return "parameter of __init__"
        return "made by create_id()"

    def _describe_created(self) -> str:
        if self.created_event_class is None:
            names = ", ".join(self.candidates)
            return f"undecided between {names}" if names else "none"
        return f"{self.created_event_class.__qualname__}{self.init_signature}"
