"""Doing together what is asked for at the same time, on threads.

The hand-written twin of `combining_async`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Lock
from typing import Generic, TypeVar

from eventsourcing._concurrency.combining import Batch, Interrupted, Place, fill

__all__ = ["Combiner"]

T = TypeVar("T")
R = TypeVar("R")
B = TypeVar("B", bound=Batch)


class Combiner(Generic[T, B, R]):
    """Has one thread at a time do what it and others want, as one batch.

    `do` returns for each piece of work, in the order in which they were added to the batch, its
    result or its error.
    """

    def __init__(
        self, new_batch: Callable[[], B], do: Callable[[B], Sequence[R | Exception]]
    ) -> None:
        self._new_batch = new_batch
        self._do = do
        self._lock = Lock()
        self._waiting: deque[Place[T, R]] = deque()
        self._is_led = False

    def submit(self, work: T) -> R:
        """Return the result of this piece of work, or raise its error.

        If the thread is interrupted, the work is left undone, unless it has begun.
        """
        place: Place[T, R] = Place(work)
        woken: Event | None = None
        try:
            with self._lock:
                if self._is_led:
                    woken = Event()
                    place.wake = woken.set
                else:
                    place.leads = self._is_led = True
                self._waiting.append(place)
            if woken is not None:
                woken.wait()
            if not place.is_done:
                self._lead()
        finally:
            self._leave(place)
        return place.result()

    def _lead(self) -> None:
        batch, taken = self._new_batch(), list[Place[T, R]]()
        outcomes: Sequence[R | Exception] | None = None
        try:
            with self._lock:
                fill(batch, self._waiting, taken)
            outcomes = self._do(batch)
        finally:
            with self._lock:
                self._pass_on_lead()
            for place, outcome in zip(taken, outcomes or [Interrupted()] * len(taken), strict=True):
                place.finish(outcome)

    def _leave(self, place: Place[T, R]) -> None:
        """Take notice that a thread goes, perhaps without having done what it had to."""
        if place.is_taken:
            return
        with self._lock:
            if place in self._waiting and not place.is_taken:
                self._waiting.remove(place)
                if place.leads:
                    self._pass_on_lead()

    def _pass_on_lead(self) -> None:
        """Have the one who has waited longest go on, if there is one."""
        self._waiting = deque(each for each in self._waiting if not each.is_taken)
        self._is_led = bool(self._waiting)
        if self._waiting:
            self._waiting[0].lead()
