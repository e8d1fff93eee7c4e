"""What the append function announces, and how it is read: contract C10, G29."""

from __future__ import annotations

from types import SimpleNamespace

from eventsourcing.dcb.postgres_tt.announcements import Announcement, Announcements


def listen_to(*messages):
    announcements = Announcements()
    for message in messages:
        announcements.take(SimpleNamespace(message_primary=message))
    return announcements.read()


def test_nothing_was_announced():
    assert listen_to() is None
    assert listen_to("something else", None) is None


def test_the_announcement_is_found_among_other_notices():
    """A trigger, for example, may send notices, too."""
    assert listen_to("hello", "eventsourcing append 4711 99 {1,NULL,12}") == Announcement(
        "4711", 99, [1, None, 12]
    )


def test_all_may_have_been_refused():
    assert listen_to("eventsourcing append 4711 99 {NULL}") == Announcement("4711", 99, [None])
