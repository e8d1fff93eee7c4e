"""From recorded decisions to enduring objects: pure, used by both flavours (C55, C56)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic

from eventsourcing.dcb.domain import (
    Decision,
    EnduringObject,
    InitialDecision,
    Tagged,
    TDecision,
)
from eventsourcing.utils import resolve_topic


class Folding(Generic[TDecision]):
    """The enduring objects with some IDs, as far as decisions have been applied to them.

    An object begins with the initial decision that has its ID. Decisions that are tagged with the
    ID before that are of no matter to it; so are initial decisions of other objects.
    """

    def __init__(self, ids: Iterable[str]) -> None:
        self._objects: dict[str, EnduringObject[TDecision] | None] = dict.fromkeys(ids)

    def add(self, tagged: Tagged[TDecision]) -> None:
        """Apply the next decision to the objects with whose IDs it is tagged."""
        for tag in dict.fromkeys(tagged.tags):
            if tag in self._objects:
                self._objects[tag] = _apply(self._objects[tag], tagged, tag)

    def find(self, enduring_object_id: str, head: int | None) -> EnduringObject[TDecision] | None:
        """Return the object, which knows all up to `head`; `None` if there is none."""
        found = self._objects[enduring_object_id]
        if found is not None:
            found.last_known_position = head
        return found


def _apply(
    enduring_object: EnduringObject[TDecision] | None,
    tagged: Tagged[TDecision],
    enduring_object_id: str,
) -> EnduringObject[TDecision] | None:
    if _constructs(tagged.decision, enduring_object_id):
        applied: EnduringObject[TDecision] = tagged.decision.mutate(enduring_object)
        return applied
    if enduring_object is not None:
        enduring_object.__es_follow__(tagged)
    return enduring_object


def _constructs(decision: Decision, enduring_object_id: str) -> bool:
    """Say whether the decision is the initial one of the object with this ID.

    Raises `TopicError` if the class of the object that it constructs is not there any more.
    """
    if not isinstance(decision, InitialDecision):
        return False
    id_name = decision.id_attr_name(resolve_topic(decision.originator_topic))
    return bool(decision.as_dict().get(id_name) == enduring_object_id)
