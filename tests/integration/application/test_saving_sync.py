# Generated from test_saving_async.py by tools/async_to_sync.py: do not edit.
"""Saving aggregates and events."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from eventsourcing.application import Application, ProcessingEvent
from eventsourcing.persistence import IntegrityError, Notification, Recording
from tests.integration.application.books import Book
from tests.integration.application.conftest import Apps
from tests.integration.application.dog_school_sync import DogSchool
from tests.integration.application.dogs import Dog, see_cat


class Witness(Application[UUID]):
    """Writes down which steps a save goes through."""

    is_snapshotting_enabled = True
    fails_to_snapshot = False

    def __init__(self, env: dict[str, str] | None = None) -> None:
        super().__init__(env)
        self.steps: list[tuple[str, Any]] = []

    def _record(self, processing_event: ProcessingEvent[UUID]) -> list[Recording[Any]]:
        recordings = super()._record(processing_event)
        self.steps.append(("record", len(recordings)))
        return recordings

    def _take_snapshots(self, processing_event: ProcessingEvent[UUID]) -> None:
        self.steps.append(("snapshots", len(processing_event.events)))
        if self.fails_to_snapshot:
            raise OSError("no snapshots today")

    def _notify(self, recordings: list[Recording[Any]]) -> None:
        self.steps.append(("_notify", recordings))

    def notify(self, new_events: list[Any]) -> None:
        self.steps.append(("notify", new_events))


def count_notifications(app: Application[UUID]) -> int:
    return len(app.notification_log.select(start=1, limit=10))


def test_saving_returns_a_recording_for_each_event(make_sync: Apps) -> None:
    """A13: the very event, with its notification."""
    app = make_sync(DogSchool)
    dog = Dog("Fido")
    dog.add_trick("roll over")
    domain_events = list(dog.pending_events)

    recordings = app.save(dog)

    assert [r.domain_event for r in recordings] == domain_events
    assert all(a.domain_event is b for a, b in zip(recordings, domain_events, strict=True))
    assert [r.notification for r in recordings] == app.notification_log.select(1, 10)
    assert isinstance(recordings[0].notification, Notification)


@pytest.mark.parametrize("objs", [(), (None,), (None, None)])
def test_saving_nothing_returns_nothing(make_sync: Apps, objs: tuple[None, ...]) -> None:
    """A13: the hooks are called nevertheless."""
    app = make_sync(Witness)
    assert app.save(*objs) == []
    assert app.steps == [("record", 0), ("snapshots", 0), ("_notify", []), ("notify", [])]


def test_saving_an_aggregate_without_pending_events_returns_nothing(make_sync: Apps) -> None:
    """A13: also the second time."""
    app = make_sync(DogSchool)
    dog = Dog("Fido")
    assert len(app.save(dog)) == 1
    assert app.save(dog) == []


def test_notification_ids_count_from_one(make_sync: Apps) -> None:
    """A14: in the order of the arguments, and of the versions."""
    app = make_sync(DogSchool)
    fido, millie = Dog("Fido"), Dog("Millie")
    app.save(fido)
    millie.add_trick("roll over")
    fido.add_trick("fetch ball")
    recordings = app.save(millie, fido)
    assert [
        (r.notification.id, r.domain_event.originator_id, r.domain_event.originator_version)
        for r in recordings
    ] == [(2, millie.id, 1), (3, millie.id, 2), (4, fido.id, 2)]


def test_a_conflict_stores_nothing_of_the_whole_call(make_sync: Apps) -> None:
    """A15: all or none."""
    app = make_sync(DogSchool)
    dog_id = app.register_dog("Fido")
    stale = app.repository.get(dog_id)
    app.add_trick(dog_id, "roll over")
    stale.add_trick("fetch ball")
    other = Dog("Millie")

    with pytest.raises(IntegrityError):
        app.save(other, stale)

    assert count_notifications(app) == 2
    assert not app.repository.contains(other.id)


def test_events_of_a_failed_save_are_not_put_back(make_sync: Apps) -> None:
    """A16: the aggregate must be discarded."""
    app = make_sync(DogSchool)
    dog_id = app.register_dog("Fido")
    stale = app.repository.get(dog_id, version=1)
    app.add_trick(dog_id, "roll over")
    stale.add_trick("fetch ball")
    with pytest.raises(IntegrityError):
        app.save(stale)
    assert len(stale.pending_events) == 0


def test_single_events_are_saved_with_aggregates(make_sync: Apps) -> None:
    """A12, E1: in the order of the arguments."""
    app = make_sync(DogSchool)
    sighting = see_cat(uuid4(), 1, "calm")
    recordings = app.save(Dog("Fido"), sighting)
    assert recordings[1].domain_event is sighting
    assert recordings[1].notification.id == 2


def test_keywords_reach_the_recorder(make_sync: Apps) -> None:
    """A17: with the keyword tracking, which is None."""
    app = make_sync(DogSchool)
    insert_events = app.recorder.insert_events
    seen: list[dict[str, Any]] = []

    def spy(stored_events: Any, **kwargs: Any) -> Any:
        seen.append(kwargs)
        return insert_events(stored_events, **kwargs)

    app.recorder.insert_events = spy
    app.save(Dog("Fido"), colour="brown")
    app.save()

    assert seen == [{"tracking": None, "colour": "brown"}, {"tracking": None}]


def test_keywords_that_recorders_do_not_know_are_ignored(make_sync: Apps) -> None:
    """A17: nothing happens."""
    app = make_sync(DogSchool)
    assert len(app.save(Dog("Fido"), colour="brown")) == 1


def test_tracking_cannot_be_given_when_saving(make_sync: Apps) -> None:
    """A17: a TypeError, and nothing is stored."""
    app = make_sync(DogSchool)
    with pytest.raises(TypeError, match="tracking"):
        app.save(Dog("Fido"), tracking=None)
    assert count_notifications(app) == 0


def test_recording_is_an_extension_point(make_sync: Apps) -> None:
    """A18: overriders add keywords for the recorder."""

    class Marking(Application[UUID]):
        def _record(self, processing_event: ProcessingEvent[UUID]) -> list[Recording[Any]]:
            processing_event.saved_kwargs["colour"] = "brown"
            return super()._record(processing_event)

    app = make_sync(Marking)
    seen: list[dict[str, Any]] = []

    def spy(_: Any, **kwargs: Any) -> None:
        seen.append(kwargs)

    app.recorder.insert_events = spy
    assert app.save(Dog("Fido")) == []
    assert seen == [{"tracking": None, "colour": "brown"}]


def test_the_steps_of_saving_have_an_order(make_sync: Apps) -> None:
    """A12, A20-A22: record, snapshots, _notify, notify."""
    app = make_sync(Witness)
    dog = Dog("Fido")
    (domain_event,) = dog.pending_events
    recordings = app.save(dog)
    assert app.steps == [
        ("record", 1),
        ("snapshots", 1),
        ("_notify", recordings),
        ("notify", [domain_event]),
    ]


def test_followers_are_prompted_even_when_snapshotting_fails(make_sync: Apps) -> None:
    """A22 [fix]: the events are stored, _notify runs, the error propagates."""
    app = make_sync(Witness)
    app.fails_to_snapshot = True
    with pytest.raises(OSError, match="no snapshots today"):
        app.save(Dog("Fido"))
    assert [name for name, _ in app.steps] == ["record", "snapshots", "_notify"]
    assert len(app.steps[-1][1]) == 1
    assert count_notifications(app) == 1


def test_a_failed_save_prompts_nobody(make_sync: Apps) -> None:
    """A20: hooks are called after successful saves."""
    app = make_sync(Witness)
    dog = Dog("Fido")
    events = list(dog.pending_events)
    app.save(dog)
    app.steps.clear()
    with pytest.raises(IntegrityError):
        app.save(*events)
    assert app.steps == []


def test_applications_with_the_same_settings_share_a_database(
    make_sync: Apps, is_durable: bool
) -> None:
    """A11: of the same name, here; in memory each has its own."""
    first, second = make_sync(DogSchool), make_sync(DogSchool)
    dog_id = first.register_dog("Fido")
    assert second.repository.contains(dog_id) == is_durable


def test_text_ids_are_saved_and_found(make_sync: Apps) -> None:
    """Section head: applications are generic in the type of the IDs."""

    class Texts(Application[str]):
        pass

    app = make_sync(Texts, ORIGINATOR_ID_TYPE="text")

    book = Book("Emma")
    app.save(book)
    assert app.repository.get(book.id).title == "Emma"
    assert app.notification_log.select(1, 1)[0].originator_id == book.id
