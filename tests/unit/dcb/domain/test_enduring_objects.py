"""Enduring objects: C43 to C47."""

import re
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from eventsourcing.dcb import domain
from eventsourcing.dcb.domain import TID, EnduringObject, MetaEnduringObject, Selector, Tagged
from eventsourcing.dcb.msgpack import Decision, InitialDecision
from eventsourcing.domain import ProgrammingError, TopicError, event
from tests.unit.dcb.domain.test_event_decorator import Base

TopicOf = "tests.unit.dcb.domain.test_enduring_objects:{}".format


class Opened(InitialDecision):
    account_id: str
    owner: str
    limit: int = 0


class Credited(Decision):
    amount: int


class Account(EnduringObject[Decision, str]):
    @event(Opened)
    def __init__(self, owner, limit):
        self.had_id = hasattr(self, "id")
        self.owner = owner
        self.limit = limit
        self.balance = 0

    @event(Credited)
    def credit(self, amount):
        self.balance += amount


class Course(EnduringObject[Decision]):
    class Offered(InitialDecision):
        course_id: str
        title: str

    def __init__(self, title):
        self.title = title


class Bare(EnduringObject[Decision]):
    class Started(InitialDecision):
        bare_id: str
        note: str = ""


def last(perspective: Any) -> Any:
    return perspective.new_decisions[-1].decision


# -- creating -----------------------------------------------------------------------------------


def test_calling_the_class_triggers_the_nested_initial_decision():
    """C43"""
    course = Course(title="Maths")
    assert course.title == "Maths"
    assert course.new_decisions == [
        Tagged([course.id], Course.Offered(TopicOf("Course"), course.id, "Maths"))
    ]
    assert course.last_known_position is None


def test_calling_the_class_triggers_the_decision_that_decorates_init():
    """C43"""
    account = Account(owner="Ann", limit=5)
    assert (account.owner, account.limit) == ("Ann", 5)
    assert account.new_decisions == [
        Tagged([account.id], Opened(TopicOf("Account"), account.id, "Ann", 5))
    ]
    assert Account.projected_types == [Opened, Credited]


def test_defaults_are_those_of_the_decision():
    """C43, C44"""
    assert Account(owner="Ann").limit == 0


def test_the_nested_decision_takes_precedence():
    """C43: the first one, if there are several."""

    class Both(EnduringObject[Decision]):
        class First(InitialDecision):
            both_id: str

        class Second(InitialDecision):
            both_id: str

        @event(Opened)
        def __init__(self):
            pass

    assert type(last(Both())) is Both.First


