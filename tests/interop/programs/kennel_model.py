"""A domain model that every release of the published library since 9.2 can run."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import zoo

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import IntegrityError

STANDARD = {
    name: value
    for name, value in zoo.values().items()
    if name not in ("money", "basket", "frozenset")
}


class Dog(Aggregate):
    @event("Registered")
    def __init__(self, name: str) -> None:
        self.name = name
        self.tricks: dict[str, Any] = {}

    @staticmethod
    def create_id(name: str) -> UUID:
        return uuid5(NAMESPACE_URL, name)

    @event("TrickAdded")
    def add_trick(self, trick: str, value: Any = None) -> None:
        self.tricks[trick] = value


class Kennel(Application):
    name = "Kennel"

    def register(self, name: str) -> None:
        dog: Any = Dog(name)
        for trick, value in STANDARD.items():
            dog.add_trick(trick, value)
        self.save(dog)

    def add_trick(self, name: str, trick: str) -> None:
        dog: Any = self.repository.get(Dog.create_id(name))
        dog.add_trick(trick)
        self.save(dog)

    def add_in_turns(self, name: str, writer: str, rounds: int) -> int:
        """Add as many as told, each time starting again when another was first."""
        conflicts = added = 0
        while added < rounds:
            try:
                self.add_trick(name, f"{writer} {added}")
                added += 1
            except IntegrityError:
                conflicts += 1
        return conflicts

    def snapshot(self, name: str) -> None:
        self.take_snapshot(Dog.create_id(name))

    def dog(self, name: str, version: int | None = None) -> str:
        return repr(self.repository.get(Dog.create_id(name), version=version))


APPLICATIONS = {"Kennel": Kennel}
