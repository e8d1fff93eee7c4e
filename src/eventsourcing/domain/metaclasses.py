"""The metaclasses: events are frozen dataclasses, and `@dataclass` leaves finished classes alone.

`dataclasses.dataclass` offers no way to say that a class is finished, and decorating one again
fails or loses fields. So a finished class shows itself to the `dataclasses` module, and to
nobody else, as an empty class: nothing to read, nothing to inherit, and nothing can be set.
That needs no state and does not touch the standard library.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
from abc import ABCMeta
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

_T = TypeVar("_T", bound=type)

_FINISHED = "__es_dataclass__"
_ORIGINAL = "__es_original__"
_DATACLASSES_GLOBALS = vars(dataclasses)
_INSPECT_GLOBALS = vars(inspect)
_get_dict = type.__dict__["__dict__"].__get__
_get_mro = type.__dict__["__mro__"].__get__


class EventsourcingType(type):
    """Common base of the metaclasses of event classes and aggregate classes."""

    if not TYPE_CHECKING:

        def __new__(mcs, name, bases, namespace, **kwargs):
            """Make the class; `@dataclass(slots=True)` on a finished class gets it back."""
            original = namespace.get(_ORIGINAL)
            if original is not None:
                return original
            return super().__new__(mcs, name, bases, namespace, **kwargs)

        @property
        def __dict__(cls):
            if _is_hidden(cls):
                return MappingProxyType({_ORIGINAL: cls})
            return _get_dict(cls)

        @property
        def __mro__(cls):
            if _is_hidden(cls):
                return cls, object
            return _get_mro(cls)

        def __setattr__(cls, name, value):
            # `dataclasses.make_dataclass()` tells a class its module when it is finished already.
            if name == "__module__" or not _is_hidden(cls):
                super().__setattr__(name, value)

        def __delattr__(cls, name):
            if not _is_hidden(cls):
                super().__delattr__(name)


def _is_hidden(cls: type) -> bool:
    """Tell whether the class is finished and its attribute is used by the `dataclasses` module."""
    frame = sys._getframe(2)
    if frame.f_globals is _INSPECT_GLOBALS and frame.f_back is not None:
        # Since Python 3.13 `dataclasses` calls `inspect.get_annotations()`.
        frame = frame.f_back
    return frame.f_globals is _DATACLASSES_GLOBALS and _FINISHED in _get_dict(cls)


def own_attributes(cls: type) -> Mapping[str, Any]:
    """Return the attributes of the class's own body."""
    attributes: Mapping[str, Any] = _get_dict(cls)
    return attributes


def make_dataclass(cls: _T, **options: bool) -> _T:
    """Make a dataclass of the class, once: `@dataclass` then returns it unchanged."""
    # A text for now, as `dataclasses` would make one from the signature of a base or metaclass.
    doc = cls.__doc__
    cls.__doc__ = doc or cls.__name__
    dataclasses.dataclass(**options)(cls)
    if not doc:
        init: Any = getattr(cls, "__init__")  # noqa: B009 - unsound for mypy
        parameters = list(inspect.signature(init).parameters.values())[1:]
        cls.__doc__ = f"{cls.__qualname__}({', '.join(map(str, parameters))})"
    setattr(cls, _FINISHED, True)
    return cls


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field, dataclasses.Field))
class MetaDomainEvent(EventsourcingType):
    """Makes every event class a frozen dataclass of its own."""

    if not TYPE_CHECKING:

        def __new__(mcs, name, bases, namespace, **kwargs):
            """Make the class, a frozen dataclass with a signature."""
            cls = super().__new__(mcs, name, bases, namespace, **kwargs)
            if _FINISHED in _get_dict(cls):
                return cls
            make_dataclass(cls, frozen=True)
            cls.__signature__ = inspect.signature(cls.__init__)
            return cls


@dataclass_transform(eq_default=False, field_specifiers=(dataclasses.field, dataclasses.Field))
class MetaAggregate(EventsourcingType, ABCMeta):
    """Makes the call of an aggregate class trigger its created event."""

    if not TYPE_CHECKING:

        @classmethod
        def __prepare__(mcs, name, bases, **kwargs):  # noqa: N804
            """Return the namespace of a class body."""
            return ClassBody()

        def __call__(cls, /, *args, **kwargs):
            """Create an aggregate by its created event."""
            return cls.__es_construct__(args, kwargs)


class ClassBody(dict[str, Any]):
    """Namespace of a class in which several functions may be called `_`.

    All but the last one are kept as `__es_overwritten__`.
    """

    def __setitem__(self, name: str, value: Any) -> None:
        if name == "_" and name in self:
            overwritten = (*self.get("__es_overwritten__", ()), self[name])
            super().__setitem__("__es_overwritten__", overwritten)
        super().__setitem__(name, value)


def patch_dataclasses_process_class() -> None:
    """Do nothing: kept for its name, as the library does not patch `dataclasses`."""
