"""Perspectives: what decides, within a consistency boundary. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar

from eventsourcing.dcb.domain.decisions import (
    Decision,
    InitialDecision,
    TDecision,
    find_projection,
)
from eventsourcing.dcb.domain.metaclasses import MetaPerspective
from eventsourcing.dcb.domain.values import Selector, Tagged, refuse_text
from eventsourcing.errors import ProgrammingError

T = TypeVar("T")
P = ParamSpec("P")


class Perspective(ABC, Generic[TDecision], metaclass=MetaPerspective):
    """Something that makes decisions, knowing what was decided within its boundary.

    `last_known_position` is that up to which it knows all the decisions that are selected by its
    boundary, `None` if it knows of none. `new_decisions` are those that it has made itself.
    """

    last_known_position: int | None
    new_decisions: list[Tagged[TDecision]]

    if not TYPE_CHECKING:

        def __new__(cls, *args: Any, **kwargs: Any) -> Self:
            """Make an object that has what every perspective has, before `__init__`."""
            if (args or kwargs) and cls.__init__ is object.__init__:
                msg = f"{cls.__qualname__}() takes no arguments"
                raise TypeError(msg)
            perspective = super().__new__(cls)
            perspective.last_known_position = None
            perspective.new_decisions = []
            return perspective

    @abstractmethod
    def consistency_boundary(self) -> Selector | Sequence[Selector]:
        """Return what selects the decisions on which new ones depend.

        Several selectors are alternatives. No selectors at all select everything.
        """

    def trigger_event(
        self,
        decision_cls: Callable[P, TDecision],
        tags: Sequence[str] = (),
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Make a decision from the arguments, apply it, and keep it for collection.

        If applying raises, the decision is not kept. Raises `TypeError` if the arguments are not
        its fields, and `ProgrammingError` if applying it triggers other decisions.
        """
        self.__es_decide__(make_decision(decision_cls, args, kwargs), tags)

    def _trigger_event(
        self, decision_cls: Callable[..., TDecision], fields: dict[str, Any]
    ) -> None:
        """Trigger a decision that has fields named like parameters of `trigger_event()`."""
        self.__es_decide__(make_decision(decision_cls, (), fields), ())

    # Named so that the names of subclasses are free.

    def __es_decide__(self, decision: TDecision, tags: Sequence[str]) -> None:
        """Apply a new decision, and keep it."""
        refuse_text(tags)
        self.__es_apply__(decision)
        self.new_decisions.append(Tagged(self.__es_complete_tags__(tags), decision))

    def __es_apply__(self, decision: Decision) -> None:
        """Apply a new decision; raise `ProgrammingError` if that triggers others."""
        num_decisions = len(self.new_decisions)
        decision.mutate(self)
        if len(self.new_decisions) != num_decisions:
            raise _explain_nested_trigger(self, decision, num_decisions)

    def __es_complete_tags__(self, tags: Sequence[str]) -> list[str]:
        """Return all tags of a new decision, given those that it was triggered with."""
        return list(tags)

    def __es_follow__(self, tagged: Tagged[TDecision]) -> None:
        """Apply a decision that was recorded, whoever made it.

        That which constructs an enduring object does nothing but that, unless there is a method
        for it.
        """
        decision = tagged.decision
        if not isinstance(decision, InitialDecision) or find_projection(decision, self) is not None:
            decision.mutate(self)

    def __es_know_until__(self, position: int | None) -> None:
        """Remember up to which position all decisions within the boundary are known."""
        self.last_known_position = position

    def collect_events(self) -> Sequence[Tagged[TDecision]]:
        """Return the new decisions in their order, and forget them."""
        collected, self.new_decisions = self.new_decisions, []
        return collected

    def __repr__(self) -> str:
        attributes = ", ".join(
            f"{name}={value!r}" for name, value in vars(self).items() if name != "new_decisions"
        )
        return f"{type(self).__qualname__}({attributes})"


TPerspective = TypeVar("TPerspective", bound=Perspective[Any])


def make_decision(
    decision_cls: Callable[..., TDecision], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> TDecision:
    """Construct a decision; raises `TypeError` if the arguments are not its fields."""
    try:
        return decision_cls(*args, **kwargs)
    except TypeError as e:
        name = getattr(decision_cls, "__qualname__", decision_cls)
        given = f"args {args} and kwargs {kwargs}" if args else f"kwargs {kwargs}"
        msg = f"Unable to construct {name} event with {given}: {e}"
        raise TypeError(msg) from e


def _explain_nested_trigger(
    perspective: Perspective[Any], decision: Decision, num_decisions: int
) -> ProgrammingError:
    nested = perspective.new_decisions[num_decisions:]
    del perspective.new_decisions[num_decisions:]
    inner = ", ".join(type(tagged.decision).__qualname__ for tagged in nested)
    return ProgrammingError(
        f"{inner} was triggered on {type(perspective).__qualname__} while "
        f"{type(decision).__qualname__} was being applied. The body of a decorated method and "
        f"apply() must only change attributes: trigger several decisions from an undecorated "
        f"method, one after the other. The object can't be used any more."
    )
