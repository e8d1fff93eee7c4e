"""The names that programs import, and how they may be used."""

from __future__ import annotations

import subprocess
import sys
from typing import Any
from uuid import UUID

import pytest

import eventsourcing.application
import eventsourcing.projection
import eventsourcing.system
from eventsourcing.application import Application, EnvType, TApplication
from eventsourcing.system import RecordingEvent, RecordingEventReceiver, Runner, System
from tests.unit.system.apps_sync import Archive, PlainShop, Shop, count

NAMES = """
ProcessingJob ConvertingJob RecordingEvent RecordingEventReceiver Leader Follower ProcessApplication
System Runner SingleThreadedRunner NewSingleThreadedRunner MultiThreadedRunner
MultiThreadedRunnerThread NewMultiThreadedRunner PullingThread ConvertingThread ProcessingThread
NotificationLogReader RunnerAlreadyStartedError NotificationPullingError
NotificationConvertingError EventProcessingError RunnerAlreadyStarted
EventSourcedProjection ProgrammingError NotificationLog Section Application Tracking Notification
Recording ProcessRecorder ProcessingEvent ProcessEvent
AsyncRecordingEventReceiver AsyncLeader AsyncFollower AsyncProcessApplication AsyncSystem
AsyncRunner AsyncSingleThreadedRunner AsyncNewSingleThreadedRunner AsyncMultiThreadedRunner
AsyncMultiThreadedRunnerThread AsyncNewMultiThreadedRunner AsyncPullingThread
AsyncConvertingThread AsyncProcessingThread AsyncNotificationLogReader
"""

GENERIC = """
RecordingEvent RecordingEventReceiver Leader Follower ProcessApplication Runner
SingleThreadedRunner NewSingleThreadedRunner MultiThreadedRunner MultiThreadedRunnerThread
NewMultiThreadedRunner PullingThread ConvertingThread ProcessingThread
AsyncLeader AsyncFollower AsyncProcessApplication AsyncSingleThreadedRunner
AsyncMultiThreadedRunner AsyncPullingThread AsyncConvertingThread AsyncProcessingThread
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_each_name_is_exported(name: str) -> None:
    """Sections 1.1 and 12; E6, E8: also those that programs import from here by habit."""
    assert name in eventsourcing.system.__all__
    assert hasattr(eventsourcing.system, name)


@pytest.mark.parametrize("name", GENERIC.split())
def test_classes_can_be_subscripted(name: str) -> None:
    """The contract's preface."""
    cls: Any = getattr(eventsourcing.system, name)
    assert cls[UUID].__origin__ is cls


def test_what_is_passed_on_is_the_original() -> None:
    """E6, E8, E9"""
    system, application = eventsourcing.system, eventsourcing.application
    assert system.ProcessingEvent is application.ProcessingEvent
    assert system.ProcessEvent is application.ProcessEvent
    assert system.RecordingEvent is application.RecordingEvent
    assert system.ProgrammingError is application.ProgrammingError
    assert system.EventSourcedProjection is eventsourcing.projection.EventSourcedProjection


def test_classes_say_that_they_live_in_the_package() -> None:
    """Section 1.1: topics, pickles and reprs name the public module."""
    for name in ("Leader", "Follower", "System", "AsyncFollower", "EventProcessingError"):
        assert getattr(eventsourcing.system, name).__module__ == "eventsourcing.system"
    assert issubclass(eventsourcing.system.EventProcessingError, Exception)


def test_old_names_are_aliases() -> None:
    """Y61"""
    names = eventsourcing.system
    assert names.RunnerAlreadyStarted is names.RunnerAlreadyStartedError


class InlineRunner(Runner[UUID], RecordingEventReceiver[UUID]):
    """A runner as third parties write them."""

    def __init__(self, system: System, env: EnvType | None = None) -> None:
        super().__init__(system=system, env=env)
        self.apps: dict[str, Any] = {}
        for name in system.followers:
            self.apps[name] = system.follower_cls(name)(env=env)
        for name in system.leaders_only:
            self.apps[name] = system.leader_cls(name)(env=env)

    def start(self) -> None:
        super().start()
        for leader_name, follower_name in self.system.edges:
            leader, follower = self.apps[leader_name], self.apps[follower_name]
            follower.follow(name=leader_name, log=leader.notification_log)
            leader.lead(follower=self)

    def receive_recording_event(self, new_recording_event: RecordingEvent[UUID]) -> None:
        leader_name = new_recording_event.application_name
        for follower_name in self.system.leads[leader_name]:
            self.apps[follower_name].pull_and_process(leader_name=leader_name)

    def stop(self) -> None:
        for app in self.apps.values():
            app.close()

    def get(self, cls: type[TApplication]) -> TApplication:
        app: TApplication = self.apps[cls.name]
        return app


def test_third_parties_may_write_runners() -> None:
    """Y62: by the names and keywords that they rely on."""
    system = System([[Shop, Archive], [PlainShop, Archive]])
    with InlineRunner(system) as runner:
        runner.get(Shop).sell()
        runner.get(PlainShop).save(*[])
        assert runner.is_started
        assert count(runner.get(Archive)) == 1
        assert list(runner.get(Archive).readers) == ["Shop", "PlainShop"]
        assert system.follows["Archive"] == ["Shop", "PlainShop"]
        assert isinstance(runner.get(PlainShop), Application)
        with pytest.raises(eventsourcing.system.RunnerAlreadyStartedError):
            runner.start()


def test_threads_do_not_need_asyncio() -> None:
    """A program that uses threads loads no event loop."""
    code = "import sys, eventsourcing.system; assert 'asyncio' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


ABANDONING = """
import asyncio
from eventsourcing.system import *
class Shop(Leader): pass
class Archive(Follower): pass
class AsyncShop(AsyncLeader): pass
class AsyncArchive(AsyncFollower): pass
runners = [cls(System([[Shop, Archive]])) for cls in (MultiThreadedRunner, NewMultiThreadedRunner)]
for runner in runners:
    runner.start()
async def main():
    classes = (AsyncMultiThreadedRunner, AsyncNewMultiThreadedRunner)
    for runner in [cls(AsyncSystem([[AsyncShop, AsyncArchive]])) for cls in classes]:
        await runner.start()
asyncio.run(main())
print("end")
"""


def test_a_runner_that_is_not_stopped_does_not_keep_the_program_alive() -> None:
    """Y47: its threads are daemon threads."""
    done = subprocess.run(
        [sys.executable, "-c", ABANDONING], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "end\n"
