"""Waiting for what other threads do, without sleeping longer than that takes."""

from __future__ import annotations

import gc
import os
import time
import weakref
from collections.abc import Callable
from typing import Any

PATIENCE = 120.0


def eventually(condition: Callable[[], object]) -> None:
    """Return as soon as the condition is true; fail when it does not become true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{condition} did not become true in {PATIENCE} seconds")
        time.sleep(0.001)


def is_collected(reference: weakref.ref[Any]) -> bool:
    """Say whether the object is gone; a thread that is about to end may still refer to it."""
    gc.collect()
    return reference() is None


def count_open_files() -> int:
    """Return how many files this process has open that are not just waiting to be collected."""
    gc.collect()
    return len(os.listdir("/proc/self/fd"))
