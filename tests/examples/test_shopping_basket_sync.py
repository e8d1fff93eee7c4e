# Generated from test_shopping_basket_async.py by tools/async_to_sync.py: do not edit.
"""The example `examples/shopping_basket`."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from examples.shopping_basket import domain
from examples.shopping_basket.application_sync import Shop
from examples.shopping_basket.domain import Basket, BasketError, Line
from tests.integration.application.conftest import Apps


@pytest.fixture
def shop(make_sync: Apps) -> Shop:
    made: Shop = make_sync(Shop)
    return made


def test_a_customer_buys(shop: Shop) -> None:
    basket_id = shop.start("Ann")
    shop.add(basket_id, "tea", 2, Decimal("3.50"))
    shop.add(basket_id, "salt", 1, Decimal("0.90"))
    shop.remove(basket_id, "salt")

    assert shop.check_out(basket_id) == Decimal("7.00")
    assert shop.get_basket(basket_id) == Basket(
        id=basket_id,
        version=5,
        customer="Ann",
        lines=(Line(article="tea", pieces=2, price=Decimal("3.50")),),
        is_checked_out=True,
    )


def test_what_is_read_is_of_the_declared_types(shop: Shop) -> None:
    basket_id = shop.start("Ann")
    for n in range(1, 6):
        shop.add(basket_id, f"article {n}", n, Decimal(1))

    assert shop.snapshots is not None
    (snapshot,) = shop.snapshots.get(basket_id)
    assert snapshot.originator_version == 4
    basket = shop.get_basket(basket_id)
    assert isinstance(basket.lines, tuple)
    assert [line.pieces for line in basket.lines] == [1, 2, 3, 4, 5]
    assert {type(line) for line in basket.lines} == {Line}
    assert len(shop.get_basket(basket_id, version=3).lines) == 2


def test_a_basket_can_be_checked_out_once(shop: Shop) -> None:
    basket_id = shop.start("Ann")
    with pytest.raises(BasketError, match="is empty"):
        shop.check_out(basket_id)
    shop.add(basket_id, "tea", 1, Decimal(1))
    shop.check_out(basket_id)

    with pytest.raises(BasketError, match="is checked out"):
        shop.check_out(basket_id)
    assert shop.get_basket(basket_id).version == 3


def test_decisions_change_nothing() -> None:
    basket = domain.project(None, [domain.start("Ann")])
    assert basket is not None

    added = domain.add(basket, "tea", 1, Decimal(2))

    assert basket.lines == ()
    after = domain.project(basket, [added])
    assert after is not None
    assert after.total == 2
    with pytest.raises(ValidationError, match="frozen"):
        after.version = 1
    with pytest.raises(ValidationError, match="greater than 0"):
        domain.add(basket, "tea", 0, Decimal(2))
    with pytest.raises(BasketError, match="there is no salt"):
        domain.remove(after, "salt")
    with pytest.raises(ValueError, match="can't begin with"):
        domain.project(None, [added])
