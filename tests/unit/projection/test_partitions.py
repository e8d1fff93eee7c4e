"""What belongs to which partition, and what earlier layouts have processed: pure. Issue 5.6."""

from __future__ import annotations

from collections import Counter
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsourcing.projection import Partitions, partition_of
from eventsourcing.projection.partitions import History, Layout, record_name

SPACE = UUID("00000000-0000-0000-0000-000000000001")


@pytest.mark.parametrize(
    ("originator_id", "expected"),
    [
        (UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), 0),
        ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", 0),
        ("dog-Fido", 3),
        ("", 1),
        ("\udcff", 2),
    ],
)
def test_an_aggregate_always_belongs_to_the_same_partition(originator_id, expected) -> None:
    """Issue 5.6: in every process and release, or positions would be of other aggregates."""
    assert partition_of(originator_id, 5) == expected


@pytest.mark.parametrize("number", [2, 3, 4, 16])
@pytest.mark.parametrize("make_id", [lambda n: uuid5(SPACE, str(n)), lambda n: f"account-{n:06}"])
def test_aggregates_are_spread_evenly(number, make_id) -> None:
    """Issue 5.6: whatever their IDs look like."""
    counts = Counter(partition_of(make_id(n), number) for n in range(8000))
    assert set(counts) == set(range(number))
    assert max(counts.values()) < 1.3 * min(counts.values())


def test_names_of_partitions() -> None:
    """Issue 5.6: they are stored, so they stay; each generation has its own."""
    assert Layout("App", 0, 1).names() == ["App"]
    assert Layout("App", 1, 2).names() == ["App:0/2", "App:1/2"]
    assert Layout("App", 2, 2).names() == ["App:0/2#2", "App:1/2#2"]
    assert record_name("App", 2) == "App:partitions#2"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"number": 0}, "0 partitions: expected 1 to 1024"),
        ({"number": 1025}, "1025 partitions: expected 1 to 1024"),
        ({"number": 2, "only": [2]}, "There is no partition 2 of 2: expected 0 to 1"),
        ({"number": 2, "only": [-1]}, "There is no partition -1 of 2: expected 0 to 1"),
        ({"number": 2, "only": []}, "only is empty"),
        ({"number": 2, "at_most": 0}, "at_most is 0: expected 1 or more partitions"),
    ],
)
def test_impossible_partitions(arguments, text) -> None:
    """Issue 5.6: the message says what is possible."""
    with pytest.raises(ValueError, match=text):
        Partitions(**arguments)


def test_which_partitions_a_process_takes() -> None:
    """Issue 5.6: all, unless told otherwise."""
    assert (list(Partitions(3).candidates()), Partitions(3).limit()) == ([0, 1, 2], 3)
    assert (Partitions(3, only={2, 0}).candidates(), Partitions(3, only=[0]).limit()) == ([0, 2], 1)
    assert Partitions(3, at_most=2).limit() == 2


@given(
    layouts=st.lists(st.lists(st.integers(0, 20), min_size=1, max_size=4), max_size=4),
    originator_id=st.sampled_from([f"id-{n}" for n in range(8)]),
    notification_id=st.integers(1, 25),
)
def test_an_event_was_processed_if_any_earlier_layout_has_come_so_far(
    layouts, originator_id, notification_id
) -> None:
    """Issue 5.6: its partition in that layout decides."""
    expected = any(
        notification_id <= positions[partition_of(originator_id, len(positions))]
        for positions in layouts
    )
    assert History(layouts).has(originator_id, notification_id) == expected
    if notification_id <= History(layouts).start:
        assert expected
