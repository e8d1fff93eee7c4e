"""Tracking records of one library are those of the other, in both modes, and are migrated alike."""

from __future__ import annotations

from uuid import UUID

import pytest

from eventsourcing.persistence import StoredEvent, Tracking
from tests.interop.conftest import Places
from tests.interop.libraries import App, Library, Refused
from tests.interop.places import Place, comparable

Pair = tuple[Library, Library]
MULTI = {"SINGLE_ROW_TRACKING": "n"}


def event(number: int, version: int = 1) -> StoredEvent:
    return StoredEvent(UUID(int=number), version, "a:B", b"{}")


def tracking(notification_id: int, name: str = "upstream") -> Tracking:
    return Tracking(name, notification_id)


def refusal(app: App, *args: object, **kwargs: object) -> Refused:
    with pytest.raises(Refused) as refused:
        app(*args, **kwargs)  # type: ignore[arg-type]
    return refused.value


def tracked(app: App) -> object:
    return [app("max_tracking_id", name) for name in ("upstream", "other", "nobody")] + [
        app("has_tracking_id", "upstream", n) for n in (None, 1, 2, 5, 99)
    ]


@pytest.mark.parametrize("mode", ["single-row", "multi-row"])
def test_each_continues_the_tracking_of_the_other(
    pair: Pair, published: Library, place: Place, mode: str
) -> None:
    """Y1-Y5: events and tracking are stored together or not at all, in turns."""
    env = place.env(**MULTI) if mode == "multi-row" else place.env()
    first, second = (library.recorder("process", env, name="proc") for library in pair)
    assert list(first("insert_events", [event(1)], tracking=tracking(1))) == [1]
    assert list(second("insert_events", [event(2)], tracking=tracking(2))) == [2]
    second("insert_tracking", tracking(5, "other"))
    first("insert_tracking", tracking(5))
    for app in (first, second):
        refused = refusal(app, "insert_events", [event(3)], tracking=tracking(5))
        if refused.text == "pipeline aborted":
            # The published library may see only that an earlier statement of its pipeline failed.
            assert app.library is published
            continue
        assert "IntegrityError" in refused.kinds
        if mode == "single-row":
            assert refused.text == "Failed to record tracking for upstream 5"
    if mode == "single-row":
        assert "IntegrityError" in refusal(second, "insert_tracking", tracking(3)).kinds
    else:
        second("insert_tracking", tracking(3))
        assert "IntegrityError" in refusal(first, "insert_tracking", tracking(3)).kinds
    assert tracked(first) == tracked(second) == [5, 5, None, True, True, True, True, False]
    assert first("insert_events", [event(3)], tracking=tracking(6))[0] >= 3
    notifications = second("select_notifications", 1, 10)
    assert [n.originator_id.int for n in notifications] == [1, 2, 3]
    assert all(isinstance(n, StoredEvent) for n in notifications)


@pytest.mark.parametrize("mode", ["single-row", "multi-row"])
def test_rows_of_tracking_tables_are_the_same(
    ours: Library, published: Library, places: Places, mode: str
) -> None:
    """Y2, Y4, Y6: rows and marker."""
    both = [places.make(), places.make()]
    for library, place in zip((ours, published), both, strict=True):
        env = place.env(**MULTI) if mode == "multi-row" else place.env()
        app = library.recorder("process", env, name="proc")
        app("insert_events", [event(1), event(2)], tracking=tracking(3))
        app("insert_tracking", tracking(7))
        app("insert_tracking", tracking(2**40, "ü'x"))
    assert both[0].rows() == both[1].rows()


def test_a_table_with_a_row_per_notification_is_migrated_by_either(
    pair: Pair, places: Places, published: Library
) -> None:
    """Y7, Y9: the first tracks in multi-row mode, the second migrates, the first continues."""
    place, reference = places.make(), places.make()
    for database, writer in ((place, pair[0]), (reference, published)):
        app = writer.recorder("process", database.env(**MULTI), name="proc")
        for number in (1, 3, 2):
            app("insert_tracking", tracking(number))
        app("insert_tracking", tracking(9, "other"))
        app("insert_events", [event(1)], tracking=tracking(5))
        writer.do("reset")
    published.recorder("process", reference.env(), name="proc")
    migrating = pair[1].recorder("process", place.env(), name="proc")
    assert place.rows() == reference.rows()
    assert comparable(place.schema()) == comparable(reference.schema())
    marks = [
        migrating(name)
        for name in (
            "tracking_table_exists",
            "tracking_migration_previous",
            "tracking_migration_current",
        )
    ]
    assert marks == [True, None, 1]
    again = pair[0].recorder("process", place.env(), name="proc")
    assert again("tracking_migration_previous") == 1
    assert tracked(again) == tracked(migrating) == [5, 9, None, True, True, True, True, False]
    assert "IntegrityError" in refusal(again, "insert_tracking", tracking(4)).kinds
    again("insert_tracking", tracking(6))
    assert "IntegrityError" in refusal(migrating, "insert_tracking", tracking(6)).kinds


def test_multi_row_tracking_on_a_single_row_table_is_refused_alike(
    pair: Pair, place: Place
) -> None:
    """Y8: whichever library made the table."""
    text = "Can't do multi-row tracking with single-row tracking table"
    pair[0].recorder("process", place.env(), name="proc")
    for library in pair:
        with pytest.raises(Refused) as refused:
            library.recorder("process", place.env(**MULTI), name="proc")
        assert refused.value.text == text
        assert "OperationalError" in refused.value.kinds
        late = library.recorder("process", place.env(**MULTI, CREATE_TABLE="n"), name="proc")
        for number in (1, 2):
            assert refusal(late, "insert_tracking", tracking(number)).text == text


def test_tracking_recorders_share_their_table(pair: Pair, place: Place) -> None:
    """F12, G9: a view's tracking is found by the other library."""
    first, second = (library.recorder("tracking", place.env(), name="view") for library in pair)
    first("insert_tracking", tracking(4))
    second("wait", "upstream", 4, 1.0)
    second("insert_tracking", tracking(5))
    first("wait", "upstream", 5, 1.0)
    kinds = [refusal(app, "wait", "upstream", 6, 0.01).text for app in (first, second)]
    assert kinds[0] == kinds[1]


def test_followers_that_compete_track_each_notification_once(
    ours: Library, published: Library, place: Place
) -> None:
    """Y2: two followers of one upstream, one in each library, repeat no work."""
    apps = [library.recorder("process", place.env(), name="proc") for library in (ours, published)]
    won = 0
    for number in range(1, 41):
        for app in apps:
            app.ask("insert_events", [event(number)], tracking=tracking(number))
        for app in apps:
            try:
                app.answer()
                won += 1
            except Refused as refused:
                assert "IntegrityError" in refused.kinds  # noqa: PT017
    assert won == 40
    assert [app("max_tracking_id", "upstream") for app in apps] == [40, 40]
    assert len(apps[0]("select_notifications", 1, 100)) == 40
