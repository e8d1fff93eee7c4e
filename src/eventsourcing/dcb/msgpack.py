"""Decisions that are msgspec structs, stored as MessagePack; needs the package `msgspec`."""

# Without `from __future__ import annotations`: msgspec evaluates the annotations of structs.

from typing import Any, TypeVar

import msgspec

from eventsourcing.dcb import domain
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.persistence.mapper import DCBMapper
from eventsourcing.utils import get_topic, resolve_topic

__all__ = [
    "Decision",
    "InitialDecision",
    "MessagePackMapper",
    "TDecision",
]


class Decision(msgspec.Struct, domain.Decision):
    """A decision that is a msgspec struct: annotations are its fields.

    It can be used itself, for decisions without fields.
    """


class InitialDecision(Decision, domain.InitialDecision):
    """A decision that constructs an enduring object, as a msgspec struct.

    Subclasses have to have a field for the ID, named as `id_attr_name()` says.
    """

    originator_topic: str


TDecision = TypeVar("TDecision", bound=Decision)


class MessagePackMapper(DCBMapper[Decision]):
    """Stores decisions as MessagePack maps, from names of fields to values. Thread safe."""

    def __init__(self) -> None:
        self._encode = msgspec.msgpack.Encoder().encode
        self._decoders: dict[type[Decision], msgspec.msgpack.Decoder[Any]] = {}

    def to_dcb_event(self, event: domain.Tagged[Decision]) -> DCBEvent:
        """Return the event to be stored: the topic of the decision's class, its data, its tags.

        Raises `TypeError` for values that msgspec cannot encode.
        """
        decision = event.decision
        try:
            data = self._encode(decision)
        except TypeError as e:
            e.add_note(f"while {decision!r} was encoded")
            raise
        return DCBEvent(get_topic(type(decision)), data, list(event.tags))

    def to_domain_event(self, event: DCBEvent) -> domain.Tagged[Decision]:
        """Return the decision that was stored, with its tags.

        Raises `TopicError` if the type cannot be resolved, `msgspec.ValidationError` if the data
        has not the fields of its class, and `msgspec.DecodeError` if it is not MessagePack.
        """
        decision_class = resolve_topic(event.type)
        decoder = self._decoders.get(decision_class)
        if decoder is None:
            decoder = self._decoders[decision_class] = msgspec.msgpack.Decoder(decision_class)
        try:
            decision = decoder.decode(event.data)
        except msgspec.DecodeError as e:
            e.add_note(f"while a decision of type {event.type!r} was decoded")
            raise
        return domain.Tagged(list(event.tags), decision)
