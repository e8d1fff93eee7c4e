"""Single dispatch methods whose handlers may name classes that do not exist yet."""

from __future__ import annotations

import functools
from collections.abc import Callable
from threading import RLock
from types import GenericAlias
from typing import TYPE_CHECKING, Any, TypeVar

from eventsourcing._public import publish

__all__ = ["singledispatchmethod"]

_T = TypeVar("_T")

if TYPE_CHECKING:
    _Base = functools.singledispatchmethod
else:

    class _Base(functools.singledispatchmethod):
        __class_getitem__ = classmethod(GenericAlias)


class singledispatchmethod(_Base[_T]):  # noqa: N801 - named after the class it extends
    """Works like `functools.singledispatchmethod`, but tolerates forward references.

    A handler whose annotation cannot be evaluated in the class body is registered when the
    method is next read. Reading is thread safe.
    """

    deferred_registrations: list[Any]

    def __init__(self, func: Callable[..., _T]) -> None:
        super().__init__(func)
        # Python 3.13 caches bound methods by their instance, which the methods keep alive: no
        # instance would ever be collected. The cache also needs instances that can be hashed.
        self._method_cache = None
        self.deferred_registrations = []
        self._lock = RLock()

    if TYPE_CHECKING:

        def register(self, cls: Any, method: Any = None) -> Any:
            """Register a handler, now or, if its annotation cannot be evaluated, on reading."""

    else:

        def register(self, cls: Any, method: Any = None) -> Any:
            """Register a handler, now or, if its annotation cannot be evaluated, on reading."""
            if method is not None or not _is_handler(cls):
                return super().register(cls, method)
            try:
                return super().register(cls)
            except (NameError, TypeError):
                with self._lock:
                    self.deferred_registrations.append(cls)
                return cls

    def __get__(self, obj: Any, cls: Any = None) -> Callable[..., _T]:
        """Make the pending registrations, and read the method."""
        if self.deferred_registrations:
            self._register_deferred()
        return super().__get__(obj, cls)

    def _register_deferred(self) -> None:
        with self._lock:
            while self.deferred_registrations:
                super().register(self.deferred_registrations[0])
                # Only now: a handler that still cannot be registered stays pending.
                del self.deferred_registrations[0]


def _is_handler(obj: Any) -> bool:
    if isinstance(obj, (staticmethod, classmethod)):
        return True
    return callable(obj) and not isinstance(obj, (type, GenericAlias)) and hasattr(obj, "__name__")


publish(__name__, __all__)
