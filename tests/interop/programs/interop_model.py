"""The domain model and the applications that both libraries run; its topics are in the databases.

INTEROP_CLASS_VERSION=2 gives the next release of `Parcel`.
"""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import zoo

from eventsourcing.application import Application, EventSourcedLog
from eventsourcing.domain import (
    Aggregate,
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    CanSnapshotAggregate,
    DomainEvent,
    MetaDomainEvent,
    event,
)
from eventsourcing.persistence import IntegrityError, Transcoding

SECOND_RELEASE = os.environ.get("INTEROP_CLASS_VERSION") == "2"


class MoneyAsDict(Transcoding):
    type = zoo.Money
    name = "money"

    def encode(self, obj: zoo.Money) -> dict[str, Any]:
        return {"amount": obj.amount, "currency": obj.currency}

    def decode(self, data: dict[str, Any]) -> zoo.Money:
        return zoo.Money(**data)


class BasketAsList(Transcoding):
    type = zoo.Basket
    name = "basket"

    def encode(self, obj: zoo.Basket) -> list[Any]:
        return [obj.owner, obj.prices, obj.when]

    def decode(self, data: list[Any]) -> zoo.Basket:
        return zoo.Basket(data[0], tuple(data[1]), data[2])


class DateAsISO(Transcoding):
    type = date
    name = "date_iso"

    def encode(self, obj: date) -> str:
        return obj.isoformat()

    def decode(self, data: str) -> date:
        return date.fromisoformat(data)


class FrozenSetAsList(Transcoding):
    type = frozenset
    name = "frozenset"

    def encode(self, obj: frozenset[Any]) -> list[Any]:
        return sorted(obj)

    def decode(self, data: list[Any]) -> frozenset[Any]:
        return frozenset(data)


