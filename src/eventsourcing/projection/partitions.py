"""Partitions of a projection: what belongs to which, and how positions are tracked. Pure.

Positions of partitions are tracking records under names of their own, "App:0/4" to "App:3/4". When
their number changes, the old ones are closed, and others begin, "App:0/2#2" and "App:1/2#2".
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

MAX_PARTITIONS = 1024


def partition_of(originator_id: UUID | str, number: int) -> int:
    """Return to which of that many partitions an aggregate belongs: always the same.

    It is a matter of the ID's text, so an ID may be a UUID or its text.
    """
    digest = hashlib.blake2b(str(originator_id).encode(errors="surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big") % number


def check_number(number: int) -> None:
    """Raise `ValueError`, or `TypeError`, for an impossible number of partitions."""
    if not isinstance(number, int):
        raise TypeError(f"partitions is {number!r}: expected a whole number, or Partitions(…)")
    if not 1 <= number <= MAX_PARTITIONS:
        raise ValueError(f"{number} partitions: expected 1 to {MAX_PARTITIONS}")


@dataclass(frozen=True)
class Partitions:
    """Into how many partitions a projection is split, and which of them a process takes.

    `only` are the partitions, of 0 to `number` - 1, for which it contends, by default all. It
    takes no more than `at_most` at a time.
    """

    number: int
    only: Collection[int] | None = None
    at_most: int | None = None

    def __post_init__(self) -> None:
        check_number(self.number)
        if not (self.only is None or isinstance(self.only, Collection)):
            raise TypeError(f"only is {self.only!r}: expected partitions, such as [{self.only!r}]")
        if self.only is not None and not self.only:
            raise ValueError("only is empty: expected one or more partitions")
        for partition in self.only or ():
            if not 0 <= partition < self.number:
                raise ValueError(
                    f"There is no partition {partition} of {self.number}: "
                    f"expected 0 to {self.number - 1}"
                )
        if self.at_most is not None and self.at_most < 1:
            raise ValueError(f"at_most is {self.at_most}: expected 1 or more partitions")

    @classmethod
    def of(cls, partitions: int | Partitions) -> Partitions:
        """Return all partitions of that number, or what was said of them."""
        return partitions if isinstance(partitions, Partitions) else cls(partitions)

    def candidates(self) -> Sequence[int]:
        """Return the partitions for which the process contends."""
        return range(self.number) if self.only is None else sorted(set(self.only))

    def limit(self) -> int:
        """Return how many it takes at a time."""
        return len(self.candidates()) if self.at_most is None else self.at_most


@dataclass(frozen=True)
class Layout:
    """Into how many partitions the events of an application are split, since a change of that.

    Generation 0 is the time without partitions.
    """

    application_name: str
    generation: int
    number: int

    def name_of(self, partition: int) -> str:
        """Return the name under which the positions of a partition are tracked."""
        if not self.generation:
            return self.application_name
        suffix = f"#{self.generation}" if self.generation > 1 else ""
        return f"{self.application_name}:{partition}/{self.number}{suffix}"

    def names(self) -> list[str]:
        """Return the names for all partitions, in order."""
        return [self.name_of(partition) for partition in range(self.number)]


def record_name(application_name: str, generation: int) -> str:
    """Return the name under which the number of partitions of a generation is tracked."""
    return f"{application_name}:partitions#{generation}"


class History:
    """What earlier layouts have processed: in each, the last position of each partition."""

    def __init__(self, layouts: Sequence[Sequence[int]] = ()) -> None:
        self._layouts = [list(positions) for positions in layouts if any(positions)]
        self.start: int = max(map(min, self._layouts), default=0)
        """Up to here, everything has been processed."""
        self.end: int = max(map(max, self._layouts), default=0)
        """After this, nothing has been processed."""

    def has(self, originator_id: UUID | str, notification_id: int) -> bool:
        """Say whether the event of this aggregate with this position has been processed."""
        if not self.start < notification_id <= self.end:
            return notification_id <= self.start
        return any(
            notification_id <= positions[partition_of(originator_id, len(positions))]
            for positions in self._layouts
        )
