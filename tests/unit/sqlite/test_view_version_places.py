"""The databases in which versions of a view are: issue 5.5."""

from __future__ import annotations

import pytest

from eventsourcing.sqlite.database_names import identify, is_memory
from eventsourcing.sqlite.view_version_places import version_db_name


@pytest.mark.parametrize(
    ("db_name", "expected"),
    [
        ("/data/views.db", "/data/views.counting.v2.db"),
        ("/a.b/views", "/a.b/views.counting.v2"),
        ("file:/data/views.db?mode=rwc", "file:/data/views.counting.v2.db?mode=rwc"),
        (
            "file:shared?mode=memory&cache=shared",
            "file:shared.counting.v2?mode=memory&cache=shared",
        ),
        (":memory:", ":memory:"),
        ("file:x?mode=memory", "file:x?mode=memory"),
    ],
)
def test_a_version_is_beside_the_first_one(db_name, expected) -> None:
    """Issue 5.5: with the same options; private databases in memory have no names."""
    assert version_db_name(db_name, "Counting", 2) == expected


def test_shared_memory_without_a_name_stays_in_memory() -> None:
    """Issue 5.5: and is not that of the first version."""
    name = version_db_name("file::memory:?cache=shared", "Counting", 2)
    assert is_memory(name)
    assert identify(name) not in (None, identify("file::memory:?cache=shared"))


@pytest.mark.parametrize(
    "names", [("Grüße", "Gruesse"), ("a/b", "a-b"), ("x" * 61, "x" * 60), ("..", "--")]
)
def test_names_that_files_may_not_have_are_replaced_by_distinct_ones(names) -> None:
    """Issue 5.5: of whatever name the projection is."""
    places = {version_db_name("/d/views.db", name, 2) for name in names}
    assert len(places) == 2
    assert all(place.isascii() and place.count("/") == 2 for place in places)


def test_names_differ_not_only_by_case() -> None:
    """Issue 5.5: settings and tables of such projections are the same, too."""
    assert version_db_name("v.db", "TOTALS", 3) == version_db_name("v.db", "Totals", 3)
