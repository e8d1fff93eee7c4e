"""Dead letters through a bridge: kept by a synchronous recorder, asked for by asyncio."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence.dead_letters import DeadLetter
from eventsourcing.persistence.dead_letters_async import AsyncDeadLetterRecorder


class BridgeDeadLetterRecorder(AsyncDeadLetterRecorder):
    """The part of a bridged tracking recorder that is about dead letters."""

    async def prepare_dead_letters(self) -> None:
        """Create what is missing in the database for keeping dead letters."""
        await self._call("prepare_dead_letters")

    async def select_dead_letters(
        self,
        application_name: str,
        limit: int,
        *,
        gt: int | None = None,
        originator_id: UUID | str | None = None,
    ) -> Sequence[DeadLetter]:
        """Return at most `limit` dead letters in ascending order of their notification IDs."""
        found = await self._call(
            "select_dead_letters", application_name, limit, gt=gt, originator_id=originator_id
        )
        return cast("Sequence[DeadLetter]", found)

    async def select_blocked(
        self, application_name: str, limit: int, *, gt: int | None = None
    ) -> Mapping[UUID | str, int]:
        """Return the IDs of aggregates with dead letters, each with the ID of its first one."""
        found = await self._call("select_blocked", application_name, limit, gt=gt)
        return cast("Mapping[UUID | str, int]", found)

    async def count_dead_letters(self, application_name: str) -> int:
        """Return how many dead letters there are."""
        return cast("int", await self._call("count_dead_letters", application_name))

    async def update_dead_letter(self, dead_letter: DeadLetter) -> bool:
        """Replace error, traceback, number of attempts and `follows`."""
        return bool(await self._call("update_dead_letter", dead_letter))

    async def drop_dead_letter(self, application_name: str, notification_id: int) -> bool:
        """Remove a dead letter, which is never processed then."""
        return bool(await self._call("drop_dead_letter", application_name, notification_id))

    async def drop_dead_letters(self, application_name: str, originator_id: UUID | str) -> int:
        """Remove all dead letters of an aggregate; return how many there were."""
        return cast("int", await self._call("drop_dead_letters", application_name, originator_id))

    @abstractmethod
    async def _call(self, method_name: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of the synchronous recorder."""
