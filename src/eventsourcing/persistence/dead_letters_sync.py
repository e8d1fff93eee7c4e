# Generated from dead_letters_async.py by tools/async_to_sync.py: do not edit.
# ruff: noqa: ARG002 (an interface)
"""The interface of recorders that keep dead letters: part of that of tracking recorders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from eventsourcing.persistence.dead_letters import DeadLetter


class DeadLetterRecorder:
    """Keeps the events that were put aside, beside the positions, and in the same transactions.

    An event is put aside by recording a `DeadLetter` as its tracking, and is done with by
    recording a `RetriedTracking`, which view methods and `insert_events()` may do, too. Engines
    without dead letters raise `NotImplementedError`.
    """

    def prepare_dead_letters(self) -> None:
        """Create what is missing in the database for keeping dead letters; may be repeated.

        Nothing is there before the first projection that puts events aside.
        """
        raise self._keeps_no_dead_letters()

    def select_dead_letters(
        self,
        application_name: str,
        limit: int,
        *,
        gt: int | None = None,
        originator_id: UUID | str | None = None,
    ) -> Sequence[DeadLetter]:
        """Return at most `limit` dead letters in ascending order of their notification IDs.

        Those with IDs greater than `gt`, of one aggregate or of all.
        """
        raise self._keeps_no_dead_letters()

    def select_blocked(
        self, application_name: str, limit: int, *, gt: int | None = None
    ) -> Mapping[UUID | str, int]:
        """Return the IDs of aggregates with dead letters, each with the ID of its first one.

        In ascending order of these notification IDs, those greater than `gt`, at most `limit`.
        """
        raise self._keeps_no_dead_letters()

    def count_dead_letters(self, application_name: str) -> int:
        """Return how many dead letters there are."""
        raise self._keeps_no_dead_letters()

    def update_dead_letter(self, dead_letter: DeadLetter) -> bool:
        """Replace error, traceback, attempts and `follows`; return whether it is there."""
        raise self._keeps_no_dead_letters()

    def drop_dead_letter(self, application_name: str, notification_id: int) -> bool:
        """Remove a dead letter, which is never processed then; return whether it was there."""
        raise self._keeps_no_dead_letters()

    def drop_dead_letters(self, application_name: str, originator_id: UUID | str) -> int:
        """Remove all dead letters of an aggregate; return how many there were."""
        raise self._keeps_no_dead_letters()

    def _keeps_no_dead_letters(self) -> NotImplementedError:
        return NotImplementedError(
            f"The {type(self).__qualname__} recorder does not keep dead letters"
        )