def test_ids_are_made_of_the_class_name_and_a_uuid():
    """C43"""
    first, second = Course(title="a"), Course(title="a")
    assert re.fullmatch(r"course-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first.id)
    assert first.id != second.id


def test_ids_may_be_made_otherwise():
    """C43"""

    class Numbered(EnduringObject[Decision]):
        class Started(InitialDecision):
            numbered_id: str

        @classmethod
        def _create_id(cls):
            return f"{cls.__name__}-1"

    numbered = Numbered()
    assert numbered.id == last(numbered).numbered_id == "Numbered-1"
    Numbered._create_id = lambda: 1
    with pytest.raises(TypeError, match=r"Numbered\._create_id\(\) did not return str, .*: 1$"):
        Numbered()


def test_the_id_is_set_after_init():
    """C44"""
    account = Account(owner="Ann")
    assert account.had_id is False
    assert list(vars(account))[-1] == "id"


def test_a_class_without_init_ignores_the_attributes():
    """C44"""
    bare = Bare(note="x")
    assert last(bare).note == "x"
    assert set(vars(bare)) == {"id", "last_known_position", "new_decisions"}


def test_a_dataclass_gets_its_init_from_the_fields():
    """C44"""

    @dataclass
    class Box(EnduringObject[Decision]):
        class Made(InitialDecision):
            box_id: str
            size: int

        size: int
        things: list[str] = field(default_factory=list)

    box = Box(size=3)
    assert (box.size, box.things) == (3, [])


def test_an_explicit_topic_is_recorded():
    """C43"""

    class Old(EnduringObject[Decision]):
        TOPIC = "test-enduring-objects-old"

        class Started(InitialDecision):
            old_id: str

    old = Old()
    assert last(old).originator_topic == "test-enduring-objects-old"
    assert type(last(old).mutate(None)) is Old


def test_any_kind_of_decision_will_do():
    """C35, C43: such as dataclasses."""

    class Plain(EnduringObject[domain.Decision]):
        @dataclass
        class Started(domain.InitialDecision):
            plain_id: str
            originator_topic: str
            size: int

        def __init__(self, size):
            self.size = size

    plain = Plain(size=3)
    assert plain.size == last(plain).mutate(None).size == 3


# -- errors -------------------------------------------------------------------------------------


def test_arguments_are_given_by_keyword():
    """C43, C45"""
    with pytest.raises(TypeError, match=r"takes 1 positional argument but 2 were given"):
        Course("Maths")


@pytest.mark.parametrize("name", ["originator_topic", "tags", "course_id"])
def test_what_the_call_sets_itself_is_refused(name):
    """C43"""
    with pytest.raises(AssertionError, match=rf"^Course\(\) can't be called with '{name}'"):
        Course(title="a", **{name: "x"})


def test_a_class_without_initial_decision_is_told():
    """C45"""

    class Nothing(EnduringObject[Decision]):
        pass

    with pytest.raises(ProgrammingError) as caught:
        Nothing()
    assert str(caught.value) == (
        "Enduring object class Nothing has no InitialDecision class. Please define a subclass of "
        "InitialDecision as a nested class on Nothing."
    )


@pytest.mark.parametrize("base", [Course, Account])
def test_a_subclass_needs_an_initial_decision_of_its_own(base):
    """C45"""

    class Sub(base):
        pass

    with pytest.raises(ProgrammingError, match=r"^Enduring object class Sub has no Initial"):
        Sub(title="a")
    assert Opened not in Sub.projected_types


def test_a_subclass_with_an_initial_decision_inherits_the_rest():
    """C40, C45"""

    class Savings(Account):
        class Opened(InitialDecision):
            savings_id: str
            owner: str
            limit: int

    savings = Savings(owner="Ann", limit=1)
    savings.credit(5)
    assert (savings.owner, savings.balance) == ("Ann", 5)


def test_a_decision_that_is_not_initial_cannot_decorate_init():
    """C37, C43"""
    with pytest.raises(AssertionError, match=r"Wrong\.__init__\(\) is not an InitialDecision$"):

        class Wrong(EnduringObject[Decision]):
            @event(Credited)
            def __init__(self, amount):
                pass


def test_wrong_arguments_name_the_decision():
    """C45"""
    with pytest.raises(TypeError) as caught:
        Course(name="x")
    assert re.fullmatch(
        r"Unable to construct Course\.Offered event with kwargs \{'course_id': 'course-[-0-9a-f]+',"
        rf" 'originator_topic': '{TopicOf('Course')}', 'name': 'x'\}}: .+",
        str(caught.value),
    )
    assert isinstance(caught.value.__cause__, TypeError)


def test_an_init_with_other_parameters_is_told():
    """C45"""

    class Wrong(EnduringObject[Decision]):
        class Started(InitialDecision):
            wrong_id: str
            size: int

        def __init__(self, length):
            pass

    with pytest.raises(TypeError) as caught:
        Wrong(size=3)
    assert re.fullmatch(
        r"\S+Wrong\.Started cannot __init__ \S+Wrong with kwargs \{'size': 3\}: "
        r"\S+__init__\(\) got an unexpected keyword argument 'size'",
        str(caught.value),
    )


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("builtins:int", "<class 'int'>"),
        ("eventsourcing.domain:Aggregate", "<class 'eventsourcing.domain.Aggregate'>"),
        (f"{Base.__module__}:Base", repr(Base)),
    ],
)
def test_the_topic_must_be_that_of_an_enduring_object(topic, told):
    """C45"""
    with pytest.raises(TypeError) as caught:
        Opened(topic, "1", "Ann").mutate(None)
    assert str(caught.value) == f"Originator type not subclass of EnduringObject: {told}"


