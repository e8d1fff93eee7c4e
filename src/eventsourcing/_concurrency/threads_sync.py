"""`Thread` on threads: a daemon thread, for the `*_sync.py` modules.

The hand-written twin of `threads_async`.
"""

import threading

__all__ = ["Thread"]


class Thread(threading.Thread):
    """Runs the method `run` of a subclass by itself, once it is started."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
