"""Values of every kind that can be stored, by name; equal in every process."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from typing import Any
from uuid import UUID

ID = UUID("0189d5a2-3c4b-4d5e-8f90-a1b2c3d4e5f6")


class Money:
    """Has a transcoding whose payload needs one itself (Decimal)."""

    def __init__(self, amount: Decimal, currency: str) -> None:
        self.amount = amount
        self.currency = currency

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.amount, self.currency))

    def __repr__(self) -> str:
        return f"Money({self.amount!r}, {self.currency!r})"


class Basket:
    """Has a transcoding whose payload holds other values with transcodings."""

    def __init__(self, owner: UUID, prices: tuple[Money, ...], when: date) -> None:
        self.owner = owner
        self.prices = prices
        self.when = when

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Basket) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(self.owner)

    def __repr__(self) -> str:
        return f"Basket({self.owner!r}, {self.prices!r}, {self.when!r})"


class Level(IntEnum):
    """Is written as an int."""

    HIGH = 3


class Text(str):
    """Is written as a str."""


def values() -> dict[str, Any]:
    """All of them, made anew."""
    return {
        "none": None,
        "true": True,
        "false": False,
        "zero": 0,
        "negative": -17,
        "big int": 2**200 + 1,
        "small int": -(2**63) - 1,
        "float": 0.1,
        "float whole": 1e16,
        "float tiny": 5e-324,
        "float minus zero": -0.0,
        "float huge": 1.7976931348623157e308,
        "nan": math.nan,
        "inf": math.inf,
        "minus inf": -math.inf,
        "empty text": "",
        "text": 'quote " backslash \\ slash / newline \n tab \t nul \x00 del \x7f',
        "umlauts": "Grüße, ñandú, œuvre",
        "scripts": "日本語 العربية עברית हिन्दी ไทย",
        "emoji": "🦊👩‍👩‍👧‍👦🏳️‍🌈",
        "separators": "a\u2028b\u2029c\ufeffd\u00a0e",
        "controls": "".join(map(chr, range(32))),
        "long text": "abc" * 500,
        "empty list": [],
        "empty dict": {},
        "list": [1, "two", 3.0, None, [True, [], {}]],
        "tuple": (1, (2, 3), [4]),
        "dict": {"b": 1, "a": {"z": [1, {"y": None}], "ä": "ö"}, "": "empty key"},
        "dict keys": {1: "int", 2.5: "float", None: "none"},
        "dict key true": {True: "true", False: {}},
        "decimal": Decimal("1.10"),
        "decimal exponent": Decimal("1E+3"),
        "decimal long": Decimal("-12345678901234567890.123456789012345678901234567890"),
        "decimal nan": Decimal("NaN"),
        "decimal infinity": Decimal("-Infinity"),
        "aware": datetime(2026, 1, 31, 12, 0, 0, 123, tzinfo=UTC),
        "aware whole": datetime(2026, 1, 31, 12, 0, tzinfo=UTC),
        "aware offset": datetime(
            1999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(-timedelta(hours=3, minutes=30))
        ),
        "naive": datetime(1, 1, 1),
        "naive micro": datetime(9999, 12, 31, 23, 59, 59, 999999),
        "uuid": ID,
        "uuid nil": UUID(int=0),
        "uuid max": UUID(int=2**128 - 1),
        "nested": {"ids": [ID, {"when": datetime(2020, 2, 29, 1, 2, 3), "d": Decimal("0.0")}]},
        "int enum": Level.HIGH,
        "str subclass": Text("text"),
        "half of an envelope": {"_type_": "uuid_hex"},
        "envelope and more": {"_type_": "uuid_hex", "_data_": 1, "more": 2},
        "money": Money(Decimal("9.99"), "€"),
        "basket": Basket(
            ID, (Money(Decimal(1), "X"), Money(Decimal("2.50"), "Y")), date(2026, 1, 2)
        ),
        "frozenset": frozenset({3, 1, 2}),
    }


def told(value: Any) -> str:
    """The text by which values that were read are compared, from one process to another."""
    return repr(value)
