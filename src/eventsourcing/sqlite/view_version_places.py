"""Where the versions of a view are: each in a database of its own. Pure functions."""

from __future__ import annotations

import hashlib
import os
import re

from eventsourcing.sqlite.database_names import is_memory, is_private_memory, split_uri

_UNSAFE = re.compile("[^a-z0-9_-]+")


def version_db_name(db_name: str, view_name: str, version: int) -> str:
    """Return the name of the database for a version: beside the given one, with its options.

    Versions of a view in a private database in memory have one each, too, of the same name.
    """
    if is_private_memory(db_name):
        return db_name
    ending = f".{_file_name(view_name)}.v{version}"
    if not db_name.startswith("file:"):
        return _insert(db_name, ending)
    path, separator, options = db_name.partition("?")
    if is_memory(db_name) and split_uri(db_name)[0] == ":memory:":
        # Only this very path means memory by itself.
        path, options = "file:memory", f"mode=memory&{options}"
    return f"{_insert(path, ending)}{separator}{options}"


def _insert(path: str, ending: str) -> str:
    root, extension = os.path.splitext(path)
    return f"{root}{ending}{extension}"


def _file_name(view_name: str) -> str:
    """Return a name that a file may have on every system; names differ not only by case."""
    name = view_name.lower()
    if not _UNSAFE.search(name) and 0 < len(name) <= 60:
        return name
    digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]
    return f"{_UNSAFE.sub('-', name)[:40]}-{digest}"
