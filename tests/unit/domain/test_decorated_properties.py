"""The event decorator on properties, underscore methods, inheritance: D156 to D171."""

import pytest

from eventsourcing.domain import (
    Aggregate,
    AggregateEvent,
    DecoratedFuncCaller,
    ProgrammingError,
    event,
)


def last(made):
    return made.pending_events[-1]


class Named(AggregateEvent):
    given: str


def test_event_above_the_setter():
    """D156 A43"""

    class Page(Aggregate):
        class Moved(AggregateEvent):
            to: str

        @property
        def title(self):
            return self._title

        @event("Retitled")
        @title.setter
        def title(self, given):
            self._title = given

        @property
        def place(self):
            return self._place

        @event(Moved)
        @place.setter
        def place(self, to):
            self._place = to

    page = Page()
    page.title = "a"
    assert page.title == "a"
    assert type(last(page)) is Page.Retitled
    assert last(page).given == "a"
    page.place = "b"
    assert page.place == "b"
    assert type(last(page)) is Page.Moved
    assert isinstance(Page.title, property)


def test_event_under_the_setter():
    """D157 A43"""

    class Page(Aggregate):
        class Moved(AggregateEvent):
            to: str

        @property
        def title(self):
            return self._title

        @title.setter
        @event("Retitled")
        def title(self, given):
            self._title = given

        @property
        def place(self):
            return self._place

        @place.setter
        @event(Moved)
        def place(self, to):
            self._place = to

    page = Page()
    page.title = "a"
    page.place = "b"
    assert (page.title, page.place) == ("a", "b")
    assert [type(e) for e in page.pending_events[1:]] == [Page.Retitled, Page.Moved]
    assert isinstance(Page.__dict__["title"], property)


@pytest.mark.parametrize("decorate", [event, event(), event("SetTitle")])
def test_property_with_a_decorated_method_as_setter(decorate):
    """D158 A43"""

    class Page(Aggregate):
        def get_title(self):
            return self._title

        @decorate
        def set_title(self, given):
            self._title = given

        title = property(get_title, set_title)

    page = Page()
    page.title = "a"
    page.set_title("b")
    assert [type(e) for e in page.pending_events[1:]] == [Page.SetTitle] * 2
    assert page.title == "b"


@pytest.mark.parametrize(("decorate", "name"), [(event, "SetTitle"), (event("Named"), "Named")])
def test_property_with_a_setter_that_is_also_a_plain_method(decorate, name):
    """D159 A43"""

    class Page(Aggregate):
        def get_title(self):
            return self._title

        def set_title(self, given):
            self._title = given

        title = property(get_title, decorate(set_title))

    page = Page()
    page.set_title("a")
    assert len(page.pending_events) == 1
    page.title = "b"
    assert type(last(page)).__name__ == name
    assert page.title == "b"


@pytest.mark.parametrize("decorate", [event, event()])
def test_event_above_the_setter_needs_name_or_class(decorate):
    """D160 A43"""
    with pytest.raises(TypeError) as caught:

        class Page(Aggregate):
            @property
            def title(self):
                pass

            @decorate
            @title.setter
            def title(self, given):
                pass

    assert str(caught.value) == "@event decorator on @title.setter requires event name or class"


@pytest.mark.parametrize("decorate", [event, event()])
def test_event_under_the_setter_needs_name_or_class(decorate):
    """D161 A43"""
    with pytest.raises(TypeError) as caught:

        class Page(Aggregate):
            @property
            def title(self):
                pass

            @title.setter
            @decorate
            def title(self, given):
                pass

    assert str(caught.value) == "@event decorator under @title.setter requires event name or class"


@pytest.mark.parametrize("decorate", [event, event(), event("Done"), event(Named)])
def test_property_without_setter(decorate):
    """D162 A43"""
    with pytest.raises(TypeError) as caught:

        class Page(Aggregate):
            @decorate
            @property
            def title(self):
                pass

    assert str(caught.value) == "@event can't decorate title() property getter"


def test_property_above_event():
    """Q12"""
    with pytest.raises(TypeError, match=r"^@event can't decorate title\(\) property getter$"):

        class Page(Aggregate):
            @property
            @event("Done")
            def title(self):
                pass


@pytest.mark.parametrize("signature", ["self", "self, a, b", "self, a, *, b"])
def test_setter_takes_exactly_one_value(signature):
    """D163 Q12"""
    names = {}
    exec(f"def title({signature}): pass", names)  # noqa: S102
    with pytest.raises(TypeError, match="must have exactly one parameter for the value"):
        event("Done")(property(lambda self: 1, names["title"]))


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize(
    ("signature", "text"),
    [
        ("self, *args", "*args not supported by decorator on title()"),
        ("self, **kwargs", "**kwargs not supported by decorator on title()"),
        (
            "self, a, /",
            "positional only args arg not supported by @event decorator on title(): a",
        ),
    ],
)
def test_setter_with_unsupported_parameters(above, signature, text):
    """D134 A40"""
    names = {}
    exec(f"def title({signature}): pass", names)  # noqa: S102
    with pytest.raises(TypeError) as caught:
        if above:
            event("Done")(property(lambda self: 1, names["title"]))
        else:
            property(lambda self: 1, event("Done")(names["title"]))
    assert str(caught.value) == text


def test_properties_are_inherited():
    """D164"""

    class Page(Aggregate):
        @property
        def title(self):
            return self._title

        @event("Retitled")
        @title.setter
        def title(self, given):
            self._title = given

    class SubPage(Page):
        pass

    sub = SubPage()
    sub.title = "a"
    assert type(last(sub)) is Page.Retitled
    assert sub.title == "a"


