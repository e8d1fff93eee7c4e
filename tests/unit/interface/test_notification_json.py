"""Notifications and sections as JSON."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsourcing.application import Section
from eventsourcing.interface.notification_json import (
    decode_notifications,
    decode_section,
    encode_notifications,
    encode_section,
)
from eventsourcing.persistence import Notification

DOG_ID = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
NOTIFICATION = Notification(DOG_ID, 2, "module:Dog.Wünsche", b"\x00\xff\xfe", 7)
TEXT = (
    '{"id": 7, "originator_id": "0f8fad5bd9cb469fa16570867728950e", "originator_version": 2, '
    '"topic": "module:Dog.W\\u00fcnsche", "state": "AP/+"}'
)

notifications = st.builds(
    Notification,
    originator_id=st.uuids() | st.text().map(lambda text: f"book-{text}"),
    originator_version=st.integers(),
    topic=st.text(),
    state=st.binary(),
    id=st.integers(1),
)


def test_a_notification_has_these_keys_in_this_order() -> None:
    """I1, I2: hex digits, standard base64 with padding, escaped text, default separators."""
    assert encode_notifications([NOTIFICATION]) == f"[{TEXT}]"


def test_a_section_has_these_keys_in_this_order() -> None:
    """I2: id, next_id, items."""
    section = Section("7,7", [NOTIFICATION], "8,8")
    assert encode_section(section) == f'{{"id": "7,7", "next_id": "8,8", "items": [{TEXT}]}}'
    assert encode_section(Section(None, [], None)) == '{"id": null, "next_id": null, "items": []}'


def test_a_text_id_is_itself() -> None:
    """I1: and comes back as text [fix] (I6)."""
    notification = Notification("book-1", 1, "topic", b"", 1)
    text = encode_notifications([notification])
    assert json.loads(text)[0]["originator_id"] == "book-1"
    assert decode_notifications(text) == [notification]


@pytest.mark.parametrize("spelling", [DOG_ID.hex, DOG_ID.hex.upper(), str(DOG_ID)])
def test_text_that_reads_as_a_uuid_becomes_one(spelling: str) -> None:
    """I6: existing clients rely on it."""
    text = encode_notifications([Notification(spelling, 1, "topic", b"", 1)])
    assert decode_notifications(text)[0].originator_id == DOG_ID


def test_any_spelling_of_the_json_is_read() -> None:
    """I2: other separators, orders and escapes."""
    item = dict(reversed(json.loads(TEXT).items()))
    text = json.dumps({"items": [item], "next_id": None, "id": "7,7"}, indent=2, ensure_ascii=False)
    assert decode_section(text) == Section("7,7", [NOTIFICATION], None)


@given(st.lists(notifications, max_size=3))
def test_notifications_survive_the_round_trip(items: list[Notification]) -> None:
    """I4: equal objects."""
    assert decode_notifications(encode_notifications(items)) == items
    section = Section("1,3", items, None)
    assert decode_section(encode_section(section)) == section


@pytest.mark.parametrize("text", ["", "[{}]", "[1]", "1", '{"items": []}', "nonsense"])
def test_other_text_is_an_ordinary_error(text: str) -> None:
    """I2: of the JSON parser, or about what is missing."""
    with pytest.raises((ValueError, TypeError, KeyError)):
        decode_notifications(text)
    with pytest.raises((ValueError, TypeError, KeyError)):
        decode_section(text)


def test_a_damaged_state_is_not_decoded_to_something_else() -> None:
    """I1: characters outside the alphabet are an error."""
    text = json.dumps([{**json.loads(TEXT), "state": "AP/+!!!!"}])
    with pytest.raises(ValueError, match="base64"):
        decode_notifications(text)
