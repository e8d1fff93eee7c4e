"""Dead letters in memory: the part of the in-memory tracking recorder that is about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any
from uuid import UUID

from eventsourcing.persistence import DeadLetter, DeadLetterRecorder, RetriedTracking
from eventsourcing.persistence.dead_letters import refuse_retried, refuse_to_follow

_Letters = dict[int, DeadLetter]


class POPODeadLetterRecorder(DeadLetterRecorder):
    """Keeps dead letters in memory, in ascending order of their notification IDs."""

    _database_lock: Any  # that of the other base class

    def __init__(self) -> None:
        super().__init__()
        self._dead_letters: dict[str, _Letters] = {}

    def prepare_dead_letters(self) -> None:
        """Do nothing."""

    def select_dead_letters(
        self,
        application_name: str,
        limit: int,
        *,
        gt: int | None = None,
        originator_id: UUID | str | None = None,
    ) -> Sequence[DeadLetter]:
        """Return at most `limit` dead letters in ascending order of their notification IDs."""
        with self._database_lock:
            found = (
                letter
                for notification_id, letter in self._letters(application_name).items()
                if (gt is None or notification_id > gt)
                and (originator_id is None or letter.originator_id == originator_id)
            )
            return list(islice(found, max(limit, 0)))

    def select_blocked(
        self, application_name: str, limit: int, *, gt: int | None = None
    ) -> Mapping[UUID | str, int]:
        """Return the IDs of aggregates with dead letters, each with the ID of its first one."""
        with self._database_lock:
            first_ids: dict[UUID | str, int] = {}
            for notification_id, letter in self._letters(application_name).items():
                if letter.originator_id is not None:
                    first_ids.setdefault(letter.originator_id, notification_id)
        found = ((id_, first) for id_, first in first_ids.items() if gt is None or first > gt)
        return dict(islice(found, max(limit, 0)))

    def count_dead_letters(self, application_name: str) -> int:
        """Return how many dead letters there are."""
        with self._database_lock:
            return len(self._letters(application_name))

    def update_dead_letter(self, dead_letter: DeadLetter) -> bool:
        """Replace error, traceback, number of attempts and `follows`."""
        with self._database_lock:
            letters = self._letters(dead_letter.application_name)
            stored = letters.get(dead_letter.notification_id)
            if stored is None:
                return False
            letters[dead_letter.notification_id] = replace(
                stored,
                error=dead_letter.error,
                traceback=dead_letter.traceback,
                attempts=dead_letter.attempts,
                follows=dead_letter.follows,
            )
            return True

    def drop_dead_letter(self, application_name: str, notification_id: int) -> bool:
        """Remove a dead letter, which is never processed then."""
        with self._database_lock:
            return self._letters(application_name).pop(notification_id, None) is not None

    def drop_dead_letters(self, application_name: str, originator_id: UUID | str) -> int:
        """Remove all dead letters of an aggregate; return how many there were."""
        with self._database_lock:
            letters = self._letters(application_name)
            dropped = [id_ for id_, each in letters.items() if each.originator_id == originator_id]
            for notification_id in dropped:
                del letters[notification_id]
            return len(dropped)

    def _letters(self, application_name: str) -> _Letters:
        return self._dead_letters.setdefault(application_name, {})

    # What tracking recorders do with the lock held.

    def _check_dead_letter(self, dead_letter: DeadLetter) -> None:
        """Raise `NotBlockedError` if the event is to follow a dead letter, and there is none."""
        if dead_letter.follows is None:
            return
        letters = self._letters(dead_letter.application_name)
        if dead_letter.originator_id is None:
            is_blocked = dead_letter.follows in letters
        else:
            ids = (letter.originator_id for letter in letters.values())
            is_blocked = dead_letter.originator_id in ids
        if not is_blocked:
            raise refuse_to_follow(dead_letter)

    def _put_aside(self, dead_letter: DeadLetter) -> None:
        self._letters(dead_letter.application_name)[dead_letter.notification_id] = dead_letter

    def _check_retried(self, tracking: RetriedTracking) -> None:
        """Raise `IntegrityError` if there is no such dead letter."""
        if tracking.notification_id not in self._letters(tracking.application_name):
            raise refuse_retried(tracking)

    def _take_back(self, tracking: RetriedTracking) -> None:
        del self._letters(tracking.application_name)[tracking.notification_id]
