"""How far the followers of a system have come, and how fast they are: a pure value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eventsourcing.projection import ProjectionStatus


@dataclass(frozen=True)
class SystemStatus:
    """What a runner says about its system: one status for each edge, `(leader, follower)`.

    `position` and `end` of an edge are notification IDs of the leader. Each status says about its
    follower what that of a projection runner says about the projection.
    """

    edges: Mapping[tuple[str, str], ProjectionStatus]

    @property
    def total(self) -> ProjectionStatus:
        """All edges together, as if they were one.

        Numbers are sums over the edges, `lag_seconds` is the greatest one, `last_error` is that of
        the first edge that has one, and `is_running` says whether all edges are being processed.
        """
        every = list(self.edges.values())
        positions = [each.position for each in every if each.position is not None]
        ends = [each.end for each in every if each.end is not None]
        ages = [each.lag_seconds for each in every]
        known_ages = [age for age in ages if age is not None]
        errors = [each.last_error for each in every if each.last_error is not None]
        return ProjectionStatus(
            position=sum(positions) if positions else None,
            end=sum(ends) if ends else None,
            lag_events=sum(each.lag_events for each in every),
            lag_seconds=max(known_ages, default=0.0) if len(known_ages) == len(ages) else None,
            events_per_second=sum(each.events_per_second for each in every),
            last_error=errors[0] if errors else None,
            is_running=all(each.is_running for each in every),
        )
