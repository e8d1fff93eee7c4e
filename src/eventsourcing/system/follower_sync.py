# Generated from follower_async.py by tools/async_to_sync.py: do not edit.
"""Followers: applications that pull and process the events of others (contract Y13-Y26)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple

from eventsourcing._concurrency.signals_sync import Interruption
from eventsourcing.application import EnvType, NotificationLog, ProcessingEvent
from eventsourcing.domain import TAggregateID
from eventsourcing.persistence import (
    BaseInfrastructureFactory,
    Mapper,
    Notification,
    Recording,
    Tracking,
)
from eventsourcing.projection import EventSourcedProjection
from eventsourcing.projection.dead_letter_queue_sync import DeadLetterQueue
from eventsourcing.projection.processors_sync import OneByOne, Processor
from eventsourcing.projection.upstream_sync import UpstreamLog
from eventsourcing.system.edge_sync import Edge
from eventsourcing.system.jobs import ProcessingJob
from eventsourcing.system.leader_sync import Leader
from eventsourcing.system.log_reader_sync import NotificationLogReader
from eventsourcing.system.sources_sync import PulledJobs, process_all


class _Pull(NamedTuple):
    leader_name: str
    start: int | None
    stop: int | None


class _UnderWay:
    """What a follower that is pulling has to pull yet."""

    def __init__(self, pull: _Pull) -> None:
        self.pulls = [pull]
        self.has_ended = False  # as seen by those that were started by it, and outlive it


# The followers that are pulling further up the stack, by their identities.
_under_way: ContextVar[Mapping[int, _UnderWay]] = ContextVar("_under_way", default={})  # noqa: B039


class Follower(EventSourcedProjection[TAggregateID]):
    """An event-sourced projection that pulls from the notification logs of named applications.

    Events of one application are processed in the order of their notification IDs, one event at a
    time. `topics`, if not empty, are the only ones to be processed.
    """

    pull_section_size: int = 10
    topics: Sequence[str] = ()
    is_threading_enabled: bool = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        follow_topics: Sequence[str] | None = getattr(cls, "follow_topics", None)
        if follow_topics is not None:  # the name of 9.2
            cls.topics = follow_topics

    def __init__(self, env: EnvType | None = None) -> None:
        super().__init__(env)
        self.readers: dict[str, NotificationLogReader] = {}
        self.mappers: dict[str, Mapper[Any]] = {}
        self._edges: dict[str, Edge] = {}
        self._pulling_interruption = Interruption()

    def follow(self, name: str, log: NotificationLog) -> None:
        """Read the events of the named application from this log.

        They are decrypted and decompressed as the settings of an application of that name say, in
        the environment of this follower. Replaces what was said of that name before.
        """
        if not hasattr(log, "select"):
            raise TypeError(f"log is {log!r}: expected a notification log, as of an application")
        self.readers[name] = NotificationLogReader(log, section_size=self.pull_section_size)
        self.mappers[name] = self._construct_mapper_for(name)

    def dead_letters_of(self, leader_name: str) -> DeadLetterQueue:
        """Return the events of an application that were put aside, to be listed, retried, dropped.

        Raises `KeyError` for a name that is not followed.
        """
        log = self._reader_of(leader_name).notification_log
        upstream = UpstreamLog(leader_name, log, self.mappers[leader_name])
        return DeadLetterQueue(self, upstream)

    def _reader_of(self, leader_name: str) -> NotificationLogReader:
        if leader_name not in self.readers:
            others = ", ".join(self.readers) or "nothing"
            raise KeyError(f"{self.name} does not follow '{leader_name}'; it follows {others}")
        return self.readers[leader_name]

    def _construct_mapper_for(self, name: str) -> Mapper[Any]:
        # What is read over a log needs no access to the leader's database.
        codecs: BaseInfrastructureFactory[Any] = BaseInfrastructureFactory(
            self.construct_env(name, self.env)
        )
        return type(self.mapper)(
            transcoder=self.construct_transcoder(),
            cipher=codecs.cipher(),
            compressor=codecs.compressor(),
        )

    # -- pulling --------------------------------------------------------------------------------

    def pull_and_process(
        self, leader_name: str, start: int | None = None, stop: int | None = None
    ) -> None:
        """Process the events after `start`, up to and including `stop`, or else to the end.

        `start=None` is the recorded position; then events that somebody else processes meanwhile
        are skipped. Raises `KeyError` for a name that is not followed, `IntegrityError` for an
        event after an explicit `start` that has been processed already, and what `policy()`
        raises; events before the one that failed are processed then. When this is called because
        of an event that a call further up the stack is processing, that call does the pulling.
        """
        pull = _Pull(leader_name, start, stop)
        outer = _under_way.get().get(id(self))
        if outer is not None and not outer.has_ended:
            outer.pulls.append(pull)
            return
        under_way = _UnderWay(pull)
        token = _under_way.set({**_under_way.get(), id(self): under_way})
        try:
            while under_way.pulls:
                self._pull_and_process(under_way.pulls.pop(0))
        finally:
            under_way.has_ended = True
            _under_way.reset(token)

    def _pull_and_process(self, pull: _Pull) -> None:
        name, start = pull.leader_name, pull.start
        processor: Processor = OneByOne(self)
        interruption, pulling_interruption = Interruption(), self._pulling_interruption
        pulling_interruption.listen(interruption)
        try:
            if start is None:
                processor = self._edge(name)
                start = self._recorded_position(name)
            batches = self.pull_notifications(
                name, start=start, stop=pull.stop, inclusive_of_start=False
            )
            process_all(PulledJobs(self, name, batches), processor, interruption)
        except Exception as error:
            self._edge(name).note_failure(error)
            raise
        finally:
            pulling_interruption.unlisten(interruption)

    def _edge(self, leader_name: str) -> Edge:
        """Return what processes the events of the leader, and knows how that goes."""
        edge = self._edges.get(leader_name)
        if edge is None:
            edge = Edge(self, leader_name, self._pulling_interruption)
            edge = self._edges.setdefault(leader_name, edge)
        return edge

    def _begin_anew(self) -> None:
        """Be ready to pull again after having been stopped."""
        self._pulling_interruption = Interruption()
        for edge in tuple(self._edges.values()):
            edge.begin(self._pulling_interruption)

    def _recorded_position(self, leader_name: str) -> int | None:
        """Return the greatest notification ID of the leader that was processed, if any was."""
        return self.recorder.max_tracking_id(leader_name)

    def _can_be_read(self, leader_name: str, notification_id: int) -> bool:
        """Say whether the notification, and hence all before it, can be read from the log."""
        log = self._reader_of(leader_name).notification_log
        return bool(log.select(start=notification_id, limit=1, stop=notification_id))

    def pull_notifications(
        self,
        leader_name: str,
        start: int | None,
        stop: int | None = None,
        *,
        inclusive_of_start: bool = True,
    ) -> Iterator[Sequence[Notification]]:
        """Iterate over batches of at most `pull_section_size` notifications; reads lazily."""
        return self._reader_of(leader_name).select(
            start=start, stop=stop, topics=self.topics, inclusive_of_start=inclusive_of_start
        )

    def filter_received_notifications(
        self, notifications: Sequence[Notification]
    ) -> Sequence[Notification]:
        """Return those of the topics, for logs that do not select by topic; all, if no topics."""
        topics = self.topics
        if not topics:
            return notifications
        return [each for each in notifications if each.topic in topics]

    def convert_notifications(
        self, leader_name: str, notifications: Iterable[Notification]
    ) -> list[ProcessingJob]:
        """Return the events and their positions, in the same order."""
        mapper = self.mappers[leader_name]
        return [
            (mapper.to_domain_event(each), Tracking(leader_name, each.id)) for each in notifications
        ]

    # -- processing -----------------------------------------------------------------------------

    # Others are told without the lock: they may have this follower process more events.

    def _decide_and_record(
        self, domain_event: Any, tracking: Tracking
    ) -> tuple[ProcessingEvent[TAggregateID], list[Recording[Any]]]:
        with self.processing_lock:
            return super()._decide_and_record(domain_event, tracking)

    def _decide_and_record_together(
        self, batch: Sequence[ProcessingJob]
    ) -> tuple[ProcessingEvent[TAggregateID], list[Recording[Any]]]:
        with self.processing_lock:
            return super()._decide_and_record_together(batch)


class ProcessApplication(Leader[TAggregateID], Follower[TAggregateID]):
    """A follower that leads: it tells its receivers of the events that it records."""
