"""Decisions: the domain events of dynamic consistency boundaries. Pure."""

# Without `from __future__ import annotations`: pydantic evaluates the annotations of mixins.

from typing import Any, TypeVar

from eventsourcing.domain import AbstractDecision
from eventsourcing.domain.rebuilding import read_attributes
from eventsourcing.utils import resolve_topic


class Decision(AbstractDecision):
    """A fact that was decided; base of dataclasses, structs and models alike.

    The base class itself has no fields and no constructor: how a decision is made and serialised
    is the matter of its subclasses, and of a mapper that understands them.
    """

    __slots__ = ()

    def as_dict(self) -> dict[str, Any]:
        """Return a new dict of the attributes, by name."""
        return read_attributes(self)

    def mutate(self, obj: Any) -> Any:
        """Apply the decision to an object, and return the object.

        The body of the method that the object's class has decorated with this very class of
        decisions is run, if there is one, and then `apply()`. Raises `TypeError` if the
        parameters of the method are not attributes of the decision.
        """
        if obj is None:
            msg = f"{type(self).__qualname__} is not an initial decision: it needs an object"
            raise AssertionError(msg)
        projection = find_projection(self, obj)
        if projection is not None:
            try:
                projection.run(obj, self)
            except TypeError as e:
                raise projection.explain(obj, self, e) from e
        self.apply(obj)
        return obj

    def apply(self, obj: Any) -> None:
        """Change the object; does nothing unless overridden."""


class InitialDecision(Decision):
    """A decision that constructs an enduring object of the class named by `originator_topic`.

    It has the object's ID too, as the attribute named by `id_attr_name()`.
    """

    __slots__ = ()

    originator_topic: str

    @classmethod
    def id_attr_name(cls, enduring_object_class: type[Any]) -> str:
        """Return the name of the attribute that has the ID of an object of the class."""
        return f"{enduring_object_class.__name__.lower()}_id"

    def mutate(self, obj: Any) -> Any:
        """Apply the decision to an object that has a method for it, or return a new object.

        What is given is left alone if it has no such method. The `__init__` of the new object
        receives the attributes other than topic and ID; the ID is set afterwards. Raises
        `TypeError` if `__init__` has other parameters, or if the topic is not that of a class
        of enduring objects; `TopicError` if it cannot be resolved.
        """
        if obj is not None and find_projection(self, obj) is not None:
            return super().mutate(obj)
        originator_class = resolve_topic(self.originator_topic)
        spec: Any = getattr(originator_class, "__es_spec__", None)
        if not hasattr(spec, "construct"):
            msg = f"Originator type not subclass of EnduringObject: {originator_class}"
            raise TypeError(msg)
        return spec.construct(self)


TDecision = TypeVar("TDecision", bound=Decision)


def find_projection(decision: Decision, obj: Any) -> Any:
    """Return what the class of the object has decorated for exactly this class of decisions."""
    try:
        return type(obj).__es_spec__.projections.get(type(decision))
    except AttributeError:  # not a perspective with decorated methods
        return None
