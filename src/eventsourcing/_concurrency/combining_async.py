# Hand-written pair: a task may be cancelled wherever it waits, and must not take others with it.
"""Doing together what is asked for at the same time, on asyncio.

`combining_sync` has the same names.
"""

from __future__ import annotations

from asyncio import Event
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from eventsourcing._concurrency.combining import Batch, Interrupted, Place, fill
from eventsourcing._concurrency.primitives_async import spawn

__all__ = ["Combiner"]

T = TypeVar("T")
R = TypeVar("R")
B = TypeVar("B", bound=Batch)


class Combiner(Generic[T, B, R]):
    """Has one task at a time do what it and others want, as one batch.

    `do` returns for each piece of work, in the order in which they were added to the batch, its
    result or its error. For tasks of one event loop.
    """

    def __init__(
        self, new_batch: Callable[[], B], do: Callable[[B], Awaitable[Sequence[R | Exception]]]
    ) -> None:
        self._new_batch = new_batch
        self._do = do
        self._waiting: deque[Place[T, R]] = deque()
        self._is_led = False

    async def submit(self, work: T) -> R:
        """Return the result of this piece of work, or raise its error.

        If the task is cancelled, the work is left undone, unless it has begun together with that
        of others.
        """
        place: Place[T, R] = Place(work)
        self._waiting.append(place)
        try:
            if self._is_led:
                woken = Event()
                place.wake = woken.set
                await woken.wait()
            else:
                place.leads = self._is_led = True
            if not place.is_done:
                await self._lead()
        finally:
            self._leave(place)
        return place.result()

    async def _lead(self) -> None:
        batch, taken = self._new_batch(), list[Place[T, R]]()
        fill(batch, self._waiting, taken)
        if len(taken) == 1:
            await self._do_batch(batch, taken)
        else:
            # In a task of its own: one who is cancelled does not cancel the work of others.
            task = spawn(self._do_batch, batch, taken, name="eventsourcing-combiner")
            await task.join()

    async def _do_batch(self, batch: B, taken: Sequence[Place[T, R]]) -> None:
        outcomes: Sequence[R | Exception] = [Interrupted()] * len(taken)
        try:
            outcomes = await self._do(batch)
        finally:
            self._pass_on_lead()
            for place, outcome in zip(taken, outcomes, strict=True):
                place.finish(outcome)

    def _leave(self, place: Place[T, R]) -> None:
        """Take notice that a task goes, perhaps without having done what it had to."""
        if not place.is_taken:
            self._waiting.remove(place)
            if place.leads:
                self._pass_on_lead()

    def _pass_on_lead(self) -> None:
        """Have the one who has waited longest go on, if there is one."""
        self._waiting = deque(each for each in self._waiting if not each.is_taken)
        self._is_led = bool(self._waiting)
        if self._waiting:
            self._waiting[0].lead()
