# Hand-written pair: only the asynchronous side can fall back to the bridge.
"""Selection of the asynchronous factory class, or of the bridge to a synchronous one."""

from __future__ import annotations

from eventsourcing.persistence.factory_lookup import T
from eventsourcing.persistence.factory_selection_async import select_factory_class
from eventsourcing.utils import Environment


def select_dcb_factory_class(env: Environment, base: type[T]) -> type[T]:
    """Return the one subclass of `base` that the environment names.

    A module or factory class that has only a synchronous side is served through the bridge.
    """
    return select_factory_class(env, base, load_bridge=_load_bridge)


def _load_bridge() -> type:
    # The bridge is a subclass of the class that asks here, so it cannot be imported earlier.
    from eventsourcing.dcb.persistence.bridge import BridgeDCBFactory

    return BridgeDCBFactory
