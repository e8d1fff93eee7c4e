"""Which events have to wait for dead letters before them: kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from eventsourcing.persistence import DeadLetter
from eventsourcing.persistence.recorders_async import AsyncTrackingRecorder
from eventsourcing.projection.blocked_tags import BlockedTags

_MOST = 10_000
_PAGE = 500


class AsyncBlocked(Protocol):
    """Knows dead letters by the keys of their events, and by the name they are tracked.

    It never misses one that was put aside by this process, or before the first question. Of those
    that others have retried or dropped it may still say that they are there: recording a dead
    letter that follows one finds that out.
    """

    async def find(self, name: str, keys: Sequence[UUID | str]) -> int | None:
        """Return the notification ID of one for which the event waits, `None` if there is none."""
        ...

    def add(self, letter: DeadLetter) -> None:
        """Say that an event is just being put aside."""
        ...

    def discard(self, letter: DeadLetter) -> None:
        """Say that the event was not put aside after all: what it was to follow is gone."""
        ...

    def forget(self, name: str) -> None:
        """Ask the recorder again: somebody else may have put something aside."""
        ...


@dataclass
class _FirstIds:
    """The first dead letter of each aggregate that has some; if not complete, of some of these."""

    by_originator: dict[UUID | str, int]
    is_complete: bool


class AsyncBlockedAggregates:
    """Knows the first dead letter of each aggregate that has some.

    When there are very many, it asks the recorder.
    """

    def __init__(self, recorder: AsyncTrackingRecorder, most: int = _MOST) -> None:
        self._recorder = recorder
        self._most = most
        self._known: dict[str, _FirstIds] = {}

    async def find(self, name: str, keys: Sequence[UUID | str]) -> int | None:
        """Return the notification ID of the first dead letter of the aggregate."""
        if not keys:
            return None
        (originator_id,) = keys
        known = self._known.get(name)
        if known is None:
            # One more than is kept, so that it shows when there are more.
            found = dict(await self._recorder.select_blocked(name, self._most + 1))
            known = self._known[name] = _FirstIds(found, len(found) <= self._most)
        first_id = known.by_originator.get(originator_id)
        if first_id is None and not known.is_complete:
            letters = await self._recorder.select_dead_letters(name, 1, originator_id=originator_id)
            first_id = letters[0].notification_id if letters else None
        return first_id

    def add(self, letter: DeadLetter) -> None:
        """Say that an event of the aggregate is just being put aside."""
        known = self._known.get(letter.application_name)
        if known is None or letter.originator_id is None:
            return
        if len(known.by_originator) <= self._most:
            first_id = letter.notification_id if letter.follows is None else letter.follows
            known.by_originator.setdefault(letter.originator_id, first_id)
        else:
            known.is_complete = False

    def discard(self, letter: DeadLetter) -> None:
        """Say that the aggregate has no dead letters any more."""
        known = self._known.get(letter.application_name)
        if known is not None and letter.originator_id is not None:
            known.by_originator.pop(letter.originator_id, None)

    def forget(self, name: str) -> None:
        """Ask the recorder again: somebody else may have put something aside."""
        self._known.pop(name, None)


class AsyncBlockedDecisions:
    """Knows all dead letters of decisions by their tags."""

    def __init__(self, recorder: AsyncTrackingRecorder) -> None:
        self._recorder = recorder
        self._known: dict[str, BlockedTags] = {}

    async def find(self, name: str, keys: Sequence[UUID | str]) -> int | None:
        """Return the notification ID of the first dead letter that has one of the tags."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = await self._read(name)
        return known.find(keys)

    async def _read(self, name: str) -> BlockedTags:
        known = BlockedTags()
        last_id = None
        while letters := await self._recorder.select_dead_letters(name, _PAGE, gt=last_id):
            for letter in letters:
                known.add(letter.notification_id, letter.tags)
            last_id = letters[-1].notification_id
        return known

    def add(self, letter: DeadLetter) -> None:
        """Say that a decision is just being put aside."""
        known = self._known.get(letter.application_name)
        if known is not None:
            known.add(letter.notification_id, letter.tags)

    def discard(self, letter: DeadLetter) -> None:
        """Say that a decision was not put aside after all: what it was to follow is gone."""
        known = self._known.get(letter.application_name)
        if known is not None:
            known.discard(letter.notification_id)
            known.discard(letter.follows)

    def forget(self, name: str) -> None:
        """Ask the recorder again: somebody else may have put something aside."""
        self._known.pop(name, None)