def test_the_topic_must_resolve():
    """C46"""
    with pytest.raises(TopicError, match="no_such_module"):
        Opened("no_such_module:Account", "1", "Ann").mutate(None)


def test_a_decision_without_the_id_is_told():
    """C46: as when the class was renamed."""
    with pytest.raises(
        TypeError, match=r"^Opened has no attribute 'course_id', which has the ID of"
    ):
        Opened(TopicOf("Course"), "1", "Ann").mutate(None)


# -- initial decisions --------------------------------------------------------------------------


def test_an_initial_decision_constructs_its_object():
    """C46: with nothing to be recorded."""
    account = Opened(TopicOf("Account"), "1", "Ann", 5).mutate(None)
    assert type(account) is Account
    assert (account.id, account.owner, account.limit) == ("1", "Ann", 5)
    assert account.new_decisions == []


def test_an_initial_decision_leaves_an_object_alone_that_does_not_project_it():
    """C46: a new one is returned."""
    course = Course(title="Maths")
    account = Opened(TopicOf("Account"), "1", "Ann").mutate(course)
    assert type(account) is Account
    assert course.title == "Maths"


def test_an_initial_decision_is_projected_by_whatever_has_a_method_for_it():
    """C46"""

    class Owners(Base):
        @event(Opened)
        def _(self, account_id, owner, originator_topic):
            self.log.append((account_id, owner, originator_topic))

    owners = Owners()
    assert Opened(TopicOf("Account"), "1", "Ann").mutate(owners) is owners
    assert owners.log == [("1", "Ann", TopicOf("Account"))]


def test_the_name_of_the_id_follows_from_the_class():
    """C46"""
    assert Opened.id_attr_name(Account) == "account_id"
    assert InitialDecision.id_attr_name(EnduringObject) == "enduringobject_id"


def test_the_name_of_the_id_may_be_chosen():
    """C46: for one, if the class was renamed."""

    class Client(EnduringObject[Decision]):
        class Registered(InitialDecision):
            customer_id: str

            @classmethod
            def id_attr_name(cls, enduring_object_class):
                return "customer_id"

    client = Client()
    assert client.id == last(client).customer_id == last(client).mutate(None).id


# -- deciding -----------------------------------------------------------------------------------


def test_the_boundary_is_the_id():
    """C47"""
    course = Course(title="a")
    assert course.consistency_boundary() == [Selector(tags=[course.id])]


def test_decisions_are_tagged_with_the_id_first():
    """C47"""
    account = Account(owner="Ann")
    account.trigger_event(Credited, ["a", "b"], amount=1)
    account.trigger_event(Credited, tags=("c",), amount=2)
    account.credit(3)
    assert account.balance == 6
    assert [tagged.tags for tagged in account.new_decisions[1:]] == [
        [account.id, "a", "b"],
        [account.id, "c"],
        [account.id],
    ]


# -- classes ------------------------------------------------------------------------------------


def test_the_type_of_the_id_may_be_left_out():
    """The head of the contract: one or two arguments."""
    decision = TypeVar("decision", bound=Decision)

    class Mine(EnduringObject[decision, TID]):
        pass

    assert type(Mine) is MetaEnduringObject
    for cls in (EnduringObject, Mine):
        assert cls[Decision] == cls[Decision, str]
    with pytest.raises(TypeError):
        EnduringObject[Decision, str, str]
