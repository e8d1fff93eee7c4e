"""What a subscription reads next, and how far it has got: contract U6, U8, C15."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from hypothesis import given
from hypothesis import strategies as st

from eventsourcing.persistence import Notification
from eventsourcing.persistence.feed_cursor import FeedCursor

ALL_TOPICS: tuple[str, ...] = ()


def notifications(*ids: int, topic: str = "a") -> list[Notification]:
    return [Notification("x", id_, topic, b"", id_) for id_ in ids]


def make_cursor(
    gt: int | None = None, topics: Sequence[str] = (), batch_size: int = 500
) -> FeedCursor[Notification]:
    return FeedCursor(attrgetter("id"), gt, is_selective=bool(topics), batch_size=batch_size)


def test_a_batch_has_five_hundred_records():
    """U6: unless it is told otherwise."""
    assert FeedCursor(attrgetter("id")).next_limit() == 500


def test_changing_the_size_of_batches_does_not_make_a_full_batch_look_short():
    """C15: it may be changed while a batch is selected."""
    cursor = make_cursor(batch_size=2)

    cursor.next_limit()
    cursor.batch_size = 3
    cursor.advance(notifications(1, 2))

    assert cursor.is_behind
    assert cursor.next_limit() == 3


def test_full_batch_leaves_more_to_read():
    """U6: reading goes on batch by batch."""
    cursor = make_cursor(batch_size=2)

    cursor.advance(notifications(4, 9))

    assert cursor.is_behind
    assert cursor.position == 9


def test_batch_that_is_not_full_is_the_end():
    """U6: then there is nothing to read until the subscription is woken."""
    cursor = make_cursor(batch_size=2)

    cursor.advance(notifications(4))

    assert not cursor.is_behind
    assert cursor.position == 4


def test_empty_batch_leaves_the_position():
    """U2: a `gt` beyond the end waits for greater IDs."""
    cursor = make_cursor(gt=100)

    cursor.advance([])

    assert not cursor.is_behind
    assert cursor.position == 100


def test_being_woken_means_that_there_may_be_more_to_read():
    """U7: after a wake-up the log is read again."""
    cursor = make_cursor()
    cursor.advance([])

    cursor.wake_up()

    assert cursor.is_behind


def test_horizon_is_not_needed_without_topics():
    """U13: reading the whole log takes one selection for a wake-up."""
    assert not make_cursor(topics=ALL_TOPICS).needs_horizon


def test_horizon_is_needed_once_for_each_wake_up_with_topics():
    """U8: how far the log goes is asked once before it is read to its end."""
    cursor = make_cursor(topics=["a"])

    before = cursor.needs_horizon
    cursor.set_horizon(9)
    after = cursor.needs_horizon
    cursor.wake_up()

    assert (before, after, cursor.needs_horizon) == (True, False, True)


def test_notifications_of_other_topics_are_passed():
    """U8: progress is remembered past notifications that do not match."""
    cursor = make_cursor(topics=["a"])

    cursor.set_horizon(1000)
    cursor.advance(notifications(3))

    assert cursor.position == 1000


def test_horizon_is_not_passed_while_there_may_be_more_that_matches():
    """U8: a full batch says nothing about what comes behind it."""
    cursor = make_cursor(topics=["a"], batch_size=2)

    cursor.set_horizon(1000)
    cursor.advance(notifications(3, 5))

    assert cursor.position == 5


def test_horizon_before_the_position_changes_nothing():
    """U8: what was recorded after the horizon was taken is not read again."""
    cursor = make_cursor(topics=["a"])

    cursor.set_horizon(3)
    cursor.advance(notifications(7))

    assert cursor.position == 7


def test_horizon_of_an_empty_log_changes_nothing():
    """U8: the greatest ID of an empty log is `None`."""
    cursor = make_cursor(gt=5, topics=["a"])

    cursor.set_horizon(None)
    cursor.advance([])

    assert cursor.position == 5


class Log:
    """A log that grows while it is read: before each question, by what is due then."""

    def __init__(self, growth: Sequence[Sequence[str]]) -> None:
        self.topics: list[str] = []
        self.growth = list(growth)
        self.scanned = 0

    def grow(self) -> bool:
        if not self.growth:
            return False
        self.topics += self.growth.pop(0)
        return True

    def max_id(self) -> int | None:
        self.grow()
        return len(self.topics) or None

    def select(self, gt: int, limit: int, topics: Sequence[str]) -> list[Notification]:
        self.grow()
        selected = []
        for position in range(gt, len(self.topics)):
            self.scanned += 1
            if not topics or self.topics[position] in topics:
                selected += notifications(position + 1, topic=self.topics[position])
            if len(selected) == limit:
                break
        return selected


def drain(
    log: Log, gt: int | None = None, topics: Sequence[str] = (), batch_size: int = 500
) -> list[int]:
    """Read as a subscription does, woken whenever the log has grown."""
    cursor = make_cursor(gt, topics, batch_size)
    received = []
    while True:
        cursor.wake_up()
        while cursor.is_behind:
            if cursor.needs_horizon:
                cursor.set_horizon(log.max_id())
            batch = log.select(cursor.position or 0, cursor.next_limit(), topics)
            cursor.advance(batch)
            received += [notification.id for notification in batch]
        if not log.grow():
            return received


@given(
    growth=st.lists(st.lists(st.sampled_from("ab"), max_size=6), max_size=8),
    topics=st.sampled_from([(), ("a",), ("b",), ("a", "b"), ("c",)]),
    gt=st.none() | st.integers(0, 10),
    batch_size=st.integers(1, 4),
)
def test_each_matching_notification_is_read_once_however_the_log_grows(
    growth: list[list[str]], topics: tuple[str, ...], gt: int | None, batch_size: int
):
    """U1: all with a greater ID, in order, also when they are recorded between two questions."""
    everything = [topic for topics_ in growth for topic in topics_]

    received = drain(Log(growth), gt, topics, batch_size)

    assert received == [
        id_
        for id_, topic in enumerate(everything, start=1)
        if id_ > (gt or 0) and (not topics or topic in topics)
    ]


def test_idle_subscription_scans_each_notification_once():
    """U8: wake-ups that bring nothing do not scan the log again."""
    log = Log([["b"] * 1000, ["b"], ["b"], ["b"], ["b"]])

    drain(log, topics=["a"])

    assert log.scanned < 1100
