"""Groups: perspectives over several enduring objects. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self, TypeVar

from eventsourcing.dcb.domain.decisions import Decision, TDecision
from eventsourcing.dcb.domain.enduring_objects import EnduringObject
from eventsourcing.dcb.domain.perspectives import Perspective
from eventsourcing.dcb.domain.reading import find_decorators
from eventsourcing.dcb.domain.values import Selector, Tagged


class Group(Perspective[TDecision]):
    """A perspective on all the decisions that are tagged with the ID of one of its members.

    Its members are the enduring objects among the positional arguments of the constructor. Each
    applies the decisions that the group makes, which are tagged with the IDs of all. If one fails
    to apply a decision, those before it have applied it already: the error says so in a note.
    """

    _enduring_objects: list[EnduringObject[TDecision]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for _, decorator in find_decorators(cls):
            msg = (
                f"@event can't decorate {decorator.decorated_func.__qualname__}(): decisions of a "
                f"group are applied by its members; decorate methods of those"
            )
            raise TypeError(msg)

    def __new__(cls, *args: Any, **_: Any) -> Self:
        """Make a group of the enduring objects among the positional arguments."""
        group = super().__new__(cls)
        group._enduring_objects = [arg for arg in args if isinstance(arg, EnduringObject)]
        return group

    def consistency_boundary(self) -> Selector | Sequence[Selector]:
        """Select what its members select, whatever the types."""
        boundaries = (member.consistency_boundary() for member in self._enduring_objects)
        return [
            Selector(tags=selector.tags)
            for boundary in boundaries
            for selector in ([boundary] if isinstance(boundary, Selector) else boundary)
        ]

    def __es_apply__(self, decision: Decision) -> None:
        """Have each member apply the decision."""
        members = self._enduring_objects
        for i, member in enumerate(members):
            try:
                member.__es_apply__(decision)
            except Exception as e:
                if i:
                    names = ", ".join(str(changed.id) for changed in members[:i])
                    e.add_note(
                        f"while a decision of {type(self).__qualname__} was applied to {member.id};"
                        f" it has been applied already to {names}: get the group again"
                    )
                raise

    def __es_follow__(self, tagged: Tagged[TDecision]) -> None:
        """Have each member apply what is tagged with its ID."""
        for member in self._enduring_objects:
            if member.id in tagged.tags:
                member.__es_follow__(tagged)

    def __es_know_until__(self, position: int | None) -> None:
        """Remember the position, also for the members that knew as much as the group.

        But not for those that have decided something themselves, without knowing.
        """
        for member in self._enduring_objects:
            is_level = member.last_known_position == self.last_known_position
            if is_level and not member.new_decisions:
                member.__es_know_until__(position)
        super().__es_know_until__(position)

    def __es_complete_tags__(self, tags: Sequence[str]) -> list[str]:
        """Return the IDs of the members, and the tags."""
        return [*(member.id for member in self._enduring_objects), *tags]


TGroup = TypeVar("TGroup", bound=Group[Any])
