"""The public address of what the packages export: used by every facade, once."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import FunctionType


def publish(module_name: str, names: Iterable[str]) -> None:
    """Make the exported classes and functions of a package say that they live in the package.

    Topics, pickles, reprs and tracebacks then name `eventsourcing.persistence`, which is public
    and stable, and not the inner module, which is not. Objects that the package only passes on
    from elsewhere are left alone.
    """
    module = sys.modules[module_name]
    inner = f"{module_name}."
    for name in names:
        obj = getattr(module, name)
        if isinstance(obj, type | FunctionType) and obj.__module__.startswith(inner):
            obj.__module__ = module_name
