"""Event classes that run the body of a decorated method when they are applied."""

# Without `from __future__ import annotations`: msgspec evaluates the annotations of mixins.

from collections.abc import Callable
from typing import Any, ClassVar

from eventsourcing.domain.mixins import CanMutateAggregate

# A public view of what the event classes know; the library itself reads the classes.
decorated_funcs: dict[type[Any], Callable[..., Any]] = {}


class AbstractDecoratedFuncCaller:
    """Marker base of event classes that run a decorated function."""

    __module__ = "eventsourcing.domain"
    __slots__ = ()


class DecoratedFuncCaller(CanMutateAggregate[Any], AbstractDecoratedFuncCaller):
    """Base of event classes that are wired to a decorated method."""

    __module__ = "eventsourcing.domain"
    __slots__ = ()

    # The function, and the names of its parameters; redefinitions in subclasses inherit them.
    __es_body__: ClassVar[tuple[Callable[..., Any], tuple[str, ...]]]

    def apply(self, aggregate: Any) -> None:
        """Run the method's body with the event's attributes, then the next `apply()`."""
        func, names = self.__es_body__
        attributes = self._as_dict()
        func(aggregate, **{name: attributes[name] for name in names if name in attributes})
        super().apply(aggregate)


def wire_body(event_class: type[Any], func: Callable[..., Any], names: tuple[str, ...]) -> None:
    """Make events of the class run the function when they are applied."""
    event_class.__es_body__ = (func, names)
    decorated_funcs[event_class] = func
