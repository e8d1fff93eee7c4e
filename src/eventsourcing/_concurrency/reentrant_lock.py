"""A lock that the thread which holds it may take again.

Used by bookkeeping that finalizers do, too: they interrupt any line of a thread.
"""

from threading import RLock

__all__ = ["RLock"]
