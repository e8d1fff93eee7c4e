"""The rules that read annotations, where these are objects and where they are strings: D88.

On Python 3.14 and later, those of `as_objects` are evaluated lazily.
"""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from eventsourcing.domain import Snapshot
from tests.unit.domain.annotations import as_objects, as_strings


@pytest.fixture(params=[as_objects, as_strings], ids=["objects", "strings"])
def declared(request: pytest.FixtureRequest) -> ModuleType:
    module: ModuleType = request.param
    return module


def replay(aggregate: Any) -> Any:
    copied = None
    for event in aggregate.collect_events():
        copied = event.mutate(copied)
    return copied


def fields_of(cls: Any) -> list[str]:
    return [
        name
        for name, field in cls.__dataclass_fields__.items()
        if field._field_type.name == "_FIELD"
    ]


def test_both_modules_declare_the_same() -> None:
    first, second = (Path(str(m.__file__)).read_text() for m in (as_objects, as_strings))
    assert (
        second.replace("from __future__ import annotations\n\n", "").splitlines()[1:]
        == (first.splitlines()[1:])
    )
    assert as_strings.Paid.__annotations__["money"] == "Money"
    assert as_objects.Paid.__annotations__["money"] is as_objects.Money


def test_fields_of_event_classes(declared: ModuleType) -> None:
    """D12 D13"""
    assert fields_of(declared.Paid)[3:] == ["money", "tags"]
    paid = declared.Paid(uuid4(), 1, datetime.now(), declared.Money(Decimal(1)))
    assert paid.tags == []


def test_fields_of_events_made_from_signatures(declared: ModuleType) -> None:
    """D113 D138"""
    assert fields_of(declared.Account.Opened)[4:] == ["owner", "limit", "tags"]
    assert fields_of(declared.Account.Credited)[3:] == ["money", "times"]
    assert fields_of(declared.Account.Renamed)[3:] == ["name"]


def test_commands(declared: ModuleType) -> None:
    """D40 D143"""
    account = declared.Account("Ann", limit=Decimal(3))
    account.credit(declared.Money(Decimal(1)), times=2)
    account.close("enough")
    account.name = "Anna"

    assert (account.owner, len(account.balance), account.reason) == ("Anna", 2, "enough")
    assert replay(account) == account


def test_dataclass_style(declared: ModuleType) -> None:
    """D82 D85 D86"""
    shelf = declared.Shelf("a", 3, depth=4)
    assert (shelf.label, shelf.width, shelf.books, shelf.doubled, shelf.depth) == ("a", 3, [], 6, 4)
    assert replay(shelf) == shelf
    deep = declared.DeepShelf("a", height=1)
    assert (deep.height, deep.doubled) == (1, 2)
    assert replay(deep) == deep
    with pytest.raises(TypeError, match="takes 4 positional arguments but 5 were given"):
        declared.Shelf("a", 1, [], 4)
    with pytest.raises(TypeError, match="unexpected keyword argument 'doubled'"):
        declared.Shelf("a", doubled=1)


def test_id_annotation(declared: ModuleType) -> None:
    """D77"""
    given = uuid4()
    page = declared.Page(given, "Tea")
    assert (page.id, page.title) == (given, "Tea")
    assert list(declared.Page.__annotations__) == ["title"]


def test_aggregate_decorator(declared: ModuleType) -> None:
    """D172"""
    assert declared.Plain("Tea").name == "Tea"


def test_pydantic_events(declared: ModuleType) -> None:
    """D198 D202"""
    dog = declared.ModelDog("Fido")
    dog.weigh(declared.Money(Decimal(1)))
    dog.move(3)

    assert dog.weights == [declared.Money(Decimal(1))]
    assert replay(dog) == dog
    with pytest.raises(ValidationError, match="valid string"):
        declared.ModelDog(1)
    with pytest.raises(ValidationError, match="valid integer"):
        dog.move("x")


def test_struct_events(declared: ModuleType) -> None:
    """D198"""
    dog = declared.StructDog("Fido")
    dog.weigh(declared.Money(Decimal(1)))

    assert dog.weights == [declared.Money(Decimal(1))]
    assert replay(dog) == dog


def test_types_of_ids(declared: ModuleType) -> None:
    """D29 D200"""
    assert declared.Port("a").id == "port-a"
    assert declared.TextEvent.originator_id_type is str
    assert declared.ModelDog.Weighed.originator_id_type is UUID


def test_snapshots(declared: ModuleType) -> None:
    """D191"""
    account = declared.Account("Ann")
    account.collect_events()
    assert Snapshot.take(account).mutate(None) == account


def test_dispatch(declared: ModuleType) -> None:
    """P1 P2"""
    handle = declared.Dispatching().handle
    assert [handle(declared.Money(Decimal(1))), handle(1), handle("a"), handle(None)] == [
        "money",
        "number or text",
        "number or text",
        "default",
    ]
