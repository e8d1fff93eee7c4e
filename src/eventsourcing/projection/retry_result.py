"""What came of retrying dead letters, for both flavours of the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from eventsourcing.persistence import DeadLetter


@dataclass(frozen=True)
class RetryResult:
    """What came of retrying: how many dead letters were processed, and which failed again."""

    num_processed: int
    failures: Sequence[DeadLetter]


@dataclass
class Tally:
    """How far the retrying has come, and how far it may go."""

    limit: int | None
    num_attempts: int = 0
    num_processed: int = 0
    failures: list[DeadLetter] = field(default_factory=list)
    failed_ids: set[UUID | str | None] = field(default_factory=set)

    def add_failure(self, letter: DeadLetter) -> None:
        """Count a dead letter that has failed again."""
        self.failures.append(letter)
        self.failed_ids.add(letter.originator_id)

    def is_over(self) -> bool:
        """Say whether all attempts have been made that may be."""
        return self.limit is not None and self.num_attempts >= self.limit

    def result(self) -> RetryResult:
        """Return what has come of it."""
        return RetryResult(self.num_processed, tuple(self.failures))
