"""How the body of a decorated method is run with the attributes of a decision; chosen once."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from eventsourcing.dcb.domain.decisions import Decision
from eventsourcing.domain import CommandMethodDecorator


class Projection:
    """The body of a decorated method, by which the decisions of one class are applied."""

    __slots__ = ("_run", "decision_class", "func", "is_command", "names")

    def __init__(self, decorator: CommandMethodDecorator, decision_class: type[Decision]) -> None:
        self.decision_class: type[Decision] = decision_class
        self.func: Callable[..., Any] = decorator.decorated_func
        self.names: tuple[str, ...] = decorator.signature.names
        self.is_command: bool = not decorator.is_projection
        positional = tuple(p.name for p in decorator.signature.positional)
        self._run = _choose_runner(self.func, decision_class, self.names, positional)

    def run(self, decision: Decision, obj: Any) -> None:
        """Run the body with those attributes of the decision that it has parameters for."""
        try:
            self._run(obj, decision)
        except TypeError as e:
            kwargs = _select_attributes(decision, self.names)
            msg = (
                f"Failed to apply {type(decision).__qualname__} to {type(obj).__qualname__} "
                f"with kwargs {kwargs}: {e}"
            )
            raise TypeError(msg) from e

    def __repr__(self) -> str:
        sign = "->" if self.is_command else "applies"
        parameters = ", ".join(self.names)
        return f"{self.func.__name__}({parameters}) {sign} {self.decision_class.__qualname__}"


def _choose_runner(
    func: Callable[..., Any],
    decision_class: type[Any],
    names: tuple[str, ...],
    positional: tuple[str, ...],
) -> Callable[[Any, Any], None]:
    """Return what runs the function with an object and the attributes of a decision."""
    # The fields of structs are known beforehand, if `as_dict()` returns just these.
    fields = getattr(decision_class, "__struct_fields__", ())
    given = tuple(name for name in names if name in fields)
    if decision_class.as_dict is Decision.as_dict and given == positional[: len(given)]:
        if len(given) > 1:
            get_many = attrgetter(*given)
            return lambda obj, decision: func(obj, *get_many(decision))
        if given:
            get_one = attrgetter(*given)
            return lambda obj, decision: func(obj, get_one(decision))
    return lambda obj, decision: func(obj, **_select_attributes(decision, names))


def _select_attributes(decision: Decision, names: tuple[str, ...]) -> dict[str, Any]:
    attributes = decision.as_dict()
    return {name: attributes[name] for name in names if name in attributes}
