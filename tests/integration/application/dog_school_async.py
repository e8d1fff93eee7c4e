"""The application of the tutorial."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from eventsourcing.application import AsyncApplication
from tests.integration.application.dogs import Dog


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
