"""Decisions, and the perspectives that make them: enduring objects, groups and slices."""

from eventsourcing._public import publish
from eventsourcing.dcb.domain.decisions import Decision, InitialDecision, TDecision
from eventsourcing.dcb.domain.enduring_objects import TID, EnduringObject
from eventsourcing.dcb.domain.groups import Group, TGroup
from eventsourcing.dcb.domain.metaclasses import (
    MetaEnduringObject,
    MetaPerspective,
    MetaSlice,
    MetaSupportsEventDecorator,
)
from eventsourcing.dcb.domain.perspectives import P, Perspective, T, TPerspective
from eventsourcing.dcb.domain.slices import Slice, TSlice
from eventsourcing.dcb.domain.specification import EnduringObjectSpec, PerspectiveSpec
from eventsourcing.dcb.domain.values import Selector, Tagged

__all__ = [
    # decisions
    "Decision",
    "InitialDecision",
    "Selector",
    "Tagged",
    # perspectives
    "EnduringObject",
    "Group",
    "Perspective",
    "Slice",
    # what their declarations mean
    "EnduringObjectSpec",
    "PerspectiveSpec",
    # metaclasses
    "MetaEnduringObject",
    "MetaPerspective",
    "MetaSlice",
    "MetaSupportsEventDecorator",
    # type variables
    "P",
    "T",
    "TDecision",
    "TGroup",
    "TID",
    "TPerspective",
    "TSlice",
]

publish(__name__, __all__)
