"""How the body of a decorated method is run with the attributes of a decision; chosen once."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from eventsourcing.dcb.domain.decisions import Decision
from eventsourcing.domain import CommandMethodDecorator


class Projection:
    """The body of a decorated method, by which the decisions of one class are applied."""

    __slots__ = ("decision_class", "func", "is_command", "names", "run")

    def __init__(self, decorator: CommandMethodDecorator, decision_class: type[Decision]) -> None:
        self.decision_class: type[Decision] = decision_class
        self.func: Callable[..., Any] = decorator.decorated_func
        self.names: tuple[str, ...] = decorator.signature.names
        self.is_command: bool = not decorator.is_projection
        # Runs the body on an object, with those attributes of a decision that it names.
        self.run: Callable[[Any, Any], None] = _choose_runner(
            self.func,
            decision_class,
            self.names,
            tuple(p.name for p in decorator.signature.positional),
        )

    def explain(self, obj: Any, decision: Decision, error: TypeError) -> TypeError:
        """Return the error of a body that could not be run."""
        return TypeError(
            f"Failed to apply {type(decision).__qualname__} to {type(obj).__qualname__} "
            f"with kwargs {_select_attributes(decision, self.names)}: {error}"
        )

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
    if hasattr(decision_class, "__struct_fields__") and decision_class.as_dict is Decision.as_dict:
        given = tuple(name for name in names if name in decision_class.__struct_fields__)
        if given == positional[: len(given)]:
            return _run_with_fields(func, given)
    return lambda obj, decision: func(obj, **_select_attributes(decision, names))


def _run_with_fields(
    func: Callable[..., Any], names: tuple[str, ...]
) -> Callable[[Any, Any], None]:
    if not names:
        return lambda obj, _: func(obj)
    get = attrgetter(*names)
    if len(names) == 1:
        return lambda obj, decision: func(obj, get(decision))
    return lambda obj, decision: func(obj, *get(decision))


def _select_attributes(decision: Decision, names: tuple[str, ...]) -> dict[str, Any]:
    attributes = decision.as_dict()
    return {name: attributes[name] for name in names if name in attributes}
