"""What other modules share: D203 to D208; the public names of section 1.1."""

import typing
from decimal import Decimal

import pytest

import eventsourcing
import eventsourcing.domain
from eventsourcing.domain import (
    Aggregate,
    AggregateEvent,
    BoundCommandMethodDecorator,
    CommandMethodDecorator,
    UnboundCommandMethodDecorator,
    all_func_decorators,
    decorated_func_callers,
    decorated_funcs,
    event,
    filter_kwargs_for_method_params,
)
from eventsourcing.tests.domain import (
    AccountClosedError,
    BankAccount,
    EmailAddress,
    InsufficientFundsError,
)
from eventsourcing.utils import get_topic

PUBLIC_NAMES = [
    "EventSourcingError",
    "ProgrammingError",
    "OriginatorIDError",
    "OriginatorVersionError",
    "VersionError",
    "EventsourcingType",
    "MetaDomainEvent",
    "MetaAggregate",
    "DomainEvent",
    "AggregateEvent",
    "AggregateCreated",
    "LogEvent",
    "Snapshot",
    "AbstractDecision",
    "HasOriginatorIDVersion",
    "CanCreateTimestamp",
    "CanMutateAggregate",
    "CanInitAggregate",
    "CanSnapshotAggregate",
    "AbstractDecoratedFuncCaller",
    "DecoratedFuncCaller",
    "BaseAggregate",
    "Aggregate",
    "event",
    "triggers",
    "aggregate",
    "CommandMethodDecorator",
    "BoundCommandMethodDecorator",
    "UnboundCommandMethodDecorator",
    "datetime_now_with_tzinfo",
    "create_utc_datetime_now",
    "filter_kwargs_for_method_params",
    "patch_dataclasses_process_class",
    "DomainEventProtocol",
    "CanMutateProtocol",
    "SnapshotProtocol",
    "CollectEventsProtocol",
    "MutableAggregateProtocol",
    "ImmutableAggregateProtocol",
    "CanTriggerEvent",
    "MutableOrImmutableAggregate",
    "CallableType",
    "DecoratableType",
    "TAggregateID",
    "TAggregateID_co",
    "TDomainEvent",
    "SDomainEvent",
    "TAggregate",
    "TMutableOrImmutableAggregate",
    "TDecoratableType",
    "TLogEvent",
    "TCanSnapshotAggregate",
    "TZINFO",
    "ENVVAR_DISABLE_REDEFINITION_CHECK",
    "decorated_funcs",
    "decorated_func_callers",
    "all_func_decorators",
    "UUID",
    "uuid4",
    "datetime",
    "get_topic",
    "resolve_topic",
    "register_topic",
    "get_method_name",
    "TopicError",
]


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_public_names_exist_and_live_in_the_public_module(name):
    """1.1"""
    obj = getattr(eventsourcing.domain, name)
    module = getattr(obj, "__module__", None) or ""
    if callable(obj) and module.startswith("eventsourcing.domain"):
        assert module == "eventsourcing.domain" or name.startswith("T")


@pytest.mark.parametrize(
    "name", ["NIL_UUID", "AggregateStrID", "AggregateUuidID", "get_metadata_from_context"]
)
def test_names_that_do_not_exist(name):
    """1.1"""
    assert not hasattr(eventsourcing.domain, name)


@pytest.mark.parametrize(
    ("cls", "topic"),
    [
        (Aggregate, "eventsourcing.domain:Aggregate"),
        (Aggregate.Event, "eventsourcing.domain:Aggregate.Event"),
        (Aggregate.Created, "eventsourcing.domain:Aggregate.Created"),
        (Aggregate.Snapshot, "eventsourcing.domain:Snapshot"),
        (AggregateEvent, "eventsourcing.domain:AggregateEvent"),
    ],
)
def test_stored_topics(cls, topic):
    """U2 D98"""
    assert get_topic(cls) == topic


def test_version_of_the_package():
    """D211"""
    assert eventsourcing.__version__ == "9.6.0"


def test_registries():
    """D203"""

    class Dog(Aggregate):
        @event("Renamed")
        def rename(self, name):
            self.name = name

    decorator = Dog.__dict__["rename"]
    assert decorated_func_callers[decorator] is Dog.Renamed
    assert decorated_funcs[Dog.Renamed] is decorator.decorated_func
    assert all_func_decorators[-1] is decorator


