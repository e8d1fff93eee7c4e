"""The metaclasses of perspectives: they read declarations, and make calls trigger decisions."""

from __future__ import annotations

from abc import ABCMeta
from typing import TYPE_CHECKING

from eventsourcing.dcb.domain.reading import (
    find_decorators,
    read_decision_class,
    read_enduring_object,
    read_perspective,
)
from eventsourcing.dcb.domain.specification import PerspectiveSpec
from eventsourcing.domain.metaclasses import ClassBody

_PARAMETERS_OF_TRIGGER = ("decision_cls", "tags")


class MetaPerspective(ABCMeta):
    """Common base of the metaclasses of perspectives."""


class MetaSupportsEventDecorator(MetaPerspective):
    """Reads the methods that a class decorates with `@event`, and makes commands of them."""

    if not TYPE_CHECKING:

        @classmethod
        def __prepare__(mcs, name, bases, **kwargs):  # noqa: N804
            """Return the namespace of a class body."""
            return ClassBody()

        def __init__(cls, name, bases, namespace, **kwargs):
            super().__init__(name, bases, namespace, **kwargs)
            cls.__es_spec__ = cls._read_specification()
            cls.projected_types = list(cls.__es_spec__.projected_types)
            for _, decorator in find_decorators(cls):
                if not (decorator.is_on_init or decorator.is_wired):
                    decorator.wire(read_decision_class(decorator), _PARAMETERS_OF_TRIGGER)

    def _read_specification(cls) -> PerspectiveSpec:
        return read_perspective(cls)


class MetaEnduringObject(MetaSupportsEventDecorator):
    """Makes the call of a class of enduring objects trigger its initial decision."""

    def _read_specification(cls) -> PerspectiveSpec:
        return read_enduring_object(cls)

    if not TYPE_CHECKING:

        def __call__(cls, **kwargs):
            """Create an enduring object by its initial decision."""
            return cls.__es_create__(kwargs)


class MetaSlice(MetaSupportsEventDecorator):
    """Tells of each slice whether it has to be brought up to date before it is executed."""

    if not TYPE_CHECKING:

        def __init__(cls, name, bases, namespace, **kwargs):
            super().__init__(name, bases, namespace, **kwargs)
            cls.do_projection = bool(cls.projected_types)
