"""The domain of the example: the tickets of a museum."""

from __future__ import annotations

from datetime import datetime

from eventsourcing.domain import Aggregate, event


class TicketError(Exception):
    """The ticket has been used, or given back."""


class Ticket(Aggregate):
    """Is sold, and then used or given back. Each event says when that happened at the counter."""

    @event("Sold")
    def __init__(self, kind: str, at: datetime) -> None:
        self.kind = kind
        self.sold_at = at
        self.is_valid = True

    def use(self, at: datetime) -> None:
        """Let the visitor in."""
        self._check_valid()
        self._use(at)

    def give_back(self, at: datetime) -> None:
        """Pay the price back."""
        self._check_valid()
        self._give_back(at)

    @event("Used")
    def _use(self, at: datetime) -> None:
        self.is_valid = False

    @event("GivenBack")
    def _give_back(self, at: datetime) -> None:
        self.is_valid = False

    def _check_valid(self) -> None:
        if not self.is_valid:
            raise TicketError(f"ticket {self.id} is not valid any more")
