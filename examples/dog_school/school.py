"""The aggregate and the application of the tutorial."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event


class Dog(Aggregate):
    """A dog, and what it has learned."""

    @event("Registered")
    def __init__(self, name: str) -> None:
        self.name = name
        self.tricks: list[str] = []

    @event("TrickAdded")
    def add_trick(self, trick: str) -> None:
        """Learn a trick."""
        self.tricks.append(trick)


class DogSchool(Application[UUID]):
    """Registers dogs and teaches them tricks."""

    def register_dog(self, name: str) -> UUID:
        """Register a dog; return its ID."""
        dog = Dog(name)
        self.save(dog)
        return dog.id

    def add_trick(self, dog_id: UUID, trick: str) -> None:
        """Teach a dog a trick."""
        dog = self.get_dog(dog_id)
        dog.add_trick(trick)
        self.save(dog)

    def get_dog(self, dog_id: UUID, version: int | None = None) -> Dog:
        """A dog as it is, or as it was at an earlier version."""
        return cast("Dog", self.repository.get(dog_id, version=version))
