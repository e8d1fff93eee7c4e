"""Aggregates: objects that change by events only."""

# Without `from __future__ import annotations`: annotations of aggregates are evaluated with these.

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, Self, cast
from uuid import UUID, uuid4

from eventsourcing.domain.created import CanInitAggregate, get_construction_plan
from eventsourcing.domain.definition import define_aggregate
from eventsourcing.domain.events import AggregateCreated, AggregateEvent
from eventsourcing.domain.metaclasses import MetaAggregate
from eventsourcing.domain.mixins import CanMutateAggregate
from eventsourcing.domain.protocols import TAggregateID
from eventsourcing.domain.snapshots import Snapshot as AggregateSnapshot
from eventsourcing.domain.specification import AggregateSpec
from eventsourcing.domain.topics_check import check_explicit_topic
from eventsourcing.errors import ProgrammingError
from eventsourcing.utils import get_topic


class BaseAggregate(Generic[TAggregateID], metaclass=MetaAggregate):
    """An aggregate without event classes and IDs of its own: derive from it to choose yours.

    `__es_spec__` of each subclass is the specification that its declarations were read into.
    """

    __module__ = "eventsourcing.domain"

    INITIAL_VERSION: ClassVar[int] = 1
    __es_spec__: ClassVar[AggregateSpec | None] = None

    def __init_subclass__(cls, *, created_event_name: str = "") -> None:
        super().__init_subclass__()
        define_aggregate(cls, created_event_name)

    @staticmethod
    def create_id(*_: Any, **__: Any) -> TAggregateID:
        """Return the ID of a new aggregate; override it as a static or class method."""
        raise NotImplementedError

    @classmethod
    def __es_construct__(cls, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Self:
        """Create an aggregate when the class is called."""
        spec = cls.__es_spec__
        if spec is None:
            msg = "Please define or use subclasses of BaseAggregate."
            raise TypeError(msg)
        event_class = spec.created_event_class
        if event_class is None:
            raise TypeError(_explain_no_created_event(cls, spec))
        fields = get_construction_plan(cls).binder.bind(args, kwargs)
        if "event_class" in fields:
            # `_create()` has a parameter of this name itself.
            return cls._create_from(event_class, fields.pop("id", None), fields)
        return cls._create(event_class, **fields)

    @classmethod
    def _create(
        cls,
        /,
        event_class: type[CanInitAggregate[TAggregateID]],
        *,
        id: TAggregateID | None = None,
        **kwargs: Any,
    ) -> Self:
        """Create an aggregate by its first event, which is made from the keyword arguments.

        Without an ID, `create_id()` makes one from those arguments that it names.
        """
        return cls._create_from(event_class, id, kwargs)

    @classmethod
    def _create_from(
        cls, event_class: type[Any], originator_id: Any, fields: dict[str, Any]
    ) -> Self:
        if cls.__es_spec__ is not None and cls.__es_spec__.has_explicit_topics:
            check_explicit_topic(event_class)
        fields["originator_id"] = _find_id(cls, originator_id, fields)
        fields["originator_topic"] = get_topic(cls)
        fields["originator_version"] = cls.INITIAL_VERSION
        if fields.get("timestamp") is None:
            fields["timestamp"] = event_class.create_timestamp()
        try:
            created_event = event_class(**fields)
        except TypeError as e:
            msg = f"Unable to construct '{event_class.__qualname__}' event: {e}"
            raise TypeError(msg) from e
        aggregate = cast("Self", created_event.mutate(None))
        if aggregate._pending_events:
            raise _explain_nested_trigger(aggregate, created_event)
        aggregate._pending_events.append(created_event)
        return aggregate

    def __base_init__(
        self, originator_id: Any, originator_version: int, timestamp: datetime
    ) -> None:
        """Set what every aggregate has; called before `__init__`."""
        # Declared here, as annotations in the body would be taken for dataclass fields.
        self._id: TAggregateID = originator_id
        self._version = originator_version
        self._created_on = timestamp
        self._modified_on = timestamp
        self._pending_events: list[CanMutateAggregate[TAggregateID]] = []

    @property
    def id(self) -> TAggregateID:
        """ID of the aggregate."""
        return self._id

    @property
    def version(self) -> int:
        """Version of the aggregate: that of its last event."""
        return self._version

    @version.setter
    def version(self, value: int) -> None:
        self._version = value

    @property
    def created_on(self) -> datetime:
        """Time of the first event."""
        return self._created_on

    @property
    def modified_on(self) -> datetime:
        """Time of the last event."""
        return self._modified_on

    @modified_on.setter
    def modified_on(self, value: datetime) -> None:
        self._modified_on = value

    @property
    def pending_events(self) -> list[CanMutateAggregate[TAggregateID]]:
        """The events that have not been collected; the list itself, not a copy."""
        return self._pending_events

    def trigger_event(
        self, /, event_class: type[CanMutateAggregate[TAggregateID]], **kwargs: Any
    ) -> None:
        """Make the next event from the keyword arguments, apply it, and keep it for collection.

        If applying raises, the event is not kept, and version and modified-on stay.
        """
        self._trigger_event(event_class, kwargs)

    def _trigger_event(self, event_class: type[Any], fields: dict[str, Any]) -> None:
        spec = self.__es_spec__
        if spec is not None and spec.has_explicit_topics:
            if event_class.__name__ == "Event":
                msg = "Triggering base 'Event' class is prohibited."
                raise ProgrammingError(msg)
            check_explicit_topic(event_class)
        version = self.version
        fields["originator_id"] = self.id
        fields["originator_version"] = version + 1
        if fields.get("timestamp") is None:
            fields["timestamp"] = event_class.create_timestamp()
        try:
            new_event = event_class(**fields)
        except TypeError as e:
            msg = f"Can't construct event {event_class}: {e}"
            raise TypeError(msg) from None
        pending = self._pending_events
        num_pending = len(pending)
        new_event.mutate(self)
        if len(pending) != num_pending:
            self.version = version
            raise _explain_nested_trigger(self, new_event, num_pending)
        pending.append(new_event)

    def collect_events(self) -> Sequence[CanMutateAggregate[TAggregateID]]:
        """Return the pending events in their order, and empty the list."""
        collected = self._pending_events[:]
        self._pending_events.clear()
        return collected

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        raise _UnhashableError

    def __repr__(self) -> str:
        attributes = ", ".join(
            f"{name.lstrip('_')}={value!r}"
            for name, value in self.__dict__.items()
            if name != "_pending_events"
        )
        return f"{type(self).__name__}({attributes})"


class Aggregate(BaseAggregate[UUID]):
    """An aggregate with a UUID, whose events are frozen dataclasses."""

    __module__ = "eventsourcing.domain"

    @staticmethod
    def create_id(*_: Any, **__: Any) -> UUID:
        """Return a new random UUID."""
        return uuid4()

    class Event(AggregateEvent):
        """Base of the events of the aggregate."""

        __module__ = "eventsourcing.domain"

    class Created(Event, AggregateCreated):
        """The event that creates the aggregate."""

        __module__ = "eventsourcing.domain"

    Snapshot = AggregateSnapshot


class _UnhashableError(NotImplementedError, TypeError):
    """Also a `TypeError`, by which `functools.singledispatchmethod` knows unhashable objects."""


def _find_id(cls: type[BaseAggregate[Any]], given: Any, fields: dict[str, Any]) -> Any:
    if given is not None:
        if not isinstance(given, UUID | str):
            msg = f"Given id was not a UUID or str: {given!r}"
            raise TypeError(msg)
        return given
    create_id = cls.create_id
    try:
        created = create_id(
            **get_construction_plan(cls).select_create_id_arguments(create_id, fields)
        )
    except NotImplementedError as e:
        msg = f"Please pass an 'id' arg or define a create_id() method on {cls}"
        raise NotImplementedError(msg) from e
    if not isinstance(created, UUID | str):
        msg = (
            f"{create_id.__module__}.{create_id.__qualname__} did not return UUID or str, "
            f"it returned: {created!r}"
        )
        raise TypeError(msg)
    return created


def _explain_no_created_event(cls: type[Any], spec: AggregateSpec) -> str:
    if not spec.candidates:
        return f"No \"created\" event classes defined on class '{cls.__name__}'."
    names = ", ".join(f"'{name}'" for name in spec.candidates)
    return (
        f'{cls.__qualname__} can\'t decide which of many "created" event classes to use: {names}. '
        f"Please use class arg 'created_event_name' or @event decorator on __init__ method."
    )


def _explain_nested_trigger(
    aggregate: BaseAggregate[Any], event: Any, num_pending: int = 0
) -> ProgrammingError:
    inner = ", ".join(type(e).__qualname__ for e in aggregate._pending_events[num_pending:])
    del aggregate._pending_events[num_pending:]
    return ProgrammingError(
        f"{inner} was triggered on {type(aggregate).__qualname__} while {type(event).__qualname__} "
        f"was being applied. The body of a decorated method, apply() and __init__ must only change "
        f"attributes: trigger several events from an undecorated method, one after the other. "
        f"The aggregate object can't be used any more."
    )
