# Generated from mailbox_async.py by tools/async_to_sync.py: do not edit.
"""A list of messages that are handled one after the other, without recursion or lost wake-ups.

Used by leaders and by the single-threaded runners.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from eventsourcing._concurrency.primitives_sync import Lock, spawn, try_acquire
from eventsourcing._concurrency.signals_sync import is_cancellation

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Keeps messages in order until somebody handles them; anybody may add to `items`."""

    def __init__(self) -> None:
        self.items: list[T] = []
        self.lock: Lock = Lock()

    def drain(self, handle: Callable[[T], object]) -> None:
        """Handle all messages, also those that come meanwhile, unless that is being done already.

        An error does not keep the messages after it from being handled; the first one is raised
        at the end. When a task is cancelled, those after the one that it was handling are handled
        in the background: others rely on it.
        """
        try:
            self._drain(handle)
        except BaseException as error:
            if is_cancellation(error) and self.items:
                spawn(self.drain, handle, name="eventsourcing-mailbox")
            raise

    def _drain(self, handle: Callable[[T], object]) -> None:
        error: Exception | None = None
        # Who adds a message just before the lock is released cannot acquire it, and relies on the
        # holder to look again after the release.
        while self.items and try_acquire(self.lock):
            try:
                while self.items:
                    try:
                        handle(self.items.pop(0))
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
