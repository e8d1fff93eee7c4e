# Generated from decisions_async.py by tools/async_to_sync.py: do not edit.
"""A DCB application of the tests, and runners of projections that follow it."""

# Without `from __future__ import annotations`: msgspec evaluates the annotations of structs.

from typing import Any

from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import Tagged
from eventsourcing.dcb.msgpack import Decision
from eventsourcing.projection import Projection, ProjectionRunner
from tests.integration.projection.ledgers_sync import LEDGER_CLASSES
from tests.integration.projection.samples_sync import Listing


class Noted(Decision):
    """Something was decided."""

    number: int = 0


class Decisions(DCBApplication):
    """Records decisions, each with a tag of its own, and says their positions."""

    name = "Upstream"

    def create(self, number: int = 1) -> list[int]:
        decisions = [Tagged([f"note:{each}"], Noted(each)) for each in range(number)]
        last = self.events.append(decisions)
        return list(range(last - number + 1, last + 1))  # nobody else's come in between

    def note(self, *tags: str) -> int:
        """Record a decision with these tags, and return its position."""
        return self.events.append([Tagged(list(tags), Noted())])


def make_decisions_runner(
    env: dict[str, str],
    projection_class: type[Projection[Any]] = Listing,
    runner_class: type[ProjectionRunner[Decisions, Any]] = ProjectionRunner,
    **kwargs: Any,
) -> ProjectionRunner[Decisions, Any]:
    """Return a runner whose view is on the engine of the settings."""
    return runner_class(
        application_class=Decisions,
        projection_class=projection_class,
        view_class=LEDGER_CLASSES[env["PERSISTENCE_MODULE"]],
        env=env,
        **kwargs,
    )
