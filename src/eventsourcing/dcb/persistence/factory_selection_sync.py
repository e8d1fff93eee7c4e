"""Selection of the synchronous factory class."""

from __future__ import annotations

from eventsourcing.persistence.factory_lookup import T, find_factory_class
from eventsourcing.utils import Environment


def select_dcb_factory_class(env: Environment, base: type[T]) -> type[T]:
    """Return the one subclass of `base` that the environment names."""
    return find_factory_class(env, base)
