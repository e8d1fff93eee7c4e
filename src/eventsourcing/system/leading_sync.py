# Generated from leading_async.py by tools/async_to_sync.py: do not edit.
"""The runner that processes only what it leads, so that several processes may run one system."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from typing import Any, get_origin

from eventsourcing._concurrency.primitives_sync import BackgroundTask, Lock, spawn
from eventsourcing._concurrency.signals_sync import Interruption
from eventsourcing.application import Application, EnvType, RecordingEvent, TApplication
from eventsourcing.domain import TAggregateID
from eventsourcing.projection.leadership_sync import Leadership
from eventsourcing.projection.led_processing_sync import lease_name
from eventsourcing.system.errors import raise_first
from eventsourcing.system.follower_sync import Follower
from eventsourcing.system.listening_sync import SharedListener, SharedListeners
from eventsourcing.system.multi_threaded_sync import MultiThreadedRunner
from eventsourcing.system.receiver_sync import RecordingEventReceiver
from eventsourcing.system.status import SystemStatus
from eventsourcing.system.system_sync import System
from eventsourcing.system.watching_sync import WatchedRunner
from eventsourcing.system.worker_sync import Worker, join_all, stop_all
from eventsourcing.system.workers_runner_sync import WorkersRunner


class LeadingRunner(WatchedRunner[TAggregateID], RecordingEventReceiver[TAggregateID]):
    """Runs a system in one of several processes: all of them save, and one processes.

    All make this runner with the same arguments. Each follower has a lease on its own database.
    Whoever holds it leads: it has the follower process events in the way of `runner_class`,
    whichever process has recorded them: it listens to the databases. When the leader is stopped or
    dies, another one leads within about a second, and goes on after the last recorded position. One
    that has lost its lease stops processing and stands by. Each event takes effect once, also while
    two believe that they lead.

    A follower that fails is not led any more by this runner, which keeps the error, and goes on
    with the other followers until it is stopped.
    """

    def __init__(
        self,
        system: System,
        env: EnvType | None = None,
        *,
        runner_class: type[WorkersRunner[Any]] = MultiThreadedRunner,
        on_progress: Callable[[SystemStatus], object] | None = None,
    ) -> None:
        check_runner_class(runner_class)
        super().__init__(system, env)
        # Runners of users need not know of the hook.
        hook = {} if on_progress is None else {"on_progress": on_progress}
        self._runner: WorkersRunner[Any] = runner_class(system, env, **hook)
        self._workers_lock = Lock()
        for name in system.followers:
            self._runner._remove_workers(name)  # there will be others for each term
        self._listeners = SharedListeners(self._runner._prompt)
        self._leaderships: dict[str, Leadership] = {}
        self._tasks: list[BackgroundTask] = []
        self._failures: list[Exception] = []

    @property
    def apps(self) -> dict[str, Application[Any]]:
        """The applications by their names; none after `stop()`."""
        return self._runner.apps

    @property
    def leading(self) -> frozenset[str]:
        """The names of the followers that process, or are just about to process, events here."""
        return frozenset(name for name, each in self._leaderships.items() if each.is_leading)

    @property
    def is_leading(self) -> bool:
        """Whether any follower processes, or is just about to process, events here."""
        return bool(self.leading)

    def start(self) -> None:
        """Wire the applications, and contend for the leases; does not wait for them.

        Raises `RunnerAlreadyStartedError` when called again, also after `stop()`.
        """
        super().start()
        self._runner._connect()
        for leader in self._runner._leaders:
            leader.lead(self)
        for name in self.system.followers:
            follower = self._runner._follower(name)
            lease = follower.factory.lease(lease_name(follower, "system"))
            work = partial(self._lead, follower)
            self._leaderships[name] = Leadership(lease, work, self._interruption)
        for name, leadership in self._leaderships.items():
            self._tasks.append(spawn(self._contend, leadership, name=f"lead-{name}"))

    def stop(self) -> None:
        """Stop processing, give up the leases, close the applications, and raise the first error.

        Waits for the events in progress, at most 2 seconds for each worker. May be called
        repeatedly, and raises the error each time.
        """
        self._interruption.set()
        try:
            for task in self._tasks:
                task.join()
            self._runner.stop()
        finally:
            self.reraise_thread_errors()

    def get(self, cls: type[TApplication]) -> TApplication:
        """Return the application of that class, to save and to read, whoever leads.

        Raises `KeyError` if there is none of its name, also after `stop()`, and `AssertionError`
        if that is of another class.
        """
        return self._runner.get(cls)

    def status(self) -> SystemStatus:
        """Ask the databases how far each follower has come, whoever leads; not after `stop()`."""
        return self._runner.status()

    def receive_recording_event(self, new_recording_event: RecordingEvent[TAggregateID]) -> None:
        """Have those followers of the leader process the events that are led here."""
        self._runner._tell(new_recording_event)

    def _errors(self) -> Iterable[Exception | None]:
        return self._failures

    def _contend(self, leadership: Leadership) -> None:
        try:
            leadership.run()
        except Exception as error:
            self._failures.append(error)
            self.has_errored.set()

    def _lead(self, follower: Follower[Any], term: Interruption) -> None:
        """Have the follower process events until the term ends; raise the error if it fails."""
        has_ended = Interruption()
        term.listen(has_ended)
        with ExitStack() as stack:
            listeners: list[SharedListener] = []
            for leader in self._leaders_of(follower):
                shared = self._listeners.listen(leader, has_ended)
                listeners.append(shared)
                stack.callback(self._listeners.unlisten, shared, has_ended)
            follower._begin_anew()
            with self._workers_lock:
                workers = self._runner._add_workers(follower.name, has_ended)
            stack.callback(self._dismiss, follower.name, workers)
            for worker in workers:
                worker.start()
            for leader in self._leaders_of(follower):
                self._runner._prompt(leader.name)
            has_ended.wait_at_most(None)
        raise_first(each.error for each in workers)
        raise_first(each.error for each in listeners)

    def _leaders_of(self, follower: Follower[Any]) -> list[Any]:
        return [self.apps[name] for name in self.system.follows[follower.name]]

    def _dismiss(self, follower_name: str, workers: list[Worker[Any]]) -> None:
        stop_all(workers)
        join_all(workers)
        with self._workers_lock:
            self._runner._remove_workers(follower_name)


def check_runner_class(runner_class: Any) -> None:
    """Raise `TypeError` for what is not a class of runners with workers."""
    origin = get_origin(runner_class) or runner_class
    if not (isinstance(origin, type) and issubclass(origin, WorkersRunner)):
        raise TypeError(
            f"runner_class is {runner_class!r}: expected MultiThreadedRunner or "
            "NewMultiThreadedRunner, because events of other processes are processed in the "
            "background"
        )
