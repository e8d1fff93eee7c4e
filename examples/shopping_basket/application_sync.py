# Generated from application_async.py by tools/async_to_sync.py: do not edit.
"""The application of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.application import Application, ProjectorFunction
from eventsourcing.persistence import JSONTranscoder
from examples.shopping_basket import domain
from examples.shopping_basket.domain import Basket, BasketSnapshot
from examples.shopping_basket.transcodings import LineAsDict


class Shop(Application[UUID]):
    """Hands out baskets, and sells what is in them."""

    name = "Shop"
    snapshot_class = BasketSnapshot
    snapshotting_intervals: ClassVar[dict[type, int]] = {Basket: 4}
    snapshotting_projectors: ClassVar[dict[type, ProjectorFunction[Any, Any]]] = {
        Basket: domain.project
    }

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        """Add the values of this domain to those that can be stored."""
        super().register_transcodings(transcoder)
        transcoder.register(LineAsDict())

    def start(self, customer: str) -> UUID:
        """Hand out a basket; return its ID."""
        started = domain.start(customer)
        self.save(started)
        return started.originator_id

    def add(self, basket_id: UUID, article: str, pieces: int, price: Decimal) -> None:
        """Put something into a basket."""
        basket = self.get_basket(basket_id)
        self.save(basket, domain.add(basket, article, pieces, price))

    def remove(self, basket_id: UUID, article: str) -> None:
        """Take all pieces of an article out of a basket."""
        basket = self.get_basket(basket_id)
        self.save(basket, domain.remove(basket, article))

    def check_out(self, basket_id: UUID) -> Decimal:
        """Sell what is in a basket; return the sum to pay."""
        basket = self.get_basket(basket_id)
        self.save(basket, domain.check_out(basket))
        return basket.total

    def get_basket(self, basket_id: UUID, version: int | None = None) -> Basket:
        """A basket as it is, or as it was at an earlier version."""
        return self.repository.get(basket_id, version=version, projector_func=domain.project)
