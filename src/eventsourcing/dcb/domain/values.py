"""What decisions are recorded with, and by what they are selected. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from eventsourcing.dcb.domain.decisions import Decision, TDecision


@dataclass(slots=True)
class Tagged(Generic[TDecision]):
    """A decision with the tags by which it can be found."""

    tags: list[str]
    decision: TDecision


@dataclass
class Selector:
    """Selects decisions that are of one of the types, if there are any, and have all of the tags.

    Subclasses of the types are not selected.
    """

    types: Sequence[type[Decision]] = ()
    tags: Sequence[str] = ()

    def __post_init__(self) -> None:
        types: object = self.types
        if isinstance(types, type):
            msg = f"types of a selector is {types}: give a list of classes, as [{types.__name__}]"
            raise TypeError(msg)
        refuse_text(self.tags)


def refuse_text(tags: object) -> None:
    """Raise `TypeError` for a string in place of tags: each character would be a tag."""
    if isinstance(tags, str):
        msg = f"tags is the string {tags!r}: give a list of strings, as [{tags!r}]"
        raise TypeError(msg)
