"""Which index finds the events of a query: the one that leads through the fewest rows. Pure.

A tag can be on a handful of events or on all of them, and so can a type. To go through the wrong
rows can take a thousand times as long; to count a few takes microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from eventsourcing.dcb.api import Criterion

FEW_ROWS = 100
MANY_ROWS = 10_000
MAX_KEYS = 20
"""How many tags or types are compared, at most, to choose among them."""


class Branch(NamedTuple):
    """Events that one index finds in the order of their positions, less those that do not match.

    With a `leading_tag`, the index of tags finds them, and they must have one of the types, if
    there are any. Without one, the index of types does, and there is exactly one type. In both
    cases they must have all of the `other_tags`.
    """

    leading_tag: str | None
    types: tuple[str, ...] = ()
    other_tags: tuple[str, ...] = ()


class Key(NamedTuple):
    """A key of the index of tags, or of the index of types."""

    value: str
    is_tag: bool


CountRows: TypeAlias = Callable[[Sequence[Key], int], Sequence[int]]
"""Returns how many rows each key has; the second argument is the number at which counting ends."""


def choose_branches(criteria: Sequence[Criterion], count_rows: CountRows) -> list[Branch]:
    """Return branches that together find all that the criteria match."""
    found = (branch for each in criteria for branch in _branch(each, count_rows))
    return list(dict.fromkeys(found))


def _branch(criterion: Criterion, count_rows: CountRows) -> list[Branch]:
    types, tags = criterion
    if not tags:
        return [Branch(None, (each,)) for each in types]
    if len(tags) == 1 and not types:
        return [Branch(*tags)]
    keys = [Key(each, is_tag=True) for each in tags[:MAX_KEYS]]
    counts = count_rows(keys, FEW_ROWS)
    if min(counts) == 0:
        return []
    if min(counts) >= FEW_ROWS:
        counts = count_rows(keys, MANY_ROWS)
        if _are_fewer(types, min(counts), count_rows):
            return [Branch(None, (each,), tags) for each in types]
    leading_tag = keys[counts.index(min(counts))].value
    return [Branch(leading_tag, types, tuple(each for each in tags if each != leading_tag))]


def _are_fewer(types: Sequence[str], than: int, count_rows: CountRows) -> bool:
    """Say whether fewer events have one of the types; not asked if there are many types."""
    if not 0 < len(types) <= MAX_KEYS:
        return False
    return sum(count_rows([Key(each, is_tag=False) for each in types], than)) < than