# -- underscore methods -----------------------------------------------------------------------


class Gate(Aggregate):
    class Opened(Aggregate.Event):
        by: str

    class Closed(Aggregate.Event):
        pass

    class Locked(Aggregate.Event):
        pass

    def open(self, by):
        if not getattr(self, "is_open", False):
            self.trigger_event(self.Opened, by=by)

    @event(Opened)
    def _(self, by):
        self.is_open, self.by = True, by

    @event(Closed)
    def _(self):
        self.is_open = False

    @event(Locked)
    def _(self):
        self.is_locked = True


class SubGate(Gate):
    pass


@pytest.mark.parametrize("cls", [Gate, SubGate])
def test_all_underscore_methods_are_effective(cls):
    """D165 D166 Q3 Q4 A49"""
    gate = cls()
    gate.open("me")
    gate.open("you")
    assert (gate.is_open, gate.by) == (True, "me")
    gate.trigger_event(cls.Closed)
    assert gate.is_open is False
    gate.trigger_event(cls.Locked)
    assert gate.is_locked
    assert [type(e) for e in gate.pending_events] == [
        cls.Created,
        cls.Opened,
        cls.Closed,
        cls.Locked,
    ]


@pytest.mark.parametrize("obj", [Gate, Gate()])
def test_underscore_methods_cannot_be_read(obj):
    """D165 A49"""
    with pytest.raises(ProgrammingError) as caught:
        hasattr(obj, "_")
    assert str(caught.value) == (
        "Underscore 'non-command' methods cannot be used to trigger events."
    )


def test_underscore_method_can_also_be_given_a_name():
    """D165: it is wired as in 11.2."""

    class Door(Aggregate):
        @event("Opened")
        def _(self, by):
            self.by = by

    door = Door()
    door.trigger_event(Door.Opened, by="me")
    assert door.by == "me"


# -- inheritance ------------------------------------------------------------------------------


class Base(Aggregate):
    name = ""

    class Marked(Aggregate.Event):
        pass

    @event("Renamed")
    def rename(self, name):
        self.name = name


class Sub(Base):
    pass


def test_inherited_method_triggers_the_event_of_the_defining_class():
    """D167"""
    sub = Sub()
    sub.rename("a")
    assert type(last(sub)) is Base.Renamed
    assert not isinstance(last(sub), Sub.Event)
    copy = None
    for e in sub.collect_events():
        copy = e.mutate(copy)
    assert copy == sub
    assert type(copy) is Sub


def test_subclass_may_decorate_with_the_same_name():
    """D168"""

    class Other(Base):
        @event("Renamed")
        def rename(self, name):
            self.name = name.upper()

    other = Other()
    other.rename("a")
    assert type(last(other)) is Other.Renamed
    assert Other.Renamed.__bases__ == (DecoratedFuncCaller, Other.Event)
    assert not issubclass(Other.Renamed, Base.Renamed)
    assert other.name == "A"


def test_undecorated_override_may_call_super():
    """D169"""

    class Other(Base):
        def rename(self, name):
            super().rename(name.upper())

    other = Other()
    other.rename("a")
    assert [type(e) for e in other.pending_events[1:]] == [Base.Renamed]
    assert other.name == "A"


def test_redefinitions_are_good_for_tests_of_type():
    """D170 Q4: triggering one runs the nearest ancestor's function."""
    assert issubclass(Sub.Renamed, Base.Renamed)
    assert issubclass(Sub.Renamed, Sub.Event)
    sub = Sub()
    sub.trigger_event(Sub.Renamed, name="a")
    assert sub.name == "a"


def test_ancestors_undecorated_event_class_may_be_given():
    """D171"""

    class Other(Base):
        @event(Base.Marked)
        def mark(self):
            self.is_marked = True

    other = Other()
    other.mark()
    assert type(last(other)) is Other.Marked
    assert Other.Marked.__bases__ == (DecoratedFuncCaller, Base.Marked)
    assert not issubclass(Other.Marked, Other.Event)
    assert other.is_marked


def test_ancestors_wired_event_class_cannot_be_given_again():
    """D171"""
    with pytest.raises(TypeError, match=r"MRO|method resolution"):

        class Other(Base):
            @event(Base.Renamed)
            def rename_again(self, name):
                pass


def test_property_with_another_getter_keeps_the_event_of_its_class():
    """D164 D167: decorators that are wired to one class are not wired again."""

    class Page(Aggregate):
        @property
        def title(self):
            return self._title

        @title.setter
        @event("Retitled")
        def title(self, given):
            self._title = given

    class Loud(Page):
        @Page.title.getter
        def title(self):
            return self._title.upper()

    page, loud = Page(), Loud()
    page.title = loud.title = "a"
    assert (page.title, loud.title) == ("a", "A")
    assert type(last(page)) is type(last(loud)) is Page.Retitled


def test_decorated_method_with_a_second_name():
    """D142"""

    class Page(Aggregate):
        @event("Retitled")
        def retitle(self, given):
            self.title = given

        rename = retitle

    page = Page()
    page.rename("a")
    page.retitle("b")
    assert [type(e) for e in page.pending_events[1:]] == [Page.Retitled] * 2


def test_setter_that_is_decorated_already():
    """D163: the error names the property."""

    @event("Done")
    def setter(self, value):
        pass

    def title(self):
        pass

    with pytest.raises(TypeError, match="can't decorate the setter of title: it is not a plain"):
        event("Again")(property(title, setter))
