# Generated from appending_async.py by tools/async_to_sync.py: do not edit.
"""Appending: what is to be appended at the same time is done together, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import psycopg

from eventsourcing._concurrency.combining import Interrupted
from eventsourcing._concurrency.combining_sync import Combiner
from eventsourcing.dcb.postgres_tt.append_call_sync import AppendCall
from eventsourcing.dcb.postgres_tt.batches import Append, AppendBatch, Positions
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.postgres.errors import CommitOutcomeUnknownError, has_cause
from eventsourcing.postgres.retrying_sync import retry

Outcomes = Sequence[int | None | Exception]


class Appender:
    """Appends in batches, whose size grows with the number of threads (or tasks) that append.

    Only one transaction can append at a time, and most of its time is spent on making it durable.
    """

    def __init__(self, call: AppendCall) -> None:
        self._call = call
        self._combiner: Combiner[Append, AppendBatch, int | None] = Combiner(
            AppendBatch, self._append_batch
        )

    def append(self, append: Append) -> int | None:
        """Return the position of the last event, `None` if the condition is not fulfilled."""
        try:
            return self._combiner.submit(append)
        except Interrupted as error:
            raise CommitOutcomeUnknownError(
                "It is not known whether the events were appended: the thread (or task) that was "
                "appending them, together with its own, was interrupted"
            ) from error

    def _append_batch(self, batch: AppendBatch) -> Outcomes:
        try:
            return self._append_with_retries(batch)
        except Exception as error:
            if len(batch.appends) == 1:
                return [error]
            if isinstance(error, InterfaceError | OperationalError):
                return [_copy(error) for _ in batch.appends]
        # It is the fault of one of them.
        outcomes: list[int | None | Exception] = []
        for single in batch.split():
            outcomes += self._append_batch(single)
        return outcomes

    def _append_with_retries(self, batch: AppendBatch) -> Positions:
        outcome = retry(partial(self._attempt, batch))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _attempt(self, batch: AppendBatch) -> Positions | OperationalError:
        """Append; return the error that is not to be followed by another attempt."""
        try:
            return self._call.call(batch)
        except OperationalError as error:
            if has_cause(error, psycopg.errors.LockNotAvailable):
                return error  # it has been waited for as long as it may
            raise


def _copy(error: InterfaceError | OperationalError) -> InterfaceError | OperationalError:
    """Return the error for another thread (or task), which will add its own traceback."""
    copied = type(error)(*error.args)
    copied.__cause__ = error.__cause__
    return copied
