"""Creating aggregates, and their identity: D64 to D81."""

import inspect
from dataclasses import field
from datetime import UTC, datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import pytest

from eventsourcing.domain import (
    Aggregate,
    AggregateCreated,
    AggregateEvent,
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    MetaDomainEvent,
    ProgrammingError,
    event,
)
from eventsourcing.utils import get_topic

THEN = datetime(2020, 1, 1, tzinfo=UTC)


class StrEvent(metaclass=MetaDomainEvent):
    originator_id: str
    originator_version: int
    timestamp: datetime


# -- calling the class ------------------------------------------------------------------------


def test_call_binds_the_arguments_and_fills_in_defaults():
    """D64"""

    class Kiosk(Aggregate):
        def __init__(self, street, floor=0):
            self.street = street
            self.floor = floor

    kiosk = Kiosk("Main")
    (created,) = kiosk.pending_events
    assert type(created) is Kiosk.Created
    assert (created.street, created.floor) == ("Main", 0)
    assert created.originator_topic == get_topic(Kiosk)
    assert (kiosk.street, kiosk.floor) == ("Main", 0)


def test_call_goes_through_create():
    """D64"""
    calls = []

    class Kiosk(Aggregate):
        def __init__(self, street):
            pass

        @classmethod
        def _create(cls, event_class, **kwargs):
            calls.append((event_class, kwargs))
            return super()._create(event_class, **kwargs)

    Kiosk("Main")
    assert calls == [(Kiosk.Created, {"street": "Main"})]


def test_class_without_created_event_cannot_be_called():
    """D65 A9"""

    class Bare(BaseAggregate[UUID]):
        @staticmethod
        def create_id():
            return uuid4()

    with pytest.raises(TypeError) as caught:
        Bare()
    assert str(caught.value) == "No \"created\" event classes defined on class 'Bare'."


def test_class_that_cannot_decide_cannot_be_called():
    """D66 A19"""

    class Torn(Aggregate):
        class Started(Aggregate.Created):
            pass

        class Opened(Aggregate.Created):
            pass

    with pytest.raises(TypeError) as caught:
        Torn()
    assert str(caught.value) == (
        f'{Torn.__qualname__} can\'t decide which of many "created" event classes to use: '
        f"'Started', 'Opened'. Please use class arg 'created_event_name' or @event decorator on "
        f"__init__ method."
    )
    assert type(Torn._create(Torn.Opened).pending_events[0]) is Torn.Opened


def test_signature_of_class_and_init():
    """D68"""

    class Kiosk(Aggregate):
        def __init__(self, street):
            pass

    assert str(inspect.signature(Kiosk)) == "(*args, **kwargs)"
    assert str(inspect.signature(Kiosk.__init__)) == "(self, street)"


# -- _create() --------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", [AggregateCreated, Aggregate.Created])
def test_any_created_event_class_can_be_given(cls):
    """D69 D70 A7"""
    given = uuid4()
    aggregate = Aggregate._create(event_class=cls, id=given)
    (created,) = aggregate.pending_events
    assert type(created) is cls
    assert (created.originator_id, created.originator_version) == (given, 1)
    assert created.originator_topic == "eventsourcing.domain:Aggregate"


def test_standard_values_cannot_be_overridden():
    """D69"""
    aggregate = Aggregate._create(
        Aggregate.Created, originator_topic="x", originator_id=1, originator_version=7
    )
    assert aggregate.version == 1
    assert aggregate.pending_events[0].originator_topic == "eventsourcing.domain:Aggregate"


def test_only_the_event_class_may_be_positional():
    """D70"""
    with pytest.raises(TypeError):
        Aggregate._create(Aggregate.Created, uuid4())


def test_create_does_not_fill_in_defaults():
    """D70"""

    class Kiosk(Aggregate):
        def __init__(self, floor=0):
            pass

    with pytest.raises(TypeError, match="missing 1 required positional argument: 'floor'"):
        Kiosk._create(Kiosk.Created)


def test_event_that_cannot_be_constructed():
    """D71 A8"""
    with pytest.raises(TypeError) as caught:
        Aggregate._create(Aggregate.Created, a=1)
    assert str(caught.value).startswith("Unable to construct 'Aggregate.Created' event: ")
    assert str(caught.value).endswith("got an unexpected keyword argument 'a'")
    assert isinstance(caught.value.__cause__, TypeError)


def test_subsequent_event_cannot_create():
    """D71 A8"""
    with pytest.raises(TypeError, match="got an unexpected keyword argument 'originator_topic'"):
        Aggregate._create(Aggregate.Event)


