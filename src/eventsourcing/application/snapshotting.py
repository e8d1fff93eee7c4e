"""Decisions about snapshots: which are due, and of which class they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, NamedTuple, cast
from uuid import UUID

from eventsourcing.application.errors import ProgrammingError
from eventsourcing.application.processing import ProcessingEvent
from eventsourcing.application.projecting import ProjectorFunction, can_mutate, project_aggregate
from eventsourcing.domain import CollectEventsProtocol, Snapshot, SnapshotProtocol, TAggregateID

NO_SNAPSHOTS_STORE = (
    "Can't take snapshot without snapshots store. Please set environment variable "
    "IS_SNAPSHOTTING_ENABLED to a true value (e.g. 'y'), or set 'is_snapshotting_enabled' "
    "on application class, or set 'snapshotting_intervals' on application class."
)


class DueSnapshot(NamedTuple, Generic[TAggregateID]):
    """The arguments with which a snapshot is to be taken."""

    aggregate_id: TAggregateID
    version: int
    projector_func: ProjectorFunction[Any, Any]


def plan_snapshots(
    processing_event: ProcessingEvent[TAggregateID],
    intervals: Mapping[type[Any], int],
    projectors: Mapping[type[Any], ProjectorFunction[Any, Any]],
    application_class: type[Any],
) -> list[DueSnapshot[TAggregateID]]:
    """Return the snapshots that are due after the events of a unit of work, in order.

    One is due at each event whose version the interval of its aggregate's exact class divides.
    Raises `ProgrammingError` if one is due that the default projector cannot make.
    """
    due: list[DueSnapshot[TAggregateID]] = []
    for domain_event in processing_event.events:
        aggregate = processing_event.aggregates.get(domain_event.originator_id)
        if aggregate is None:
            continue
        interval = intervals.get(type(aggregate))
        version = domain_event.originator_version
        if not interval or version % interval:
            continue
        projector_func = projectors.get(type(aggregate))
        if projector_func is None:
            _check_default_projector(domain_event, aggregate, application_class)
            projector_func = project_aggregate
        due.append(DueSnapshot(domain_event.originator_id, version, projector_func))
    return due


def _check_default_projector(
    domain_event: Any, aggregate: Any, application_class: type[Any]
) -> None:
    if can_mutate(domain_event):
        return
    raise ProgrammingError(
        f"Cannot take snapshot for {type(aggregate)} with default project_aggregate() "
        f"function, because its domain event {type(domain_event)} does not implement the "
        "'can mutate' protocol (see CanMutateProtocol). Please define application class "
        f"{application_class} with class variable 'snapshotting_projectors', to be a dict that "
        f"has {type(aggregate)} as a key with the aggregate projector function for "
        f"{type(aggregate)} as the value for that key."
    )


def select_snapshot_class(
    aggregate: Any,
    default: type[SnapshotProtocol[Any]] | None,
    application_class: type[Any],
) -> type[SnapshotProtocol[Any]]:
    """Return the snapshot class of the aggregate's class, or that of the application.

    The last resort is the library's own, for mutable aggregates with UUIDs. Raises
    `AssertionError` if that does not fit.
    """
    nested = getattr(type(aggregate), "Snapshot", None)
    if nested is not None:
        return cast("type[SnapshotProtocol[Any]]", nested)
    if default is not None:
        return default
    if isinstance(aggregate, CollectEventsProtocol) and isinstance(
        getattr(aggregate, "id", None), UUID
    ):
        return Snapshot
    raise AssertionError(
        "Neither application nor aggregate have a snapshot class. Please either define a nested "
        f"'Snapshot' class on {type(aggregate)} or set class attribute 'snapshot_class' on "
        f"{application_class}."
    )
