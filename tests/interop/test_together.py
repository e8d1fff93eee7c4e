"""Both libraries at work on one database at the same time."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain

import pytest

from eventsourcing.persistence import Tracking
from tests.interop.conftest import Places
from tests.interop.libraries import App, Library, Refused
from tests.interop.places import Place
from tests.interop.test_tracking import event

CALLS = 40
SIZE = 25


def both(ours: Library, published: Library, place: Place, **settings: str) -> tuple[App, App]:
    env = place.env(**{"POSTGRES_POOL_SIZE": "2", **settings})
    return ours.start("Depot", env), published.start("Depot", env)


@pytest.mark.parametrize("functions", ["n", "y"])
def test_blocks_of_events_of_concurrent_writers_do_not_interleave(
    ours: Library, published: Library, place: Place, functions: str
) -> None:
    """D1-D3, G31: IDs of one call are consecutive, whichever library writes meanwhile."""
    mine, theirs = both(ours, published, place)
    if functions == "y":
        mine = ours.start("Depot", place.env(POSTGRES_ENABLE_DB_FUNCTIONS="y"))
    for app, writer in ((mine, "mine"), (theirs, "theirs")):
        app.ask("save_in_blocks", writer, CALLS, SIZE)
    blocks = mine.answer() + theirs.answer()
    assert all(block == list(range(block[0], block[0] + SIZE)) for block in blocks)
    ids = sorted(chain.from_iterable(blocks))
    assert ids == list(range(1, 2 * CALLS * SIZE + 1))
    assert mine("recorder.select_notifications", 1, 5000) == theirs(
        "recorder.select_notifications", 1, 5000
    )


def test_writers_that_compete_for_one_aggregate_lose_nothing(
    ours: Library, published: Library, place: Place
) -> None:
    """A15, B1, X2: each acknowledged save is there, once; conflicts are seen across libraries."""
    mine, theirs = both(ours, published, place)
    mine("new_chest", "hot")
    for app, writer in ((mine, "mine"), (theirs, "theirs")):
        app.ask("fill_in_turns", "hot", writer, 60)
    stored = [*mine.answer(), *theirs.answer()]
    assert len(stored) == len(set(stored)) == 120
    for app in (mine, theirs):
        told = app("things", "hot")
        assert told["version"] == 121
        assert sorted(told["things"]) == sorted(
            f"{writer} {n}" for writer in ("mine", "theirs") for n in range(60)
        )


@pytest.mark.parametrize("places", ["postgres"], indirect=True)
def test_a_subscription_of_either_library_is_woken_by_the_other(
    pair: tuple[Library, Library], place: Place
) -> None:
    """G9, G23, G30: both notify, and listen to, the same channel."""
    follower, writer = (
        library.start("Depot", place.env(POSTGRES_POOL_SIZE="2")) for library in pair
    )
    writer("save_in_blocks", "before", 2, 3)
    follower.ask("follow", 12, 2)
    for n in range(4):
        writer("save_in_blocks", f"meanwhile {n}", 1, 2)
    assert [n.id for n in follower.answer()] == list(range(3, 15))


@pytest.mark.parametrize("places", ["sqlite"], indirect=True)
def test_our_subscription_to_a_sqlite_file_sees_commits_of_the_published_library(
    ours: Library, published: Library, place: Place
) -> None:
    """Issue 4: another process's commit is seen, also when another library made it."""
    follower, writer = both(ours, published, place)
    writer("save_in_blocks", "before", 2, 3)
    follower.ask("follow", 12, 2)
    for n in range(4):
        writer("save_in_blocks", f"meanwhile {n}", 1, 2)
    assert [n.id for n in follower.answer()] == list(range(3, 15))


def test_a_follower_sees_each_event_of_both_writers_once_and_in_order(
    ours: Library, published: Library, places: Places, published_python: object
) -> None:
    """D4: commit order is ID order, across libraries, while both write."""
    place = places.make()
    mine, theirs = both(ours, published, place)
    reader = mine.library.start("Depot", place.env(POSTGRES_POOL_SIZE="2"))
    theirs.ask("save_in_blocks", "theirs", CALLS, 5)
    seen: list[int] = []
    written = 0
    while len(seen) < 2 * CALLS * 5:
        if written < CALLS:
            mine("save_in_blocks", f"mine {written}", 1, 5)
            written += 1
        last = seen[-1] if seen else 0
        seen += [n.id for n in reader("recorder.select_notifications", last + 1, 1000)]
    theirs.answer()
    assert seen == list(range(1, 2 * CALLS * 5 + 1))


@pytest.mark.parametrize("before", ["nothing", "multi-row tracking"])
def test_ours_starts_while_the_published_library_creates_the_same_tables(
    ours: Library, published: Library, places: Places, before: str
) -> None:
    """G16, Y7, Y10: losing the race is no error (the published library may fail then)."""
    for _ in range(6):
        place = places.make()
        if before == "multi-row tracking":
            env = place.env(SINGLE_ROW_TRACKING="n")
            old = published.recorder("process", env, name="proc")
            for number in (3, 5, 4):
                old("insert_tracking", Tracking("upstream", number))
            published.do("reset")
        for library in (published, ours):
            library.ask("recorder", "first", "process", place.env(), name="proc")
        ours.answer()
        with suppress(Refused):
            published.answer()
        last = 5 if before == "multi-row tracking" else None
        assert App(ours, "first")("max_tracking_id", "upstream") == last
        again = published.recorder("process", place.env(), name="proc")
        again("insert_events", [event(1)], tracking=Tracking("upstream", 6))
        assert App(ours, "first")("max_tracking_id", "upstream") == 6
        for library in (published, ours):
            library.do("reset")


@pytest.mark.parametrize("places", ["postgres"], indirect=True)
def test_the_published_database_function_stays_as_it_was_made(
    ours: Library, published: Library, place: Place
) -> None:
    """G31: ours neither calls nor replaces the function that one table has claimed."""
    settings = {"POSTGRES_ENABLE_DB_FUNCTIONS": "y"}
    theirs = published.start("Depot", place.env(**settings), name="claims")
    bodies = function_bodies(place)
    mine = ours.start("Depot", place.env(**settings), name="other")
    mine("new_seal", 1, "red")
    theirs("new_seal", 1, "blue")
    mine("break_seal", 1, "me")
    theirs("break_seal", 1, "me")
    assert {name: len(rows) for name, rows in place.rows().items() if "events" in name} == {
        "claims_events": 2,
        "other_events": 2,
    }
    assert bodies.items() <= function_bodies(place).items()


def function_bodies(place: Place) -> dict[str, str]:
    facts = place._ask(  # type: ignore[attr-defined]
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )
    return dict(facts)
