"""Checks of the handlers of projections and followers.

The hand-written twin of `handlers_async`.
"""

from __future__ import annotations

from typing import Any, get_origin

from eventsourcing.projection.checks import find_coroutine_function

__all__ = ["check_handlers"]


def check_handlers(cls: type[Any], *names: str) -> None:
    """Raise `TypeError` if any of the methods is to be awaited, because nobody would."""
    cls = get_origin(cls) or cls
    for name in names:
        function = find_coroutine_function(cls, name)
        if function is not None:
            raise TypeError(
                f"{cls.__qualname__}.{name}: {function.__qualname__}() is a coroutine function, "
                "which nobody awaits here: expected a plain function. For asyncio there are "
                "classes and runners whose names begin with Async"
            )
