"""What the environment says about a SQLite database (contract 17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from eventsourcing.sqlite.connections import Synchronous
from eventsourcing.sqlite.database_names import is_private_memory
from eventsourcing.sqlite.datastore import OriginatorIDType, SQLiteDatastore
from eventsourcing.utils import Environment, strtobool

SQLITE_DBNAME = "SQLITE_DBNAME"
SQLITE_LOCK_TIMEOUT = "SQLITE_LOCK_TIMEOUT"
SQLITE_SYNCHRONOUS = "SQLITE_SYNCHRONOUS"
SINGLE_ROW_TRACKING = "SINGLE_ROW_TRACKING"
ORIGINATOR_ID_TYPE = "ORIGINATOR_ID_TYPE"
CREATE_TABLE = "CREATE_TABLE"

_BRIDGE_THREADS = 5
_LEAST_POOL_TIMEOUT = 5.0


@dataclass(frozen=True)
class SQLiteSettings:
    """The settings of a datastore."""

    db_name: str
    lock_timeout: int | None
    single_row_tracking: bool
    originator_id_type: OriginatorIDType
    synchronous: Synchronous

    @property
    def bridge_threads(self) -> int:
        """How many threads can work for the asynchronous side: one, if there is one connection."""
        return 1 if is_private_memory(self.db_name) else _BRIDGE_THREADS

    def open_datastore(self) -> SQLiteDatastore:
        """Return a new datastore."""
        return SQLiteDatastore(
            self.db_name,
            lock_timeout=self.lock_timeout,
            # Writers of this process wait for each other in the pool.
            pool_timeout=max(_LEAST_POOL_TIMEOUT, self.lock_timeout or 0),
            single_row_tracking=self.single_row_tracking,
            originator_id_type=self.originator_id_type,
            synchronous=self.synchronous,
        )


def read_settings(env: Environment) -> SQLiteSettings:
    """Return the settings; `OSError` or, for truth words, `ValueError` if they are malformed."""
    return SQLiteSettings(
        db_name=_read_db_name(env),
        lock_timeout=_read_lock_timeout(env),
        single_row_tracking=strtobool(env.get(SINGLE_ROW_TRACKING, "t")),
        originator_id_type=_read_originator_id_type(env),
        synchronous=_read_synchronous(env),
    )


def read_create_table(env: Environment) -> bool:
    """Say whether recorders create their tables when a factory makes them."""
    return strtobool(env.get(CREATE_TABLE) or "yes")


def _read_db_name(env: Environment) -> str:
    db_name = env.get(SQLITE_DBNAME)
    if not db_name:
        keys = ", ".join(env.create_keys(SQLITE_DBNAME))
        raise OSError(f"SQLite database name not found in environment with keys: {keys}")
    return db_name


def _read_lock_timeout(env: Environment) -> int | None:
    value = str(env.get(SQLITE_LOCK_TIMEOUT) or "").strip()
    if not value:
        return None
    try:
        return int(value)
    except ValueError:
        raise OSError(
            f"SQLite environment value for key '{SQLITE_LOCK_TIMEOUT}' is invalid. "
            f"If set, an int or empty string is expected: '{value}'"
        ) from None


def _read_originator_id_type(env: Environment) -> OriginatorIDType:
    value = env.get(ORIGINATOR_ID_TYPE, "uuid")
    if value.lower() not in ("uuid", "text"):
        raise OSError(f"Invalid {ORIGINATOR_ID_TYPE} '{value}', must be 'uuid' or 'text'")
    return cast("OriginatorIDType", value.lower())


def _read_synchronous(env: Environment) -> Synchronous:
    value = env.get(SQLITE_SYNCHRONOUS) or "FULL"
    if value.strip().upper() not in ("FULL", "NORMAL"):
        raise OSError(f"Invalid {SQLITE_SYNCHRONOUS} '{value}', must be 'FULL' or 'NORMAL'")
    return cast("Synchronous", value.strip().upper())
