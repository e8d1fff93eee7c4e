"""Decorated methods of enduring objects and slices: C37 to C40."""

import functools
from dataclasses import dataclass
from typing import Any

import pytest

from eventsourcing.dcb.domain import EnduringObject, Selector, Slice
from eventsourcing.dcb.msgpack import Decision, InitialDecision
from eventsourcing.domain import AbstractDecision, Aggregate, ProgrammingError, event, triggers
from eventsourcing.utils import get_method_name


class Renamed(Decision):
    name: str
    reason: str = "?"


class Moved(Decision):
    place: str


class Closed(Decision):
    pass


class Base(Slice[Decision]):
    def __init__(self):
        self.log: list[Any] = []

    def consistency_boundary(self):
        return Selector(types=self.projected_types)


class Thing(EnduringObject[Decision]):
    class Made(InitialDecision):
        thing_id: str
        name: str

    def __init__(self, name):
        self.name = name
        self.reason = None

    @event(Renamed)
    def rename(self, name: str, note: str = "-") -> None:
        """Give it a name."""
        self.name = name
        self.note = note

    @triggers(Moved)
    def move(self, place):
        self.place = place


def decisions(perspective: Any) -> list[Any]:
    return [tagged.decision for tagged in perspective.new_decisions]


# -- giving the class ---------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["Renamed", None])
def test_a_name_or_nothing_is_refused(given):
    """C37: at class definition."""
    with pytest.raises(AssertionError) as caught:

        class Made(Base):
            @event(given)
            def rename(self, name):
                pass

    assert str(caught.value) == "Event class not given"
    assert "Made.rename() needs a class of decisions" in caught.value.__notes__[0]


def test_a_bare_decorator_is_refused():
    """C37"""
    with pytest.raises(AssertionError, match=r"^Event class not given"):

        class Made(EnduringObject[Decision]):
            @event
            def rename(self, name):
                pass


def test_a_class_that_is_not_a_decision_is_refused():
    """C37: the text names the class and the method."""

    class Other(AbstractDecision):
        pass

    for given in (Other, Aggregate.Event):
        with pytest.raises(AssertionError, match=r"given to @event on .*Made\.rename\(\) is not"):

            class Made(Base):
                @event(given)
                def rename(self, name):
                    pass


def test_a_class_may_be_used_on_any_number_of_perspectives():
    """C37"""

    class Names(Base):
        @event(Renamed)
        def _(self, name):
            self.log.append(name)

    thing, names = Thing(name="a"), Names()
    thing.rename("b")
    for decision in decisions(thing):
        decision.mutate(names)
    assert (thing.name, names.log) == ("b", ["b"])


def test_two_methods_for_one_class_are_refused():
    """C37: only one of them could apply the decision."""
    with pytest.raises(TypeError, match=r"is on two methods of .*Made.*: rename\(\) and _\(\)$"):

        class Made(Base):
            @event(Renamed)
            def rename(self, name):
                pass

            @event(Renamed)
            def _(self, name):
                pass


def test_init_of_a_slice_is_refused():
    """C37: no decision constructs a slice."""
    with pytest.raises(TypeError, match=r"can't decorate .*Made\.__init__\(\): only enduring"):

        class Made(Base):
            @event(Renamed)
            def __init__(self, name):
                pass


# -- projections --------------------------------------------------------------------------------


def test_methods_called_underscore_only_project():
    """C37: each of them, and none of them can be called."""

    class Made(Base):
        @event(Renamed)
        def _(self, name):
            self.log.append(name)

        @event(Moved)
        def _(self, place):
            self.log.append(place)

    made = Made()
    Renamed("a").mutate(made)
    Moved("b").mutate(made)
    assert made.log == ["a", "b"]
    for owner in (made, Made):
        with pytest.raises(ProgrammingError) as caught:
            owner._
        assert str(caught.value) == (
            "Underscore 'non-command' methods cannot be used to trigger events."
        )


def test_projected_types_are_in_order_of_definition():
    """C39: whatever the methods are called."""

    class Made(Base):
        @event(Renamed)
        def _(self, name):
            pass

        @event(Moved)
        def move(self, place):
            pass

        @event(Closed)
        def _(self):
            pass

    assert Made.projected_types == Made().projected_types == [Renamed, Moved, Closed]
    assert Thing.projected_types == [Renamed, Moved]
    assert Made().consistency_boundary() == Selector(types=[Renamed, Moved, Closed])


def test_slices_say_whether_they_project():
    """C39"""

    class Projecting(Base):
        @event(Renamed)
        def _(self, name):
            pass

    assert Projecting.do_projection is True
    assert Base.do_projection is False
    assert Base.projected_types == []


def test_subclasses_inherit_projections():
    """C40: those of bases come first, and a subclass may replace them."""

    class First(Base):
        @event(Renamed)
        def _(self, name):
            self.log.append(("first", name))

        @event(Moved)
        def move(self, place):
            self.log.append(("first", place))

    class Second(First):
        @event(Closed)
        def _(self):
            self.log.append(("second",))

        @event(Moved)
        def go(self, place):
            self.log.append(("second", place))

    assert Second.projected_types == [Renamed, Moved, Closed]
    second = Second()
    for decision in (Renamed("a"), Moved("b"), Closed()):
        decision.mutate(second)
    assert second.log == [("first", "a"), ("second", "b"), ("second",)]
    first = First()
    Moved("c").mutate(first)
    assert first.log == [("first", "c")]


def test_plain_mixins_bring_projections():
    """C40: the bodies of all bases count."""

    class Naming:
        @event(Renamed)
        def rename(self, name):
            self.log.append(name)

    class Made(Naming, Base):
        pass

    made = Made()
    made.rename("a")
    assert made.log == ["a"]
    assert decisions(made) == [Renamed("a")]


