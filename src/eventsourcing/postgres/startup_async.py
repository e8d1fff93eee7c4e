# Hand-written pair: a synchronous constructor may do I/O, an asynchronous one cannot.
"""What has to be done before the database is used: collected here, done by the first use."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any

from eventsourcing._concurrency.primitives_async import Lock

_running: ContextVar[tuple[Startup, ...]] = ContextVar("running startups", default=())


class Startup:
    """Actions that prepare the database, such as creating tables.

    Each is done once, in the order in which they were added. One that fails stays first in the
    queue, so that it is tried again by the next use.
    """

    def __init__(self) -> None:
        self._actions: deque[Callable[[], Coroutine[Any, Any, object]]] = deque()
        self._lock = Lock()

    def add(self, action: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Have the action done before the next use of the database."""
        self._actions.append(action)

    async def finish(self) -> None:
        """Do what is to be done; others wait for that meanwhile, but not the actions themselves."""
        if not self._actions or self in _running.get():
            return
        async with self._lock:
            token = _running.set((*_running.get(), self))
            try:
                while self._actions:
                    await self._actions[0]()
                    self._actions.popleft()
            finally:
                _running.reset(token)
