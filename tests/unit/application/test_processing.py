"""Units of work."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from eventsourcing import application
from eventsourcing.application import ProcessEvent, ProcessingEvent, RecordingEvent
from eventsourcing.persistence import Tracking
from tests.integration.application.dogs import Cat, Dog, see_cat


def test_objects_are_taken_in_the_order_of_the_arguments() -> None:
    """E1: None is skipped, events are appended, aggregates give their pending events."""
    fido, event, millie = Dog("Fido"), see_cat(uuid4(), 1, "calm"), Dog("Millie")
    fido.add_trick("roll over")
    processing_event: ProcessingEvent[UUID] = ProcessingEvent()

    processing_event.collect_events(fido, None, event, millie)

    assert [type(e).__name__ for e in processing_event.events] == [
        "Registered",
        "TrickAdded",
        "CatSeen",
        "Registered",
    ]
    assert processing_event.aggregates == {fido.id: fido, millie.id: millie}
    assert not fido.pending_events


def test_anything_with_an_originator_is_an_event() -> None:
    """E1: events are recognised by their two attributes."""
    event = SimpleNamespace(originator_id=uuid4(), originator_version=1)
    processing_event: ProcessingEvent[UUID] = ProcessingEvent()
    processing_event.collect_events(event)  # type: ignore[arg-type]
    assert (processing_event.events, processing_event.aggregates) == ([event], {})


def test_an_aggregate_without_pending_events_is_remembered() -> None:
    """E1: also when it has no method for them."""
    cat = Cat(id=uuid4(), version=1, mood="calm")
    processing_event: ProcessingEvent[UUID] = ProcessingEvent()
    processing_event.collect_events(cat)
    assert (processing_event.events, processing_event.aggregates) == ([], {cat.id: cat})


def test_an_object_that_is_neither_is_an_attribute_error() -> None:
    """E1: because it has no ID; and its events are left where they are."""
    pending = [see_cat(uuid4(), 1, "calm")]
    odd = SimpleNamespace(collect_events=lambda: [pending.pop()])
    with pytest.raises(AttributeError, match="'id'"):
        ProcessingEvent[UUID]().collect_events(odd)  # type: ignore[arg-type]
    assert len(pending) == 1


def test_keywords_are_kept_for_the_recorder() -> None:
    """E2: later calls override earlier keys."""
    processing_event: ProcessingEvent[UUID] = ProcessingEvent()
    processing_event.collect_events(a=1, b=1)
    processing_event.collect_events(b=2, c=2)
    assert processing_event.saved_kwargs == {"a": 1, "b": 2, "c": 2}


def test_collecting_an_aggregate_again_adds_what_is_new() -> None:
    """E3: calls accumulate."""
    dog = Dog("Fido")
    processing_event: ProcessingEvent[UUID] = ProcessingEvent()
    processing_event.collect_events(dog)
    dog.add_trick("roll over")
    processing_event.collect_events(dog)
    assert [e.originator_version for e in processing_event.events] == [1, 2]


def test_the_old_name_of_collecting_warns_the_caller() -> None:
    """E4: with this text, and this file as its place."""
    processing_event: ProcessingEvent[UUID] = ProcessingEvent()
    with pytest.warns(
        DeprecationWarning, match=r"^'save\(\)' is deprecated, use 'collect_events\(\)' instead$"
    ) as warned:
        processing_event.save(Dog("Fido"), a=1)
    assert warned[0].filename == __file__
    assert len(processing_event.events) == 1
    assert processing_event.saved_kwargs == {"a": 1}


def test_a_unit_of_work_may_track_a_notification() -> None:
    """E5, E7: the attributes are plain."""
    tracking = Tracking("upstream", 1)
    assert ProcessingEvent[UUID](tracking=tracking).tracking is tracking
    processing_event: ProcessingEvent[UUID] = ProcessingEvent()
    assert processing_event.tracking is None
    assert type(processing_event.events) is list
    assert type(processing_event.aggregates) is dict


def test_the_old_name_of_the_class_warns_the_caller() -> None:
    """E8: a subclass, deprecated."""
    with pytest.warns(
        DeprecationWarning, match=r"^'ProcessEvent' is deprecated, use 'ProcessingEvent' instead$"
    ) as warned:
        processing_event: ProcessEvent[UUID] = ProcessEvent(Tracking("upstream", 1))
    assert warned[0].filename == __file__
    assert isinstance(processing_event, ProcessingEvent)
    assert processing_event.tracking == Tracking("upstream", 1)


def test_a_recording_event_has_the_three_attributes_it_was_made_of() -> None:
    """E9: positionally or by keyword."""
    event: RecordingEvent[UUID] = RecordingEvent("leader", [], previous_max_notification_id=None)
    assert (event.application_name, event.recordings) == ("leader", [])
    assert event.previous_max_notification_id is None
    assert application.RecordingEvent is RecordingEvent
