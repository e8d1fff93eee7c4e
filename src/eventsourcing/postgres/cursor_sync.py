# Generated from cursor_async.py by tools/async_to_sync.py: do not edit.
"""The driver's cursor, with an error of the driver for text that the server cannot store."""

from __future__ import annotations

from typing import Any, Self

import psycopg
from psycopg.rows import Row


class PostgresCursor(psycopg.Cursor[Row]):
    """Executes statements; text with lone surrogates, which has no UTF-8 form, is a `DataError`."""

    def execute(self, *args: Any, **kwargs: Any) -> Self:
        """Execute a statement."""
        try:
            return super().execute(*args, **kwargs)
        except UnicodeEncodeError as error:
            raise psycopg.DataError(str(error)) from error

    def executemany(self, *args: Any, **kwargs: Any) -> None:
        """Execute a statement for each set of parameters."""
        try:
            super().executemany(*args, **kwargs)
        except UnicodeEncodeError as error:
            raise psycopg.DataError(str(error)) from error
