"""The public address of what the packages export: used by every facade, once."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any


def publish(
    module_name: str,
    names: Collection[str],
    *,
    later: Sequence[str] = (),
    apart: Mapping[str, str] | None = None,
) -> None:
    """Make the exported classes and functions of a package say that they live in the package.

    Topics, pickles, reprs and tracebacks then name `eventsourcing.persistence`, which is public
    and stable, and not the inner module, which is not. Objects that the package only passes on
    from elsewhere are left alone.

    The inner modules in `later` are imported when one of their names is first asked for. That is
    for the asynchronous side of a package: a program that uses threads need not load asyncio. The
    names in `apart` are asked for by few programs, and each is imported by itself, from the inner
    module that is given for it. The facade imports all these names for type checkers only.
    """
    module = sys.modules[module_name]
    if later or apart:
        _import_later(module, names, later, apart or {})
    for name in names:
        if name in vars(module):
            _adopt(module, vars(module)[name])


def _adopt(module: ModuleType, obj: Any) -> None:
    if isinstance(obj, type | FunctionType) and obj.__module__.startswith(f"{module.__name__}."):
        obj.__module__ = module.__name__


def _import_later(
    module: ModuleType, names: Collection[str], later: Sequence[str], apart: Mapping[str, str]
) -> None:
    missing = set(names) - set(vars(module))

    def get_attribute(name: str) -> Any:
        if name not in missing:
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        for inner_name in (apart[name],) if name in apart else later:
            inner = import_module(f"{module.__name__}.{inner_name}")
            for each in missing & set(vars(inner)):
                _adopt(module, vars(inner)[each])
                vars(module).setdefault(each, vars(inner)[each])
        return vars(module)[name]

    vars(module)["__getattr__"] = get_attribute
    vars(module)["__dir__"] = lambda: sorted({*vars(module), *names})
