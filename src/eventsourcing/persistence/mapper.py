"""Conversion between domain events and stored events (contract M1-M13)."""

from __future__ import annotations

import sys
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from eventsourcing.domain.rebuilding import find_builder, read_attributes
from eventsourcing.domain.snapshots import upcast_state
from eventsourcing.persistence.errors import MapperDeserialisationError
from eventsourcing.persistence.id_conversion import declares_id, find_id_convertor
from eventsourcing.persistence.records import StoredEvent
from eventsourcing.utils import get_topic, resolve_topic

if TYPE_CHECKING:
    from eventsourcing.domain import DomainEventProtocol
    from eventsourcing.persistence.codecs import Cipher, Compressor
    from eventsourcing.persistence.transcoding import Transcoder

TAggregateID = TypeVar("TAggregateID", bound=UUID | str)


class Mapper(Generic[TAggregateID]):
    """Maps events to stored events: state is encoded, then compressed, then encrypted.

    Used by many threads at once. Subclasses override the two methods.
    """

    def __init__(
        self,
        transcoder: Transcoder,
        compressor: Compressor | None = None,
        cipher: Cipher | None = None,
    ) -> None:
        self.transcoder = transcoder
        self.compressor = compressor
        self.cipher = cipher

    def to_stored_event(self, domain_event: DomainEventProtocol[TAggregateID]) -> StoredEvent:
        """Return the event as it is stored.

        Raises `TranscodingNotRegisteredError` if a value of its state cannot be serialised.
        """
        event_class = type(domain_event)
        state = event_attributes(domain_event)
        originator_id = state.pop("originator_id")
        originator_version = state.pop("originator_version")
        class_version = getattr(event_class, "class_version", 1)
        if class_version > 1:
            state["class_version"] = class_version
        data = self.transcoder.encode(state)
        if self.compressor is not None:
            data = self.compressor.compress(data)
        if self.cipher is not None:
            data = self.cipher.encrypt(data)
        return StoredEvent(originator_id, originator_version, get_topic(event_class), data)

    def from_domain_event(self, domain_event: DomainEventProtocol[TAggregateID]) -> StoredEvent:
        """Do the same as `to_stored_event()` (the name of 9.2, deprecated)."""
        warnings.warn(
            "'from_domain_event()' is deprecated, use 'to_stored_event()' instead",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.to_stored_event(domain_event)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Return the event, rebuilt without its `__init__` and upcast to the version of its class.

        Raises `TopicError` if the topic does not resolve, `TypeError` if it resolves to something
        that is not a class, `MapperDeserialisationError` if the state cannot be decrypted,
        decompressed or decoded, `AttributeError` if an upcast method is missing.
        """
        event_class = resolve_topic(stored_event.topic)
        if not isinstance(event_class, type) or not _may_be_event_class(event_class):
            raise TypeError(
                f"Topic '{stored_event.topic}' of a stored event names {event_class!r}, "
                "which is not an event class"
            )
        state = self._decode_state(stored_event)
        from_version = state.pop("class_version", 1)
        stored_id_class: Any = type(stored_event.originator_id)
        convert_id = find_id_convertor(event_class, stored_id_class)
        state["originator_id"] = convert_id(stored_event.originator_id)
        state["originator_version"] = stored_event.originator_version
        upcast_state(event_class, state, from_version)
        return find_builder(event_class)(state)

    def _decode_state(self, stored_event: StoredEvent) -> dict[str, Any]:
        try:
            data = stored_event.state
            if self.cipher is not None:
                data = self.cipher.decrypt(data)
            if self.compressor is not None:
                data = self.compressor.decompress(data)
            state = self.transcoder.decode(data)
            if type(state) is not dict:
                raise TypeError(f"state is not a dict but {type(state)}")
            if type(state.get("class_version", 1)) is not int:
                raise TypeError("class_version is not an int")
        except Exception as error:
            raise MapperDeserialisationError(
                f"Failed to deserialise state of stored event with topic '{stored_event.topic}', "
                f"originator_id '{stored_event.originator_id}' and "
                f"originator_version {stored_event.originator_version}: {error}"
            ) from error
        return state


def event_attributes(domain_event: Any) -> dict[str, Any]:
    """Return a new dict of the event's attributes, in order (`_as_dict()` if it has that)."""
    as_dict = getattr(domain_event, "_as_dict", None)
    return read_attributes(domain_event) if as_dict is None else dict(as_dict())


@cache
def _may_be_event_class(cls: type[Any]) -> bool:
    """Say whether stored events may name the class.

    Event classes need not declare anything (M12). But those of the standard library and of this
    library that do not are none: nobody shall have them built by writing their names to a database.
    """
    top = str(cls.__module__).partition(".")[0]
    return declares_id(cls) or not (top == "eventsourcing" or top in sys.stdlib_module_names)
