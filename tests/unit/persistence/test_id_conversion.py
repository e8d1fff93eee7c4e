"""Conversion of stored IDs: contract M11, M12."""

from __future__ import annotations

from typing import Any, Generic, TypeVar
from uuid import UUID

import pytest

from eventsourcing.domain import DomainEvent, HasOriginatorIDVersion
from eventsourcing.persistence import (
    find_id_convertor,
    pass_through_convertor,
    str_to_uuid_convertor,
)

ID = UUID("0123456789abcdef0123456789abcdef")
TID = TypeVar("TID", UUID, str)


class UUIDEvent(HasOriginatorIDVersion[UUID]):
    pass


class TextEvent(HasOriginatorIDVersion[str]):
    pass


class GenericEvent(HasOriginatorIDVersion[TID], Generic[TID]):
    pass


class UnsettledEvent(HasOriginatorIDVersion[TID], Generic[TID]):
    pass


class AnnotatedWithUUID:
    originator_id: UUID


class Unannotated:
    pass


class InheritsAnnotation(AnnotatedWithUUID):
    other: str


class NearestAnnotationWins(AnnotatedWithUUID):
    originator_id: str  # type: ignore[assignment]


class WrongAnnotation:
    originator_id: int


def annotated(annotation: Any) -> type[Any]:
    """A class with exactly this annotation."""
    return type("Annotated", (), {"__annotations__": {"originator_id": annotation}})


@pytest.mark.parametrize("text", [ID.hex, str(ID), str(ID).upper()])
def test_text_is_converted_to_uuid(text: str) -> None:
    """M11: the text may have hyphens or not."""
    assert str_to_uuid_convertor(text) == ID


@pytest.mark.parametrize("value", [ID, "any text"])
def test_pass_through_changes_nothing(value: Any) -> None:
    """M11: the ID as it is."""
    assert pass_through_convertor(value) is value


def test_text_that_is_no_uuid_is_refused() -> None:
    """M11: as `UUID()` refuses it."""
    with pytest.raises(ValueError):
        str_to_uuid_convertor("no uuid")


@pytest.mark.parametrize(
    "cls",
    [
        UUIDEvent,
        DomainEvent,
        AnnotatedWithUUID,
        InheritsAnnotation,
        annotated(UUID),
        annotated("UUID"),
        annotated("uuid.UUID"),
    ],
)
def test_uuid_events(cls: Any) -> None:
    """M11: only stored text is converted."""
    assert find_id_convertor(cls, str) is str_to_uuid_convertor
    assert find_id_convertor(cls, UUID) is pass_through_convertor


@pytest.mark.parametrize(
    "cls", [TextEvent, NearestAnnotationWins, annotated(str), annotated("str")]
)
def test_text_events(cls: Any) -> None:
    """M11: nothing is converted."""
    assert find_id_convertor(cls, str) is pass_through_convertor
    assert find_id_convertor(cls, UUID) is pass_through_convertor


def test_generic_events_are_what_they_are_subscripted_with() -> None:
    """M11: the type argument is the declaration."""

    class OfUUID(GenericEvent[UUID]):
        pass

    class OfText(GenericEvent[str]):
        pass

    assert find_id_convertor(OfUUID, str) is str_to_uuid_convertor
    assert find_id_convertor(OfText, str) is pass_through_convertor


@pytest.mark.parametrize("stored_id_class", [UUID, str])
def test_unsettled_events(stored_id_class: Any) -> None:
    """M11: an event class that does not say its type of IDs."""
    with pytest.raises(TypeError) as caught:
        find_id_convertor(UnsettledEvent, stored_id_class)
    assert str(caught.value) == "originator_id_type cannot be None"


@pytest.mark.parametrize("stored_id_class", [UUID, str])
@pytest.mark.parametrize("cls", [WrongAnnotation, annotated("int"), annotated(["unhashable"])])
def test_other_annotations(cls: Any, stored_id_class: Any) -> None:
    """M11: the error names the class."""
    with pytest.raises(TypeError) as caught:
        find_id_convertor(cls, stored_id_class)
    assert f"originator_id annotation on {cls} is not either UUID or str" in str(caught.value)


def test_no_annotation_with_stored_text() -> None:
    """M11: nothing says what the text stands for."""
    with pytest.raises(TypeError) as caught:
        find_id_convertor(Unannotated, str)
    assert "nor its bases have an originator_id annotation" in str(caught.value)
    assert str(Unannotated) in str(caught.value)


def test_no_annotation_with_stored_uuid() -> None:
    """M12: a stored UUID needs no conversion, so nothing has to be declared."""
    assert find_id_convertor(Unannotated, UUID) is pass_through_convertor


def test_errors_are_raised_each_time() -> None:
    """M11: results are cached, failures are not mistaken for results."""
    for _ in range(3):
        with pytest.raises(TypeError):
            find_id_convertor(Unannotated, str)


def test_results_are_cached_without_a_small_bound() -> None:
    """M12: a thousand classes keep their results."""
    classes = [annotated(UUID) for _ in range(1000)]
    for cls in classes:
        find_id_convertor(cls, str)
    before = find_id_convertor.cache_info().misses
    for cls in classes:
        find_id_convertor(cls, str)
    assert find_id_convertor.cache_info().misses == before
