"""Our asynchronous flavour shares databases with the published library as the other does."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from eventsourcing.persistence import Tracking
from tests.interop.conftest import Libraries, Places
from tests.interop.libraries import Library, Refused
from tests.interop.places import CODECS, Place, comparable
from tests.interop.test_bytes import fill_place
from tests.interop.test_exchange import everything, furnish, go_on
from tests.interop.test_tracking import event


@pytest.fixture
def ours(libraries: Libraries) -> Library:
    """This library, with asynchronous applications and recorders."""
    return libraries.get("ours async", Path(sys.executable), INTEROP_MODEL="async_model")


@pytest.mark.parametrize("codec", ["plain", "compressed and encrypted"])
def test_one_reads_and_continues_what_the_other_wrote(
    pair: tuple[Library, Library], place: Place, codec: str
) -> None:
    """T1-T7, M2-M9, K1-K4, S6-S9, G9-G12: databases are exchangeable, with snapshots."""
    first, second = (library.start("Depot", place.env(**CODECS[codec])) for library in pair)
    furnish(first)
    assert everything(second) == everything(first)
    go_on(second)
    assert everything(first) == everything(second)
    go_on(first)
    assert everything(second) == everything(first)


def test_rows_and_schemas_are_the_same(ours: Library, published: Library, places: Places) -> None:
    """M2, M3, M6, S6, G9-G15: byte for byte."""
    mine, theirs = places.make(), places.make()
    fill_place(ours, mine)
    fill_place(published, theirs)
    assert mine.rows() == theirs.rows()
    assert comparable(mine.schema()) == comparable(theirs.schema())


def test_both_write_at_the_same_time(ours: Library, published: Library, place: Place) -> None:
    """D1-D3, B1, X2: blocks do not interleave, conflicts are seen, nothing is lost."""
    env = place.env(POSTGRES_POOL_SIZE="2")
    mine, theirs = (library.start("Depot", env) for library in (ours, published))
    for app, writer in ((mine, "mine"), (theirs, "theirs")):
        app.ask("save_in_blocks", writer, 20, 10)
    blocks = mine.answer() + theirs.answer()
    assert sorted(number for block in blocks for number in block) == list(range(1, 401))
    assert all(block == list(range(block[0], block[0] + 10)) for block in blocks)
    mine("new_chest", "hot")
    for app, writer in ((mine, "mine"), (theirs, "theirs")):
        app.ask("fill_in_turns", "hot", writer, 30)
    assert len({*mine.answer(), *theirs.answer()}) == 60
    assert mine("things", "hot") == theirs("things", "hot")
    assert len(mine("things", "hot")["things"]) == 60


def test_our_asynchronous_subscription_is_woken_by_the_published_library(
    ours: Library, published: Library, place: Place
) -> None:
    """G23, G30, and issue 4 for SQLite: commits of the other process are seen."""
    env = place.env(POSTGRES_POOL_SIZE="2")
    follower, writer = (library.start("Depot", env) for library in (ours, published))
    writer("save_in_blocks", "before", 2, 3)
    follower.ask("follow", 12, 2)
    for n in range(4):
        writer("save_in_blocks", f"meanwhile {n}", 1, 2)
    assert [n.id for n in follower.answer()] == list(range(3, 15))


def test_tracking_is_shared(pair: tuple[Library, Library], place: Place) -> None:
    """Y1, Y2, Y5: events and tracking are stored together or not at all, in turns."""
    first, second = (library.recorder("process", place.env(), name="proc") for library in pair)
    assert list(first("insert_events", [event(1)], tracking=Tracking("upstream", 1))) == [1]
    assert list(second("insert_events", [event(2)], tracking=Tracking("upstream", 4))) == [2]
    for app in (first, second):
        with pytest.raises(Refused) as refused:
            app("insert_events", [event(3)], tracking=Tracking("upstream", 3))
        assert refused.value.text == "Failed to record tracking for upstream 3"
        assert "IntegrityError" in refused.value.kinds
        assert app("max_tracking_id", "upstream") == 4
        assert app("has_tracking_id", "upstream", 3) is True
    first("insert_tracking", Tracking("upstream", 5))
    second("wait", "upstream", 5, 5.0)
