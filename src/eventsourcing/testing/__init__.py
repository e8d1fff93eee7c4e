"""Conformance suites: what the recorders and factories of every engine must do.

For those who write engines. The classes are for pytest; a test class of an engine derives from one
and says how to get a recorder, see `EngineSuite`.
"""

from eventsourcing._public import publish
from eventsourcing.persistence import Capabilities, describe_capabilities
from eventsourcing.testing.aggregate_recorder_async import (
    AsyncAggregateRecorderSuite,
    AsyncPlainAggregateRecorderSuite,
)
from eventsourcing.testing.aggregate_recorder_sync import (
    AggregateRecorderSuite,
    PlainAggregateRecorderSuite,
)
from eventsourcing.testing.application_async import AsyncApplicationSuite
from eventsourcing.testing.application_recorder_async import (
    AsyncApplicationRecorderSuite,
    AsyncPlainApplicationRecorderSuite,
)
from eventsourcing.testing.application_recorder_sync import (
    ApplicationRecorderSuite,
    PlainApplicationRecorderSuite,
)
from eventsourcing.testing.application_sync import ApplicationSuite
from eventsourcing.testing.dcb_concurrency_async import AsyncDCBConcurrencySuite
from eventsourcing.testing.dcb_concurrency_sync import DCBConcurrencySuite
from eventsourcing.testing.dcb_recorder_async import AsyncDCBRecorderSuite
from eventsourcing.testing.dcb_recorder_sync import DCBRecorderSuite
from eventsourcing.testing.dcb_subscription_async import AsyncDCBSubscriptionSuite
from eventsourcing.testing.dcb_subscription_sync import DCBSubscriptionSuite
from eventsourcing.testing.dead_letters_async import (
    AsyncDeadLetterSuite,
    AsyncProcessorDeadLetterSuite,
)
from eventsourcing.testing.dead_letters_sync import (
    DeadLetterSuite,
    ProcessorDeadLetterSuite,
)
from eventsourcing.testing.engine_suite_async import AsyncEngineSuite
from eventsourcing.testing.engine_suite_sync import EngineSuite
from eventsourcing.testing.factory_async import AsyncFactorySuite
from eventsourcing.testing.factory_sync import FactorySuite
from eventsourcing.testing.lease_async import AsyncLeaseSuite
from eventsourcing.testing.lease_sync import LeaseSuite
from eventsourcing.testing.process_recorder_async import AsyncProcessRecorderSuite
from eventsourcing.testing.process_recorder_sync import ProcessRecorderSuite
from eventsourcing.testing.subscription_async import AsyncSubscriptionSuite
from eventsourcing.testing.subscription_sync import SubscriptionSuite
from eventsourcing.testing.tracking_migration_async import AsyncTrackingMigrationSuite
from eventsourcing.testing.tracking_migration_sync import TrackingMigrationSuite
from eventsourcing.testing.tracking_recorder_async import (
    AsyncMultiRowTrackingSuite,
    AsyncSingleRowTrackingSuite,
    AsyncTrackingRecorderSuite,
)
from eventsourcing.testing.tracking_recorder_sync import (
    MultiRowTrackingSuite,
    SingleRowTrackingSuite,
    TrackingRecorderSuite,
)
from eventsourcing.testing.transcoder import JSONTranscoderSuite, TranscoderSuite
from eventsourcing.testing.view_versions_async import AsyncViewVersionSuite
from eventsourcing.testing.view_versions_sync import ViewVersionSuite

__all__ = [
    # the engine under test
    "AsyncEngineSuite",
    "Capabilities",
    "EngineSuite",
    "describe_capabilities",
    # suites for threads
    "AggregateRecorderSuite",
    "ApplicationRecorderSuite",
    "ApplicationSuite",
    "DCBConcurrencySuite",
    "DCBRecorderSuite",
    "DCBSubscriptionSuite",
    "DeadLetterSuite",
    "FactorySuite",
    "LeaseSuite",
    "MultiRowTrackingSuite",
    "PlainAggregateRecorderSuite",
    "PlainApplicationRecorderSuite",
    "ProcessRecorderSuite",
    "ProcessorDeadLetterSuite",
    "SingleRowTrackingSuite",
    "SubscriptionSuite",
    "TrackingMigrationSuite",
    "TrackingRecorderSuite",
    "ViewVersionSuite",
    # suites for what does no I/O
    "JSONTranscoderSuite",
    "TranscoderSuite",
    # suites for asyncio
    "AsyncAggregateRecorderSuite",
    "AsyncApplicationRecorderSuite",
    "AsyncApplicationSuite",
    "AsyncDCBConcurrencySuite",
    "AsyncDCBRecorderSuite",
    "AsyncDCBSubscriptionSuite",
    "AsyncDeadLetterSuite",
    "AsyncFactorySuite",
    "AsyncLeaseSuite",
    "AsyncMultiRowTrackingSuite",
    "AsyncPlainAggregateRecorderSuite",
    "AsyncPlainApplicationRecorderSuite",
    "AsyncProcessRecorderSuite",
    "AsyncProcessorDeadLetterSuite",
    "AsyncSingleRowTrackingSuite",
    "AsyncSubscriptionSuite",
    "AsyncTrackingMigrationSuite",
    "AsyncTrackingRecorderSuite",
    "AsyncViewVersionSuite",
]

publish(__name__, __all__)