@pytest.mark.parametrize("wrong", [Decimal(1), 1, b"x"])
def test_given_id_must_be_uuid_or_str(wrong):
    """D72 A8"""
    with pytest.raises(TypeError) as caught:
        Aggregate._create(Aggregate.Created, id=wrong)
    assert str(caught.value) == f"Given id was not a UUID or str: {wrong!r}"


def test_str_is_refused_by_the_event_of_an_aggregate_with_uuids():
    """D72"""
    with pytest.raises(TypeError, match=r"^Unable to construct .*: .* a non-UUID originator_id"):
        Aggregate._create(Aggregate.Created, id="an id")


def test_falsy_id_is_not_replaced():
    """D72 D213"""
    with pytest.raises(TypeError, match=r"^Unable to construct"):
        Aggregate._create(Aggregate.Created, id="")


def test_create_id_gets_the_arguments_that_it_names():
    """D73 D81"""

    class Shelf(Aggregate):
        label: str
        size: int = 1

        @staticmethod
        def create_id(label: str, *args, colour="red", **kwargs):
            assert not args
            assert not kwargs
            return uuid5(NAMESPACE_URL, f"/shelves/{label}/{colour}")

    assert Shelf(label="B7").id == Shelf.create_id("B7")


def test_create_id_can_be_replaced_after_the_first_use():
    """D73"""

    class Shelf(Aggregate):
        label: str

    Shelf("a")
    Shelf.create_id = staticmethod(lambda label: uuid5(NAMESPACE_URL, label))
    assert Shelf("a").id == uuid5(NAMESPACE_URL, "a")


@pytest.mark.parametrize("keyword", [{}, {"id": None}])
def test_class_without_create_id_asks_for_one(keyword):
    """D74 A9"""

    class Base(BaseAggregate[UUID]):
        class Event(AggregateEvent):
            pass

        class Created(Event, AggregateCreated):
            pass

    with pytest.raises(NotImplementedError) as caught:
        Base._create(Base.Created, **keyword)
    assert str(caught.value) == (
        f"Please pass an 'id' arg or define a create_id() method on {Base}"
    )
    assert isinstance(Base._create(Base.Created, id=uuid4()), Base)


def test_create_id_must_return_uuid_or_str():
    """D74 A14"""

    class Numbered(Aggregate):
        @staticmethod
        def create_id():
            return 5

    with pytest.raises(TypeError) as caught:
        Numbered()
    assert str(caught.value) == (
        f"{__name__}.{Numbered.create_id.__qualname__} did not return UUID or str, it returned: 5"
    )


def test_missing_argument_of_create_id_gives_the_standard_error():
    """D74"""

    class Shelf(Aggregate):
        @staticmethod
        def create_id(label):
            return uuid4()

    with pytest.raises(TypeError, match="missing 1 required positional argument: 'label'"):
        Shelf()


@pytest.mark.parametrize("version", [0, 2])
@pytest.mark.parametrize("owner", [BaseAggregate, Aggregate])
def test_initial_version_is_read_at_creation(monkeypatch, owner, version):
    """D75 A10"""

    class Plot(Aggregate):
        pass

    monkeypatch.setattr(owner, "INITIAL_VERSION", version, raising=False)
    plot = Plot()
    plot.trigger_event(Plot.Event)
    assert [e.originator_version for e in plot.pending_events] == [version, version + 1]


def test_initial_version_of_a_class():
    """D75 A10"""

    class Plot(Aggregate):
        INITIAL_VERSION = 0

    assert Plot().version == 0


def test_timestamp_can_be_passed():
    """D76 A17"""

    class Dated(Aggregate):
        def __init__(self, timestamp=None):
            self.seen = timestamp

    assert Aggregate._create(Aggregate.Created, timestamp=THEN).created_on == THEN
    dated = Dated(timestamp=THEN)
    assert (dated.created_on, dated.modified_on, dated.seen) == (THEN, THEN, THEN)
    dated = Dated()
    assert dated.seen == dated.created_on


# -- identity ---------------------------------------------------------------------------------


def test_id_annotation_adds_a_required_first_parameter():
    """D67 D77 A15"""

    class Page(Aggregate):
        id: UUID
        title: str = ""

    given = uuid4()
    page = Page(given, "a")
    assert (page.id, page.title) == (given, "a")
    assert Page(title="b", id=given).id == given
    assert Page.__annotations__ == {"title": str}
    assert "id" not in Page.__dataclass_fields__
    assert "id" not in inspect.signature(Page.__init__).parameters
    assert not hasattr(page.pending_events[0], "id")
    assert Page(id=None).id != given


