"""What is to happen when an event cannot be processed: values that a projection declares.

class Totals(Projection[TotalsView]):
    on_error = Retry(attempts=5, then=PutAside())
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    InterfaceError,
    OperationalError,
    WaitInterruptedError,
)

NOT_THE_EVENTS_FAULT = (InterfaceError, OperationalError, ConnectionPoolClosedError)
"""What is raised when the database cannot do its work, whatever the event is."""


@dataclass(frozen=True)
class Stop:
    """Stop processing, and raise the error. This is the default."""


@dataclass(frozen=True)
class PutAside:
    """Keep the event as a dead letter, and go on with the next one.

    Later events of the same aggregate, and later decisions that share a tag with one that is put
    aside, are put aside too, without being tried, until those before them have been retried or
    dropped. Not for errors of the database or of the connection to
    it, which are no fault of the event: these stop processing.
    """


@dataclass(frozen=True)
class Retry:
    """Try again after a pause, and do what `then` says when the last attempt has failed.

    `attempts` counts the first one too; `None` is without end. The first pause takes `wait`
    seconds, each further one `factor` times as long, at most `longest_wait`.
    """

    attempts: int | None = 5
    wait: float = 0.1
    factor: float = 2.0
    longest_wait: float = 60.0
    then: Stop | PutAside = Stop()

    def __post_init__(self) -> None:
        if self.attempts is not None:
            if not isinstance(self.attempts, int):
                raise TypeError(f"attempts is {self.attempts!r}: expected a whole number, or None")
            if self.attempts < 1:
                raise ValueError(f"attempts is {self.attempts}: expected 1 or more, or None")
        for name in ("wait", "factor", "longest_wait"):
            value: Any = getattr(self, name)
            if not isinstance(value, int | float):
                raise TypeError(f"{name} is {value!r}: expected a number")
            if not 0 <= value < math.inf:
                raise ValueError(f"{name} is {value}: expected a finite number, 0 or greater")
        if not isinstance(self.then, Stop | PutAside):
            raise TypeError(f"then is {self.then!r}: expected Stop() or PutAside()")

    def waits(self) -> Iterator[float]:
        """Return the seconds to wait after each attempt that fails, but the last."""
        seconds = min(self.wait, self.longest_wait)
        number = 1
        while self.attempts is None or number < self.attempts:
            yield seconds
            seconds = min(seconds * self.factor, self.longest_wait)
            number += 1


ErrorPolicy: TypeAlias = Stop | Retry | PutAside


class RetryInterruptedError(WaitInterruptedError):
    """Processing was stopped while an event that had failed waited for its next attempt.

    The event was not processed, and will be delivered again.
    """


def find_policy(projection: Any) -> ErrorPolicy:
    """Return what the projection declares as `on_error`; `TypeError` if that is no policy."""
    declared: Any = getattr(projection, "on_error", None)
    if declared is None or inspect.isroutine(declared):  # a method of that name is the user's own
        return Stop()
    if isinstance(declared, Stop | Retry | PutAside):
        return declared
    raise TypeError(
        f"{type(projection).__qualname__}.on_error is {declared!r}: "
        "expected Stop(), Retry(…) or PutAside()"
    )