def test_list_of_decorators_holds_those_around_functions():
    """D203"""

    def func(self):
        pass

    before = len(all_func_decorators)
    made = event("Done")(func)
    event("Done")(property(func, lambda self, a: None))
    assert all_func_decorators[before:] == [made]


def test_attributes_of_decorators():
    """D204"""

    def rename(self, name):
        pass

    by_name = CommandMethodDecorator("Renamed", rename, "topic")
    assert (by_name.event_cls_name, by_name.given_event_cls) == ("Renamed", None)
    assert (by_name.decorated_func, by_name.decorated_property) == (rename, None)
    assert (by_name.event_topic, by_name.is_name_inferred_from_method) == ("topic", False)
    assert (by_name.is_property_setter, by_name.property_setter_arg_name) == (False, None)

    inferred = CommandMethodDecorator(None, rename)
    assert (inferred.event_cls_name, inferred.is_name_inferred_from_method) == ("Rename", True)

    class Renamed(AggregateEvent):
        pass

    by_class = CommandMethodDecorator(Renamed, rename)
    assert (by_class.event_cls_name, by_class.given_event_cls) == (None, Renamed)

    prop = property(lambda self: 1, rename)
    setter = CommandMethodDecorator("Renamed", prop)
    assert setter.decorated_property is prop
    assert (setter.is_property_setter, setter.property_setter_arg_name) == (True, "name")


def test_wrappers():
    """D204"""

    class Dog(Aggregate):
        @event("Renamed")
        def rename(self, name):
            self.name = name

    dog, decorator = Dog(), Dog.__dict__["rename"]
    bound = BoundCommandMethodDecorator(decorator, dog)
    assert (bound.event_decorator, bound.obj) == (decorator, dog)
    bound.trigger("a")
    bound.trigger(name="b")
    assert dog.name == "b"
    unbound = UnboundCommandMethodDecorator(decorator)
    assert unbound.event_decorator is decorator


def test_classes_that_are_not_aggregates():
    """D205"""

    class Done:
        def __init__(self, a):
            self.a = a

    class Other:
        def __init__(self):
            self.triggered = []

        @event("Done")
        def do(self, a, b=2):
            pass

        def trigger_event(self, event_class, **kwargs):
            self.triggered.append((event_class, kwargs))

    decorated_func_callers[Other.__dict__["do"]] = Done
    other = Other()
    other.do(1)
    Other.do(other, a=2)
    assert other.triggered == [(Done, {"a": 1}), (Done, {"a": 2})]


def test_filtering_by_a_signature():
    """D206"""

    def method(self, a, *, b=1):
        pass

    kwargs = {"a": 1, "b": 2, "c": 3}
    assert filter_kwargs_for_method_params(kwargs, method) == {"a": 1, "b": 2}
    assert len(kwargs) == 3


def test_story_of_the_bank_account():
    """D207 D208 A34"""
    account = BankAccount.open("Alice", "alice@example.com")
    assert account.email_address == EmailAddress("alice@example.com")
    assert (account.balance, account.overdraft_limit) == (Decimal("0.00"), Decimal("0.00"))
    account.append_transaction(Decimal("10.00"))
    account.append_transaction(Decimal("10.00"))
    account.append_transaction(Decimal("-15.00"))
    with pytest.raises(InsufficientFundsError) as caught:
        account.append_transaction(Decimal("-15.00"))
    assert caught.value.args == ({"account_id": account.id},)
    with pytest.raises(AssertionError):
        account.set_overdraft_limit(Decimal("-1.00"))
    account.set_overdraft_limit(Decimal("100.00"))
    account.append_transaction(Decimal("-15.00"))
    account.close()
    assert (account.balance, account.is_closed) == (Decimal("-10.00"), True)
    with pytest.raises(AccountClosedError):
        account.append_transaction(Decimal("1.00"))
    with pytest.raises(AccountClosedError):
        account.set_overdraft_limit(Decimal("1.00"))
    assert len(account.pending_events) == 7
    assert isinstance(account.pending_events[0], BankAccount.Opened)


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_annotations_of_public_classes_can_be_evaluated(name):
    """D27 D198: pydantic, msgspec and others evaluate them, in the public module."""
    obj = getattr(eventsourcing.domain, name)
    if isinstance(obj, type) and obj.__module__ == "eventsourcing.domain":
        typing.get_type_hints(obj)
        typing.get_type_hints(type("Sub", (obj,), {}) if name.startswith("Can") else obj)
