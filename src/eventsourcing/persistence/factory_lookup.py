"""Finding the infrastructure factory class that the environment names (contract F2-F6)."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any, TypeVar, get_origin

from eventsourcing.errors import TopicError
from eventsourcing.persistence.errors import InfrastructureFactoryError
from eventsourcing.utils import Environment, resolve_topic

T = TypeVar("T")

_TOPIC_KEYS = ("PERSISTENCE_MODULE", "INFRASTRUCTURE_FACTORY", "FACTORY_TOPIC")
_DEFAULT_TOPIC = "eventsourcing.popo"


def as_environment(env: Mapping[str, str] | None) -> Environment:
    """Return the environment itself if it is an `Environment`, else an unnamed one made of it."""
    return env if isinstance(env, Environment) else Environment(env=env)


def resolve_persistence_topic(env: Environment) -> tuple[str, Any]:
    """Return the topic of the persistence module or factory class, and what it resolves to."""
    topic = next(filter(None, map(env.get, _TOPIC_KEYS)), _DEFAULT_TOPIC)
    try:
        return topic, resolve_topic(topic)
    except (TopicError, TypeError, ValueError) as error:  # the latter two for malformed topics
        raise InfrastructureFactoryError(
            f"Failed to resolve persistence module topic: '{topic}' "
            "from environment variable 'PERSISTENCE_MODULE'"
        ) from error


def find_factory_classes(module: ModuleType, base: type[T]) -> list[type[T]]:
    """Return the module's subclasses of `base` that have no free type parameters."""
    found = {
        value: None
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, base)
        and not getattr(value, "__parameters__", ())
    }
    return list(found)


def find_factory_class(env: Environment, base: type[T]) -> type[T]:
    """Return the one subclass of `base` that the environment names, by its module or directly.

    Raises `InfrastructureFactoryError` if the topic does not resolve, or not to exactly one.
    """
    topic, resolved = resolve_persistence_topic(env)
    if isinstance(resolved, ModuleType):
        classes = find_factory_classes(resolved, base)
        if len(classes) != 1:
            error = InfrastructureFactoryError(
                f"Found {len(classes)} infrastructure factory classes in '{topic}', expected 1."
            )
            error.add_note(
                f"There should be one subclass of {base.__module__}.{base.__qualname__}."
            )
            raise error
        return classes[0]
    if isinstance(resolved, type) and issubclass(resolved, base):
        return resolved
    raise InfrastructureFactoryError(
        f"Topic '{topic}' didn't resolve to a persistence module "
        f"or infrastructure factory class: {resolved}"
    )


def check_subclass(cls: Any, base: type[Any]) -> None:
    """Raise `AssertionError` unless `cls` is a subclass of `base`, perhaps subscripted."""
    origin = get_origin(cls) or cls
    if not (isinstance(origin, type) and issubclass(origin, base)):
        error = AssertionError(f"Not a subclass of {base}: {cls}")  # the contract, F11-F13
        error.add_note(
            "The engine is the one that PERSISTENCE_MODULE says, with the name of the application "
            f"or projection as a prefix if need be: there, derive from {base.__qualname__}"
        )
        raise error
