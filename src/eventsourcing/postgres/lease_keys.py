"""The numbers that stand for leases on the server: pure functions."""

from __future__ import annotations

import hashlib


def lease_key(schema: str, name: str) -> int:
    """Return the key of the advisory lock, a signed number of 64 bits, always the same.

    Programs of all versions of the library must agree on it. Keys of two names are equal with a
    probability of 2**-64.
    """
    text = f"eventsourcing lease\0{schema}\0{name}"
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
