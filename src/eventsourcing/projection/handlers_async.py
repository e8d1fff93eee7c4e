# Hand-written pair: what is wrong with a handler depends on who calls it.
"""Checks of the handlers of projections and followers."""

from __future__ import annotations

from typing import Any

__all__ = ["check_handlers"]


def check_handlers(cls: type[Any], *names: str) -> None:
    """Accept them all: a function that is no coroutine function may return what can be awaited."""
