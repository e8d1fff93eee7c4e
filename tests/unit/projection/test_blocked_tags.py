"""Which tags have dead letters: issue 5.3, for decisions."""

from __future__ import annotations

from eventsourcing.projection.blocked_tags import BlockedTags


def make_blocked(*letters: tuple[int, list[str]]) -> BlockedTags:
    blocked = BlockedTags()
    for notification_id, tags in letters:
        blocked.add(notification_id, tags)
    return blocked


def test_any_shared_tag_blocks() -> None:
    """Issue 5.3: the first dead letter that shares one is found."""
    blocked = make_blocked((3, ["a", "b"]), (5, ["b", "c"]), (8, ["a"]))
    assert blocked.find(["x", "c"]) == 5
    assert blocked.find(["c", "b"]) == 3
    assert blocked.find(["a"]) == 3
    assert blocked.find(["x"]) is None
    assert blocked.find([]) is None


def test_a_tag_is_blocked_until_all_its_dead_letters_are_gone() -> None:
    """Issue 5.3: whichever goes first."""
    blocked = make_blocked((3, ["a", "b"]), (5, ["b"]))
    blocked.discard(3)
    assert blocked.find(["a"]) is None
    assert blocked.find(["b"]) == 5
    blocked.discard(5)
    assert blocked.find(["a", "b"]) is None


def test_what_is_not_there_may_be_left_out() -> None:
    """Issue 5.3: others may have found out, too."""
    blocked = make_blocked((3, ["a", "a"]))
    blocked.discard(None)
    blocked.discard(4)
    assert blocked.find(["a"]) == 3
    blocked.discard(3)
    blocked.discard(3)
    assert blocked.find(["a"]) is None


def test_the_memory_is_that_of_what_is_left() -> None:
    """Issue 5.3: nothing is kept of those that are gone."""
    blocked = make_blocked(*((number, [str(number)]) for number in range(100)))
    for number in range(100):
        blocked.discard(number)
    assert not blocked._tags
    assert not blocked._ids
