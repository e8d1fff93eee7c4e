# Generated from processing_async.py by tools/async_to_sync.py: do not edit.
"""The core of all runners: takes events from a source and hands them to a processor (J19-J21)."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from eventsourcing._concurrency.primitives_sync import Event
from eventsourcing._concurrency.signals_sync import Interruption, is_cancellation
from eventsourcing.projection.error_policy import RetryInterruptedError
from eventsourcing.projection.jobs import Job
from eventsourcing.projection.processors_sync import Processor
from eventsourcing.projection.status import Activity

_READ_AHEAD = 100


class Source(Protocol):
    """Where events come from, such as a subscription to an application."""

    def next_batch(self, limit: int) -> Sequence[Job[Any]]:
        """Return the next events, at most `limit`, waiting for the first; end when stopped."""
        ...

    def stop(self) -> None:
        """End, also for one who waits for events; does not block."""


class Processing(Activity):
    """Processes the events of a source, in order, until interrupted or until one fails.

    It may run in the background, and does not refer to the runner for which it does so; `get_owner`
    returns that, or `None` when it was collected. Otherwise, who calls `run()` takes the error.
    """

    def __init__(
        self,
        source: Source,
        processor: Processor,
        interruption: Interruption | Event,
        get_owner: Callable[[], object | None] | None = None,
    ) -> None:
        super().__init__()
        self._source = source
        self._processor = processor
        self._interruption = interruption
        self._get_owner = get_owner
        self._error: BaseException | None = None
        self._observers: tuple[Callable[[], None], ...] = ()

    def add_observer(self, observer: Callable[[], None]) -> None:
        """Have the function called each time that events have been processed; it must not raise."""
        self._observers = (*self._observers, observer)

    def take_error(self) -> BaseException | None:
        """Return the error with which processing ended, once."""
        error, self._error = self._error, None
        return error

    def run(self) -> None:
        """Process events until interrupted; an error is kept, and interrupts those who wait."""
        stopper = _Stopper(self._source)
        if isinstance(self._interruption, Interruption):
            self._interruption.listen(stopper)
        try:
            self._process_all()
        except RetryInterruptedError:
            pass  # the event that waited for another try will be delivered again
        except BaseException as error:
            if is_cancellation(error):
                raise
            self._keep(error)
        finally:
            self.is_running = False
            self._observers = ()
            self._interruption.set()
            if isinstance(self._interruption, Interruption):
                self._interruption.unlisten(stopper)
            self._source.stop()

    def _process_all(self) -> None:
        size = self._processor.batch_size
        limit = max(size, _READ_AHEAD)
        while not self._interruption.is_set():
            try:
                jobs = self._source.next_batch(limit)
            except StopIteration:
                return
            for first in range(0, len(jobs), size):
                if self._interruption.is_set():
                    return
                self._process(jobs[first : first + size])

    def _process(self, jobs: Sequence[Job[Any]]) -> None:
        self._processor.process(jobs)
        self.note_processed(len(jobs), jobs[-1][1].notification_id)
        for observe in self._observers:
            observe()

    def _keep(self, error: BaseException) -> None:
        self._error = error
        self.note_failure(error)
        if self._get_owner is not None:
            warn_without_owner(self._get_owner, error)


def warn_without_owner(get_owner: Callable[[], object | None], error: BaseException) -> None:
    """Issue a warning if the runner that would have been asked for the error is gone (J26)."""
    if get_owner() is None:
        text = "".join(traceback.format_exception(error))
        warnings.warn(
            f"ProjectionRunner was deleted before error could be assigned:\n{text}",
            RuntimeWarning,
            stacklevel=2,
        )


class _Stopper:
    """Stops a source when it is told of an interruption."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def set(self) -> None:
        self._source.stop()
