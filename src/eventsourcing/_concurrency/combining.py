"""What combiners of both flavours use: batches, and the places of those who wait in line.

Combining by those who wait, without a thread for it, is described in "Flat combining and the
synchronization-parallelism tradeoff" by Hendler, Incze, Shavit and Tzafrir (2010). Databases that
make several transactions durable at once call it group commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, Protocol, TypeVar, cast

T = TypeVar("T")
R = TypeVar("R")


class Batch(Protocol):
    """Pieces of work that can be done together."""

    @property
    def is_full(self) -> bool:
        """Whether no more can be added."""
        ...

    def try_add(self, work: Any, /) -> bool:
        """Add a piece of work unless it has to be done after the others.

        An empty batch takes any.
        """
        ...


class Interrupted(Exception):
    """Who did this together with work of its own was interrupted: it may or may not be done."""


class Place(Generic[T, R]):
    """The place in line of one who waits for a piece of work."""

    __slots__ = ("_outcome", "is_done", "is_taken", "leads", "wake", "work")

    def __init__(self, work: T) -> None:
        self.work = work
        self.wake: Callable[[], object] | None = None
        self.leads = False
        self.is_taken = False
        self.is_done = False
        self._outcome: Any = None

    def lead(self) -> None:
        """Have the one who waits do the work, together with that of others."""
        self.leads = True
        self._wake()

    def finish(self, outcome: R | Exception) -> None:
        """Have the one who waits return the result or raise the error; only the first counts."""
        if not self.is_done:
            self._outcome = outcome
            self.is_done = True
            self._wake()

    def result(self) -> R:
        """Return the result of the work, or raise its error."""
        try:
            if isinstance(self._outcome, Exception):
                raise self._outcome
            return cast("R", self._outcome)
        finally:
            del self._outcome  # the error's traceback refers to this frame

    def _wake(self) -> None:
        if self.wake is not None:
            self.wake()


def fill(batch: Batch, waiting: Iterable[Place[T, R]], taken: list[Place[T, R]]) -> None:
    """Add work of those who wait to the batch; `taken` becomes the list of them."""
    for place in waiting:
        if batch.is_full:
            break
        if batch.try_add(place.work):
            taken.append(place)
            place.is_taken = True
