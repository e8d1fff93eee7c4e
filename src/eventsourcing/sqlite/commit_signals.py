"""Telling who listens that something was committed, by this process or by another one.

Used by the datastore, which signals its own commits, and by recorders that are subscribed to.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Hashable
from contextlib import closing
from weakref import WeakValueDictionary

from eventsourcing._concurrency.primitives_sync import Lock, sleep, spawn, try_acquire
from eventsourcing.persistence.listening import Listener
from eventsourcing.sqlite.connection_pool import connect
from eventsourcing.sqlite.database_names import identify, is_memory, make_absolute

logger: logging.Logger = logging.getLogger(__name__)

POLL_SECONDS = 0.04
"""Seconds between two looks for commits of other processes.

A look takes 6 microseconds; together they take about 0.3 % of one processor core.
"""

_SECONDS_AFTER_ERROR = 1.0


class CommitSignal:
    """Sets the events that are registered after each commit to one database.

    Commits made with the datastores of this process are signalled at once. While anybody listens
    to a database file, a daemon thread looks for commits of others: it asks SQLite on a kept
    connection whether the database has changed, which takes some microseconds. An event may be
    set without need, but is not left unset after a commit. Thread-safe.
    """

    def __init__(self, db_name: str) -> None:
        self._address = make_absolute(db_name)
        self._can_be_changed_by_others = not is_memory(db_name)
        self._start_unheard()

    def listen(self, listener: Listener) -> None:
        """Register an event that is set after each commit from now on."""
        if self._pid != os.getpid():
            self._start_unheard()
        self._listeners[id(listener)] = listener
        if self._can_be_changed_by_others and try_acquire(self._is_watched):
            try:
                spawn(self._watch, name="eventsourcing-sqlite-watch")
            except BaseException:
                self._is_watched.release()
                self.unlisten(listener)
                raise

    def unlisten(self, listener: Listener) -> None:
        """Forget the event; harmless if it is not registered."""
        self._listeners.pop(id(listener), None)

    def notify(self) -> None:
        """Set all events that are registered. Never raises: what was committed is committed."""
        for listener in list(self._listeners.values()) if self._listeners else ():
            try:
                listener.set()
            except Exception:
                logger.exception("Forgetting %r, which cannot be told about commits", listener)
                self.unlisten(listener)

    def _start_unheard(self) -> None:
        """Begin without listeners and without a thread, as it is in a process that was forked."""
        # Changed without a lock, because finalizers, which interrupt any line, may change it.
        self._listeners: dict[int, Listener] = {}
        self._is_watched = Lock()  # locked as long as there is a thread that watches
        self._pid = os.getpid()

    def _watch(self) -> None:
        """Notify when the database file was changed, until nobody listens any more."""
        while True:
            while self._listeners:
                self._watch_connection()
            self._is_watched.release()
            # Who came after the last look at the listeners found the lock taken.
            if not self._listeners or not try_acquire(self._is_watched):
                return

    def _watch_connection(self) -> None:
        try:
            with closing(connect(self._address)) as connection:
                self._watch_version(connection)
        except Exception:
            logger.debug("%s could not be looked at", self._address, exc_info=True)
            self.notify()  # who listens will read, and meet the same error if it lasts
            sleep(_SECONDS_AFTER_ERROR)

    def _watch_version(self, connection: sqlite3.Connection) -> None:
        known = None  # so that what was committed before the first look counts as a change
        while self._listeners:
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            if version != known:
                known = version
                self.notify()
            sleep(POLL_SECONDS)


_signals: WeakValueDictionary[Hashable, CommitSignal] = WeakValueDictionary()
_signals_lock = Lock()


def find_commit_signal(db_name: str) -> CommitSignal:
    """Return the signal of the database, the same for all who use it in this process."""
    identity = identify(db_name)
    if identity is None:
        return CommitSignal(db_name)
    with _signals_lock:
        signal = _signals.get(identity)
        if signal is None:
            signal = _signals[identity] = CommitSignal(db_name)
        return signal
