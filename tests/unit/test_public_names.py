"""Every public name of the contracts exists, and lives at its public address."""

from __future__ import annotations

from importlib import import_module
from types import FunctionType
from typing import Any

import pytest

# The tables of section 1 of the contracts.
NAMES = {
    "domain": """
        EventSourcingError ProgrammingError OriginatorIDError OriginatorVersionError
        VersionError EventsourcingType MetaDomainEvent MetaAggregate DomainEvent
        AggregateEvent AggregateCreated LogEvent Snapshot AbstractDecision
        HasOriginatorIDVersion CanCreateTimestamp CanMutateAggregate CanInitAggregate
        CanSnapshotAggregate AbstractDecoratedFuncCaller DecoratedFuncCaller BaseAggregate
        Aggregate event triggers aggregate CommandMethodDecorator
        BoundCommandMethodDecorator UnboundCommandMethodDecorator datetime_now_with_tzinfo
        create_utc_datetime_now filter_kwargs_for_method_params
        patch_dataclasses_process_class DomainEventProtocol CanMutateProtocol
        SnapshotProtocol CollectEventsProtocol MutableAggregateProtocol
        ImmutableAggregateProtocol CanTriggerEvent MutableOrImmutableAggregate
        CallableType DecoratableType TAggregateID TAggregateID_co TDomainEvent
        SDomainEvent TAggregate TMutableOrImmutableAggregate TDecoratableType TLogEvent
        TCanSnapshotAggregate TZINFO ENVVAR_DISABLE_REDEFINITION_CHECK decorated_funcs
        decorated_func_callers all_func_decorators
    """,
    "utils": """
        TopicError SupportsTopic get_topic construct_topic resolve_topic register_topic
        clear_topic_cache Environment EnvType strtobool retry reversed_keys
        get_method_name _topic_cache _type_cache _topic_cache_lock
    """,
    "dispatch": """
        singledispatchmethod
    """,
    "application": """
        Application Repository Cache LRUCache NotificationLog LocalNotificationLog Section
        ProcessingEvent EventSourcedLog AggregateNotFoundError ProgrammingError
        project_aggregate ProjectorFunction MutatorFunction TApplication AggregateNotFound
        ProcessEvent RecordingEvent LogEvent TLogEvent Snapshot create_utc_datetime_now
        Aggregate CanMutateProtocol CollectEventsProtocol DomainEventProtocol
        EventSourcingError MutableOrImmutableAggregate SnapshotProtocol TDomainEvent
        TMutableOrImmutableAggregate ApplicationRecorder EventStore InfrastructureFactory
        Mapper Notification Recording Tracking Transcoder UUIDAsHex DecimalAsStr
        DatetimeAsISO Environment EnvType strtobool
    """,
    "interface": """
        NotificationLogInterface NotificationLogJSONService NotificationLogJSONClient
    """,
    "persistence": """
        StoredEvent Notification Tracking Recording Transcoding Transcoder JSONTranscoder
        UUIDAsHex DecimalAsStr DatetimeAsISO TranscodingNotRegisteredError
        MapperDeserialisationError Mapper find_id_convertor str_to_uuid_convertor
        pass_through_convertor Compressor Cipher Recorder AggregateRecorder
        ApplicationRecorder TrackingRecorder ProcessRecorder EventStore
        BaseInfrastructureFactory InfrastructureFactory InfrastructureFactoryError
        Subscription ListenNotifySubscription Cursor Connection ConnectionPool
        ConnectionPoolClosedError ConnectionNotFromPoolError ConnectionUnavailableError
        PersistenceError InterfaceError DatabaseError DataError OperationalError
        IntegrityError InternalError ProgrammingError NotSupportedError
        RecordConflictError WaitInterruptedError Params TTrackingRecorder TAggregateIDType
        TApplicationRecorder_co TConnection TCursor TInfrastructureFactory Queue ShutDown
        ConnectionPoolClosed ConnectionNotFromPool ConnectionUnavailable
    """,
    "popo": """
        POPORecorder POPOAggregateRecorder POPOApplicationRecorder POPOTrackingRecorder
        POPOProcessRecorder POPOSubscription POPOFactory Factory
    """,
    "sqlite": """
        SQLiteCursor SQLiteConnection SQLiteTransaction SQLiteConnectionPool
        SQLiteDatastore SQLiteRecorder SQLiteAggregateRecorder SQLiteApplicationRecorder
        SQLiteTrackingRecorder SQLiteProcessRecorder SQLiteFactory Factory
        SQLITE3_DEFAULT_LOCK_TIMEOUT
    """,
    "postgres": """
        ConnectionPool PostgresDatastore PostgresRecorder PostgresAggregateRecorder
        PostgresApplicationRecorder PostgresTrackingRecorder PostgresProcessRecorder
        PostgresSubscription BasePostgresFactory PostgresFactory Factory PgStoredEvent
        TPostgresTrackingRecorder NO_TRACEBACK
    """,
    "cipher": """
        AESCipher
    """,
    "cryptography": """
        AESCipher
    """,
    "compressor": """
        ZlibCompressor
    """,
    "dcb.api": """
        DCBQueryItem DCBQuery DCBAppendCondition DCBEvent DCBSequencedEvent DCBReadResponse
        DCBRecorder DCBSubscription TDCBRecorder_co DcbQueryItem DcbQuery DcbAppendCondition
        DcbEvent DcbSequencedEvent DcbReadResponse DcbRecorder DcbSubscription TDcbRecorder_co
    """,
    "dcb.domain": """
        Decision InitialDecision Tagged Selector Perspective EnduringObject Group Slice
        MetaPerspective MetaSupportsEventDecorator MetaEnduringObject MetaSlice TDecision
        TPerspective TSlice TGroup TID T P
    """,
    "dcb.persistence": """
        DCBMapper DCBEventStore DCBEventStoreReadResponse DCBInfrastructureFactory
        DCBListenNotifySubscription NotFoundError DcbMapper DcbEventStore
        DcbEventStoreReadResponse DcbInfrastructureFactory DcbListenNotifySubscription
    """,
    "dcb.application": """
        DCBApplication DCBRepository DcbApplication DcbRepository
    """,
    "dcb.popo": """
        InMemoryDCBRecorder InMemorySubscription InMemoryDCBFactory SimpleDCBReadResponse
        InMemoryDcbRecorder InMemoryDcbFactory SimpleDcbReadResponse
    """,
    "dcb.postgres_tt": """
        PostgresDCBRecorderTT PostgresDCBSubscription PostgresTTDCBFactory
        PsycopgDCBEvent PsycopgDCBQueryItem
        PostgresDcbRecorderTT PostgresDcbSubscription PostgresTTDcbFactory
        PsycopgDcbEvent PsycopgDcbQueryItem
    """,
    "dcb.msgpack": """
        Decision InitialDecision MessagePackMapper TDecision
    """,
    "dcb.tests": """
        DCBRecorderTestCase DcbRecorderTestCase EnsureSubscriptionBlockAndReceive
    """,
}
# The asynchronous side, and what goes beyond the contracts.
ASYNC_NAMES = {
    "persistence": """
        AsyncAggregateRecorder AsyncApplicationRecorder AsyncBaseInfrastructureFactory
        AsyncEventStore AsyncInfrastructureFactory AsyncListenNotifySubscription
        AsyncProcessRecorder AsyncRecorder AsyncSubscription AsyncTrackingRecorder
    """,
    "postgres": """
        AsyncBasePostgresFactory AsyncPostgresAggregateRecorder AsyncPostgresApplicationRecorder
        AsyncPostgresDatastore AsyncPostgresFactory AsyncPostgresProcessRecorder
        AsyncPostgresRecorder AsyncPostgresSubscription AsyncPostgresTrackingRecorder
    """,
    "application": """
        AsyncApplication AsyncEventSourcedLog AsyncLocalNotificationLog AsyncNotificationLog
        AsyncRepository
    """,
    "sqlite": "SQLiteSubscription",
    "dcb.sqlite": """
        SQLiteDCBFactory SQLiteDCBRecorder SQLiteDCBSubscription
        SQLiteDcbFactory SQLiteDcbRecorder SQLiteDcbSubscription
    """,
    "dcb.postgres_tt": """
        AsyncPostgresDCBRecorderTT AsyncPostgresDCBSubscription AsyncPostgresTTDCBFactory
    """,
    "dcb.api": """
        AsyncDCBReadResponse AsyncDCBRecorder AsyncDCBSubscription AsyncSimpleDCBReadResponse
        TAsyncDCBRecorder_co
    """,
    "dcb.application": "AsyncDCBApplication AsyncDCBRepository",
    "dcb.persistence": """
        AsyncDCBEventStore AsyncDCBEventStoreReadResponse AsyncDCBInfrastructureFactory
        AsyncDCBListenNotifySubscription
    """,
}
CASES = [
    (module, name)
    for table in (NAMES, ASYNC_NAMES)
    for module, names in table.items()
    for name in names.split()
]


