"""What is running in the background, for tests that nothing is left.

The hand-written twin of `background_async`.
"""

from __future__ import annotations

import threading


def running() -> set[object]:
    """Return the threads that are alive."""
    return {*threading.enumerate()}
