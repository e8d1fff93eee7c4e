# Generated from applications_async.py by tools/async_to_sync.py: do not edit.
"""Applications, repositories and projectors, for asyncio."""

# A `type: ignore` marks an error for both checkers: each complains about one that it does not need.
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, assert_type
from uuid import UUID, uuid4

from eventsourcing.application import (
    Application,
    EventSourcedLog,
    NotificationLog,
    Repository,
)
from eventsourcing.domain import Aggregate, DomainEvent, event
from eventsourcing.persistence import (
    ApplicationRecorder,
    EventStore,
    Mapper,
    Notification,
    Recording,
)
from typing_tests.events import Port


class Dog(Aggregate):
    @event("Registered")
    def __init__(self, name: str) -> None:
        self.name = name


@dataclass(frozen=True)
class DogNames:
    id: UUID
    version: int
    names: tuple[str, ...]


def project(names: DogNames | None, events: Iterable[DomainEvent]) -> DogNames | None:
    return names


class DogSchool(Application[UUID]):
    def register_dog(self, name: str) -> UUID:
        dog = Dog(name)
        recordings = self.save(dog)
        assert_type(recordings, list[Recording[Any]])
        return dog.id

    def get_dog(self, dog_id: UUID) -> Dog:
        dog: Dog = self.repository.get(dog_id)
        return dog


def attributes_of_applications(app: DogSchool) -> None:
    assert_type(app.repository, Repository[UUID])
    assert_type(app.events, EventStore[UUID])
    assert_type(app.snapshots, EventStore[UUID] | None)
    assert_type(app.mapper, Mapper[UUID])
    assert_type(app.recorder, ApplicationRecorder)
    assert_type(app.notification_log, NotificationLog)
    assert_type(app.register_dog("Fido"), UUID)
    assert_type(app.notification_log.select(start=1, limit=10), Sequence[Notification])
    assert_type(app.events.get(uuid4()), Iterator[Any])
    with DogSchool() as entered:
        assert_type(entered, DogSchool)


def getting(app: DogSchool) -> None:
    dog_id = uuid4()
    assert_type(app.repository.get(dog_id), Any)
    assert_type(app.repository.get(dog_id, 2), Any)
    assert_type(app.repository.get(dog_id, version=2), Any)
    assert_type(app.repository.get(dog_id, projector_func=project), DogNames)
    assert_type(app.repository.get(dog_id, version=2, projector_func=project), DogNames)
    assert_type(app.repository.get(dog_id, 2, project), DogNames)
    assert_type(app.repository.contains(dog_id), bool)

    app.repository.get("a")  # type: ignore[call-overload]
    app.repository.get(dog_id, version="2")  # type: ignore[call-overload]
    app.register_dog(1)  # type: ignore[arg-type]


def saving(app: DogSchool, names: DogNames, event: DomainEvent) -> None:
    app.save(Dog("Fido"), Dog("Rex"), None)
    app.save(names, event)
    app.save(1)  # type: ignore[arg-type]
    app.save(Port("NZ"))  # type: ignore[arg-type]


def string_ids(app: Application[str]) -> None:
    app.save(Port("NZ"))
    app.repository.get("PORT-NZ")
    app.repository.get(uuid4())  # type: ignore[call-overload]
    app.save(Dog("Fido"))  # type: ignore[arg-type]


class Logged(DomainEvent):
    text: str


def logs(app: DogSchool) -> None:
    log = EventSourcedLog(app.events, uuid4(), Logged)
    assert_type(log, EventSourcedLog[Logged])
    assert_type(log.trigger_event(text="a"), Logged)
    assert_type(log.get_last(), Logged | None)
    assert_type(log.get(limit=1), Iterator[Logged])
