"""Asynchronous read responses over those of recorders that have only a synchronous side."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any, Self

from eventsourcing._concurrency.primitives_sync import Lock
from eventsourcing.dcb.api import AsyncDCBReadResponse, DCBReadResponse, DCBSequencedEvent

BATCH_SIZE = 1000


class BridgeDCBReadResponse(AsyncDCBReadResponse):
    """The events of a synchronous response, of which each hop to a thread takes a batch.

    So a program that reads very many events need not have all of them in memory, if the synchronous
    response does not. Cancelling a task that waits for the next event loses none.
    """

    def __init__(self, response: DCBReadResponse, run: Callable[..., Any]) -> None:
        self._response = response
        self._run = run
        self._lock = Lock()  # two threads meet here if a task is cancelled that has another go
        self._taken: deque[DCBSequencedEvent] = deque()
        self._is_exhausted = False
        self._error: BaseException | None = None

    @property
    def head(self) -> int | None:
        """The position up to which nothing that matches is missing."""
        return self._response.head

    async def __anext__(self) -> DCBSequencedEvent:
        if not self._taken and not self._is_exhausted:
            await self._run(self.take_batch)
        if not self._taken:
            raise StopAsyncIteration
        return self._taken.popleft()

    def take_batch(self) -> Self:
        """Take the next events if all that were taken have been returned; runs in a thread."""
        with self._lock:
            if not self._taken and not self._is_exhausted and self._error is None:
                try:
                    self._taken.extend(islice(self._response, BATCH_SIZE))
                except BaseException as error:
                    self._error = error  # raised when what was taken before has been returned
                else:
                    self._is_exhausted = len(self._taken) < BATCH_SIZE
            if self._error is not None and not self._taken:
                raise self._error
        return self
