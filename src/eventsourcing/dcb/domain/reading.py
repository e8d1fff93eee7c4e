"""Reads the decorated methods of a class into its specification, and refuses misuse. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from eventsourcing.dcb.domain.decisions import Decision, InitialDecision
from eventsourcing.dcb.domain.projections import Projection
from eventsourcing.dcb.domain.specification import EnduringObjectSpec, PerspectiveSpec
from eventsourcing.domain import CommandMethodDecorator
from eventsourcing.domain.metaclasses import own_attributes
from eventsourcing.domain.reading import decorated_members

_Decorators = list[tuple[type[Any], CommandMethodDecorator]]


def read_perspective(cls: type[Any]) -> PerspectiveSpec:
    """Read what the bodies of the class and its bases decorate; changes nothing.

    Raises `AssertionError` if a decorator does not give a class of decisions, and `TypeError` if
    it cannot be used where it is.
    """
    init = _find_decorated_init(cls)
    if init is not None:
        msg = (
            f"@event can't decorate {init.decorated_func.__qualname__}(): only enduring objects "
            f"are constructed by a decision"
        )
        raise TypeError(msg)
    decorators = list(find_decorators(cls))
    return PerspectiveSpec(cls, _read_projections(decorators), _read_types(decorators))


def read_enduring_object(cls: type[Any]) -> EnduringObjectSpec:
    """Read the class as `read_perspective()` does, and the decision that constructs it."""
    decorators = list(find_decorators(cls))
    return EnduringObjectSpec(
        cls,
        _read_projections(decorators),
        _read_types(decorators),
        _read_initial_decision(cls),
    )


def find_decorators(cls: type[Any]) -> Iterator[tuple[type[Any], CommandMethodDecorator]]:
    """Iterate over the decorators in the bodies of the class and its bases, with their owners.

    They come in order of definition, those of bases first. Those on `__init__` of bases are left
    out: a class that inherits `__init__` needs an initial decision of its own. Raises `TypeError`
    if a base that is not a perspective has a method called `_`.
    """
    for base in reversed(cls.__mro__):
        own = [decorator for _, decorator in decorated_members(base)]
        init = _find_decorated_init(base)
        if init is not None and base is cls:
            own.append(init)
        is_plain = base is not cls and "__es_spec__" not in own_attributes(base)
        for decorator in sorted(own, key=attrgetter("number")):
            if is_plain and decorator.is_projection:
                raise _explain_lost_projections(cls, base)
            yield base, decorator


def read_decision_class(decorator: CommandMethodDecorator) -> type[Any]:
    """Return the class given to a decorator; raises `AssertionError` if it is not one."""
    name = decorator.decorated_func.__qualname__
    given = decorator.given_event_cls
    if given is None:
        error = AssertionError("Event class not given")
        error.add_note(f"@event on {name}() needs a class of decisions as its argument")
        raise error
    if not issubclass(given, Decision):
        msg = f"{given} given to @event on {name}() is not a Decision of eventsourcing.dcb.domain"
        raise AssertionError(msg)  # noqa: TRY004 - the contract's (C37)
    return given


def _find_decorated_init(cls: type[Any]) -> CommandMethodDecorator | None:
    init = own_attributes(cls).get("__init__")
    return init if isinstance(init, CommandMethodDecorator) else None


def _explain_lost_projections(cls: type[Any], base: type[Any]) -> TypeError:
    return TypeError(
        f"{base}, a base of {cls}, has a decorated method called '_', of which a plain class keeps "
        f"only the last one: give it another name, or derive the base from Slice or EnduringObject"
    )


def _read_types(decorators: _Decorators) -> tuple[type[Any], ...]:
    return tuple(dict.fromkeys(read_decision_class(decorator) for _, decorator in decorators))


def _read_projections(decorators: _Decorators) -> Mapping[type[Any], Projection]:
    projections: dict[type[Any], Projection] = {}
    owners: dict[type[Any], type[Any]] = {}
    for owner, decorator in decorators:
        if decorator.is_on_init:
            continue
        decision_class = read_decision_class(decorator)
        if owners.get(decision_class) is owner:
            msg = (
                f"@event({decision_class.__qualname__}) is on two methods of {owner}, of which "
                f"only one could apply the decision: {projections[decision_class].func.__name__}() "
                f"and {decorator.decorated_func.__name__}()"
            )
            raise TypeError(msg)
        owners[decision_class] = owner
        projections[decision_class] = Projection(decorator, decision_class)
    return MappingProxyType(projections)


def _read_initial_decision(cls: type[Any]) -> type[InitialDecision] | None:
    init = _find_decorated_init(cls)
    given = read_decision_class(init) if init is not None else None
    if given is not None and not issubclass(given, InitialDecision):
        msg = f"{given} given to @event on {cls.__qualname__}.__init__() is not an InitialDecision"
        raise AssertionError(msg)
    for value in own_attributes(cls).values():
        if isinstance(value, type) and issubclass(value, InitialDecision):
            return value
    return given
