"""Calling the function that returns the password for a new connection.

The hand-written twin of `passwords_async`.
"""

from __future__ import annotations

from collections.abc import Callable


def fetch_password(get_password: Callable[[], str]) -> str:
    """Return what the function returns."""
    return get_password()
