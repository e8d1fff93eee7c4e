"""Applications, repositories and projectors, for asyncio."""

# A `type: ignore` marks an error for both checkers: each complains about one that it does not need.
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, assert_type
from uuid import UUID, uuid4

from eventsourcing.application import (
    AsyncApplication,
    AsyncEventSourcedLog,
    AsyncNotificationLog,
    AsyncRepository,
)
from eventsourcing.domain import Aggregate, DomainEvent, event
from eventsourcing.persistence import (
    AsyncApplicationRecorder,
    AsyncEventStore,
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


class AsyncDogSchool(AsyncApplication[UUID]):
    async def register_dog(self, name: str) -> UUID:
        dog = Dog(name)
        recordings = await self.save(dog)
        assert_type(recordings, list[Recording[Any]])
        return dog.id

    async def get_dog(self, dog_id: UUID) -> Dog:
        dog: Dog = await self.repository.get(dog_id)
        return dog


async def attributes_of_applications(app: AsyncDogSchool) -> None:
    assert_type(app.repository, AsyncRepository[UUID])
    assert_type(app.events, AsyncEventStore[UUID])
    assert_type(app.snapshots, AsyncEventStore[UUID] | None)
    assert_type(app.mapper, Mapper[UUID])
    assert_type(app.recorder, AsyncApplicationRecorder)
    assert_type(app.notification_log, AsyncNotificationLog)
    assert_type(await app.register_dog("Fido"), UUID)
    assert_type(await app.notification_log.select(start=1, limit=10), Sequence[Notification])
    assert_type(await app.events.get(uuid4()), Iterator[Any])
    async with AsyncDogSchool() as entered:
        assert_type(entered, AsyncDogSchool)


async def getting(app: AsyncDogSchool) -> None:
    dog_id = uuid4()
    assert_type(await app.repository.get(dog_id), Any)
    assert_type(await app.repository.get(dog_id, 2), Any)
    assert_type(await app.repository.get(dog_id, version=2), Any)
    assert_type(await app.repository.get(dog_id, projector_func=project), DogNames)
    assert_type(await app.repository.get(dog_id, version=2, projector_func=project), DogNames)
    assert_type(await app.repository.get(dog_id, 2, project), DogNames)
    assert_type(await app.repository.contains(dog_id), bool)

    await app.repository.get("a")  # type: ignore[call-overload]
    await app.repository.get(dog_id, version="2")  # type: ignore[call-overload]
    await app.register_dog(1)  # type: ignore[arg-type]


async def saving(app: AsyncDogSchool, names: DogNames, event: DomainEvent) -> None:
    await app.save(Dog("Fido"), Dog("Rex"), None)
    await app.save(names, event)
    await app.save(1)  # type: ignore[arg-type]
    await app.save(Port("NZ"))  # type: ignore[arg-type]


async def string_ids(app: AsyncApplication[str]) -> None:
    await app.save(Port("NZ"))
    await app.repository.get("PORT-NZ")
    await app.repository.get(uuid4())  # type: ignore[call-overload]
    await app.save(Dog("Fido"))  # type: ignore[arg-type]


class Logged(DomainEvent):
    text: str


async def logs(app: AsyncDogSchool) -> None:
    log = AsyncEventSourcedLog(app.events, uuid4(), Logged)
    assert_type(log, AsyncEventSourcedLog[Logged])
    assert_type(await log.trigger_event(text="a"), Logged)
    assert_type(await log.get_last(), Logged | None)
    assert_type(await log.get(limit=1), Iterator[Logged])
