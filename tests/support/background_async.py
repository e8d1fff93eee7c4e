# Hand-written pair: tasks are counted by the event loop, threads by the interpreter.
"""What is running in the background, for tests that nothing is left."""

from __future__ import annotations

import asyncio
import threading


def running() -> set[object]:
    """Return the tasks and threads that are alive."""
    return {*asyncio.all_tasks(), *threading.enumerate()}
