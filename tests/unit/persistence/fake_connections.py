"""A connection pool without a database, for the tests of the pool."""

from __future__ import annotations

from typing import Any

from eventsourcing.persistence import Connection, ConnectionPool, Cursor


class FakeCursor(Cursor):
    def __init__(self, connection: FakeConnection) -> None:
        self.connection = connection

    def execute(self, statement: str | bytes, params: Any = None) -> None:
        if self.connection.is_dead:
            raise ConnectionError("server has gone")
        self.connection.statements.append(statement)

    def fetchall(self) -> Any:
        return []

    def fetchone(self) -> Any:
        return None


class FakeConnection(Connection[FakeCursor]):
    def __init__(self, max_age: float | None = None) -> None:
        super().__init__(max_age)
        self.is_dead = False
        self.statements: list[str | bytes] = []

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def cursor(self) -> FakeCursor:
        return FakeCursor(self)

    def _close(self) -> None:
        super()._close()


class FakePool(ConnectionPool[FakeConnection]):
    """Counts connections; raises `error`, if there is one, instead of making one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.num_created = 0
        self.error: Exception | None = None

    def _create_connection(self) -> FakeConnection:
        if self.error is not None:
            raise self.error
        self.num_created += 1
        return FakeConnection(max_age=self.max_age)
