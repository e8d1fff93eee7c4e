"""The applications of `interop_model` in the asynchronous flavour, which only our library has."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import zoo
from interop_model import (
    BasketAsList,
    Chest,
    DateAsISO,
    FrozenSetAsList,
    LogLine,
    MoneyAsDict,
    Parcel,
    Seal,
)

from eventsourcing.application import AsyncApplication, AsyncEventSourcedLog
from eventsourcing.persistence import AsyncInfrastructureFactory, IntegrityError

FACTORY = AsyncInfrastructureFactory


class AsyncDepot(AsyncApplication):
    """Chests, parcels and seals."""

    name = "Depot"

    def __init__(self, env: Any = None) -> None:
        super().__init__(env)
        self.journal: Any = AsyncEventSourcedLog(
            self.events, uuid5(NAMESPACE_URL, "journal"), LogLine
        )

    def register_transcodings(self, transcoder: Any) -> None:
        super().register_transcodings(transcoder)
        for transcoding in (MoneyAsDict(), BasketAsList(), DateAsISO(), FrozenSetAsList()):
            transcoder.register(transcoding)

    async def follow(self, count: int, gt: int | None = None) -> list[Any]:
        """Wait until a subscription has given that many notifications."""
        async with self.recorder.subscribe(gt=gt) as subscription:
            return [await anext(subscription) for _ in range(count)]

    async def fill_in_turns(self, label: str, writer: str, rounds: int) -> list[int]:
        """Fill as many times as told, each time starting again when another was first."""
        stored: list[int] = []
        while len(stored) < rounds:
            try:
                stored += await self.fill(label, f"{writer} {len(stored)}", writer)
            except IntegrityError:
                self.conflicts = getattr(self, "conflicts", 0) + 1
        return stored

    async def save_in_blocks(self, writer: str, calls: int, size: int) -> list[list[int]]:
        """Save new aggregates, `size` of them in each call; gives the notification IDs of each."""
        blocks = []
        for call in range(calls):
            recordings = await self.save(*(Chest(f"{writer} {call} {n}") for n in range(size)))
            blocks.append([recording.notification.id for recording in recordings])
        return blocks

    async def new_chest(self, label: str) -> None:
        await self.save(Chest(label))

    async def fill(self, label: str, key: str, value: Any) -> list[int]:
        chest: Any = await self.repository.get(Chest.create_id(label))
        chest.fill(key, value)
        return [recording.notification.id for recording in await self.save(chest)]

    async def things(self, label: str, version: int | None = None) -> Any:
        chest: Any = await self.repository.get(Chest.create_id(label), version=version)
        return {"version": chest.version, "things": chest.things, "told": repr(chest)}

    async def fill_with_zoo(self, label: str) -> None:
        chest: Any = Chest(label)
        for key, value in zoo.values().items():
            chest.fill(key, value)
        await self.save(chest)

    async def snapshot(self, label: str, version: int | None = None) -> None:
        await self.take_snapshot(Chest.create_id(label), version=version)

    async def snapshots_of(self, label: str) -> list[str]:
        assert self.snapshots is not None
        return [repr(s) for s in await self.snapshots.get(Chest.create_id(label))]

    async def events_of(self, label: str) -> list[str]:
        return [repr(e) for e in await self.events.get(Chest.create_id(label))]

    async def new_parcel(self, number: int, *places: str) -> None:
        parcel: Any = Parcel._create(Parcel.Created, id=UUID(int=number), label=f"parcel {number}")
        for place in places:
            parcel.move(place)
        await self.save(parcel)

    async def move_parcel(self, number: int, place: str) -> None:
        parcel: Any = await self.repository.get(UUID(int=number))
        parcel.move(place)
        await self.save(parcel)

    async def snapshot_parcel(self, number: int) -> None:
        await self.take_snapshot(UUID(int=number))

    async def parcel(self, number: int) -> str:
        return repr(await self.repository.get(UUID(int=number)))

    async def new_seal(self, number: int, colour: str) -> None:
        await self.save(Seal._create(Seal.Created, id=UUID(int=number), colour=colour))

    async def break_seal(self, number: int, by: str) -> None:
        seal: Any = await self.repository.get(UUID(int=number))
        seal.break_it(by)
        await self.save(seal)

    async def seal(self, number: int) -> str:
        return repr(await self.repository.get(UUID(int=number)))

    async def write_line(self, text: str) -> None:
        await self.save(await self.journal.trigger_event(text=text))

    async def log_lines(self) -> list[str]:
        return [repr(line) for line in await self.journal.get()]


APPLICATIONS = {"Depot": AsyncDepot}
