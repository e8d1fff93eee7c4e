"""What the name of a SQLite database says: file or memory, private or shared. Pure functions."""

from __future__ import annotations

import os
from urllib.parse import parse_qsl, quote, unquote


def is_memory(db_name: str | None) -> bool:
    """Say whether the database lives in memory only."""
    return bool(db_name) and (":memory:" in str(db_name) or "mode=memory" in str(db_name))


def is_private_memory(db_name: str | None) -> bool:
    """Say whether every connection has an own database in memory."""
    if not is_memory(db_name):
        return False
    _, options = split_uri(str(db_name))
    return options.get("cache") != "shared"


def identify(db_name: str | None) -> tuple[str, str] | None:
    """Return a key that all names of one database in this process have, `None` if it is private.

    Files that are reached by other names than paths that resolve to the same are not recognised.
    """
    if not db_name:
        return None
    path, _ = split_uri(os.fspath(db_name))
    if is_memory(db_name):
        return None if is_private_memory(db_name) else ("memory", path)
    try:
        return ("file", os.path.realpath(path))
    except ValueError:  # no file can have this name; opening it will say so
        return None


def make_absolute(db_name: str) -> str:
    """Return a name that means the same file after the process has changed its folder."""
    if not db_name or is_memory(db_name):
        return db_name
    if not db_name.startswith("file:"):
        return os.path.abspath(db_name)
    path, options = split_uri(db_name)
    if not path or os.path.isabs(path) or "vfs" in options:
        return db_name
    relative = db_name.removeprefix("file:").partition("#")[0].partition("?")[0]
    return f"file:{quote(os.path.abspath(path))}{db_name.removeprefix(f'file:{relative}')}"


def split_uri(db_name: str) -> tuple[str, dict[str, str]]:
    """Return the path and the options of a database name, which may be a URI or a plain path."""
    if not db_name.startswith("file:"):
        return db_name, {}
    path, _, query = db_name.removeprefix("file:").partition("#")[0].partition("?")
    if path.startswith("//"):
        path = "/" + path[2:].partition("/")[2]  # without the authority: empty, or localhost
    return unquote(path), dict(parse_qsl(query))
