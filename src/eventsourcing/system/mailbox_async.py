"""A list of messages that are handled one after the other, without recursion or lost wake-ups.

Used by leaders and by the single-threaded runners.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from eventsourcing._concurrency.primitives_async import Lock, spawn, try_acquire
from eventsourcing._concurrency.signals_async import is_cancellation

T = TypeVar("T")


class AsyncMailbox(Generic[T]):
    """Keeps messages in order until somebody handles them; anybody may add to `items`."""

    def __init__(self) -> None:
        self.items: list[T] = []
        self.lock: Lock = Lock()

    async def drain(self, handle: Callable[[T], Awaitable[object]]) -> None:
        """Handle all messages, also those that come meanwhile, unless that is being done already.

        An error does not keep the messages after it from being handled; the first one is raised
        at the end. When a task is cancelled, those after the one that it was handling are handled
        in the background: others rely on it.
        """
        try:
            await self._drain(handle)
        except BaseException as error:
            if is_cancellation(error) and self.items:
                spawn(self.drain, handle, name="eventsourcing-mailbox")
            raise

    async def _drain(self, handle: Callable[[T], Awaitable[object]]) -> None:
        error: Exception | None = None
        # Who adds a message just before the lock is released cannot acquire it, and relies on the
        # holder to look again after the release.
        while self.items and await try_acquire(self.lock):
            try:
                while self.items:
                    try:
                        await handle(self.items.pop(0))
                    except Exception as new_error:
                        if error is None:
                            error = new_error
                        else:
                            error.add_note(f"A message after this one failed too: {new_error!r}")
            finally:
                self.lock.release()
        if error is not None:
            try:
                raise error
            finally:
                del error  # whose traceback refers to this frame