def test_missing_id_is_reported_like_a_parameter():
    """D77 A15"""

    class Page(Aggregate):
        id: UUID

    class Named(Aggregate):
        id: UUID
        name: str

    class Inited(Aggregate):
        id: UUID

        def __init__(self, name):
            self.name = name

    for cls, text in (
        (Page, "missing 1 required positional argument: 'id'"),
        (Named, "missing 2 required positional arguments: 'id' and 'name'"),
        (Inited, "missing 2 required positional arguments: 'id' and 'name'"),
    ):
        with pytest.raises(TypeError) as caught:
            cls()
        assert str(caught.value) == f"{cls.__init__.__qualname__}() {text}"


@pytest.mark.parametrize(
    "body",
    [
        {"id": uuid4()},
        {"id": field(default=None)},
        {"id": property(lambda self: 1)},
        {"__annotations__": {"id": UUID}, "id": uuid4()},
        {"__annotations__": {"id": UUID}, "id": field(init=False)},
    ],
)
def test_id_attribute_is_refused(body):
    """D78 A15"""
    with pytest.raises(ProgrammingError) as caught:
        type("WithID", (Aggregate,), body)
    assert str(caught.value) == "Setting attribute 'id' on class 'WithID' is not allowed"


def test_id_parameter_of_init():
    """D79 A16"""

    class Plain(Aggregate):
        def __init__(self, id, name):
            self.told, self.name = id, name

    class Decorated(Aggregate):
        @event("Started")
        def __init__(self, id, name):
            self.told, self.name = id, name

    class Explicit(Aggregate):
        class Started(Aggregate.Created):
            name: str

        @event(Started)
        def __init__(self, id, name):
            self.told, self.name = id, name

    for cls in (Plain, Decorated, Explicit):
        given = uuid4()
        made = cls(given, "a")
        (created,) = made.collect_events()
        assert made.id == made.told == given
        assert not hasattr(created, "id")
        assert created.mutate(None) == made


def test_id_parameter_with_default():
    """D79"""

    class Told(Aggregate):
        def __init__(self, id=None):
            self.told = id

    told = Told()
    assert told.told == told.id


def test_id_can_only_be_set_under_its_inner_name():
    """D79 D50"""
    given = uuid4()

    class Set(Aggregate):
        def __init__(self, id):
            self._id = given

    class Assigned(Aggregate):
        def __init__(self, id):
            self.id = id

    assert Set(uuid4()).id == given
    with pytest.raises(AttributeError):
        Assigned(uuid4())


def test_create_id_must_be_static_or_class_method():
    """D80 A14"""
    with pytest.raises(TypeError) as caught:

        class Wrong(Aggregate):
            def create_id(self):
                pass

    assert str(caught.value).startswith("<function test_create_id_must_be")
    assert str(caught.value).endswith("is not a static or class method: <class 'function'>")


def test_create_id_as_class_method():
    """D81 A14"""

    class Shelf(Aggregate):
        def __init__(self, label, timestamp=None):
            pass

        @classmethod
        def create_id(cls, label, timestamp):
            assert timestamp == THEN
            return uuid5(NAMESPACE_URL, cls.__name__ + label)

    assert Shelf("B7", timestamp=THEN).id == Shelf.create_id("B7", THEN)


def test_string_ids():
    """D200"""

    class Base(BaseAggregate[str]):
        class Event(StrEvent, CanMutateAggregate[str]):
            pass

        class Created(Event, CanInitAggregate[str]):
            originator_topic: str

        @staticmethod
        def create_id():
            return "made"

    class Note(Base):
        text: str

        @event("Edited")
        def edit(self, text):
            self.text = text

    class Named(Base):
        id: str

    note = Note("a")
    note.edit("b")
    assert (note.id, note.version, note.text) == ("made", 2, "b")
    assert Named("given").id == "given"
    assert Note._create(Note.Created, id="x", text="t").id == "x"
    assert Note.Edited.originator_id_type is str


def test_event_class_is_a_parameter_name_like_any_other():
    """D128 Q14"""

    class Log(Aggregate):
        def __init__(self, event_class):
            self.event_class = event_class

        @event("Changed")
        def change(self, event_class):
            self.event_class = event_class

    log = Log("a")
    log.change("b")
    assert [e.event_class for e in log.pending_events] == ["a", "b"]
    assert log.event_class == "b"


def test_receiver_may_have_any_name():
    """D128 Q13"""

    class Log(Aggregate):
        def __init__(this, a):
            this.a = a

        @event("Changed")
        def change(this, a):
            this.a = a

    log = Log(1)
    log.change(2)
    assert log.a == 2
