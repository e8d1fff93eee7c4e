"""Slices: perspectives for one use case each. Pure."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from eventsourcing.dcb.domain.decisions import Decision, TDecision
from eventsourcing.dcb.domain.metaclasses import MetaSlice
from eventsourcing.dcb.domain.perspectives import Perspective
from eventsourcing.dcb.domain.specification import PerspectiveSpec


class Slice(Perspective[TDecision], metaclass=MetaSlice):
    """A perspective that is made for one use case, executed, and thrown away.

    Its methods decorated with `@event` project the decisions of `projected_types`; if there are
    any, `do_projection` says that it has to be brought up to date before it is executed.

    `__es_spec__` of each class is the specification that its declarations were read into.
    """

    __es_spec__: ClassVar[PerspectiveSpec]
    projected_types: ClassVar[list[type[Decision]]]
    do_projection: ClassVar[bool]

    def execute(self) -> None:
        """Check the rules and trigger decisions; does nothing unless overridden."""


TSlice = TypeVar("TSlice", bound=Slice[Any])
