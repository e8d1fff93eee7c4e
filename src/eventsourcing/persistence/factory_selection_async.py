# Hand-written pair: only the asynchronous side can fall back to the bridge.
"""Selection of the asynchronous factory class, or of the bridge to a synchronous one."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import cast

from eventsourcing.persistence.factory_lookup import (
    T,
    find_factory_class,
    find_factory_classes,
    resolve_persistence_topic,
)
from eventsourcing.utils import Environment


def _load_bridge() -> type:
    # The bridge is a subclass of the class that asks here, so it cannot be imported earlier.
    from eventsourcing.persistence.bridge import BridgeFactory

    return BridgeFactory


def select_factory_class(
    env: Environment, base: type[T], load_bridge: Callable[[], type] = _load_bridge
) -> type[T]:
    """Return the one subclass of `base` that the environment names.

    A module or factory class that has only a synchronous side is served through the bridge.
    """
    _, resolved = resolve_persistence_topic(env)
    if isinstance(resolved, ModuleType):
        has_async_side = bool(find_factory_classes(resolved, base))
    else:
        has_async_side = isinstance(resolved, type) and issubclass(resolved, base)
    if has_async_side:
        return find_factory_class(env, base)
    return cast("type[T]", load_bridge())
