# Generated from partition_source_async.py by tools/async_to_sync.py: do not edit.
"""The events of one partition: where they come from, and what is tracked between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from eventsourcing.persistence import Mapper, Notification, Tracking
from eventsourcing.persistence.recorders_sync import TrackingRecorder
from eventsourcing.persistence.subscription_sync import Subscription
from eventsourcing.projection.application_subscription_sync import ApplicationSubscription
from eventsourcing.projection.jobs import Job
from eventsourcing.projection.partitions import History, Layout, partition_of
from eventsourcing.projection.processors_sync import Processor

_PASSED: Final[Any] = object()
"""Stands for an event: up to this position there was nothing more for this partition."""


class PartitionSource:
    """The events of a subscription that belong to one partition.

    After those that were read at once comes a position without an event, if other partitions have
    the last of these, so that it is known that this one has seen everything up to there.
    """

    def __init__(
        self,
        subscription: ApplicationSubscription[Any],
        layout: Layout,
        partition: int,
        history: History | None = None,
    ) -> None:
        self._subscription: Subscription[Any] = subscription.subscription
        self._mapper: Mapper[Any] = subscription.mapper
        self._layout = layout
        self._partition = partition
        self._name = layout.name_of(partition)
        self._history = history or History()
        self._unconverted: Sequence[Notification] = ()

    def stop(self) -> None:
        """End, also for one who waits for events; does not block."""
        self._subscription.stop()

    def next_batch(self, limit: int) -> list[Job[Any]]:
        """Return the next events, about `limit` if there are as many, waiting for the first only.

        Events that cannot be reconstructed fail as those of the subscription do.
        """
        number = limit * self._layout.number  # of which a fraction belongs to this partition
        notifications = self._unconverted or self._subscription.next_batch(number)
        self._unconverted = ()
        jobs: list[Job[Any]] = []
        for index, notification in enumerate(notifications):
            if not self._is_mine(notification):
                continue
            try:
                domain_event = self._mapper.to_domain_event(notification)
            except Exception:
                if not jobs:
                    raise
                self._unconverted = notifications[index:]
                return jobs
            jobs.append((domain_event, Tracking(self._name, notification.id)))
        last = notifications[-1].id
        if not jobs or jobs[-1][1].notification_id < last:
            jobs.append((_PASSED, Tracking(self._name, last)))
        return jobs

    def _is_mine(self, notification: Notification) -> bool:
        originator_id, number = notification.originator_id, self._layout.number
        return partition_of(originator_id, number) == self._partition and not self._history.has(
            originator_id, notification.id
        )


class Passing:
    """Tracks positions without an event; events are processed by another processor."""

    def __init__(self, processor: Processor, recorder: TrackingRecorder) -> None:
        self._processor = processor
        self._recorder = recorder

    @property
    def batch_size(self) -> int:
        """That of the other processor."""
        return self._processor.batch_size

    def process(self, jobs: Sequence[Job[Any]]) -> None:
        """Process the events, then track the position at the end."""
        domain_event, tracking = jobs[-1]
        if domain_event is not _PASSED:
            self._processor.process(jobs)
            return
        if len(jobs) > 1:
            self._processor.process(jobs[:-1])
        self._recorder.insert_tracking(tracking)
