# Generated from dog_school_async.py by tools/async_to_sync.py: do not edit.
"""The application of the tutorial."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from tests.integration.application.dogs import Dog


class DogSchool(Application[UUID]):
    name = "DogSchool"

    def register_dog(self, name: str) -> UUID:
        dog = Dog(name)
        self.save(dog)
        return dog.id

    def add_trick(self, dog_id: UUID, trick: str) -> None:
        dog: Dog = self.repository.get(dog_id)
        dog.add_trick(trick)
        self.save(dog)

    def get_dog(self, dog_id: UUID) -> dict[str, Any]:
        dog: Dog = self.repository.get(dog_id)
        return {"name": dog.name, "tricks": tuple(dog.tricks)}
