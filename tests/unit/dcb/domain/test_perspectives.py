"""What all perspectives do: C41, C42."""

import copy
import pickle

import pytest

from eventsourcing.dcb.domain import MetaPerspective, Perspective, Selector, Tagged
from eventsourcing.dcb.msgpack import Decision
from eventsourcing.domain import ProgrammingError, event
from tests.unit.dcb.domain.test_event_decorator import Base


class Counted(Decision):
    step: int = 1

    def apply(self, obj):
        obj.count += self.step


class Counter(Perspective[Decision]):
    def __init__(self):
        self.count = 0

    def consistency_boundary(self):
        return Selector(types=[Counted])


def test_a_perspective_has_its_position_and_new_decisions_before_init():
    """Section 6: `__init__` need not call that of the base class."""
    first, second = Counter(), Counter()
    assert first.last_known_position is None
    assert first.new_decisions == []
    assert first.new_decisions is not second.new_decisions
    assert type(Counter) is MetaPerspective


def test_a_perspective_must_have_a_boundary():
    """Section 6"""

    class Boundless(Perspective[Decision]):
        pass

    with pytest.raises(TypeError, match=r"abstract.*consistency_boundary"):
        Boundless()


def test_a_class_without_init_takes_no_arguments():
    class Made(Base):
        __init__ = object.__init__

    for args, kwargs in [(("a",), {}), ((), {"a": 1})]:
        with pytest.raises(TypeError, match=r"Made\(\) takes no arguments$"):
            Made(*args, **kwargs)


def test_triggering_makes_applies_and_keeps_a_decision():
    """C41"""
    counter = Counter()
    assert counter.trigger_event(Counted) is None
    counter.trigger_event(Counted, ["a", "b"], 2)
    counter.trigger_event(Counted, tags=("c",), step=3)
    assert counter.count == 6
    assert counter.new_decisions == [
        Tagged([], Counted(1)),
        Tagged(["a", "b"], Counted(2)),
        Tagged(["c"], Counted(3)),
    ]


def test_tags_are_copied():
    """C41"""
    counter, tags = Counter(), ["a"]
    counter.trigger_event(Counted, tags)
    tags.append("b")
    assert counter.new_decisions[0].tags == ["a"]


def test_wrong_arguments_name_the_decision():
    """C41, C45"""
    with pytest.raises(TypeError) as caught:
        Counter().trigger_event(Counted, (), stop=1)
    assert str(caught.value).startswith("Unable to construct Counted event with kwargs {'stop': 1}")
    with pytest.raises(TypeError, match=r"Counted event with args \(1, 2\) and kwargs \{\}: "):
        Counter().trigger_event(Counted, (), 1, 2)


def test_a_string_is_not_taken_for_a_list_of_tags():
    counter = Counter()
    with pytest.raises(TypeError, match="tags is the string 'abc'"):
        counter.trigger_event(Counted, "abc")
    assert (counter.count, counter.new_decisions) == (0, [])


def test_a_decision_that_cannot_be_applied_is_not_kept():
    """C41"""

    class Refusing(Base):
        @event(Counted)
        def _(self, step):
            raise ValueError(step)

    refusing = Refusing()
    with pytest.raises(ValueError):
        refusing.trigger_event(Counted)
    assert refusing.new_decisions == []


def test_applying_a_decision_must_not_trigger_others():
    """As with aggregates: it would trigger them again whenever it is applied."""

    class Noted(Decision):
        pass

    class Renamed(Decision):
        name: str

    class Nesting(Base):
        @event(Renamed)
        def rename(self, name):
            self.log.append(name)
            if name == "b":
                self.trigger_event(Noted)

    nesting = Nesting()
    nesting.rename("a")
    with pytest.raises(ProgrammingError) as caught:
        nesting.rename("b")
    assert "Noted was triggered on" in str(caught.value)
    assert "Renamed was being applied." in str(caught.value)
    assert [tagged.decision for tagged in nesting.new_decisions] == [Renamed("a")]


def test_collecting_returns_the_decisions_and_forgets_them():
    """C42"""
    counter = Counter()
    counter.trigger_event(Counted)
    assert counter.collect_events() == [Tagged([], Counted())]
    assert counter.new_decisions == []
    assert counter.collect_events() == []


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda obj: pickle.loads(pickle.dumps(obj))])
def test_perspectives_can_be_copied(copied):
    counter = Counter()
    counter.trigger_event(Counted)
    counter.last_known_position = 5
    other = copied(counter)
    counter.trigger_event(Counted)
    assert (other.count, other.last_known_position) == (1, 5)
    assert other.new_decisions == [Tagged([], Counted())]


def test_repr_shows_the_attributes_but_not_the_decisions():
    counter = Counter()
    counter.trigger_event(Counted)
    assert repr(counter) == "Counter(last_known_position=None, count=1)"
