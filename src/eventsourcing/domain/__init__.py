"""The domain model: aggregates, their events and snapshots, and the `@event` decorator."""

from datetime import datetime as datetime
from uuid import UUID as UUID
from uuid import uuid4 as uuid4

from eventsourcing._public import publish
from eventsourcing.domain.aggregate_decorator import aggregate
from eventsourcing.domain.aggregates import Aggregate, BaseAggregate
from eventsourcing.domain.callers import (
    AbstractDecoratedFuncCaller,
    DecoratedFuncCaller,
    decorated_funcs,
)
from eventsourcing.domain.commands import (
    BoundCommandMethodDecorator,
    UnboundCommandMethodDecorator,
)
from eventsourcing.domain.created import CanInitAggregate
from eventsourcing.domain.decorator import (
    CommandMethodDecorator,
    EventSpecType,
    all_func_decorators,
    decorated_func_callers,
    event,
    triggers,
)
from eventsourcing.domain.definition import ENVVAR_DISABLE_REDEFINITION_CHECK
from eventsourcing.domain.events import AggregateCreated, AggregateEvent, DomainEvent, LogEvent
from eventsourcing.domain.metaclasses import (
    EventsourcingType,
    MetaAggregate,
    MetaDomainEvent,
    patch_dataclasses_process_class,
)
from eventsourcing.domain.mixins import (
    AbstractDecision,
    CanMutateAggregate,
    HasOriginatorIDVersion,
)
from eventsourcing.domain.protocols import (
    CallableType,
    CanMutateProtocol,
    CanTriggerEvent,
    CollectEventsProtocol,
    DecoratableType,
    DomainEventProtocol,
    ImmutableAggregateProtocol,
    MutableAggregateProtocol,
    MutableOrImmutableAggregate,
    SDomainEvent,
    SnapshotProtocol,
    TAggregate,
    TAggregateID,
    TAggregateID_co,
    TCanSnapshotAggregate,
    TDecoratableType,
    TDomainEvent,
    TLogEvent,
    TMutableOrImmutableAggregate,
)
from eventsourcing.domain.signatures import filter_kwargs_for_method_params
from eventsourcing.domain.snapshots import CanSnapshotAggregate, Snapshot
from eventsourcing.domain.specification import AggregateSpec
from eventsourcing.domain.timestamps import (
    TZINFO,
    CanCreateTimestamp,
    create_utc_datetime_now,
    datetime_now_with_tzinfo,
)
from eventsourcing.errors import (
    EventSourcingError,
    OriginatorIDError,
    OriginatorVersionError,
    ProgrammingError,
    VersionError,
)
from eventsourcing.errors import TopicError as TopicError
from eventsourcing.utils import get_method_name as get_method_name
from eventsourcing.utils import get_topic as get_topic
from eventsourcing.utils import register_topic as register_topic
from eventsourcing.utils import resolve_topic as resolve_topic

__all__ = [
    # Aggregates
    "Aggregate",
    "AggregateSpec",
    "BaseAggregate",
    "MetaAggregate",
    "aggregate",
    # Events
    "AbstractDecision",
    "AggregateCreated",
    "AggregateEvent",
    "CanCreateTimestamp",
    "CanInitAggregate",
    "CanMutateAggregate",
    "DomainEvent",
    "EventsourcingType",
    "HasOriginatorIDVersion",
    "LogEvent",
    "MetaDomainEvent",
    # Snapshots
    "CanSnapshotAggregate",
    "Snapshot",
    # Decorated methods
    "AbstractDecoratedFuncCaller",
    "BoundCommandMethodDecorator",
    "CommandMethodDecorator",
    "DecoratedFuncCaller",
    "UnboundCommandMethodDecorator",
    "all_func_decorators",
    "decorated_func_callers",
    "decorated_funcs",
    "event",
    "filter_kwargs_for_method_params",
    "triggers",
    # Time
    "TZINFO",
    "create_utc_datetime_now",
    "datetime_now_with_tzinfo",
    # Settings
    "ENVVAR_DISABLE_REDEFINITION_CHECK",
    "patch_dataclasses_process_class",
    # Errors
    "EventSourcingError",
    "OriginatorIDError",
    "OriginatorVersionError",
    "ProgrammingError",
    "VersionError",
    # Protocols, aliases and type variables
    "CallableType",
    "CanMutateProtocol",
    "CanTriggerEvent",
    "CollectEventsProtocol",
    "DecoratableType",
    "DomainEventProtocol",
    "EventSpecType",
    "ImmutableAggregateProtocol",
    "MutableAggregateProtocol",
    "MutableOrImmutableAggregate",
    "SDomainEvent",
    "SnapshotProtocol",
    "TAggregate",
    "TAggregateID",
    "TAggregateID_co",
    "TCanSnapshotAggregate",
    "TDecoratableType",
    "TDomainEvent",
    "TLogEvent",
    "TMutableOrImmutableAggregate",
]

publish(__name__, __all__)