def test_a_plain_mixin_must_not_have_methods_called_underscore():
    """C40: it would have lost all but the last one."""

    class Naming:
        @event(Renamed)
        def _(self, name):
            pass

    with pytest.raises(TypeError, match=r"Naming'>, a base of .*Made'>, has a decorated method"):

        class Made(Naming, Base):
            pass


def test_nested_classes_keep_their_projections_to_themselves():
    """C40"""

    class Outer(Base):
        class Inner(Base):
            @event(Renamed)
            def _(self, name):
                pass

    assert Outer.projected_types == []
    assert Outer.Inner.projected_types == [Renamed]


def test_defining_a_class_again_starts_afresh():
    """C40: types are not listed twice."""

    def define() -> Any:
        class Made(Base):
            @event(Renamed)
            def _(self, name):
                pass

        return Made

    define()
    assert define().projected_types == [Renamed]


def test_a_slotted_dataclass_keeps_its_projections():
    """C40: `@dataclass(slots=True)` makes the class a second time."""

    @dataclass(slots=True)
    class Made(Base):
        name: str = ""

        @event(Renamed)
        def _(self, name):
            self.name = name

        @event(Closed)
        def _(self):
            self.name = ""

    assert Made.projected_types == [Renamed, Closed]
    made = Made()
    Renamed("a").mutate(made)
    assert made.name == "a"


# -- commands -----------------------------------------------------------------------------------


def test_calling_a_command_triggers_a_decision():
    """C38: the body runs as the projection, and nothing is returned."""
    thing = Thing(name="a")
    thing.collect_events()
    assert thing.rename("b") is None
    assert thing.name == "b"
    (tagged,) = thing.new_decisions
    assert tagged.decision == Renamed("b")
    assert tagged.tags == [thing.id]


def test_arguments_are_reduced_to_what_the_decision_accepts():
    """C38: the body then has its default for the others."""
    thing = Thing(name="a")
    thing.rename("b", note="not recorded")
    assert decisions(thing)[-1] == Renamed("b")
    assert thing.note == "-"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda t: t.rename(), "missing 1 required positional argument: 'name'"),
        (lambda t: t.rename("a", "b", "c"), "takes 3 positional arguments but 4 were given"),
        (lambda t: t.rename("a", x=1), "got an unexpected keyword argument 'x'"),
        (lambda t: t.rename("a", name="b"), "got multiple values for argument 'name'"),
    ],
)
def test_wrong_arguments_are_refused_as_python_does(call, text):
    """C38: and nothing is triggered."""
    thing = Thing(name="a")
    with pytest.raises(TypeError) as caught:
        call(thing)
    assert str(caught.value) == f"Thing.rename() {text}"
    assert len(thing.new_decisions) == 1


def test_a_command_can_be_called_through_the_class():
    """C38"""
    thing = Thing(name="a")
    Thing.rename(thing, "b")
    assert thing.name == "b"
    with pytest.raises(TypeError, match=r"^Expected aggregate as first argument$"):
        Thing.rename("b")


def test_commands_look_like_the_methods():
    """D151"""
    for command in (Thing.rename, Thing(name="a").rename):
        assert command.__name__ == "rename"
        assert command.__doc__ == "Give it a name."
        assert get_method_name(command) == "Thing.rename"


def test_a_decision_of_a_command_of_a_slice_has_no_tags():
    """C38"""

    class Made(Base):
        @event(Renamed)
        def rename(self, name):
            self.log.append(name)

    made = Made()
    made.rename(name="a")
    assert made.log == ["a"]
    assert [(tagged.tags, tagged.decision) for tagged in made.new_decisions] == [([], Renamed("a"))]


def test_parameters_may_be_called_as_those_of_trigger_event():
    """C38, C41: commands pass them to the decision."""

    class Labelled(Decision):
        tags: list[str]
        decision_cls: str

    class Post(EnduringObject[Decision]):
        class Written(InitialDecision):
            post_id: str

        @event(Labelled)
        def label(self, tags, decision_cls="x"):
            self.labels = [*tags, decision_cls]

    post = Post()
    post.label(["a", "b"])
    assert post.labels == ["a", "b", "x"]
    assert post.new_decisions[-1].tags == [post.id]
    assert post.new_decisions[-1].decision == Labelled(["a", "b"], "x")


def test_an_undecorated_override_may_call_the_command():
    """C40, D169: it triggers once."""

    class Careful(Base):
        @event(Renamed)
        def rename(self, name):
            self.log.append(name)

    class MoreCareful(Careful):
        def rename(self, name):
            super().rename(name.strip())

    made = MoreCareful()
    made.rename(" a ")
    assert made.log == ["a"]
    assert decisions(made) == [Renamed("a")]


def test_property_setters_may_be_commands():
    """C37: as with aggregates."""

    class Made(Base):
        @property
        def name(self):
            return self.log[-1]

        @event(Renamed)
        @name.setter
        def name(self, name):
            self.log.append(name)

    made = Made()
    made.name = "a"
    assert made.name == "a"
    assert decisions(made) == [Renamed("a")]


def test_wrapped_functions_can_be_decorated():
    """D136"""

    def noting(function):
        @functools.wraps(function)
        def wrapper(self, *args, **kwargs):
            self.log.append("noted")
            return function(self, *args, **kwargs)

        return wrapper

    class Made(Base):
        @event(Renamed)
        @noting
        def rename(self, name):
            self.log.append(name)

    made = Made()
    made.rename("a")
    assert made.log == ["noted", "a"]