class Chest(Aggregate):
    """Holds values by name; its ID follows from its label."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.things: dict[str, Any] = {}

    @staticmethod
    def create_id(label: str) -> UUID:
        return uuid5(NAMESPACE_URL, label)

    @event("Filled")
    def fill(self, key: str, value: Any) -> None:
        self.things[key] = value


if not SECOND_RELEASE:

    class Parcel(Aggregate):
        """The first release knows no weight."""

        class Created(Aggregate.Created):
            label: str

        class Event(Aggregate.Event):
            pass

        class Moved(Event):
            place: str

            def apply(self, aggregate: Any) -> None:
                aggregate.places.append(self.place)

        def __init__(self, label: str) -> None:
            self.label = label
            self.places: list[str] = []

        def move(self, place: str) -> None:
            self.trigger_event(self.Moved, place=place)

else:

    class Parcel(Aggregate):  # type: ignore[no-redef]
        """The second release weighs parcels, and counts moves from 1."""

        class_version = 2

        class Created(Aggregate.Created):
            label: str
            grams: int
            class_version = 2

            @staticmethod
            def upcast_v1_v2(state: dict[str, Any]) -> None:
                state["grams"] = 500

        class Event(Aggregate.Event):
            pass

        class Moved(Event):
            place: str
            count: int
            class_version = 3

            @staticmethod
            def upcast_v1_v2(state: dict[str, Any]) -> None:
                state["count"] = state["originator_version"] - 1

            @staticmethod
            def upcast_v2_v3(state: dict[str, Any]) -> None:
                state["place"] = state["place"].upper()

            def apply(self, aggregate: Any) -> None:
                aggregate.places.append(self.place)

        def __init__(self, label: str, grams: int = 0) -> None:
            self.label = label
            self.grams = grams
            self.places: list[str] = []

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["grams"] = 501

        def move(self, place: str) -> None:
            self.trigger_event(self.Moved, place=place, count=self.version)


class Seal(Aggregate):
    """All of its topics are explicit."""

    TOPIC = "seal"

    class Event(Aggregate.Event):
        pass

    class Created(Event, Aggregate.Created):
        TOPIC = "seal set"
        colour: str

    class Broken(Event):
        TOPIC = "seal ~ broken: ü"
        by: str

        def apply(self, aggregate: Any) -> None:
            aggregate.broken_by = self.by

    def __init__(self, colour: str) -> None:
        self.colour = colour
        self.broken_by: str | None = None

    def break_it(self, by: str) -> None:
        self.trigger_event(self.Broken, by=by)


class TextEvent(CanMutateAggregate[str], metaclass=MetaDomainEvent):
    originator_id: str
    originator_version: int
    timestamp: datetime


class TextCreated(TextEvent, CanInitAggregate[str]):
    originator_topic: str


class TextSnapshot(CanSnapshotAggregate[str], metaclass=MetaDomainEvent):
    originator_id: str
    originator_version: int
    timestamp: datetime
    topic: str
    state: dict[str, Any]


class Town(BaseAggregate[str]):
    """Has a text as ID."""

    class Event(TextEvent):
        pass

    class Created(Event, TextCreated):
        name: str

    class Snapshot(TextSnapshot):
        pass

    @staticmethod
    def create_id(name: str) -> str:
        return f"town-{name}"

    def __init__(self, name: str) -> None:
        self.name = name
        self.streets: list[str] = []

    @event("StreetBuilt")
    def build(self, street: str) -> None:
        self.streets.append(street)


class LogLine(DomainEvent):
    text: str


class FollowableApplication(Application):
    """Tells what a follower of it gets."""

    def follow(self, count: int, gt: int | None = None) -> list[Any]:
        """Wait until a subscription has given that many notifications."""
        with self.recorder.subscribe(gt=gt) as subscription:
            return [next(subscription) for _ in range(count)]


class Depot(FollowableApplication):
    """Chests, parcels and seals."""

    name = "Depot"
    snapshotting_intervals = {}

    def __init__(self, env: Any = None) -> None:
        super().__init__(env)
        self.journal: Any = EventSourcedLog(self.events, uuid5(NAMESPACE_URL, "journal"), LogLine)

    def register_transcodings(self, transcoder: Any) -> None:
        super().register_transcodings(transcoder)
        for transcoding in (MoneyAsDict(), BasketAsList(), DateAsISO(), FrozenSetAsList()):
            transcoder.register(transcoding)

    def fill_in_turns(self, label: str, writer: str, rounds: int) -> list[int]:
        """Fill as many times as told, each time starting again when another was first."""
        stored = []
        while len(stored) < rounds:
            try:
                stored += self.fill(label, f"{writer} {len(stored)}", writer)
            except IntegrityError:
                self.conflicts = getattr(self, "conflicts", 0) + 1
        return stored

    def save_in_blocks(self, writer: str, calls: int, size: int) -> list[list[int]]:
        """Save new aggregates, `size` of them in each call; gives the notification IDs of each."""
        blocks = []
        for call in range(calls):
            recordings = self.save(*(Chest(f"{writer} {call} {n}") for n in range(size)))
            blocks.append([recording.notification.id for recording in recordings])
        return blocks

    def new_chest(self, label: str) -> None:
        self.save(Chest(label))

    def fill(self, label: str, key: str, value: Any) -> list[int]:
        chest: Any = self.repository.get(Chest.create_id(label))
        chest.fill(key, value)
        return [recording.notification.id for recording in self.save(chest)]

    def things(self, label: str, version: int | None = None) -> Any:
        chest: Any = self.repository.get(Chest.create_id(label), version=version)
        return {"version": chest.version, "things": chest.things, "told": repr(chest)}

    def fill_with_zoo(self, label: str) -> None:
        chest: Any = Chest(label)
        for key, value in zoo.values().items():
            chest.fill(key, value)
        self.save(chest)

    def snapshot(self, label: str, version: int | None = None) -> None:
        self.take_snapshot(Chest.create_id(label), version=version)

    def snapshots_of(self, label: str) -> list[str]:
        assert self.snapshots is not None
        return [repr(s) for s in self.snapshots.get(Chest.create_id(label))]

    def events_of(self, label: str) -> list[str]:
        return [repr(e) for e in self.events.get(Chest.create_id(label))]

    def new_parcel(self, number: int, *places: str) -> None:
        parcel: Any = Parcel._create(
            Parcel.Created,
            id=UUID(int=number),
            label=f"parcel {number}",
            **({"grams": 7} if SECOND_RELEASE else {}),
        )
        for place in places:
            parcel.move(place)
        self.save(parcel)

    def move_parcel(self, number: int, place: str) -> None:
        parcel: Any = self.repository.get(UUID(int=number))
        parcel.move(place)
        self.save(parcel)

    def snapshot_parcel(self, number: int) -> None:
        self.take_snapshot(UUID(int=number))

    def parcel(self, number: int) -> str:
        return repr(self.repository.get(UUID(int=number)))

    def new_seal(self, number: int, colour: str) -> None:
        self.save(Seal._create(Seal.Created, id=UUID(int=number), colour=colour))

    def break_seal(self, number: int, by: str) -> None:
        seal: Any = self.repository.get(UUID(int=number))
        seal.break_it(by)
        self.save(seal)

    def seal(self, number: int) -> str:
        return repr(self.repository.get(UUID(int=number)))

    def write_line(self, text: str) -> None:
        self.save(self.journal.trigger_event(text=text))

    def log_lines(self) -> list[str]:
        return [repr(line) for line in self.journal.get()]


class Atlas(FollowableApplication):
    """Towns."""

    name = "Atlas"
    env = {"ORIGINATOR_ID_TYPE": "text"}

    def found(self, name: str) -> None:
        self.save(Town(name))

    def build(self, name: str, street: str) -> None:
        town: Any = self.repository.get(f"town-{name}")
        town.build(street)
        self.save(town)

    def town_snapshot(self, name: str) -> None:
        self.take_snapshot(f"town-{name}")

    def town(self, name: str) -> str:
        return repr(self.repository.get(f"town-{name}"))


APPLICATIONS = {"Depot": Depot, "Atlas": Atlas}
