# Generated from listener_async.py by tools/async_to_sync.py: do not edit.
"""Listening to channels of the server, for all who want to, over one connection that they share."""

from __future__ import annotations

import psycopg

from eventsourcing._concurrency.primitives_sync import BackgroundTask, Lock, spawn
from eventsourcing._concurrency.readiness_sync import Readiness
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.postgres import names, statements
from eventsourcing.postgres.channels import ChannelListener, ChannelListeners, read_notifications
from eventsourcing.postgres.errors import translate
from eventsourcing.postgres.pool_sync import ConnectionPool, PostgresConnection
from eventsourcing.postgres.reconnecting import ReconnectWindow

# One who is just then connecting may end later.
_PATIENCE_SECONDS = 5.0


class PostgresListener:
    """Tells listeners about notifications on channels, over one connection beside the pool.

    The connection is made for the first listener, and closed when the last has left. A lost one
    is replaced; if that cannot be done within `reconnect_timeout` seconds, all listeners fail with
    `OperationalError`, which says what the server said. May be used by many threads (or tasks).
    """

    def __init__(self, pool: ConnectionPool, reconnect_timeout: float) -> None:
        self._pool = pool
        self._reconnect_timeout = reconnect_timeout
        self._lock = Lock()
        self._listening: Listening | None = None
        self._is_closed = False

    def listen(self, channel_name: str, listener: ChannelListener) -> Listening:
        """Have the listener told after each notification on the channel from now on.

        It is also told when one may have been missed: after the server began to send those of the
        channel, at first and after a lost connection was replaced. Does not wait for the server.
        What is returned is told when the listener leaves.
        """
        names.check_identifier(channel_name)
        with self._lock:
            listening = self._listening
            if listening is None or not listening.listeners.add(channel_name, listener):
                listening = Listening(self._pool, self._reconnect_timeout)
                listening.listeners.add(channel_name, listener)
                listening.start()
                self._listening = listening
        if self._is_closed:  # read after the above was written, which `close()` reads after writing
            listening.listeners.fail(_closed_error())
        return listening

    def close(self) -> None:
        """Have all listeners fail, and close the connection. May be repeated."""
        self._is_closed = True
        listening = self._listening
        if listening is not None:
            listening.listeners.fail(_closed_error())
            listening.join_if_over()


class Listening:
    """A task that listens over one connection, until nobody wants it to any more."""

    def __init__(self, pool: ConnectionPool, reconnect_timeout: float) -> None:
        self._pool = pool
        self._reconnect_timeout = reconnect_timeout
        self._readiness = Readiness()
        self.listeners: ChannelListeners = ChannelListeners(self._readiness.wake)

    def start(self) -> None:
        """Begin to listen."""
        self.task: BackgroundTask = spawn(self._run, name="eventsourcing-postgres-listen")

    def join_if_over(self) -> None:
        """Wait until the connection is closed, unless there are listeners."""
        if self.listeners.is_over:
            self.task.join(_PATIENCE_SECONDS)

    def _run(self) -> None:
        window = ReconnectWindow(self._reconnect_timeout)
        try:
            while not self.listeners.is_over:
                try:
                    self._listen(window)
                except (InterfaceError, OperationalError) as error:
                    self._readiness.wait(seconds=window.pause_after(error))
        except Exception as error:
            self.listeners.fail(error)
        finally:
            self.listeners.fail(OperationalError("the thread (or task) that listened has ended"))
            self._readiness.close()

    def _listen(self, window: ReconnectWindow) -> None:
        """Make a connection, and listen over it until it is lost or not needed any more."""
        try:
            connection = self._pool.connect_beside(window.remaining or None)
            try:
                self._tell_listeners(connection, window)
            finally:
                connection.close()
        except psycopg.Error as error:
            raise translate(error) from error

    def _tell_listeners(self, connection: PostgresConnection, window: ReconnectWindow) -> None:
        # Called for notifications that come with the answer to a statement.
        connection.add_notify_handler(lambda each: self.listeners.tell({each.channel}))
        heard: set[str] = set()
        while not self.listeners.is_over:
            wanted = self.listeners.channel_names()
            if wanted != heard:
                connection.execute(statements.change_channels(heard, wanted))
                window.close()
                self.listeners.tell(wanted - heard)
                heard = wanted
            # Before waiting: the driver may have received more than it has looked at.
            self.listeners.tell(read_notifications(connection.pgconn))
            self._readiness.wait(connection.fileno())


def _closed_error() -> OperationalError:
    return OperationalError("the datastore was closed while a subscription used it")
