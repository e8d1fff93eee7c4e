"""The domain of the example: functions decide which event comes next, and what it does to a basket.

Baskets and events are pydantic models: whatever is read from the database is validated.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import reduce, singledispatch
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

from eventsourcing.domain import CanSnapshotAggregate, datetime_now_with_tzinfo


class BasketError(Exception):
    """A basket can't be changed in this way."""


class Value(BaseModel):
    """Base of all classes here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(Value):
    """So many pieces of something, at a price each."""

    article: str = Field(min_length=1)
    pieces: int = Field(gt=0)
    price: Decimal = Field(ge=0)


class Basket(Value):
    """What a customer is about to buy."""

    id: UUID
    version: int
    customer: str
    lines: tuple[Line, ...] = ()
    is_checked_out: bool = False

    @property
    def total(self) -> Decimal:
        """The sum to pay."""
        return sum((line.pieces * line.price for line in self.lines), Decimal(0))


class BasketEvent(Value):
    """What all events have."""

    originator_id: UUID
    originator_version: int
    timestamp: datetime


class Started(BasketEvent):
    """A customer took a basket."""

    customer: str


class LineAdded(BasketEvent):
    """Something was put into the basket."""

    line: Line


class ArticleRemoved(BasketEvent):
    """All pieces of an article were taken out."""

    article: str


class CheckedOut(BasketEvent):
    """The customer paid."""

    total: Decimal


class BasketSnapshot(BasketEvent, CanSnapshotAggregate[UUID]):
    """The recorded state of a basket."""

    topic: str
    state: dict[str, Any]


# -- decisions ------------------------------------------------------------------------------------


def start(customer: str) -> Started:
    """Take a basket."""
    return Started(
        originator_id=uuid4(),
        originator_version=1,
        timestamp=datetime_now_with_tzinfo(),
        customer=customer,
    )


def add(basket: Basket, article: str, pieces: int, price: Decimal) -> LineAdded:
    """Put something into the basket; raises `ValidationError` for what makes no sense."""
    _check_open(basket)
    line = Line(article=article, pieces=pieces, price=price)
    return LineAdded(**_next(basket), line=line)


def remove(basket: Basket, article: str) -> ArticleRemoved:
    """Take all pieces of an article out of the basket."""
    _check_open(basket)
    if not any(line.article == article for line in basket.lines):
        raise BasketError(f"there is no {article} in the basket")
    return ArticleRemoved(**_next(basket), article=article)


def check_out(basket: Basket) -> CheckedOut:
    """Pay."""
    _check_open(basket)
    if not basket.lines:
        raise BasketError("the basket is empty")
    return CheckedOut(**_next(basket), total=basket.total)


def _check_open(basket: Basket) -> None:
    if basket.is_checked_out:
        raise BasketError("the basket is checked out")


def _next(basket: Basket) -> dict[str, Any]:
    return {
        "originator_id": basket.id,
        "originator_version": basket.version + 1,
        "timestamp": datetime_now_with_tzinfo(),
    }


# -- projection -----------------------------------------------------------------------------------


def project(basket: Basket | None, events: Iterable[Any]) -> Basket | None:
    """The basket after the events, the first of which may be a snapshot."""
    return reduce(_apply, events, basket)


def _apply(basket: Basket | None, event: Any) -> Basket | None:
    if isinstance(event, BasketSnapshot):
        recorded: Basket = event.mutate(None)
        return recorded
    if isinstance(event, Started):
        return Basket(
            id=event.originator_id, version=event.originator_version, customer=event.customer
        )
    if basket is None:
        raise ValueError(f"a basket can't begin with {event!r}")
    changes = changes_of(event, basket)
    return basket.model_copy(update={"version": event.originator_version, **changes})


@singledispatch
def changes_of(event: object, basket: Basket) -> dict[str, Any]:
    """What an event changes in a basket."""
    raise NotImplementedError(f"{event!r} is not known")


@changes_of.register
def _(event: LineAdded, basket: Basket) -> dict[str, Any]:
    return {"lines": (*basket.lines, event.line)}


@changes_of.register
def _(event: ArticleRemoved, basket: Basket) -> dict[str, Any]:
    return {"lines": tuple(line for line in basket.lines if line.article != event.article)}


@changes_of.register
def _(event: CheckedOut, basket: Basket) -> dict[str, Any]:  # noqa: ARG001
    return {"is_checked_out": True}
