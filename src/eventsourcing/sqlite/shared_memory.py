"""Keeping readers and writers apart who reach one shared in-memory database by several pools.

SQLite does not wait for locks within a shared cache, but fails at once.
"""

from __future__ import annotations

from collections.abc import Hashable
from weakref import WeakValueDictionary

from eventsourcing._concurrency.primitives_sync import Lock
from eventsourcing.persistence import ConnectionUnavailableError, OperationalError
from eventsourcing.persistence.admission import Admission
from eventsourcing.sqlite.database_names import identify, is_memory

_admissions: WeakValueDictionary[Hashable, Admission] = WeakValueDictionary()
_lock = Lock()


def find_shared_admission(db_name: str) -> Admission | None:
    """Return the admission of the shared in-memory database, `None` if it is not one."""
    identity = identify(db_name) if is_memory(db_name) else None
    if identity is None:
        return None
    with _lock:
        admission = _admissions.get(identity)
        if admission is None:
            admission = _admissions[identity] = Admission(exclusive=True)
        return admission


def enter_shared(admission: Admission, is_writer: bool, timeout: float) -> None:
    """Wait to be admitted; `OperationalError`, as for a locked file, after `timeout` seconds."""
    try:
        admission.enter(timeout, is_writer)
    except ConnectionUnavailableError as error:
        raise OperationalError("database is locked") from error
