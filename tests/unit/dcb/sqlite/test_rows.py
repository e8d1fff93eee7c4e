"""Events as rows, and rows as events (C4, C30)."""

from __future__ import annotations

import pytest

from eventsourcing.dcb.api import DCBEvent, DCBSequencedEvent
from eventsourcing.dcb.sqlite import rows
from eventsourcing.persistence import DatabaseError

EVENTS = [DCBEvent("X", b"1", ["b", "a", "b"]), DCBEvent("Y", b"", []), DCBEvent("X", b"3", ["ü"])]


def test_rows_of_events() -> None:
    """C4, C5: consecutive positions, and the tags in their order as often as they come."""
    assert rows.make_event_rows(EVENTS, 7) == [
        (7, "X", b"1", '["b","a","b"]'),
        (8, "Y", b"", "[]"),
        (9, "X", b"3", '["ü"]'),
    ]


def test_rows_of_tags() -> None:
    """C4: a tag that comes twice has one row."""
    assert rows.make_tag_rows(EVENTS, 7) == [("b", 7), ("a", 7), ("ü", 9)]


@pytest.mark.parametrize("data", [bytearray(b"abc"), memoryview(b"abcdef")[:3]])
def test_data_of_other_classes(data: bytes) -> None:
    """C30: what can be given as data is stored as bytes."""
    ((_, _, stored, _),) = rows.make_event_rows([DCBEvent("X", data)], 1)
    assert stored == b"abc"
    assert type(stored) is bytes


def test_events_come_back() -> None:
    """C4, C30: as they were."""
    found = rows.make_sequenced_events(rows.make_event_rows(EVENTS, 7))
    assert found == [DCBSequencedEvent(event, 7 + i) for i, event in enumerate(EVENTS)]


@pytest.mark.parametrize("text", ["", "[", '["a"', None])
def test_tags_that_somebody_has_damaged(text: str) -> None:
    """Issue 4.4: a clear error of the library, which says where."""
    with pytest.raises(DatabaseError, match="position 3 are no JSON array"):
        rows.make_sequenced_events([(3, "X", b"", text)])
