"""Databases of the releases 9.2 to 9.4 are exchangeable too, in both directions and at once."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from eventsourcing.persistence import Tracking
from tests.interop.conftest import Libraries, Places
from tests.interop.libraries import App, Library, Refused
from tests.interop.places import CODECS, Place
from tests.interop.test_tracking import event
from tests.support.environments import EnvironmentSpec, python_of

PSYCOPG_3 = "psycopg[binary,pool]>=3.2,<4"
RELEASES = {
    "9.2": EnvironmentSpec(
        "published-9.2",
        ("eventsourcing[crypto]==9.2.22", "psycopg2-binary>=2.9"),
        with_our_library=False,
    ),
    "9.3": EnvironmentSpec(
        "published-9.3", ("eventsourcing[crypto]==9.3.5", PSYCOPG_3), with_our_library=False
    ),
    "9.4": EnvironmentSpec(
        "published-9.4", ("eventsourcing[crypto]==9.4.6", PSYCOPG_3), with_our_library=False
    ),
}
MODEL = {"INTEROP_MODEL": "kennel_model"}
MULTI = {"SINGLE_ROW_TRACKING": "n"}


@pytest.fixture(params=RELEASES)
def earlier(request: pytest.FixtureRequest, libraries: Libraries) -> Library:
    """An earlier release."""
    return libraries.get(request.param, python_of(RELEASES[request.param]), **MODEL)


@pytest.fixture
def ours(libraries: Libraries) -> Library:
    """This library, with the model that earlier releases can run."""
    return libraries.get("ours", Path(sys.executable), **MODEL)


def everything(kennel: App) -> list[object]:
    notifications = kennel("recorder.select_notifications", 1, 200)
    return [
        kennel("dog", "Fido"),
        kennel("dog", "Fido", version=7),
        kennel("recorder.max_notification_id"),
        [replace(n, originator_id=as_uuid(n.originator_id)) for n in notifications],
    ]


def as_uuid(stored_id: UUID | str) -> UUID:
    """The SQLite recorders of 9.4 give the text that is stored."""
    return stored_id if isinstance(stored_id, UUID) else UUID(stored_id)


@pytest.mark.parametrize("codec", ["plain", "compressed and encrypted"])
@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_one_reads_and_continues_what_the_other_wrote(
    ours: Library, earlier: Library, place: Place, codec: str, first: str
) -> None:
    """G18, S6-S9: no release loses anything to ours, nor ours to it; snapshots too."""
    pair = (ours, earlier) if first == "ours" else (earlier, ours)
    writer, reader = (library.start("Kennel", place.env(**CODECS[codec])) for library in pair)
    writer("register", "Fido")
    writer("snapshot", "Fido")
    assert everything(reader) == everything(writer)
    reader("add_trick", "Fido", "roll over")
    reader("snapshot", "Fido")
    writer("add_trick", "Fido", "fetch ball")
    assert everything(writer) == everything(reader)


def test_rows_are_the_same_byte_for_byte(ours: Library, earlier: Library, places: Places) -> None:
    """M2-M6: in events and snapshots."""
    both = (places.make(), places.make())
    for library, place in zip((ours, earlier), both, strict=True):
        library.do("reset")
        kennel = library.start("Kennel", place.env())
        kennel("register", "Fido")
        kennel("snapshot", "Fido")
        kennel("add_trick", "Fido", "sit")
        library.do("reset")
    assert both[0].rows() == both[1].rows()


def test_both_write_at_the_same_time(ours: Library, earlier: Library, place: Place) -> None:
    """D3, D4, X2: conflicts are seen across libraries, nothing is lost."""
    env = place.env()
    mine, theirs = (library.start("Kennel", env) for library in (ours, earlier))
    mine("register", "Fido")
    start = mine("recorder.max_notification_id")
    for app, writer in ((mine, "mine"), (theirs, "theirs")):
        app.ask("add_in_turns", "Fido", writer, 30)
    conflicts = [mine.answer(), theirs.answer()]
    assert all(count >= 0 for count in conflicts)
    told = mine("dog", "Fido")
    assert told == theirs("dog", "Fido")
    assert all(f"'{writer} {n}'" in told for writer in ("mine", "theirs") for n in range(30))
    notifications = theirs("recorder.select_notifications", start + 1, 1000)
    assert [n.originator_version for n in notifications] == list(range(start + 1, start + 61))


def test_tracking_is_shared_and_then_migrated(
    ours: Library, earlier: Library, place: Place
) -> None:
    """Y4, Y6, Y7: in multi-row mode together with releases that know no other, then migrated."""
    theirs = earlier.recorder("process", place.env(**MULTI), name="proc")
    theirs("insert_events", [event(1)], tracking=Tracking("upstream", 1))
    mine = ours.recorder("process", place.env(**MULTI), name="proc")
    mine("insert_events", [event(2)], tracking=Tracking("upstream", 3))
    theirs("insert_events", [event(3)], tracking=Tracking("upstream", 4))
    for app in (mine, theirs):
        assert app("max_tracking_id", "upstream") == 4
        with pytest.raises(Refused) as refused:
            app("insert_events", [event(4)], tracking=Tracking("upstream", 3))
        assert "IntegrityError" in refused.value.kinds
    for library in (ours, earlier):
        library.do("reset")
    migrated = ours.recorder("process", place.env(), name="proc")
    assert migrated("max_tracking_id", "upstream") == 4
    assert migrated("tracking_migration_current") == 1
    assert [n.originator_id.int for n in migrated("select_notifications", 1, 9)] == [1, 2, 3]
