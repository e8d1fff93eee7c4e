"""What makes a class an event of an aggregate, whatever kind of class it is."""

# Without `from __future__ import annotations`: pydantic evaluates the annotations of mixins.

from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin
from uuid import UUID

from eventsourcing.domain.protocols import TAggregate, TAggregateID
from eventsourcing.domain.timestamps import CanCreateTimestamp
from eventsourcing.errors import OriginatorIDError, OriginatorVersionError


class AbstractDecision:
    """Marker base of every class that `@event` accepts."""

    __module__ = "eventsourcing.domain"
    __slots__ = ()


class HasOriginatorIDVersion(AbstractDecision, Generic[TAggregateID]):
    """Declares the ID and version of an event or snapshot, and knows the type of the ID.

    `originator_id_type` is the type argument, `UUID` or `str`; stored IDs are rebuilt by it.
    """

    __module__ = "eventsourcing.domain"
    __slots__ = ()

    originator_id: TAggregateID
    originator_version: int
    originator_id_type: ClassVar[type[UUID | str] | None] = None

    # The type parameter that stands for the ID type, or `None` when it is settled.
    __es_id_parameter__: ClassVar[Any] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "originator_id_type" in vars(cls):
            return
        for base in vars(cls).get("__orig_bases__", ()):
            argument = _find_id_argument(base)
            if isinstance(argument, TypeVar):
                cls.__es_id_parameter__ = argument
            elif argument in {UUID, str}:
                cls.originator_id_type = argument
            elif argument not in {None, Any}:
                msg = f"Aggregate ID type arg cannot be {argument}"
                raise TypeError(msg)


def _find_id_argument(base: Any) -> Any:
    """Return the argument for the ID type in a parametrised base, `None` if there is none."""
    origin = get_origin(base)
    if not (isinstance(origin, type) and issubclass(origin, HasOriginatorIDVersion)):
        return None
    parameter = TAggregateID if origin.__es_id_parameter__ is None else origin.__es_id_parameter__
    parameters: tuple[Any, ...] = getattr(origin, "__parameters__", ())
    if parameter not in parameters:
        return None
    return get_args(base)[parameters.index(parameter)]


class CanMutateAggregate(HasOriginatorIDVersion[TAggregateID], CanCreateTimestamp):
    """An event that evolves an aggregate."""

    __module__ = "eventsourcing.domain"
    __slots__ = ()

    timestamp: datetime

    def mutate(self, aggregate: TAggregate | None) -> TAggregate | None:
        """Check that this is the aggregate's next event, apply it, and return the aggregate.

        Version and modified-on are set after `apply()`, so they stay when it raises. Raises
        `OriginatorIDError` and `OriginatorVersionError`.
        """
        if aggregate is None:
            msg = f"{type(self).__qualname__} is not a created event: it needs an aggregate"
            raise AssertionError(msg)
        if self.originator_id != aggregate.id:
            raise OriginatorIDError(self.originator_id, aggregate.id)
        next_version = aggregate.version + 1
        if self.originator_version != next_version:
            raise OriginatorVersionError(self.originator_version, next_version)
        self.apply(aggregate)
        aggregate.version = next_version
        aggregate.modified_on = self.timestamp
        return aggregate

    def apply(self, aggregate: Any) -> None:
        """Change the aggregate; does nothing unless overridden."""

    def _as_dict(self) -> dict[str, Any]:
        """Return the event's attribute values by name: the event's `__dict__`, not a copy.

        Classes that keep their attributes elsewhere override it; those of msgspec structs and
        slotted dataclasses are found here.
        """
        cls: Any = type(self)
        names = getattr(cls, "__struct_fields__", None)
        if names is None:
            try:
                return self.__dict__
            except AttributeError:
                names = cls.__dataclass_fields__
        return {name: getattr(self, name) for name in names}
