"""Enduring objects: perspectives with an identity, as aggregates are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self
from uuid import uuid4

from eventsourcing.dcb.domain.decisions import TDecision
from eventsourcing.dcb.domain.metaclasses import MetaEnduringObject
from eventsourcing.dcb.domain.perspectives import Perspective, make_decision
from eventsourcing.dcb.domain.specification import EnduringObjectSpec
from eventsourcing.dcb.domain.values import Selector, Tagged
from eventsourcing.errors import ProgrammingError
from eventsourcing.utils import get_topic

if TYPE_CHECKING:
    # For its parameter `default`, which `typing.TypeVar` does not have before Python 3.13.
    from typing_extensions import TypeVar

    TID = TypeVar("TID", bound=str, default=str)
else:
    from typing import TypeVar

    TID = TypeVar("TID", bound=str)


class EnduringObject(Perspective[TDecision], Generic[TDecision, TID], metaclass=MetaEnduringObject):
    """A perspective on all the decisions that are tagged with its ID.

    Calling a class, with keyword arguments only, triggers its initial decision: that nested in its
    body, or that given to `@event` on `__init__`. The arguments are the fields of the decision
    other than topic and ID, and `__init__` receives them. `id` is set after `__init__`.

    `__es_spec__` of each class is the specification that its declarations were read into.
    """

    id: TID
    __es_spec__: ClassVar[EnduringObjectSpec]

    if TYPE_CHECKING:

        def __init__(self, **kwargs: Any) -> None: ...

    else:

        def __class_getitem__(cls, parameters):
            """Return the class with its type arguments; that of the ID is `str` by default."""
            if not isinstance(parameters, tuple) and cls.__parameters__[1:] == (TID,):
                parameters = (parameters, str)
            return super().__class_getitem__(parameters)

    @classmethod
    def _create_id(cls) -> str:
        """Return the ID of a new object; may be overridden."""
        return f"{cls.__name__.lower()}-{uuid4()}"

    @classmethod
    def __es_create__(cls, kwargs: dict[str, Any]) -> Self:
        """Create an enduring object when the class is called."""
        initial_class = cls.__es_spec__.initial_decision_class
        if initial_class is None:
            msg = (
                f"Enduring object class {cls.__name__} has no InitialDecision class. Please define "
                f"a subclass of InitialDecision as a nested class on {cls.__name__}."
            )
            raise ProgrammingError(msg)
        id_name = initial_class.id_attr_name(cls)
        for name in ("originator_topic", "tags", id_name):
            if name in kwargs:
                msg = f"{cls.__qualname__}() can't be called with {name!r}: it is set by the call"
                raise AssertionError(msg)
        new_id: object = cls._create_id()
        if not isinstance(new_id, str):
            msg = f"{cls.__qualname__}._create_id() did not return str, it returned: {new_id!r}"
            raise TypeError(msg)
        fields = {id_name: new_id, "originator_topic": get_topic(cls), **kwargs}
        decision: Any = make_decision(initial_class, (), fields)
        enduring_object: Self = decision.mutate(None)
        enduring_object.new_decisions.append(Tagged([new_id], decision))
        return enduring_object

    def consistency_boundary(self) -> Selector | Sequence[Selector]:
        """Select the decisions that are tagged with the ID."""
        return [Selector(tags=[self.id])]

    def __es_complete_tags__(self, tags: Sequence[str]) -> list[str]:
        """Return the ID, and the tags."""
        return [self.id, *tags]