@pytest.mark.parametrize(("module_name", "name"), CASES)
def test_name_exists(module_name: str, name: str) -> None:
    """Section 1: the name can be imported."""
    module = import_module(f"eventsourcing.{module_name}")
    assert hasattr(module, name)


@pytest.mark.parametrize(("module_name", "name"), CASES)
def test_name_is_exported(module_name: str, name: str) -> None:
    """Section 1: `__all__` has it, so that type checkers and `import *` know it."""
    module = import_module(f"eventsourcing.{module_name}")
    if not name.startswith("_"):
        assert name in module.__all__


@pytest.mark.parametrize("module_name", NAMES)
def test_exports_exist(module_name: str) -> None:
    """Section 1: `__all__` names nothing that is not there, and nothing twice."""
    module = import_module(f"eventsourcing.{module_name}")
    assert [name for name in module.__all__ if not hasattr(module, name)] == []
    assert len(set(module.__all__)) == len(module.__all__)


@pytest.mark.parametrize("module_name", NAMES)
def test_exports_live_at_their_public_address(module_name: str) -> None:
    """Topics, pickles and reprs say where a name is imported from, never an inner module."""
    module: Any = import_module(f"eventsourcing.{module_name}")
    # These two are the standard ones where Python has them.
    exported = (getattr(module, name) for name in {*module.__all__} - {"Queue", "ShutDown"})
    addresses = {each.__module__ for each in exported if isinstance(each, type | FunctionType)}
    ours = {address for address in addresses if address.startswith("eventsourcing.")}
    assert ours <= {f"eventsourcing.{name}" for name in (*NAMES, "system")}


@pytest.mark.parametrize(("module_name", "name"), [case for case in CASES if "Dcb" in case[1]])
def test_spelling_of_later_releases_names_the_same_object(module_name: str, name: str) -> None:
    """C66: in particular, a module has exactly one class of factories."""
    module = import_module(f"eventsourcing.{module_name}")
    assert getattr(module, name) is getattr(module, name.replace("Dcb", "DCB"))
