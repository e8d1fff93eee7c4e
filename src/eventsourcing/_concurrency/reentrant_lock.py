"""A lock that the thread which holds it may take again.

Used by bookkeeping that finalizers do, too: they interrupt any line of a thread.
"""

from threading import RLock

__all__ = ["RLock", "is_held_by_this_thread"]


def is_held_by_this_thread(lock: RLock) -> bool:
    """Say whether the thread that asks has taken the lock, perhaps before it was interrupted."""
    return bool(lock._is_owned())  # type: ignore[attr-defined]
