# Generated from pool_async.py by tools/async_to_sync.py: do not edit.
"""Connections and their pool: passwords that expire, errors that say what the server said."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any, LiteralString, Self

import psycopg
import psycopg_pool
from psycopg.rows import DictRow, dict_row

from eventsourcing.postgres.cursor_sync import PostgresCursor
from eventsourcing.postgres.driver_pool_sync import DriverPool
from eventsourcing.postgres.passwords_sync import fetch_password

# For how long the pool tries, with growing pauses, to make a connection. After that it tries
# at once when somebody asks for a connection, so a server that returns is found without delay.
_REPLACE_SECONDS = 3.0

# When the server's machine is gone, nothing tells so. With these settings the operating system
# finds out in about a minute.
_DEAD_PEER = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}

# For connections that hold locks, or do nothing but wait: both sides find out in about ten seconds
# that the other machine is gone. Connections through Unix sockets, and some platforms, ignore this.
_DEAD_PEER_SOON = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_SET_DEAD_PEER_SOON = (
    "SELECT set_config('tcp_keepalives_idle', '5', false), "
    "set_config('tcp_keepalives_interval', '2', false), "
    "set_config('tcp_keepalives_count', '3', false), "
    "set_config('tcp_user_timeout', '10000', false)"
)

_SET_IDLE_TIMEOUT = "SELECT set_config('idle_in_transaction_session_timeout', %s, false)"


class Login:
    """Gives the password for each new connection, and keeps the error of the last attempt."""

    def __init__(self, get_password_func: Callable[[], str] | None) -> None:
        self.get_password_func = get_password_func
        self.last_error: Exception | None = None

    def options(self) -> dict[str, str]:
        """Return what replaces the options of the connection."""
        if self.get_password_func is None:
            return {}
        try:
            return {"password": fetch_password(self.get_password_func)}
        except Exception as error:
            raise psycopg.OperationalError(f"no password could be had: {error!r}") from error


class PostgresConnection(psycopg.Connection[DictRow]):
    """A connection that asks for its password, and knows the composite types registered on it."""

    registered_types: frozenset[str] = frozenset()
    backend: tuple[int, str] | None = None
    """The server's process, once somebody has asked for it: its ID, and when it was started."""

    @classmethod
    def connect(  # type: ignore[override]
        cls, conninfo: str = "", *, login: Login, idle_timeout: float, **kwargs: Any
    ) -> Self:
        """Connect as the driver does, with the password that `login` gives.

        `idle_timeout` is the number of seconds after which the server ends an idle transaction.
        """
        try:
            kwargs.update(login.options())
            connection = super().connect(conninfo, **kwargs)
            connection.set_up(_SET_IDLE_TIMEOUT, [str(int(idle_timeout * 1000))])
        except Exception as error:
            login.last_error = error
            raise
        login.last_error = None
        return connection

    def set_up(self, statement: LiteralString, params: Sequence[str] = ()) -> None:
        """Execute a statement that a new connection needs; without it, the connection is closed."""
        try:
            self.execute(statement, params)
        except BaseException:
            self.close()
            raise


class ConnectionPool(DriverPool[PostgresConnection]):
    """The driver's pool, with a function that gives the password of each new connection.

    With `pre_ping`, a connection is tested each time before somebody gets it.
    """

    def __init__(
        self,
        *,
        get_password_func: Callable[[], str] | None = None,
        idle_in_transaction_session_timeout: float = 0,
        open_timeout: float | None = None,
        pre_ping: bool = False,
        kwargs: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self._open_timeout = open_timeout
        self.get_password_func = get_password_func
        self.login: Login = Login(get_password_func)
        super().__init__(
            connection_class=PostgresConnection,
            kwargs={
                "autocommit": True,
                "row_factory": dict_row,
                "cursor_factory": PostgresCursor,
                "client_encoding": "utf8",
                **_DEAD_PEER,
                **(kwargs or {}),
                "login": self.login,
                "idle_timeout": idle_in_transaction_session_timeout,
            },
            open=False,
            reconnect_timeout=max(_REPLACE_SECONDS, open_timeout or 0.0),
            reconnect_failed=_serve_those_who_wait,
            check=_make_check(weakref.ref(self)) if pre_ping else None,
            **options,
        )

    def getconn(self, timeout: float | None = None) -> PostgresConnection:
        """Take a connection; when that takes too long, say why connections cannot be made."""
        try:
            return super().getconn(timeout)
        except psycopg_pool.PoolTimeout as error:
            raise self._explained(error) from error

    def open_and_wait(self) -> None:
        """Open the pool; with an open timeout, wait that long for it to have its connections."""
        try:
            self.open(wait=self._open_timeout is not None, timeout=self._open_timeout or 0.0)
        except psycopg_pool.PoolTimeout as error:
            raise self._explained(error) from error

    def connect_beside(self, timeout: float | None = None) -> PostgresConnection:
        """Make a connection like those of the pool, but beside it, for who keeps it for long.

        Tries for `timeout` seconds, and at most for as long as one waits for one of the pool. The
        pool need not be open.
        """
        seconds = self.timeout if timeout is None else min(timeout, self.timeout)
        options: dict[str, Any] = dict(self.kwargs or {})  # type: ignore[arg-type]
        options |= {**_DEAD_PEER_SOON, "connect_timeout": max(1, round(seconds))}
        connection = PostgresConnection.connect(**options)
        connection.set_up(_SET_DEAD_PEER_SOON)
        return connection

    def _explained(self, error: psycopg_pool.PoolTimeout) -> psycopg_pool.PoolTimeout:
        reason = self.login.last_error
        return psycopg_pool.PoolTimeout(f"{error}: {reason}" if reason else str(error))


def _make_check(
    pool: weakref.ref[ConnectionPool],
) -> Callable[[PostgresConnection], None]:
    """Return a function that tests a connection of the pool, which it does not keep alive.

    Where one is dead, others are: then all that are idle are tested, and replaced. The driver
    would find them one by one, with a pause after each that is twice as long as the one before.
    """

    def check(connection: PostgresConnection) -> None:
        try:
            connection.execute("")
        except psycopg.Error:
            owner = pool()
            if owner is not None:
                owner.check()
            raise

    return check


def _serve_those_who_wait(pool: psycopg_pool.ConnectionPool[Any]) -> None:
    """Begin again to connect, if somebody is still waiting for that."""
    if pool.get_stats().get("requests_waiting"):
        pool.check()
