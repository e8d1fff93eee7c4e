"""The steps of defining an aggregate class, in their order."""

from __future__ import annotations

import inspect
import os
from importlib import import_module
from typing import Any

from eventsourcing.domain.event_classes import define_event_classes
from eventsourcing.domain.metaclasses import make_dataclass, own_attributes
from eventsourcing.domain.reading import read_specification
from eventsourcing.domain.topics_check import register_explicit_topics
from eventsourcing.errors import ProgrammingError

ENVVAR_DISABLE_REDEFINITION_CHECK = "EVENTSOURCING_DISABLE_REDEFINITION_CHECK"


def define_aggregate(cls: type[Any], created_event_name: str) -> None:
    """Make an aggregate class of a class that derives from `BaseAggregate`.

    Its specification is kept on it as `__es_spec__`. The first failing step raises.
    """
    _refuse_redefinition(cls)
    takes_id = _take_id_annotation(cls)
    _refuse_id_attribute(cls)
    if takes_id or _is_dataclass_style(cls):
        # With `__init__` in the body, annotations only declare.
        make_dataclass(cls, eq=False, repr=False, init="__init__" not in own_attributes(cls))
    spec = define_event_classes(read_specification(cls, created_event_name, takes_id))
    if spec.has_explicit_topics:
        register_explicit_topics(spec)
    cls.__es_spec__ = spec


def _refuse_redefinition(cls: type[Any]) -> None:
    if ENVVAR_DISABLE_REDEFINITION_CHECK in os.environ:
        return
    module = import_module(cls.__module__)
    if hasattr(module, cls.__name__):
        existing = getattr(module, cls.__name__)
        msg = (
            f"Name '{cls.__name__}' of {cls} already defined in '{cls.__module__}' module: "
            f"{existing}"
        )
        raise ProgrammingError(msg)


def _take_id_annotation(cls: type[Any]) -> bool:
    if "id" not in _get_own_annotations(cls) or "id" in own_attributes(cls):
        return False
    # Assigned, not changed in place: where annotations are lazy there is no dict to change.
    cls.__annotations__ = {n: a for n, a in _get_own_annotations(cls).items() if n != "id"}
    return True


def _refuse_id_attribute(cls: type[Any]) -> None:
    if "id" in own_attributes(cls):
        msg = f"Setting attribute 'id' on class '{cls.__name__}' is not allowed"
        raise ProgrammingError(msg)


def _is_dataclass_style(cls: type[Any]) -> bool:
    attributes = own_attributes(cls)
    if "__dataclass_fields__" in attributes:
        return False  # @aggregate above @dataclass: it is one already
    return bool(_get_own_annotations(cls)) or any(
        "__dataclass_fields__" in own_attributes(base) for base in cls.__bases__
    )


def _get_own_annotations(cls: type[Any]) -> dict[str, Any]:
    # Not read from the class's namespace, which has none where annotations are lazy.
    return inspect.get_annotations(cls)
