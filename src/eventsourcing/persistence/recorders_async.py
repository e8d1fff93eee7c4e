"""The recorder interfaces, which every engine implements (contract B1-B11, D1-D6, Y1-Y10)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing._concurrency.primitives_async import Event, sleep, wait_event
from eventsourcing.persistence.errors import WaitInterruptedError
from eventsourcing.persistence.records import Notification, StoredEvent, Tracking

if TYPE_CHECKING:
    from eventsourcing.persistence.subscription_async import AsyncSubscription

_FIRST_POLL_SECONDS = 0.1
_LONGEST_POLL_SECONDS = 0.8


class AsyncRecorder:
    """Base of all recorders."""


class AsyncAggregateRecorder(AsyncRecorder, ABC):
    """Stores and selects the events (or snapshots) of aggregates."""

    @abstractmethod
    async def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Store all the events atomically, or none.

        Raises `IntegrityError` if an event with the same ID and version is stored already or
        given twice. Versions are not checked for gaps. Unknown keywords are ignored.
        Application recorders return the notification IDs in the order of the events, others `None`.
        """

    @abstractmethod
    async def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return events of one aggregate in the order of their versions, descending if `desc`.

        Versions greater than `gt`, up to and including `lte`, at most `limit` of them.
        """


class AsyncApplicationRecorder(AsyncAggregateRecorder):
    """Stores events also in one total order, in which notifications can be selected.

    IDs increase strictly in the order of recording. Once a reader has seen an ID, no lower ID
    becomes visible later. Gaps are possible, and must be expected.
    """

    @abstractmethod
    async def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return at most `limit` notifications in ascending order of their IDs.

        IDs from `start` (or greater than it, unless `inclusive_of_start`) up to and including
        `stop`; of the given topics, if any. `start=None` is the beginning.
        """

    @abstractmethod
    async def max_notification_id(self) -> int | None:
        """Return the greatest notification ID, `None` if there are no events."""

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> AsyncSubscription[Any]:
        """Return an iterator over notifications after `gt`, which waits for new ones at the end."""
        raise NotImplementedError(
            f"The {type(self).__qualname__} recorder does not support subscriptions"
        )


class AsyncTrackingRecorder(AsyncRecorder, ABC):
    """Records how far the notifications of upstream applications have been processed."""

    async def insert_tracking(self, tracking: Tracking) -> None:
        """Record that a notification has been processed.

        Raises `IntegrityError` if its ID is not greater than the greatest one recorded.
        """
        raise NotImplementedError(f"{type(self).__qualname__} does not implement insert_tracking()")

    @abstractmethod
    async def max_tracking_id(self, application_name: str) -> int | None:
        """Return the greatest processed notification ID of the application, `None` if none is."""

    async def has_tracking_id(self, application_name: str, notification_id: int | None) -> bool:
        """Say whether the notification has been processed (`None` always has)."""
        if notification_id is None:
            return True
        max_tracking_id = await self.max_tracking_id(application_name)
        return max_tracking_id is not None and max_tracking_id >= notification_id

    async def wait(
        self,
        application_name: str,
        notification_id: int | None,
        timeout: float = 1.0,
        interrupt: Event | None = None,
    ) -> None:
        """Return when the notification has been processed.

        Raises `TimeoutError` after `timeout` seconds, and `WaitInterruptedError` if `interrupt`
        is set first. What has been processed already is never waited for.
        """
        deadline = monotonic() + timeout
        pause = _FIRST_POLL_SECONDS
        while not await self.has_tracking_id(application_name, notification_id):
            if interrupt is not None and interrupt.is_set():
                raise WaitInterruptedError
            remaining = deadline - monotonic()
            if remaining <= 0:
                raise TimeoutError(
                    f"Timed out waiting for notification {notification_id} "
                    f"from application '{application_name}' to be processed"
                )
            if interrupt is None:
                await sleep(min(pause, remaining))
            else:
                await wait_event(interrupt, min(pause, remaining))
            pause = min(pause * 2, _LONGEST_POLL_SECONDS)


class AsyncProcessRecorder(AsyncTrackingRecorder, AsyncApplicationRecorder, ABC):
    """Stores events and, in the same transaction, the tracking record given as `tracking=`."""
