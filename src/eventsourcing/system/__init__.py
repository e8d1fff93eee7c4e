"""Systems of applications that follow each other, and the runners that run them."""

from typing import TYPE_CHECKING

from eventsourcing._public import publish
from eventsourcing.application import (
    Application,
    LocalNotificationLog,
    NotificationLog,
    ProcessEvent,
    ProcessingEvent,
    ProgrammingError,
    RecordingEvent,
    Section,
)
from eventsourcing.persistence import (
    Mapper,
    Notification,
    ProcessRecorder,
    Recording,
    Tracking,
)
from eventsourcing.projection import EventSourcedProjection
from eventsourcing.system.errors import (
    EventProcessingError,
    NotificationConvertingError,
    NotificationPullingError,
    RunnerAlreadyStarted,
    RunnerAlreadyStartedError,
)
from eventsourcing.system.follower_sync import Follower, ProcessApplication
from eventsourcing.system.jobs import ConvertingJob, ProcessingJob
from eventsourcing.system.leader_sync import Leader
from eventsourcing.system.leading_sync import LeadingRunner
from eventsourcing.system.log_reader_sync import NotificationLogReader
from eventsourcing.system.multi_threaded_sync import MultiThreadedRunner, MultiThreadedRunnerThread
from eventsourcing.system.new_multi_threaded_sync import NewMultiThreadedRunner
from eventsourcing.system.receiver_sync import RecordingEventReceiver
from eventsourcing.system.runner_sync import Runner
from eventsourcing.system.single_threaded_sync import NewSingleThreadedRunner, SingleThreadedRunner
from eventsourcing.system.stages_sync import ConvertingThread, ProcessingThread, PullingThread
from eventsourcing.system.status import SystemStatus
from eventsourcing.system.system_sync import System

if TYPE_CHECKING:
    from eventsourcing.system.follower_async import AsyncFollower, AsyncProcessApplication
    from eventsourcing.system.leader_async import AsyncLeader
    from eventsourcing.system.leading_async import AsyncLeadingRunner
    from eventsourcing.system.log_reader_async import AsyncNotificationLogReader
    from eventsourcing.system.multi_threaded_async import (
        AsyncMultiThreadedRunner,
        AsyncMultiThreadedRunnerThread,
    )
    from eventsourcing.system.new_multi_threaded_async import AsyncNewMultiThreadedRunner
    from eventsourcing.system.receiver_async import AsyncRecordingEventReceiver
    from eventsourcing.system.runner_async import AsyncRunner
    from eventsourcing.system.single_threaded_async import (
        AsyncNewSingleThreadedRunner,
        AsyncSingleThreadedRunner,
    )
    from eventsourcing.system.stages_async import (
        AsyncConvertingThread,
        AsyncProcessingThread,
        AsyncPullingThread,
    )
    from eventsourcing.system.system_async import AsyncSystem

__all__ = [
    # applications
    "AsyncFollower",
    "AsyncLeader",
    "AsyncProcessApplication",
    "Follower",
    "Leader",
    "ProcessApplication",
    # messages
    "AsyncRecordingEventReceiver",
    "RecordingEvent",
    "RecordingEventReceiver",
    # logs
    "AsyncNotificationLogReader",
    "NotificationLogReader",
    # systems
    "AsyncSystem",
    "System",
    # runners
    "AsyncLeadingRunner",
    "AsyncMultiThreadedRunner",
    "AsyncNewMultiThreadedRunner",
    "AsyncNewSingleThreadedRunner",
    "AsyncRunner",
    "AsyncSingleThreadedRunner",
    "LeadingRunner",
    "MultiThreadedRunner",
    "NewMultiThreadedRunner",
    "NewSingleThreadedRunner",
    "Runner",
    "SingleThreadedRunner",
    "SystemStatus",
    # workers of runners
    "AsyncConvertingThread",
    "AsyncMultiThreadedRunnerThread",
    "AsyncProcessingThread",
    "AsyncPullingThread",
    "ConvertingJob",
    "ConvertingThread",
    "MultiThreadedRunnerThread",
    "ProcessingJob",
    "ProcessingThread",
    "PullingThread",
    # errors
    "EventProcessingError",
    "NotificationConvertingError",
    "NotificationPullingError",
    "RunnerAlreadyStarted",
    "RunnerAlreadyStartedError",
    # what programs import from here although it lives elsewhere
    "Application",
    "EventSourcedProjection",
    "LocalNotificationLog",
    "Mapper",
    "Notification",
    "NotificationLog",
    "ProcessEvent",
    "ProcessRecorder",
    "ProcessingEvent",
    "ProgrammingError",
    "Recording",
    "Section",
    "Tracking",
]

publish(
    __name__,
    __all__,
    later=[
        "follower_async",
        "leader_async",
        "leading_async",
        "log_reader_async",
        "multi_threaded_async",
        "new_multi_threaded_async",
        "receiver_async",
        "runner_async",
        "single_threaded_async",
        "stages_async",
        "system_async",
    ],
)
