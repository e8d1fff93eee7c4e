"""Dynamic consistency boundaries of both libraries in the same tables, at the same time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.interop.conftest import Libraries, Places
from tests.interop.libraries import App, Library, Refused
from tests.interop.places import Schema

pytestmark = pytest.mark.parametrize("places", ["postgres"], indirect=True)

EVENTS = [
    ["opened", b"1", ["a", "b"]],
    ["closed", b"\0\xff", []],
    ["opened", b"", ["b", "ü\"'\\{}, ", "b"]],
    ["renamed", b"4" * 5000, [str(n) for n in range(50)]],
]
QUERIES: list[Any] = [
    None,
    [[["opened"], []]],
    [[[], ["b"]]],
    [[[], ["b", "a"]]],
    [[["opened", "renamed"], ["7"]]],
    [[[], ["ü\"'\\{}, "]], [["closed", "opened"], ["a"]]],
]

Pair = tuple[Library, Library]


@pytest.fixture
def start(places: Places) -> Callable[..., App]:
    """Start a recorder of a library on the tables that all of them share."""
    place = places.make()

    def start(library: Library, name: str = "", **settings: str) -> App:
        env = place.env(PERSISTENCE_MODULE="eventsourcing.dcb.postgres_tt")
        return library.dcb({**env, "POSTGRES_POOL_SIZE": "2", **settings}, name=name)

    return start


def test_both_libraries_create_the_same_tables(pair: Pair, places: Places) -> None:
    """C21, C22; C27: and each its own functions, whichever is first."""
    first, second = (place_with_tables(places, library) for library in pair)
    assert first == second


def place_with_tables(places: Places, library: Library) -> Schema:
    place = places.make()
    library.dcb(place.env(PERSISTENCE_MODULE="eventsourcing.dcb.postgres_tt"), name="cinema")
    # The names of triggers contain numbers of objects.
    return [fact for fact in place.schema() if fact[0] not in {"function", "trigger"}]


def test_the_functions_of_the_published_library_stay_as_they_are(
    ours: Library, published: Library, start: Callable[..., App], places: Places
) -> None:
    """C27: with another name, ours does not write into the tables of the published one."""
    theirs = start(published, "theirs")
    mine = start(ours, "mine")
    mine("append", EVENTS[:1])
    theirs("append", EVENTS[1:2])
    theirs("append", EVENTS[2:3], [[[], ["a"]]])
    assert [event[2] for event in mine("read")[1]] == [b"1"]
    assert [event[2] for event in theirs("read")[1]] == [b"\0\xff", b""]


def test_each_reads_what_the_other_has_appended(pair: Pair, start: Callable[..., App]) -> None:
    """C2-C9, C21: by all queries that both support."""
    first, second = map(start, pair)
    for number, event in enumerate(EVENTS, 1):
        assert first("append", [event], [[[], ["none"]]], 0) == number
    assert second("append", EVENTS) == 8
    for items in QUERIES:
        for after, limit in ((None, None), (3, None), (None, 1), (2, 3)):
            mine = first("read", items, after, limit)
            assert mine == second("read", items, after, limit)
    assert first("read") == [8, [[n, *event] for n, event in enumerate(EVENTS * 2, 1)]]


def test_each_refuses_what_the_events_of_the_other_forbid(
    pair: Pair, start: Callable[..., App]
) -> None:
    """C6, C10"""
    first, second = map(start, pair)
    first("append", EVENTS)
    for items in QUERIES:
        with pytest.raises(Refused) as info:
            second("append", EVENTS, items or [], 0)
        assert "IntegrityError" in info.value.kinds
        assert second("append", EVENTS[:1], items or [], 1000) > 4


@pytest.mark.parametrize("create_table", ["y", "n"])
def test_ours_uses_tables_as_the_published_library_has_created_them(
    ours: Library, published: Library, start: Callable[..., App], create_table: str
) -> None:
    """C21, C27: also if it may not create anything."""
    theirs = start(published)
    mine = start(ours, CREATE_TABLE=create_table)
    assert mine("append", EVENTS, [[[], ["a"]]], None) == 4
    with pytest.raises(Refused, match="IntegrityError"):
        mine("append", EVENTS, [[[], ["a"]]], None)
    assert theirs("append", EVENTS[:1]) == 5
    assert mine("read") == theirs("read")


def test_conditional_appends_of_both_exclude_each_other(
    ours: Library, published: Library, start: Callable[..., App]
) -> None:
    """C10, C25: each number is counted once, whichever library asks and appends."""
    mine, theirs = start(ours), start(published)
    mine.ask("count_up", "mine", "n", 60)
    theirs.ask("count_up", "theirs", "n", 60)
    counted = [*mine.answer(), *theirs.answer()]
    assert sorted(counted) == list(range(1, 121))
    numbers = [int(data) for _, _, data, _ in mine("read", [[["counted"], ["n"]]])[1]]
    assert numbers == list(range(1, 121))


@pytest.mark.parametrize("conditional", [False, True])
def test_a_follower_sees_each_event_of_both_writers_once_and_in_order(
    ours: Library,
    published: Library,
    libraries: Libraries,
    start: Callable[..., App],
    conditional: bool,
) -> None:
    """C5, C12, C13, C26: blocks become visible in order, whichever library writes them."""
    mine, theirs = start(ours), start(published)
    follower = start(libraries.get("follower", Path(sys.executable)))
    follower.ask("follow", 2 * 40 * 5)
    for app, writer in ((mine, "mine"), (theirs, "theirs")):
        app.ask("append_blocks", writer, 40, 5, conditional=conditional)
    last_positions = [*mine.answer(), *theirs.answer()]
    followed = follower.answer()
    assert [position for position, *_ in followed] == list(range(1, 401))
    assert sorted(last_positions) == list(range(5, 401, 5))
    blocks = [followed[i : i + 5] for i in range(0, 400, 5)]
    assert all(len({tag for *_, (tag,) in block}) == 1 for block in blocks)


def test_a_subscription_of_either_library_is_woken_by_the_other(
    pair: Pair, start: Callable[..., App]
) -> None:
    """C13, C21: both notify, and listen to, the same channel."""
    follower, writer = map(start, pair)
    writer("append", EVENTS)
    follower.ask("follow", 5, [[["opened"], []]], 1)
    for _ in range(4):
        writer("append", EVENTS[:1])
    assert [event[0] for event in follower.answer()] == [3, 5, 6, 7, 8]
