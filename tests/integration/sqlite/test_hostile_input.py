"""Issue 4.6: names and IDs are stored exactly, or refused with a clear error; never executed."""

import pytest

from eventsourcing.persistence import DataError, StoredEvent, Tracking
from eventsourcing.sqlite import SQLiteProcessRecorder

HOSTILE_TEXTS = [
    "it's",
    '"quoted"',
    "'; DROP TABLE stored_events; --",
    "nul\0inside",
    "\0",
    "",
    " ",
    "ünïcödé ☃ 🐍",
    "e\u0301 is not \u00e9",
    "right-to-left \u202e override",
    "%_?:@$",
    "x" * 10_000,
    "line\nbreak\r\n\t",
]


@pytest.fixture
def recorder(open_datastore):
    recorder = SQLiteProcessRecorder(open_datastore(originator_id_type="text"))
    recorder.create_table()
    return recorder


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=range(len(HOSTILE_TEXTS)))
def test_ids_and_topics_are_stored_exactly(recorder, text):
    """Issue 4.6: text comes back as it went in, and means itself in selections."""
    event = StoredEvent(text, 1, text, text.encode())
    bystander = StoredEvent("bystander", 1, "bystander", b"")
    recorder.insert_events([bystander, event])
    assert recorder.select_events(text) == [event]
    assert [n.id for n in recorder.select_notifications(1, 10, topics=[text])] == [2]
    assert recorder.max_notification_id() == 2


def test_ids_that_differ_only_after_nul_are_different(recorder):
    """Issue 4.6: NUL does not end a text."""
    recorder.insert_events([StoredEvent("a\0b", 1, "t", b""), StoredEvent("a\0c", 1, "t", b"")])
    assert len(recorder.select_events("a\0b")) == 1
    assert recorder.select_events("a") == []


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=range(len(HOSTILE_TEXTS)))
def test_names_of_applications_are_stored_exactly(recorder, text):
    """Issue 4.6: tracking knows hostile names from others."""
    recorder.insert_tracking(Tracking(text, 3))
    assert recorder.max_tracking_id(text) == 3
    assert recorder.max_tracking_id(f"{text}x") is None


@pytest.mark.parametrize(
    "event",
    [
        StoredEvent("lone \ud800", 1, "topic", b""),
        StoredEvent("id", 1, "lone \ud800", b""),
        StoredEvent("id", 10**30, "topic", b""),
    ],
    ids=["id", "topic", "version"],
)
def test_what_cannot_be_stored_is_refused(recorder, event):
    """Issue 4.6: a value that has no exact form in the database is a DataError."""
    with pytest.raises(DataError):
        recorder.insert_events([StoredEvent("good", 1, "topic", b""), event])
    assert recorder.max_notification_id() is None
    with pytest.raises(DataError):
        recorder.select_events("lone \ud800")


def test_every_byte_of_state_is_stored(recorder):
    """Issue 4.6: state is binary."""
    state = bytes(range(256)) * 100
    recorder.insert_events([StoredEvent("id", 1, "topic", state)])
    assert recorder.select_events("id")[0].state == state
