"""Reads the attributes of objects of any kind, and makes objects from attributes.

Used for events by mappers, and for aggregates by snapshots.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from inspect import isabstract
from typing import Any


def read_attributes(obj: Any) -> dict[str, Any]:
    """Return a new dict of the object's attributes, in order.

    Objects without `__dict__` must be msgspec structs or slotted dataclasses.
    """
    cls = type(obj)
    # Structs first, as one that inherits from a plain class has a `__dict__` too, an empty one.
    names = getattr(cls, "__struct_fields__", None)
    if names is None:
        try:
            return dict(vars(obj))
        except TypeError:
            names = cls.__dataclass_fields__
    return {name: getattr(obj, name) for name in names}


def keeps_plain_dict(cls: Any) -> bool:
    """Tell whether objects of the class have all their attributes in `__dict__`."""
    return find_builder(cls).func is _fill_dict


@cache
def find_builder(cls: type[Any]) -> partial[Any]:
    """Return the function that makes an object of the class from a dict of its attributes.

    Python classes are built bare: neither `__init__` nor `__post_init__` runs. Those that keep
    more than their attributes (pydantic models) or are made in C (msgspec structs) are called.
    Raises `TypeError` for an abstract class.
    """
    return partial(_choose_way(cls), cls)


def _choose_way(cls: type[Any]) -> Callable[[type[Any], dict[str, Any]], Any]:
    try:
        object.__new__(cls)
    except TypeError:
        if isabstract(cls):
            raise
        return _call
    slots = _find_slots(cls)
    if any(name.startswith("__") for name in slots):
        return _call
    return _set_attributes if slots else _fill_dict


def _call(cls: type[Any], state: dict[str, Any]) -> Any:
    return cls(**state)


def _fill_dict(cls: type[Any], state: dict[str, Any]) -> Any:
    obj = object.__new__(cls)
    obj.__dict__.update(state)
    return obj


def _set_attributes(cls: type[Any], state: dict[str, Any]) -> Any:
    obj = object.__new__(cls)
    for name, value in state.items():
        object.__setattr__(obj, name, value)
    return obj


def _find_slots(cls: type[Any]) -> set[str]:
    declared = (vars(base).get("__slots__", ()) for base in cls.__mro__)
    names = {name for slots in declared for name in ((slots,) if isinstance(slots, str) else slots)}
    return names - {"__dict__", "__weakref__"}
