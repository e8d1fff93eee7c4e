"""Folding the decisions that were collected gives an equal object: C65."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eventsourcing.dcb import domain
from eventsourcing.dcb.domain import EnduringObject, Group, Perspective, Selector, Slice, Tagged
from eventsourcing.dcb.msgpack import Decision, InitialDecision, MessagePackMapper
from eventsourcing.domain import event

bounded = settings(max_examples=100, deadline=None)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.floats(allow_nan=False), st.text()
)


class Built(InitialDecision):
    shelf_id: str
    width: Any
    label: Any = "?"


@dataclass
class Labelled(domain.Decision):
    """As a module-level dataclass."""

    label: Any
    tags: Any = None


class Lent(Decision):
    """Applied by both members of a group."""

    book: Any
    shelf: str
    reader: str

    def apply(self, obj: Any) -> None:
        obj.changes += 1


class Shelf(EnduringObject[domain.Decision]):
    class Filled(Decision):
        books: list[Any]

    @event(Built)
    def __init__(self, width: Any, label: Any) -> None:
        self.width, self.label, self.tags = width, label, None
        self.books: list[Any] = []
        self.lent: list[Any] = []
        self.changes = 0

    @event(Filled)
    def fill(self, books: list[Any]) -> None:
        self.books = [*self.books, *books]

    @event(Labelled)
    def label_with(self, label: Any, tags: Any = None) -> None:
        self.label, self.tags = label, tags

    @event(Lent)
    def _(self, book: Any, *, reader: str) -> None:
        self.lent.append((book, reader))


class SpecialShelf(Shelf):
    class Built(InitialDecision):
        specialshelf_id: str
        width: Any
        label: Any = "special"

    class Locked(Decision):
        pass

    @event(Locked)
    def lock(self) -> None:
        self.is_locked = True


class Reader(EnduringObject[domain.Decision]):
    class Registered(InitialDecision):
        reader_id: str
        name: Any

    def __init__(self, name: Any) -> None:
        self.name = name
        self.borrowed: list[Any] = []
        self.changes = 0

    @event(Lent)
    def _(self, book: Any, shelf: str) -> None:
        self.borrowed.append((book, shelf))


class Loan(Group[domain.Decision]):
    def __init__(self, shelf: Shelf, reader: Reader) -> None:
        self.shelf, self.reader = shelf, reader

    def lend(self, book: Any) -> None:
        self.trigger_event(Lent, book=book, shelf=self.shelf.id, reader=self.reader.id)


class Census(Slice[domain.Decision]):
    def __init__(self) -> None:
        self.log: list[Any] = []
        self.changes = 0

    def consistency_boundary(self) -> Selector:
        return Selector(types=self.projected_types)

    @event(Built)
    def _(self, shelf_id: str) -> None:
        self.log.append(shelf_id)

    @event(Lent)
    def _(self, reader: str, shelf: str, book: Any) -> None:
        self.log.append((reader, shelf, book))


def fill(loan: Loan, values: list[Any]) -> None:
    loan.shelf.fill(values)


def label(loan: Loan, values: list[Any]) -> None:
    loan.shelf.label_with(*values[:2])


def trigger(loan: Loan, values: list[Any]) -> None:
    loan.shelf.trigger_event(Shelf.Filled, ["more"], books=values)


def lock(loan: Loan, values: list[Any]) -> None:
    if isinstance(loan.shelf, SpecialShelf):
        loan.shelf.lock()


def lend(loan: Loan, values: list[Any]) -> None:
    loan.lend(values[0])


OPERATIONS = [fill, label, trigger, lock, lend]
CALLS = st.lists(
    st.tuples(st.sampled_from(OPERATIONS), st.lists(VALUES, min_size=1, max_size=3)), max_size=8
)


def attributes(perspective: Perspective[Any]) -> dict[str, Any]:
    return {name: value for name, value in vars(perspective).items() if name != "new_decisions"}


def stored(decisions: list[Tagged[Any]]) -> list[Tagged[Any]]:
    """The decisions as they come back from where they are stored."""
    mapper: Any = MessagePackMapper()
    return [mapper.to_domain_event(mapper.to_dcb_event(tagged)) for tagged in decisions]


@bounded
@given(st.sampled_from([Shelf, SpecialShelf]), st.lists(VALUES, min_size=2, max_size=2), CALLS)
def test_folding_gives_equal_objects(
    cls: type[Shelf], given_values: list[Any], calls: list[tuple[Callable[..., None], list[Any]]]
) -> None:
    """C65: in all attributes but the new decisions; each member from its own and the group's."""
    shelf, reader = cls(width=given_values[0]), Reader(name=given_values[1])
    recorded = [*shelf.collect_events(), *reader.collect_events()]
    loan = Loan(shelf, reader)
    for operation, values in calls:
        operation(loan, values)
        recorded += [*shelf.collect_events(), *loan.collect_events()]
    came_back = stored(recorded)
    assert came_back == recorded
    for member in (shelf, reader):
        copied: Any = None
        for tagged in came_back:
            if member.id in tagged.tags:
                copied = tagged.decision.mutate(copied)
        assert type(copied) is type(member)
        assert attributes(copied) == attributes(member)
        assert copied.new_decisions == []


@bounded
@given(st.sampled_from([Shelf, SpecialShelf]), CALLS)
def test_a_slice_sees_what_was_decided_by_others(
    cls: type[Shelf], calls: list[tuple[Callable[..., None], list[Any]]]
) -> None:
    """C49, C65: those of its types, in order, whoever decided."""
    shelf, reader = cls(width=1), Reader(name="a")
    recorded = list(shelf.collect_events())
    loan = Loan(shelf, reader)
    for operation, values in calls:
        operation(loan, values)
        recorded += [*shelf.collect_events(), *loan.collect_events()]
    census = Census()
    for tagged in stored(recorded):
        tagged.decision.mutate(census)
    expected = [shelf.id] if cls is Shelf else []
    lent = [values[0] for operation, values in calls if operation is lend]
    assert census.log == [*expected, *((reader.id, shelf.id, book) for book in lent)]
    assert census.changes == len(lent)
