"""The application of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from eventsourcing.application import AsyncApplication
from examples.daily_counters.domain import Ticket


class AsyncTicketOffice(AsyncApplication[UUID]):
    """Sells tickets, lets visitors in, and takes tickets back."""

    name = "TicketOffice"

    async def sell(self, kinds: Sequence[str], at: datetime) -> list[UUID]:
        """Sell a ticket of each kind, all or none; return their IDs."""
        tickets = [Ticket(kind, at) for kind in kinds]
        await self.save(*tickets)
        return [ticket.id for ticket in tickets]

    async def use(self, ticket_id: UUID, at: datetime) -> None:
        """Let a visitor in."""
        ticket = await self.get(ticket_id)
        ticket.use(at)
        await self.save(ticket)

    async def give_back(self, ticket_id: UUID, at: datetime) -> None:
        """Take a ticket back."""
        ticket = await self.get(ticket_id)
        ticket.give_back(at)
        await self.save(ticket)

    async def get(self, ticket_id: UUID) -> Ticket:
        """A ticket as it is now."""
        return cast("Ticket", await self.repository.get(ticket_id))
