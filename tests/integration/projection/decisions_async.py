"""A DCB application of the tests, and runners of projections that follow it."""

# Without `from __future__ import annotations`: msgspec evaluates the annotations of structs.

from typing import Any

from eventsourcing.dcb.application import AsyncDCBApplication
from eventsourcing.dcb.domain import Tagged
from eventsourcing.dcb.msgpack import Decision
from eventsourcing.projection import AsyncProjection, AsyncProjectionRunner
from tests.integration.projection.ledgers_async import LEDGER_CLASSES
from tests.integration.projection.samples_async import AsyncListing


class Noted(Decision):
    """Something was decided."""

    number: int = 0


class AsyncDecisions(AsyncDCBApplication):
    """Records decisions, each with a tag of its own, and says their positions."""

    name = "Upstream"

    async def create(self, number: int = 1) -> list[int]:
        decisions = [Tagged([f"note:{each}"], Noted(each)) for each in range(number)]
        last = await self.events.append(decisions)
        return list(range(last - number + 1, last + 1))  # nobody else's come in between

    async def note(self, *tags: str) -> int:
        """Record a decision with these tags, and return its position."""
        return await self.events.append([Tagged(list(tags), Noted())])


def make_decisions_runner(
    env: dict[str, str],
    projection_class: type[AsyncProjection[Any]] = AsyncListing,
    runner_class: type[AsyncProjectionRunner[AsyncDecisions, Any]] = AsyncProjectionRunner,
    **kwargs: Any,
) -> AsyncProjectionRunner[AsyncDecisions, Any]:
    """Return a runner whose view is on the engine of the settings."""
    return runner_class(
        application_class=AsyncDecisions,
        projection_class=projection_class,
        view_class=LEDGER_CLASSES[env["PERSISTENCE_MODULE"]],
        env=env,
        **kwargs,
    )
