# Generated from dcb_upstream_async.py by tools/async_to_sync.py: do not edit.
"""DCB applications as those see them who follow them; imported when there is one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from eventsourcing.dcb.application import DCBApplication
from eventsourcing.projection.dcb_subscription_sync import (
    DCBApplicationSubscription,
    make_query,
)
from eventsourcing.projection.event_kinds import TAGGED_DECISIONS
from eventsourcing.projection.upstream_sync import Upstream, UpstreamRecord


class DCBUpstream(Upstream):
    """An application that records decisions with tags."""

    kind = TAGGED_DECISIONS
    _app: DCBApplication

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> DCBApplicationSubscription:
        """Return an iterator over the decisions after a position, of the topics if any."""
        return DCBApplicationSubscription(self._app, gt, topics)

    def last_position(self) -> int | None:
        """Return the last position."""
        return self._app.recorder.head()

    def read_next(
        self, after: int, topics: Sequence[str] = (), *, upto: int | None = None
    ) -> UpstreamRecord | None:
        """Return the first decision after a position, of the topics if any, up to another one."""
        response = self._app.recorder.read(make_query(topics), after=after, limit=1)
        for record in response:
            if upto is None or record.position <= upto:
                to_event = partial(self._app.mapper.to_domain_event, record.event)
                return UpstreamRecord(record.position, to_event)
        return None
