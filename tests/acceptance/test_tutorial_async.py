"""The story of the tutorial's third part, step by step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import AsyncApplication
from eventsourcing.cipher import AESCipher
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import IntegrityError
from eventsourcing.utils import Environment

TRICKS = ("roll over", "fetch ball", "play dead")


class Dog(Aggregate):
    @event("Registered")
    def __init__(self, name: str) -> None:
        self.name = name
        self.tricks: list[str] = []

    @event("TrickAdded")
    def add_trick(self, trick: str) -> None:
        self.tricks.append(trick)


class AsyncDogSchool(AsyncApplication[UUID]):
    name = "DogSchool"

    async def register_dog(self, name: str) -> UUID:
        dog = Dog(name)
        await self.save(dog)
        return dog.id

    async def add_trick(self, dog_id: UUID, trick: str) -> None:
        dog: Dog = await self.repository.get(dog_id)
        dog.add_trick(trick)
        await self.save(dog)

    async def get_dog(self, dog_id: UUID) -> dict[str, Any]:
        dog: Dog = await self.repository.get(dog_id)
        return {"name": dog.name, "tricks": tuple(dog.tricks)}


async def test_the_story_of_the_tutorial(environment: dict[str, str]) -> None:
    async with AsyncDogSchool(env=environment) as school:
        assert await school.notification_log.select(start=1, limit=10) == []

        dog_id = await school.register_dog("Fido")
        for trick in TRICKS:
            await school.add_trick(dog_id, trick)
        assert await school.get_dog(dog_id) == {"name": "Fido", "tricks": TRICKS}

        notifications = await school.notification_log.select(start=1, limit=10)
        visible = [
            trick for trick in TRICKS if any(trick.encode() in n.state for n in notifications)
        ]
        assert visible == ([] if "CIPHER_KEY" in environment else list(TRICKS))

        old = await school.repository.get(dog_id, version=3)
        assert old.tricks == ["roll over", "fetch ball"]
        old.add_trick("future")
        with pytest.raises(IntegrityError):
            await school.save(old)
        assert len(await school.notification_log.select(start=1, limit=10)) == 4

        for name in ("Millie", "Scrappy"):
            dog_id = await school.register_dog(name)
            for trick in ("come", "spin", "stay"):
                await school.add_trick(dog_id, trick)
        last_id = notifications[-1].id
        assert len(await school.notification_log.select(start=last_id + 1, limit=10)) == 8


async def test_pages_of_the_notification_log(environment: dict[str, str]) -> None:
    async with AsyncDogSchool(env=environment) as school:
        dog_id = await school.register_dog("Fido")
        for trick in TRICKS:
            await school.add_trick(dog_id, trick)

        first = await school.notification_log.select(start=1, limit=2)
        second = await school.notification_log.select(start=first[-1].id + 1, limit=2)

        assert [n.id for n in (*first, *second)] == [1, 2, 3, 4]
        assert {n.originator_id for n in (*first, *second)} == {dog_id}
        assert [n.topic.rpartition(":")[2] for n in first] == ["Dog.Registered", "Dog.TrickAdded"]


async def test_a_wrong_key_is_an_error_and_not_wrong_data(environment: dict[str, str]) -> None:
    environment["CIPHER_KEY"] = AESCipher.create_key(num_bytes=16)
    async with AsyncDogSchool(env=environment) as school:
        dog_id = await school.register_dog("Fido")
        other_key = {"CIPHER_KEY": AESCipher.create_key(num_bytes=16)}
        school.mapper.cipher = AESCipher(Environment(env=other_key))
        with pytest.raises(ValueError, match="MAC check failed"):
            await school.get_dog(dog_id)
