"""Decisions that are msgspec structs, and their mapper: C60."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from eventsourcing.dcb import domain
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.domain import Tagged
from eventsourcing.dcb.msgpack import Decision, InitialDecision, MessagePackMapper
from eventsourcing.utils import TopicError, register_topic


class Address(msgspec.Struct):
    street: str
    number: int


class Moved(Decision):
    address: Address
    when: date
    notes: list[str] = []


class Registered(InitialDecision):
    student_id: str
    name: str


class Noted(Decision):
    text: str


class Renamed(Decision):
    TOPIC = "test-msgpack-renamed"

    name: str


class Everything(Decision):
    flag: bool
    number: int
    real: float
    text: str
    data: bytes
    moment: datetime
    amount: Decimal
    id: UUID
    names: set[str]
    pair: tuple[int, str]
    table: dict[str, list[int]]
    maybe: Address | None


MOVED = Moved(Address("Elm St", 5), date(2026, 1, 2))
EVERYTHING = Everything(
    True,
    2**63,
    0.1,
    "å",
    b"\x00",
    datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
    Decimal("1.10"),
    UUID(int=1),
    {"a"},
    (1, "b"),
    {"a": [1, 2]},
    None,
)


def topic_of(name: str) -> str:
    return f"{__name__}:{name}"


# -- decisions ----------------------------------------------------------------------------------


def test_decisions_are_mutable_structs_with_value_equality() -> None:
    noted = Noted("a")
    assert noted == Noted(text="a")
    assert noted != Noted("b")
    noted.text = "b"
    assert noted == Noted("b")
    assert repr(noted) == "Noted(text='b')"
    assert isinstance(noted, msgspec.Struct)
    assert isinstance(noted, domain.Decision)


def test_the_base_class_is_a_decision_without_fields() -> None:
    assert Decision() == Decision()
    assert Decision().as_dict() == {}


def test_initial_decisions_begin_with_the_topic() -> None:
    assert Registered("topic", "1", "Ann").as_dict() == {
        "originator_topic": "topic",
        "student_id": "1",
        "name": "Ann",
    }
    assert issubclass(InitialDecision, Decision)
    assert issubclass(InitialDecision, domain.InitialDecision)


# -- the mapper ---------------------------------------------------------------------------------


def test_an_event_has_the_topic_the_fields_and_the_tags() -> None:
    assert MessagePackMapper().to_dcb_event(Tagged(["a", "b"], Noted("x"))) == DCBEvent(
        type=topic_of("Noted"), data=b"\x81\xa4text\xa1x", tags=["a", "b"]
    )


def test_data_are_a_map_of_the_fields_in_order() -> None:
    event = MessagePackMapper().to_dcb_event(Tagged([], MOVED))
    fields: dict[str, Any] = msgspec.msgpack.decode(event.data)
    assert list(fields.items()) == [
        ("address", {"street": "Elm St", "number": 5}),
        ("when", "2026-01-02"),
        ("notes", []),
    ]


@pytest.mark.parametrize(
    "decision",
    [Decision(), Noted("x"), Registered("topic", "1", "Ann"), MOVED, Renamed("x"), EVERYTHING],
)
def test_decisions_come_back(decision: Decision) -> None:
    mapper = MessagePackMapper()
    tagged = mapper.to_domain_event(mapper.to_dcb_event(Tagged(["a", "a"], decision)))
    assert tagged == Tagged(["a", "a"], decision)
    assert type(tagged.decision) is type(decision)


def test_tags_are_copied() -> None:
    mapper = MessagePackMapper()
    tagged = Tagged(["a"], Noted("x"))
    event = mapper.to_dcb_event(tagged)
    back = mapper.to_domain_event(event)
    event.tags.append("b")
    assert tagged.tags == back.tags == ["a"]


def test_other_classes_that_msgspec_understands_can_be_mapped() -> None:
    @dataclass
    class Plain(domain.Decision):
        number: int

    mapper: Any = MessagePackMapper()
    assert mapper.to_domain_event(mapper.to_dcb_event(Tagged([], Plain(5)))).decision == Plain(5)


def test_explicit_topics_apply() -> None:
    assert MessagePackMapper().to_dcb_event(Tagged([], Renamed("x"))).type == "test-msgpack-renamed"


def test_old_topics_apply() -> None:
    register_topic("test_msgpack_old:Noted", Noted)
    event = DCBEvent("test_msgpack_old:Noted", b"\x81\xa4text\xa1x")
    assert MessagePackMapper().to_domain_event(event).decision == Noted("x")


def test_missing_fields_take_their_defaults_and_others_are_ignored() -> None:
    data = msgspec.msgpack.encode({"address": MOVED.address, "when": MOVED.when, "gone": 1})
    event = DCBEvent(topic_of("Moved"), data)
    assert MessagePackMapper().to_domain_event(event).decision == MOVED


@pytest.mark.parametrize(
    ("data", "error", "text"),
    [
        (b"\x80", msgspec.ValidationError, "missing required field `text`"),
        (b"\x81\xa4text\x05", msgspec.ValidationError, "Expected `str`, got `int`"),
        (b"\x05", msgspec.ValidationError, "Expected `object`, got `int`"),
        (b"", msgspec.DecodeError, "truncated"),
    ],
)
def test_data_that_do_not_fit_are_refused(data: bytes, error: type[Exception], text: str) -> None:
    """The error says in which type they are."""
    with pytest.raises(error, match=text) as caught:
        MessagePackMapper().to_domain_event(DCBEvent(topic_of("Noted"), data))
    assert caught.value.__notes__ == [f"while a decision of type '{topic_of('Noted')}' was decoded"]


def test_a_type_that_cannot_be_resolved_is_refused() -> None:
    with pytest.raises(TopicError, match="no_such_module"):
        MessagePackMapper().to_domain_event(DCBEvent("no_such_module:Noted", b"\x80"))


def test_values_that_messagepack_does_not_have_are_refused() -> None:
    class Odd(Decision):
        value: Any

    with pytest.raises(TypeError, match="unsupported") as caught:
        MessagePackMapper().to_dcb_event(Tagged([], Odd(object())))
    assert caught.value.__notes__[0].startswith("while Odd(value=<object object")
