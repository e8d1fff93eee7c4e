"""Subscriptions to DCB applications: an endless stream of decisions, with positions (J1-J4, J8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.dcb.api import (
    AsyncDCBRecorder,
    AsyncDCBSubscription,
    DCBQuery,
    DCBQueryItem,
    DCBSequencedEvent,
)
from eventsourcing.dcb.application import AsyncDCBApplication
from eventsourcing.dcb.domain import Tagged
from eventsourcing.dcb.persistence import DCBMapper
from eventsourcing.persistence import Tracking
from eventsourcing.projection.checks import check_app, check_position, check_topics
from eventsourcing.projection.event_subscription_async import AsyncEventSubscription


class AsyncDCBApplicationSubscription(
    AsyncEventSubscription[AsyncDCBSubscription[AsyncDCBRecorder], Tagged[Any]]
):
    """An iterator over the tagged decisions of an application after the position `gt`.

    They come with their positions, and in the order of these; those of the given topics only, if
    any. It first returns what is recorded already, and then waits for what is recorded later, by
    any process. It ends only when it is stopped, by `stop()`, at the end of an `async with` block,
    or by being collected. An application without a mapper is an `AttributeError`.
    """

    def __init__(
        self, app: AsyncDCBApplication, gt: int | None = None, topics: Sequence[str] = ()
    ) -> None:
        check_app(app, AsyncDCBApplication, AsyncDCBRecorder)
        check_position("gt", gt)
        check_topics("topics", topics)
        self.recorder: AsyncDCBRecorder = app.recorder
        self.mapper: DCBMapper[Any] = app.mapper
        super().__init__(app.name, self.recorder.subscribe(make_query(topics), after=gt))

    def _convert(self, record: DCBSequencedEvent) -> tuple[Tagged[Any], Tracking]:
        return self.mapper.to_domain_event(record.event), Tracking(self.name, record.position)


def make_query(topics: Sequence[str]) -> DCBQuery | None:
    """Return the query that selects the decisions with these topics; all, if there are none."""
    return DCBQuery([DCBQueryItem(types=list(topics))]) if topics else None
