"""Explicit topics: checked when an aggregate class is defined, and when its events are made."""

from __future__ import annotations

from typing import Any

from eventsourcing.domain.metaclasses import own_attributes
from eventsourcing.domain.specification import AggregateSpec
from eventsourcing.errors import ProgrammingError, TopicError
from eventsourcing.utils import register_topic, resolve_topic


def register_explicit_topics(spec: AggregateSpec) -> None:
    """Register the topics of an aggregate class and its event classes.

    Raises `ProgrammingError` if one is missing or taken.
    """
    cls = spec.aggregate_class
    if "TOPIC" not in own_attributes(cls):
        msg = f"Explicit topic not defined on {cls}"
        raise ProgrammingError(msg)
    _register(cls)
    for name, event_class in spec.event_classes.items():
        if name != "Event":
            _register(event_class)


def check_explicit_topic(event_class: type[Any]) -> None:
    """Raise `ProgrammingError` unless the class's topic is registered for the class."""
    topic = _get_explicit_topic(event_class)
    try:
        registered = resolve_topic(topic)
    except TopicError:
        msg = f"Explicit topic '{topic}' on {event_class} is not registered"
        raise ProgrammingError(msg) from None
    if registered is not event_class:
        msg = f"Explicit topic '{topic}' on {event_class} already registered for {registered}"
        raise ProgrammingError(msg)


def _register(cls: type[Any]) -> None:
    topic = _get_explicit_topic(cls)
    try:
        register_topic(topic, cls)
    except TopicError:
        other = resolve_topic(topic)
        msg = f"Explicit topic '{topic}' of {cls} already registered for {other}"
        raise ProgrammingError(msg) from None


def _get_explicit_topic(cls: type[Any]) -> str:
    topic: str | None = getattr(cls, "TOPIC", None)
    if not topic:
        msg = f"Explicit topic not defined on {cls}"
        raise ProgrammingError(msg)
    return topic
