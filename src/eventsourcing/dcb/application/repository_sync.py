# Generated from repository_async.py by tools/async_to_sync.py: do not edit.
"""The repository of perspectives: saves what they decide, and gets enduring objects (C53-C58)."""

from __future__ import annotations

from typing import Generic

from eventsourcing.dcb.application.folding import Folding
from eventsourcing.dcb.domain import (
    EnduringObject,
    Perspective,
    Selector,
    TDecision,
    TGroup,
    TPerspective,
)
from eventsourcing.dcb.persistence import DCBEventStore, NotFoundError


class DCBRepository(Generic[TDecision]):
    """Saves perspectives, gets enduring objects and groups, and brings perspectives up to date."""

    def __init__(self, eventstore: DCBEventStore[TDecision]) -> None:
        self.eventstore = eventstore

    def save(self, perspective: Perspective[TDecision]) -> int:
        """Store the new decisions of a perspective, all or none; return the position of the last.

        Returns 0 if there are none. Raises `IntegrityError` if a decision within its consistency
        boundary has been stored since its last known position. Whatever fails, the perspective
        keeps its new decisions. After success it knows them, and can go on deciding.
        """
        decisions = perspective.collect_events()
        if not decisions:
            return 0
        try:
            position = self.eventstore.append(
                decisions, perspective.consistency_boundary(), perspective.last_known_position
            )
        except BaseException:
            perspective.new_decisions[:0] = decisions
            raise
        perspective.__es_know_until__(position)
        return position

    def get(self, enduring_object_id: str) -> EnduringObject[TDecision]:
        """Return the enduring object as it is now; `NotFoundError` if there is none."""
        (found,) = self.get_many(enduring_object_id)
        if found is None:
            raise NotFoundError(f"There is no enduring object '{enduring_object_id}'")
        return found

    def get_many(self, *enduring_object_ids: str) -> list[EnduringObject[TDecision] | None]:
        """Return the enduring objects in the order of the IDs, `None` where there is none.

        All are as they were at one moment, and read at once. An ID that is given twice gives the
        same object twice.
        """
        if not enduring_object_ids:
            return []
        ids = dict.fromkeys(enduring_object_ids)
        response = self.eventstore.read([Selector(tags=[each]) for each in ids])
        folding: Folding[TDecision] = Folding(ids)
        for tagged in response:
            folding.add(tagged)
        return [folding.find(each, response.head) for each in enduring_object_ids]

    def get_group(self, cls: type[TGroup], *enduring_object_ids: str) -> TGroup:
        """Return a group of enduring objects, given in the order of the IDs; `None` for unknown.

        Raises `ValueError` if an ID is given twice.
        """
        if len(set(enduring_object_ids)) < len(enduring_object_ids):
            raise ValueError(
                f"{cls.__qualname__} can't have a member twice: {', '.join(enduring_object_ids)}"
            )
        members = self.get_many(*enduring_object_ids)
        group = cls(*members)
        positions = [each.last_known_position or 0 for each in members if each is not None]
        group.last_known_position = max(positions, default=None)
        return group

    def advance(self, perspective: TPerspective) -> TPerspective:
        """Bring a perspective up to date, and return it.

        Applies the decisions within its consistency boundary that were stored since its last known
        position, to the members if it is a group. May be repeated.
        """
        response = self.eventstore.read(
            perspective.consistency_boundary(), after=perspective.last_known_position
        )
        for tagged in response:
            perspective.__es_follow__(tagged)
        perspective.__es_know_until__(response.head)
        return perspective
