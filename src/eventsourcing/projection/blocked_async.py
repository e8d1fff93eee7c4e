"""Which aggregates have dead letters, so that their next events have to wait: kept in memory."""

from __future__ import annotations

from uuid import UUID

from eventsourcing.persistence.recorders_async import AsyncTrackingRecorder

_MOST = 10_000


class AsyncBlockedAggregates:
    """Knows the first dead letter of each aggregate that has some, by the name they are tracked.

    It never misses one that was put aside by this process, or before the first question. Of those
    that others have retried or dropped it may still say that they are there: recording a dead
    letter that follows one finds that out. When there are very many, it asks the recorder.
    """

    def __init__(self, recorder: AsyncTrackingRecorder, most: int = _MOST) -> None:
        self._recorder = recorder
        self._most = most
        self._known: dict[str, dict[UUID | str, int]] = {}

    async def find(self, name: str, originator_id: UUID | str) -> int | None:
        """Return the notification ID of the first dead letter, `None` if there are none."""
        known = self._known.get(name)
        if known is None:
            # One more than is kept, so that it shows when there are more.
            found = await self._recorder.select_blocked(name, self._most + 1)
            known = self._known[name] = dict(found)
        first_id = known.get(originator_id)
        if first_id is None and len(known) > self._most:
            letters = await self._recorder.select_dead_letters(name, 1, originator_id=originator_id)
            first_id = letters[0].notification_id if letters else None
        return first_id

    def add(self, name: str, originator_id: UUID | str, notification_id: int) -> None:
        """Say that an event of the aggregate has been put aside."""
        known = self._known.get(name)
        # Once there are more than are kept, what is left out is asked for.
        if known is not None and len(known) <= self._most:
            known.setdefault(originator_id, notification_id)

    def discard(self, name: str, originator_id: UUID | str) -> None:
        """Say that the aggregate has no dead letters any more."""
        known = self._known.get(name)
        if known is not None and len(known) <= self._most:
            known.pop(originator_id, None)

    def forget(self, name: str) -> None:
        """Ask the recorder again: somebody else may have put something aside."""
        self._known.pop(name, None)
