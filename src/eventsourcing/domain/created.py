"""Created events: what constructs an aggregate, and the plan by which each class is constructed."""

# Without `from __future__ import annotations`: pydantic evaluates the annotations of mixins.

import dataclasses
from collections.abc import Callable
from typing import Any, cast

from eventsourcing.domain.binding import CallBinder
from eventsourcing.domain.mixins import CanMutateAggregate
from eventsourcing.domain.protocols import TAggregate, TAggregateID
from eventsourcing.domain.signatures import CommandSignature, read_keyword_names, read_signature
from eventsourcing.utils import resolve_topic

# What `dataclasses` shows as the default of a parameter whose value a factory makes.
_FACTORY_SENTINEL = getattr(dataclasses, "_HAS_DEFAULT_FACTORY", object())


class ConstructionPlan:
    """How objects of one aggregate class are made: signatures read once, at the first call."""

    __slots__ = (
        "aggregate_class",
        "base_init_names",
        "binder",
        "create_id",
        "create_id_names",
        "init_names",
        "init_takes_id",
    )

    def __init__(self, aggregate_class: Any) -> None:
        signature = read_signature(_init_of(aggregate_class))
        self.aggregate_class: Any = aggregate_class
        self.init_takes_id: bool = "id" in signature.names
        self.init_names: tuple[str, ...] = tuple(n for n in signature.names if n != "id")
        self.base_init_names: tuple[str, ...] = read_signature(aggregate_class.__base_init__).names
        spec = getattr(aggregate_class, "__es_spec__", None)
        self.binder: CallBinder = CallBinder(
            _init_of(aggregate_class).__qualname__,
            signature,
            first=("id",) if spec is not None and spec.takes_id else (),
            factories=_read_factories(aggregate_class, signature),
        )
        self.create_id: Any = None
        self.create_id_names: frozenset[str] = frozenset()

    def select_create_id_arguments(
        self, create_id: Callable[..., Any], fields: dict[str, Any]
    ) -> dict[str, Any]:
        """Return those of the created event's values that `create_id()` names."""
        function = getattr(create_id, "__func__", create_id)
        if function is not self.create_id:
            self.create_id_names = read_keyword_names(create_id)
            self.create_id = function
        return {name: fields[name] for name in self.create_id_names if name in fields}

    def construct(self, originator_id: Any, attributes: dict[str, Any]) -> Any:
        """Make an aggregate from the attributes of its created event."""
        aggregate = self.aggregate_class.__new__(self.aggregate_class)
        aggregate.__base_init__(
            **{name: attributes[name] for name in self.base_init_names if name in attributes}
        )
        arguments = {name: attributes[name] for name in self.init_names if name in attributes}
        if self.init_takes_id:
            arguments["id"] = originator_id
        aggregate.__init__(**arguments)
        return aggregate


def get_construction_plan(aggregate_class: type) -> ConstructionPlan:
    """Return the plan of a class, made at the first use.

    Not when the class is defined, as `@dataclass` may still add the `__init__` then.
    """
    plan: ConstructionPlan | None = getattr(aggregate_class, "__es_plan__", None)
    if plan is None or plan.aggregate_class is not aggregate_class:
        plan = ConstructionPlan(aggregate_class)
        cast("Any", aggregate_class).__es_plan__ = plan
    return plan


def _init_of(aggregate_class: type) -> Callable[..., Any]:
    return cast("Any", aggregate_class).__init__  # type: ignore[no-any-return]


def _read_factories(
    aggregate_class: type, signature: CommandSignature
) -> dict[str, Callable[[], Any]]:
    fields: dict[str, Any] = getattr(aggregate_class, "__dataclass_fields__", {})
    return {
        p.name: fields[p.name].default_factory
        for p in signature.parameters
        if p.default is _FACTORY_SENTINEL
    }


class CanInitAggregate(CanMutateAggregate[TAggregateID]):
    """An event that constructs an aggregate."""

    __module__ = "eventsourcing.domain"
    __slots__ = ()

    originator_topic: str

    def mutate(self, aggregate: TAggregate | None) -> TAggregate | None:
        """Construct and return the aggregate; `__init__` receives the attributes it names.

        Raises `TopicError` if `originator_topic` cannot be resolved.
        """
        if aggregate is not None:
            msg = f"{type(self).__qualname__} is a created event: it can't change {aggregate!r}"
            raise AssertionError(msg)
        plan = get_construction_plan(resolve_topic(self.originator_topic))
        created: TAggregate = plan.construct(self.originator_id, self._as_dict())
        self.apply(created)
        return created
