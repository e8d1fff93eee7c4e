"""The environment variables of the engine and what they mean (contract sections 16.1 and 17)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from eventsourcing.utils import Environment, resolve_topic, strtobool

N = TypeVar("N", int, float)


class PostgresVariables:
    """Names the environment variables, as class attributes, and reads them from `env`.

    Base of the factories of both flavours.
    """

    POSTGRES_DBNAME: ClassVar[str] = "POSTGRES_DBNAME"
    POSTGRES_HOST: ClassVar[str] = "POSTGRES_HOST"
    POSTGRES_PORT: ClassVar[str] = "POSTGRES_PORT"
    POSTGRES_USER: ClassVar[str] = "POSTGRES_USER"
    POSTGRES_PASSWORD: ClassVar[str] = "POSTGRES_PASSWORD"  # noqa: S105 (a name)
    POSTGRES_GET_PASSWORD_TOPIC: ClassVar[str] = "POSTGRES_GET_PASSWORD_TOPIC"  # noqa: S105
    POSTGRES_CONNECT_TIMEOUT: ClassVar[str] = "POSTGRES_CONNECT_TIMEOUT"
    POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT: ClassVar[str] = (
        "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT"
    )
    POSTGRES_POOL_SIZE: ClassVar[str] = "POSTGRES_POOL_SIZE"
    POSTGRES_MAX_OVERFLOW: ClassVar[str] = "POSTGRES_MAX_OVERFLOW"
    POSTGRES_POOL_MAX_OVERFLOW: ClassVar[str] = "POSTGRES_POOL_MAX_OVERFLOW"
    POSTGRES_MAX_WAITING: ClassVar[str] = "POSTGRES_MAX_WAITING"
    POSTGRES_POOL_TIMEOUT: ClassVar[str] = "POSTGRES_POOL_TIMEOUT"
    POSTGRES_CONN_MAX_AGE: ClassVar[str] = "POSTGRES_CONN_MAX_AGE"
    POSTGRES_PRE_PING: ClassVar[str] = "POSTGRES_PRE_PING"
    POSTGRES_LOCK_TIMEOUT: ClassVar[str] = "POSTGRES_LOCK_TIMEOUT"
    POSTGRES_RECONNECT_TIMEOUT: ClassVar[str] = "POSTGRES_RECONNECT_TIMEOUT"
    POSTGRES_SCHEMA: ClassVar[str] = "POSTGRES_SCHEMA"
    POSTGRES_ENABLE_DB_FUNCTIONS: ClassVar[str] = "POSTGRES_ENABLE_DB_FUNCTIONS"
    POSTGRES_SINGLE_ROW_TRACKING: ClassVar[str] = "SINGLE_ROW_TRACKING"
    ORIGINATOR_ID_TYPE: ClassVar[str] = "ORIGINATOR_ID_TYPE"
    CREATE_TABLE: ClassVar[str] = "CREATE_TABLE"

    env: Environment

    def env_create_table(self) -> bool:
        """Say whether recorders made by the factory create their tables (`CREATE_TABLE`)."""
        return strtobool(self.env.get(self.CREATE_TABLE) or "yes")

    def datastore_options(self) -> dict[str, Any]:
        """Return the arguments for the datastore.

        Raises `OSError` for variables that are missing, or malformed numbers and enumerations,
        and `ValueError` for malformed truth words.
        """
        return {
            **self._server_options(),
            **self._pool_options(),
            "idle_in_transaction_session_timeout": self._integer(
                self.POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT, 5
            ),
            "lock_timeout": self._integer(self.POSTGRES_LOCK_TIMEOUT, 0),
            "reconnect_timeout": self._number(self.POSTGRES_RECONNECT_TIMEOUT, 30.0, float),
            "schema": self.env.get(self.POSTGRES_SCHEMA, ""),
            "single_row_tracking": strtobool(self.env.get(self.POSTGRES_SINGLE_ROW_TRACKING, "t")),
            "originator_id_type": self._originator_id_type(),
            "enable_db_functions": self._boolean(self.POSTGRES_ENABLE_DB_FUNCTIONS),
        }

    def _server_options(self) -> dict[str, Any]:
        password_topic = self.env.get(self.POSTGRES_GET_PASSWORD_TOPIC)
        return {
            "dbname": self._required(self.POSTGRES_DBNAME, "database name"),
            "host": self._required(self.POSTGRES_HOST, "host"),
            "port": self.env.get(self.POSTGRES_PORT) or "5432",
            "user": self._required(self.POSTGRES_USER, "user"),
            "password": ""
            if password_topic
            else self._required(self.POSTGRES_PASSWORD, "password"),
            "get_password_func": resolve_topic(password_topic) if password_topic else None,
        }

    def _pool_options(self) -> dict[str, Any]:
        overflow_key = (
            self.POSTGRES_MAX_OVERFLOW
            if self.env.get(self.POSTGRES_MAX_OVERFLOW)
            else self.POSTGRES_POOL_MAX_OVERFLOW
        )
        return {
            "connect_timeout": self._connect_timeout(),
            "pool_size": self._integer(self.POSTGRES_POOL_SIZE, 5),
            "max_overflow": self._integer(overflow_key, 10),
            "max_waiting": self._integer(self.POSTGRES_MAX_WAITING, 0),
            "conn_max_age": self._number(self.POSTGRES_CONN_MAX_AGE, 3600.0, float),
            "pre_ping": self._boolean(self.POSTGRES_PRE_PING),
        }

    def _connect_timeout(self) -> float:
        if self.env.get(self.POSTGRES_CONNECT_TIMEOUT):
            return self._integer(self.POSTGRES_CONNECT_TIMEOUT, 30)
        return self._number(self.POSTGRES_POOL_TIMEOUT, 30.0, float)

    def _originator_id_type(self) -> str:
        value = self.env.get(self.ORIGINATOR_ID_TYPE, "uuid")
        if value.lower() not in {"uuid", "text"}:
            raise OSError(f"Invalid {self.ORIGINATOR_ID_TYPE} '{value}', must be 'uuid' or 'text'")
        return value.lower()

    def _required(self, key: str, what: str) -> str:
        value = self.env.get(key)
        if value is None:
            raise OSError(f"Postgres {what} not found in environment with key '{key}'")
        return value

    def _boolean(self, key: str) -> bool:
        return strtobool(self.env.get(key) or "no")

    def _integer(self, key: str, default: int) -> int:
        return self._number(key, default, int)

    def _number(self, key: str, default: N, parse: Callable[[str], N]) -> N:
        value = self.env.get(key)
        if not value:
            return default
        try:
            return parse(value)
        except ValueError:
            what = "an integer" if parse is int else "a float"
            raise OSError(
                f"Postgres environment value for key '{key}' is invalid. "
                f"If set, {what} or empty string is expected: '{value}'"
            ) from None
