"""The same events with the same times and IDs give the same rows in the same tables."""

from __future__ import annotations

import zlib

import pytest

from tests.interop.conftest import Places
from tests.interop.libraries import Library
from tests.interop.places import CODECS, Place, Rows, comparable
from tests.interop.test_exchange import furnish, go_on


def fill_place(library: Library, place: Place, **settings: str) -> None:
    library.do("reset")
    depot = library.start("Depot", place.env(**settings))
    furnish(depot)
    go_on(depot)
    depot("things", "zoo")
    library.do("reset")


def lengths(rows: Rows) -> Rows:
    """The rows with the lengths of their states in place of the states."""
    return {
        name: [
            tuple(len(value) if isinstance(value, bytes) else value for value in row)
            for row in table
        ]
        for name, table in rows.items()
    }


@pytest.mark.parametrize("codec", ["plain", "compressed"])
def test_rows_are_the_same_byte_for_byte(
    ours: Library, published: Library, places: Places, codec: str
) -> None:
    """T1-T7, M2, M3, M6, K1, S8, G11: topics, versions, notification IDs, state."""
    mine, theirs = places.make(), places.make()
    fill_place(ours, mine, **CODECS[codec])
    fill_place(published, theirs, **CODECS[codec])
    assert mine.rows() == theirs.rows()
    assert sum(len(table) for table in mine.rows().values()) > 60


@pytest.mark.parametrize("codec", ["encrypted", "compressed and encrypted"])
def test_encrypted_rows_differ_in_nothing_but_the_cipher_text(
    ours: Library, published: Library, places: Places, codec: str
) -> None:
    """K3, K8: the cipher adds 28 bytes to each state."""
    mine, theirs = places.make(), places.make()
    fill_place(ours, mine, **CODECS[codec])
    fill_place(published, theirs, **CODECS[codec])
    assert lengths(mine.rows()) == lengths(theirs.rows())
    assert mine.rows() != theirs.rows()


def test_schemas_are_the_same(ours: Library, published: Library, places: Places) -> None:
    """S5, S6, G9-G15: tables, columns, keys, indexes, types, storage parameters, and no more."""
    mine, theirs = places.make(), places.make()
    fill_place(ours, mine)
    fill_place(published, theirs)
    assert comparable(mine.schema()) == comparable(theirs.schema())


def construct_recorders(library: Library, place: Place, **settings: str) -> None:
    """One of each kind, for two names."""
    for name in ("", "Depot"):
        env = place.env(**settings)
        library.recorder("aggregate", env, name=name, purpose="snapshots")
        library.recorder("aggregate", env, name=name, purpose="log_lines")
        library.recorder("process", env, name=name)
        library.recorder("tracking", env, name=f"{name}_view" if name else "")
        library.recorder("application", env, name=f"{name}_app" if name else "")
    library.do("reset")


@pytest.mark.parametrize("id_type", ["uuid", "text"])
@pytest.mark.parametrize("tracking", ["single-row", "multi-row"])
def test_schemas_of_all_recorders_are_the_same(
    ours: Library, published: Library, places: Places, id_type: str, tracking: str
) -> None:
    """S6, Y4, G9-G15: in both modes of tracking, with both types of IDs."""
    settings = {
        "ORIGINATOR_ID_TYPE": id_type,
        "SINGLE_ROW_TRACKING": "yes" if tracking == "single-row" else "no",
    }
    mine, theirs = places.make(), places.make()
    construct_recorders(ours, mine, **settings)
    construct_recorders(published, theirs, **settings)
    assert comparable(mine.schema()) == comparable(theirs.schema())
    assert mine.rows() == theirs.rows()


@pytest.mark.parametrize("length", [53, 56])
@pytest.mark.parametrize("places", ["postgres"], indirect=True)
def test_names_that_are_as_long_as_possible_give_the_same_tables(
    ours: Library, published: Library, places: Places, length: int
) -> None:
    """G10, G17: 63 characters are allowed (our index has a name of its own then)."""
    mine, theirs = places.make(), places.make()
    for library, place in ((ours, mine), (published, theirs)):
        library.start("Depot", place.env(IS_SNAPSHOTTING_ENABLED="n"), name="n" * length)
    assert list(mine.rows()) == list(theirs.rows()) == ["n" * length + "_events"]


def test_compressed_state_is_an_ordinary_zlib_stream(ours: Library, places: Places) -> None:
    """K1: what the rows hold can be read without the library."""
    place = places.make()
    fill_place(ours, place, **CODECS["compressed"])
    states = [v for table in place.rows().values() for row in table for v in row]
    for state in (value for value in states if isinstance(value, bytes)):
        assert zlib.decompress(state).startswith(b'{"timestamp":{"_type_":"datetime_iso"')
