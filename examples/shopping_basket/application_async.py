"""The application of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.application import AsyncApplication, ProjectorFunction
from eventsourcing.persistence import JSONTranscoder
from examples.shopping_basket import domain
from examples.shopping_basket.domain import Basket, BasketSnapshot
from examples.shopping_basket.transcodings import LineAsDict


class AsyncShop(AsyncApplication[UUID]):
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

    async def start(self, customer: str) -> UUID:
        """Hand out a basket; return its ID."""
        started = domain.start(customer)
        await self.save(started)
        return started.originator_id

    async def add(self, basket_id: UUID, article: str, pieces: int, price: Decimal) -> None:
        """Put something into a basket."""
        basket = await self.get_basket(basket_id)
        await self.save(basket, domain.add(basket, article, pieces, price))

    async def remove(self, basket_id: UUID, article: str) -> None:
        """Take all pieces of an article out of a basket."""
        basket = await self.get_basket(basket_id)
        await self.save(basket, domain.remove(basket, article))

    async def check_out(self, basket_id: UUID) -> Decimal:
        """Sell what is in a basket; return the sum to pay."""
        basket = await self.get_basket(basket_id)
        await self.save(basket, domain.check_out(basket))
        return basket.total

    async def get_basket(self, basket_id: UUID, version: int | None = None) -> Basket:
        """A basket as it is, or as it was at an earlier version."""
        return await self.repository.get(basket_id, version=version, projector_func=domain.project)
