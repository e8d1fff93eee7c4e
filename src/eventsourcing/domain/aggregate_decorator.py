"""The `@aggregate` decorator, which makes an aggregate class of a plain class."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, new_class
from typing import Any, overload

from eventsourcing.domain.aggregates import Aggregate
from eventsourcing.domain.decorator import CommandMethodDecorator, all_func_decorators


@overload
def aggregate(cls: type[Any], /, *, created_event_name: str = "") -> type[Aggregate]: ...


@overload
def aggregate(
    cls: None = None, /, *, created_event_name: str = ""
) -> Callable[[type[Any]], type[Aggregate]]: ...


def aggregate(cls: Any = None, /, *, created_event_name: str = "") -> Any:
    """Make an `Aggregate` subclass with the body of the decorated class.

    Raises `TypeError` if the class is an aggregate class already.
    """

    def decorate(plain: type[Any]) -> type[Aggregate]:
        return _make_aggregate(plain, created_event_name)

    return decorate if cls is None else decorate(cls)


def _make_aggregate(plain: type[Any], created_event_name: str) -> type[Aggregate]:
    if issubclass(plain, Aggregate):
        msg = f"{plain.__qualname__} is already an Aggregate"
        raise TypeError(msg)
    bases = (Aggregate,) if plain.__bases__ == (object,) else (*plain.__bases__, Aggregate)
    # The descriptors of the old class's instances would not work for the new one's.
    attributes = {n: v for n, v in vars(plain).items() if n not in {"__dict__", "__weakref__"}}
    attributes["__qualname__"] = plain.__qualname__
    attributes["__es_overwritten__"] = _find_overwritten(plain)
    made: type[Aggregate] = new_class(
        plain.__qualname__,
        bases,
        {"created_event_name": created_event_name},
        lambda namespace: namespace.update(attributes),
    )
    _repair_super(plain, made)
    return made


def _find_overwritten(plain: type[Any]) -> tuple[CommandMethodDecorator, ...]:
    """Return the functions called `_` that the body has overwritten by others of this name."""
    members = {id(member) for member in vars(plain).values()}
    return tuple(
        decorator
        for decorator in all_func_decorators
        if decorator.decorated_func.__qualname__ == f"{plain.__qualname__}._"
        and id(decorator.given_event_cls) in members
        and id(decorator) not in members
    )


def _repair_super(old: type[Any], new: type[Any]) -> None:
    """Make `super()` and `__class__` in the methods mean the new class."""
    for member in vars(old).values():
        func = getattr(member, "decorated_func", getattr(member, "__func__", member))
        if isinstance(func, FunctionType):
            for name, cell in zip(func.__code__.co_freevars, func.__closure__ or (), strict=True):
                if name == "__class__" and cell.cell_contents is old:
                    cell.cell_contents = new
