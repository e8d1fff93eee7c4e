"""Locking of files by the operating system, which frees them when the process ends."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import msvcrt

    def try_lock(descriptor: int) -> bool:
        """Lock the open file unless it is locked already; return whether it is now locked by us."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def unlock(descriptor: int) -> None:
        """Free the file."""
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    # Not `lockf()`: those locks are of the process, so its threads would not exclude each other,
    # and closing any descriptor of the file, by whomever, would free it.

    def try_lock(descriptor: int) -> bool:
        """Lock the open file unless it is locked already; return whether it is now locked by us."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(descriptor: int) -> None:
        """Free the file, also for processes that have inherited the descriptor."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)
