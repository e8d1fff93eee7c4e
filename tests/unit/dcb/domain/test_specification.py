"""The specification that is kept on classes with decorated methods."""

import pytest

from eventsourcing.dcb.domain import EnduringObject, EnduringObjectSpec, PerspectiveSpec, Slice
from tests.unit.dcb.domain.test_enduring_objects import Account, Bare, Credited, Opened
from tests.unit.dcb.domain.test_slices import BookRoom, Room


def test_specification_is_kept_on_the_class():
    """Every class has its own."""
    assert isinstance(Account.__es_spec__, EnduringObjectSpec)
    assert Account.__es_spec__.perspective_class is Account
    assert Account.__es_spec__.initial_decision_class is Opened
    assert Account.__es_spec__.projected_types == (Opened, Credited)
    assert list(Account.__es_spec__.projections) == [Credited]
    assert type(BookRoom.__es_spec__) is PerspectiveSpec
    assert list(BookRoom.__es_spec__.projections) == [Room.Built, Room.Booked]
    assert EnduringObject.__es_spec__.initial_decision_class is None
    assert Slice.__es_spec__.projections == {}


def test_specification_is_frozen():
    """It is a value."""
    with pytest.raises(AttributeError):
        Account.__es_spec__.projected_types = ()
    with pytest.raises(TypeError):
        Account.__es_spec__.projections[Credited] = None


def test_specification_can_be_printed():
    """It says what the declarations mean."""
    assert repr(Account.__es_spec__).splitlines() == [
        f"EnduringObjectSpec of {Account.__module__}:Account",
        "  initial decision: Opened",
        "  command: credit(amount) -> Credited",
    ]
    assert repr(Bare.__es_spec__).splitlines()[1:] == ["  initial decision: Bare.Started"]
    assert repr(BookRoom.__es_spec__).splitlines()[1:] == [
        "  projection: _(beds) applies Room.Built",
        "  projection: _() applies Room.Booked",
    ]
