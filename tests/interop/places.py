"""Databases that two libraries share; what is in them, told as plain values."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.support.databases import PostgresDatabase

Rows = dict[str, list[tuple[Any, ...]]]
Schema = list[tuple[Any, ...]]

KEY = "EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8="
COMPRESSED = {"COMPRESSOR_TOPIC": "eventsourcing.compressor:ZlibCompressor"}
ENCRYPTED = {"CIPHER_TOPIC": "eventsourcing.cipher:AESCipher", "CIPHER_KEY": KEY}
CODECS = {
    "plain": {},
    "compressed": COMPRESSED,
    "encrypted": ENCRYPTED,
    "compressed and encrypted": {**COMPRESSED, **ENCRYPTED},
}


def comparable(schema: Schema) -> Schema:
    """The schema without what differs on purpose.

    G31 [fix]: the published library always creates a function that inserts events, ours does not.
    G14 [fix]: our tracking tables have ordinary vacuum settings.
    """
    facts = [fact for fact in schema if "es_insert_events_" not in str(fact)]
    return [
        fact[:-1] if fact[0] == "relation" and "tracking" in fact[2] else fact for fact in facts
    ]


class Place(Protocol):
    """A database for applications."""

    def env(self, **more: str) -> dict[str, str]:
        """The settings of an application that uses it."""
        ...

    def rows(self) -> Rows:
        """What is in each table, in the order of its key."""
        ...

    def schema(self) -> Schema:
        """Everything that was created in it, as the database tells."""
        ...


@dataclass
class SQLiteFile:
    """A file."""

    path: Path

    def env(self, **more: str) -> dict[str, str]:
        return {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(self.path),
            "SQLITE_LOCK_TIMEOUT": "120",
            "IS_SNAPSHOTTING_ENABLED": "y",
            **more,
        }

    def _ask(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(statement).fetchall()

    def tables(self) -> list[str]:
        found = self._ask("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return [name for (name,) in found]

    def rows(self) -> Rows:
        has_rowid = {
            name: "WITHOUT ROWID" not in sql.upper()
            for name, sql in self._ask("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        }
        return {
            name: self._ask(
                f"SELECT {'rowid, ' if has_rowid[name] else ''}* FROM {name} ORDER BY 1, 2"
            )
            for name in self.tables()
        }

    def schema(self) -> Schema:
        facts = [("journal mode", *self._ask("PRAGMA journal_mode")[0])]
        facts += [("user version", *self._ask("PRAGMA user_version")[0])]
        facts += [("application id", *self._ask("PRAGMA application_id")[0])]
        facts += self._ask("SELECT type, name, tbl_name FROM sqlite_master ORDER BY 1, 2")
        for table in self.tables():
            facts += [(table, "column", *row) for row in self._ask(f"PRAGMA table_info({table})")]
            facts += [(table, "index", *row) for row in self._ask(f"PRAGMA index_list({table})")]
            facts += [
                (table, "is without rowid", row[4], "is strict", row[5])
                for row in self._ask("PRAGMA table_list")
                if row[1] == table
            ]
        return facts


@dataclass
class PostgresPlace:
    """A database on a server, and a schema in it."""

    database: PostgresDatabase
    in_schema: str = ""
    more: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.in_schema:
            self._ask(f'CREATE SCHEMA "{self.in_schema}"')

    def env(self, **more: str) -> dict[str, str]:
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            **self.database.patient_environ(),
            "POSTGRES_POOL_SIZE": "1",
            **({"POSTGRES_SCHEMA": self.in_schema} if self.in_schema else {}),
            "IS_SNAPSHOTTING_ENABLED": "y",
            **more,
        }

    def _ask(self, statement: str) -> list[tuple[Any, ...]]:
        with self.database.connect() as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def tables(self) -> list[str]:
        found = self._ask(
            "SELECT tablename FROM pg_tables WHERE schemaname = "
            f"'{self.in_schema or 'public'}' ORDER BY 1"
        )
        return [name for (name,) in found]

    def rows(self) -> Rows:
        return {
            name: self._ask(f'SELECT * FROM "{self.in_schema or "public"}"."{name}" ORDER BY 1, 2')
            for name in self.tables()
        }

    def schema(self) -> Schema:
        return [fact for statement in _CATALOGUES for fact in self._ask(statement)]


_OURS = "NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
_CATALOGUES = [
    f"""SELECT 'relation', n.nspname, c.relname, c.relkind, c.relpersistence,
               ARRAY(SELECT unnest(c.reloptions) ORDER BY 1)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname {_OURS} ORDER BY 2, 3""",
    f"""SELECT 'column', n.nspname, c.relname, a.attnum, a.attname,
               format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attstorage,
               pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE n.nspname {_OURS} AND a.attnum > 0 ORDER BY 2, 3, 4""",
    f"""SELECT 'constraint', n.nspname, c.conname, pg_get_constraintdef(c.oid)
        FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
        WHERE n.nspname {_OURS} ORDER BY 2, 3""",
    "SELECT 'index', schemaname, indexname, indexdef FROM pg_indexes "
    "WHERE schemaname NOT LIKE 'pg\\_%' ORDER BY 2, 3",
    """SELECT 'sequence', schemaname, sequencename, data_type::text, start_value, increment_by,
              cache_size, cycle FROM pg_sequences ORDER BY 2, 3""",
    f"""SELECT 'type', n.nspname, t.typname, t.typtype FROM pg_type t
        JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname {_OURS} ORDER BY 2, 3""",
    f"""SELECT 'function', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname {_OURS} ORDER BY 2, 3""",
    f"""SELECT 'trigger', c.relname, t.tgname FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname {_OURS} ORDER BY 2, 3""",
]
