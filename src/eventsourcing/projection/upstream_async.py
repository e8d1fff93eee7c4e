"""Upstreams: applications as those see them who follow them, whatever they record.

Runners, reports, dead letters and rebuilds ask for nothing else of an application.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar, get_origin

from eventsourcing.application import AsyncApplication
from eventsourcing.application.notification_log_async import AsyncNotificationLog
from eventsourcing.persistence import Mapper, Notification, ProgrammingError
from eventsourcing.projection.application_subscription_async import AsyncApplicationSubscription
from eventsourcing.projection.event_kinds import AGGREGATE_EVENTS, EventKind
from eventsourcing.projection.event_subscription_async import AsyncEventSubscription

if TYPE_CHECKING:
    from eventsourcing.dcb.application import AsyncDCBApplication

TAsyncFollowed = TypeVar("TAsyncFollowed", bound="AsyncApplication[Any] | AsyncDCBApplication")
"""An application that can be followed."""


class UpstreamRecord(NamedTuple):
    """An event as it is recorded."""

    position: int
    to_event: Callable[[], Any]
    """Reconstructs the event, which may fail."""


class AsyncUpstreamEvents(ABC):
    """The events of an application, to be read one by one: all that retrying them needs."""

    name: str
    kind: ClassVar[EventKind]

    async def read_event(self, position: int) -> Any:
        """Return the event at a position; raises `ProgrammingError` if there is none."""
        record = await self.read_next(position - 1, upto=position)
        if record is None:
            raise ProgrammingError(f"Notification {position} is not in the log of '{self.name}'")
        return record.to_event()

    @abstractmethod
    async def read_next(
        self, after: int, topics: Sequence[str] = (), *, upto: int | None = None
    ) -> UpstreamRecord | None:
        """Return the first event after a position, of the topics if any, up to another position."""


class AsyncUpstream(AsyncUpstreamEvents):
    """An application that is followed in this process."""

    def __init__(self, app: Any) -> None:
        self.name: str = app.name
        self._app = app

    @abstractmethod
    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> AsyncEventSubscription[Any, Any]:
        """Return an iterator over the events after a position, of the topics if any."""

    @abstractmethod
    async def last_position(self) -> int | None:
        """Return the last position, `None` if nothing is recorded.

        Nothing with a lower position becomes visible any more.
        """


class AsyncApplicationUpstream(AsyncUpstream):
    """An application that records the events of aggregates."""

    kind = AGGREGATE_EVENTS
    _app: AsyncApplication[Any]

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> AsyncApplicationSubscription[Any]:
        """Return an iterator over the events after a position, of the topics if any."""
        return AsyncApplicationSubscription(self._app, gt, topics)

    async def last_position(self) -> int | None:
        """Return the greatest notification ID."""
        return await self._app.recorder.max_notification_id()

    async def read_next(
        self, after: int, topics: Sequence[str] = (), *, upto: int | None = None
    ) -> UpstreamRecord | None:
        """Return the first event after a position, of the topics if any, up to another position."""
        found = await self._app.recorder.select_notifications(
            start=after, limit=1, stop=upto, topics=topics, inclusive_of_start=False
        )
        return _first(found, self._app.mapper)


@dataclass(frozen=True)
class AsyncUpstreamLog(AsyncUpstreamEvents):
    """The log of an application that is not in this process, as a follower reads it."""

    name: str
    notification_log: AsyncNotificationLog
    mapper: Mapper[Any]
    kind: ClassVar[EventKind] = AGGREGATE_EVENTS

    async def read_next(
        self, after: int, topics: Sequence[str] = (), *, upto: int | None = None
    ) -> UpstreamRecord | None:
        """Return the first event after a position, of the topics if any, up to another position."""
        found = await self.notification_log.select(after + 1, 1, upto, topics)
        return _first(found, self.mapper)


def _first(notifications: Sequence[Notification], mapper: Mapper[Any]) -> UpstreamRecord | None:
    for each in notifications:
        return UpstreamRecord(each.id, partial(mapper.to_domain_event, each))
    return None


def find_upstream(app: AsyncApplication[Any] | AsyncDCBApplication) -> AsyncUpstream:
    """Return the application as those see it who follow it; `TypeError` if it is something else."""
    try:
        upstream_class = select_upstream(type(app))
    except TypeError:
        raise TypeError(
            f"app is {app!r}: expected an object of a subclass of {AsyncApplication.__name__}, or "
            "of a DCB application"
        ) from None
    return upstream_class(app)


def select_upstream(application_class: Any) -> type[AsyncUpstream]:
    """Return the class of upstreams for a class of applications, perhaps with type arguments.

    Raises `TypeError` for what is not a class of applications.
    """
    origin = get_origin(application_class) or application_class
    if isinstance(origin, type):
        if issubclass(origin, AsyncApplication):
            return AsyncApplicationUpstream
        # Who follows other applications only need not import this.
        from eventsourcing.dcb.application import AsyncDCBApplication
        from eventsourcing.projection.dcb_upstream_async import AsyncDCBUpstream

        if issubclass(origin, AsyncDCBApplication):
            return AsyncDCBUpstream
    raise refuse_application_class(application_class)


def refuse_application_class(application_class: Any) -> TypeError:
    """Return the error for what cannot be followed, or not in the way that is asked for."""
    error = TypeError(f"Unsupported application type: {application_class}")
    error.add_note(
        f"Expected a class derived from {AsyncApplication.__name__} or, for projections that do "
        "not record events, from that of DCB applications. Classes whose names begin with Async "
        "go together, and so do the others"
    )
    return error
