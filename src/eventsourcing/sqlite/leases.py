"""Leases on SQLite databases: a locked file beside the database, or, in memory, one per process."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from weakref import WeakSet

from eventsourcing._concurrency.reentrant_lock import RLock
from eventsourcing.persistence import Lease, OperationalError
from eventsourcing.persistence.leases_in_process import InProcessLease
from eventsourcing.sqlite.database_names import identify
from eventsourcing.sqlite.datastore import SQLiteDatastore
from eventsourcing.sqlite.file_locks import try_lock, unlock

_PLAIN_NAME = re.compile(r"[a-z0-9_-]{1,80}")


def make_lease(datastore: SQLiteDatastore, name: str) -> Lease:
    """Return a lease for those who use the same database."""
    match identify(datastore.pool.db_name):
        case ("file", path):
            return SQLiteFileLease(str(path), name)
        case ("memory", place):
            return SQLiteMemoryLease(("sqlite", place), name)
        case _:  # a database that only this datastore knows
            return SQLiteMemoryLease(datastore, name)


def lease_path(db_path: str, name: str) -> str:
    """Return the path of the file that is locked: beside the database, named after it.

    A name that may not be a file's name, or not on every system, is made one and gets a digest.
    """
    if not _PLAIN_NAME.fullmatch(name):
        digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]
        name = f"{re.sub('[^a-z0-9_-]+', '-', name.lower())[:60]}-{digest}"
    return f"{db_path}.{name}.lease"


class SQLiteMemoryLease(InProcessLease):
    """A lease on a database in memory, for the threads and tasks of this process."""


class SQLiteFileLease(Lease):
    """A lease held by the process that has locked a file beside the database.

    The operating system frees it when the process ends, however that happens. The file stays. If
    somebody removes or replaces it, the lease is lost. A process that is forked from the holder
    does not hold it. May be used by several threads.
    """

    def __init__(self, db_path: str, name: str) -> None:
        super().__init__(name)
        self.path: str = lease_path(db_path, name)
        self._lock = RLock()  # finalizers release leases, at whatever line
        self._descriptor: int | None = None

    def try_acquire(self) -> bool:
        """Lock the file unless another lease has; return whether this one has it now."""
        with self._lock:
            if self._descriptor is None:
                try:
                    self._open_and_lock()
                except OSError as error:
                    raise OperationalError(f"unable to lock '{self.path}': {error}") from error
            return self._descriptor is not None and self._check()

    def release(self) -> None:
        """Unlock the file, if it is locked."""
        with self._lock:
            self._close()

    def is_held(self) -> bool:
        """Say whether the file is locked, and still in its place."""
        with self._lock:
            return self._descriptor is not None and self._check()

    def _open_and_lock(self) -> None:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            is_locked = try_lock(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        if is_locked:
            self._descriptor = descriptor
            _forget_when_forked(self)
        else:
            os.close(descriptor)

    def _check(self) -> bool:
        """Return whether the locked file is the one with our name; give it up if it is not."""
        try:
            found = os.stat(self.path)
        except OSError:
            is_ours = False
        else:
            is_ours = self._descriptor is not None and os.path.samestat(
                found, os.fstat(self._descriptor)
            )
        if not is_ours:
            self._close()
        return is_ours

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            try:
                unlock(descriptor)
            finally:
                os.close(descriptor)

    def _forget(self) -> None:
        """Close the file without unlocking it: in a process that was forked."""
        self._lock = RLock()  # a thread of the parent may have held it
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def __del__(self) -> None:
        with suppress(Exception):  # its constructor may have failed
            self._close()


_held: WeakSet[SQLiteFileLease] = WeakSet()
_hooks: list[object] = []


def _forget_when_forked(lease: SQLiteFileLease) -> None:
    """See to it that forked processes, which outlive the holder perhaps, do not keep the file."""
    _held.add(lease)
    if not _hooks and hasattr(os, "register_at_fork"):
        _hooks.append(_forget_all)
        os.register_at_fork(after_in_child=_forget_all)


def _forget_all() -> None:
    for lease in tuple(_held):
        lease._forget()
    _held.clear()
