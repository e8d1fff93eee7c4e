"""Events and queries for the suites of dynamic consistency boundaries, and what they select."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBSequencedEvent,
    query_matches,
)

TYPES: Sequence[str] = ("opened", "closed", "renamed")
TAGS: Sequence[str] = ("a", "b", "c", "d")

EVENTS = (
    DCBEvent("opened", b"1", ["a"]),
    DCBEvent("opened", b"2", ["b"]),
    DCBEvent("renamed", b"3", ["a"]),
    DCBEvent("closed", b"4", []),
    DCBEvent("opened", b"5", ["a", "b"]),
    DCBEvent("renamed", b"6", ["b", "a", "c"]),
    DCBEvent("closed", b"7", ["c"]),
    DCBEvent("Opened", b"8", ["A"]),
    DCBEvent("opened", b"9", ["b", "a", "b"]),
    DCBEvent("open", b"10", ["ab"]),
)
"""Events that differ in type, tags, or the order and number of tags."""


def make_query(*items: tuple[Iterable[str], Iterable[str]]) -> DCBQuery:
    """Return a query of which each item is given by its types and its tags."""
    return DCBQuery([DCBQueryItem(list(types), list(tags)) for types, tags in items])


QUERIES = (
    None,
    make_query(),
    make_query(((), ())),
    make_query((["opened"], ())),
    make_query((["nothing"], ())),
    make_query((["opened", "closed"], ())),
    make_query((["opened", "opened", "nothing"], ())),
    make_query(((), ["a"])),
    make_query(((), ["nothing"])),
    make_query(((), ["a", "b"])),
    make_query(((), ["b", "a"])),
    make_query(((), ["a", "a"])),
    make_query(((), ["a", "b", "a", "b"])),
    make_query(((), ["a", "nothing"])),
    make_query(((), ["a", "b", "c"])),
    make_query((["opened"], ["a"])),
    make_query((["opened", "renamed"], ["a", "b"])),
    make_query((["closed"], ["a"])),
    make_query(((), ["a"]), ((), ["b"])),
    make_query(((), ["b"]), ((), ["a"])),
    make_query(((), ["a"]), ((), ["a", "b"])),
    make_query(((), ["a"]), ((), ["a"])),
    make_query((["opened"], ()), (["closed"], ())),
    make_query((["opened"], ()), ((), ["c"])),
    make_query((["opened"], ["b"]), (["renamed", "closed"], ["c"]), (["nothing"], ())),
    make_query(((), ["c"]), ((), ())),
    make_query((["opened"], ["a"]), (["opened"], ["b"]), (["opened"], ["a", "b"])),
)
"""Queries of every shape: all of them must be supported (C33)."""


def select_events(
    log: Sequence[DCBSequencedEvent],
    query: DCBQuery | None,
    after: int | None = None,
    limit: int | None = None,
) -> list[DCBSequencedEvent]:
    """Return which events of a whole log a recorder must select: the definition."""
    found = [
        each for each in log if each.position > (after or 0) and query_matches(query, each.event)
    ]
    return found[:limit]


def is_refused(log: Sequence[DCBSequencedEvent], condition: DCBAppendCondition | None) -> bool:
    """Say whether an append with this condition must fail: the definition."""
    if condition is None:
        return False
    return bool(select_events(log, condition.fail_if_events_match, condition.after, 1))


def random_event(random: Random) -> DCBEvent:
    """Return an event with some of the types and tags."""
    tags = random.choices(TAGS, k=random.randrange(4))
    return DCBEvent(random.choice(TYPES), random.randbytes(3), tags)


def random_query(random: Random) -> DCBQuery:
    """Return a query with up to three items, some of which may match everything."""
    return make_query(
        *(
            (
                random.choices(TYPES, k=random.randrange(3)),
                random.choices(TAGS, k=random.randrange(4)),
            )
            for _ in range(random.randrange(4))
        )
    )
