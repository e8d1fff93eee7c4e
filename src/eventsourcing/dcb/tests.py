"""Test support for those who write recorders of dynamic consistency boundaries (C61-C64).

Thin; `eventsourcing.testing` has suites, for pytest, that test much more.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from threading import Event, Thread
from typing import Any
from unittest import TestCase
from uuid import uuid4

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBRecorder,
    DCBSequencedEvent,
    DCBSubscription,
    query_matches,
)
from eventsourcing.persistence import IntegrityError

__all__ = [
    "DCBRecorderTestCase",
    "DcbRecorderTestCase",
    "EnsureSubscriptionBlockAndReceive",
]

_SECONDS_OF_SILENCE = 0.5
_SECONDS_OF_PATIENCE = 120.0


class DCBRecorderTestCase(TestCase):
    """Checks recorders that subclasses give to its methods.

    `initial_position` is the last position of a recorder that has events already, as many as that.
    """

    def _test_append_read(self, recorder: DCBRecorder, initial_position: int = 0) -> None:
        """Check what reads select, and which conditions refuse an append."""
        log = self._check_start(recorder, initial_position)
        type1, type2, type3 = (f"type-{uuid4()}" for _ in range(3))
        tag1, tag2, tag3 = (f"tag-{uuid4()}" for _ in range(3))
        for event in (
            DCBEvent(type1, b"one", [tag1]),
            DCBEvent(type2, b"two", [tag2]),
            DCBEvent(type3, b"three", [tag3, tag1]),
            DCBEvent(type1, b"four", [tag2, tag1]),
            DCBEvent(type2, b"five", []),
        ):
            position = recorder.append([event])
            self.assertGreater(position, log[-1].position if log else initial_position)
            log.append(DCBSequencedEvent(event, position))
        queries = [
            _query(([type1], [])),
            _query(([type1, type2], [])),
            _query(([], [tag1])),
            _query(([], [tag1, tag2])),
            _query(([type1], [tag1, tag2])),
            _query(([], [tag1]), ([], [tag2])),
            _query(([], [tag2]), ([], [tag1])),
            _query(([type2], [tag2]), ([type3, type1], [tag1])),
            _query(([f"type-{uuid4()}"], [])),
            _query(([type1], [f"tag-{uuid4()}"])),
            DCBQuery(),
        ]
        self._check_reads(recorder, log, queries)
        self._check_conditions(recorder, log, queries)
        self._check_registrations(recorder)

    def _test_append_subscribe(self, recorder: DCBRecorder, initial_position: int = 0) -> None:
        """Check that a subscription delivers what is recorded, waits, and delivers what comes."""
        log = self._check_start(recorder, initial_position)
        after = log[-1].position if log else initial_position
        first, second = (DCBEvent(f"type-{uuid4()}", b"", [f"tag-{uuid4()}"]) for _ in range(2))
        position = recorder.append([first])
        with recorder.subscribe(after=after) as subscription:
            self.assertEqual(DCBSequencedEvent(first, position), next(subscription))
            receiver = EnsureSubscriptionBlockAndReceive(subscription)
            self.assertTrue(receiver.has_blocked.wait(_SECONDS_OF_PATIENCE))
            self.assertFalse(receiver.has_received.wait(_SECONDS_OF_SILENCE))
            position = recorder.append([second])
            self.assertTrue(receiver.has_received.wait(_SECONDS_OF_PATIENCE))
            self.assertEqual(DCBSequencedEvent(second, position), receiver.received_event)

    def _check_start(self, recorder: DCBRecorder, initial_position: int) -> list[DCBSequencedEvent]:
        response = recorder.read()
        log = list(response)
        self.assertEqual(initial_position, len(log))
        self.assertEqual(log[-1].position if log else None, response.head)
        return log

    def _check_reads(
        self, recorder: DCBRecorder, log: list[DCBSequencedEvent], queries: Sequence[DCBQuery]
    ) -> None:
        positions = [None, *(each.position for each in log[-5:])]
        for query, after in product(queries, positions):
            expected = _select(log, query, after)
            response = recorder.read(query, after=after)
            self.assertEqual(log[-1].position, response.head)
            self.assertEqual(expected, list(response), f"{query} after {after}")
            for limit in (0, 1, 2):
                response = recorder.read(query, after=after, limit=limit)
                limited = expected[:limit]
                self.assertEqual(limited[-1].position if limited else None, response.head)
                self.assertEqual(limited, list(response), f"{query} after {after}, limit {limit}")

    def _check_conditions(
        self, recorder: DCBRecorder, log: list[DCBSequencedEvent], queries: Sequence[DCBQuery]
    ) -> None:
        for query, after in product(queries, [None, log[-4].position, log[-1].position]):
            event = DCBEvent(f"type-{uuid4()}", b"", [f"tag-{uuid4()}"])
            condition = DCBAppendCondition(query, after)
            if _select(log, query, after):
                with self.assertRaises(IntegrityError, msg=f"{condition}"):
                    recorder.append([event], condition)
                self.assertEqual(log[-1].position, recorder.read().head)
            else:
                log.append(DCBSequencedEvent(event, recorder.append([event], condition)))

    def _check_registrations(self, recorder: DCBRecorder) -> None:
        """Let two register, each once, and one join the other, each guarded by their own tags."""
        student, course = (f"tag-{uuid4()}" for _ in range(2))
        names = {student: "StudentRegistered", course: "CourseRegistered"}
        head: int | None = None
        for tag, name in names.items():
            unique = DCBAppendCondition(_query(([], [tag])), 3)
            head = recorder.append([DCBEvent(name, b"", [tag])], unique)
            with self.assertRaises(IntegrityError):
                recorder.append([DCBEvent(name, b"", [tag])], unique)
        types = [*names.values(), "StudentJoinedCourse"]
        boundary = _query((types, [student]), (types, [course]))
        joined = DCBEvent("StudentJoinedCourse", b"joined", [student, course])
        recorder.append([joined], DCBAppendCondition(boundary, head))
        with self.assertRaises(IntegrityError):
            recorder.append([joined], DCBAppendCondition(boundary, head))
        selected = [each.event for each in recorder.read(boundary)]
        self.assertEqual(3, len(selected))
        self.assertEqual(joined, selected[-1])


DcbRecorderTestCase = DCBRecorderTestCase


class EnsureSubscriptionBlockAndReceive(Thread):
    """Waits, from construction on, for the next event of a subscription.

    `has_blocked` is set before it waits, `has_received` when `received_event` is there.
    """

    def __init__(self, subscription: DCBSubscription[Any]) -> None:
        super().__init__(daemon=True)
        self.subscription: DCBSubscription[Any] = subscription
        self.has_blocked: Event = Event()
        self.has_received: Event = Event()
        self.received_event: DCBSequencedEvent | None = None
        self.start()

    def run(self) -> None:
        """Wait for one event; called by the thread."""
        self.has_blocked.set()
        for event in self.subscription:
            self.received_event = event
            self.has_received.set()
            break


def _query(*items: tuple[Sequence[str], Sequence[str]]) -> DCBQuery:
    return DCBQuery([DCBQueryItem(list(types), list(tags)) for types, tags in items])


def _select(
    log: Sequence[DCBSequencedEvent], query: DCBQuery, after: int | None
) -> list[DCBSequencedEvent]:
    return [
        each for each in log if each.position > (after or 0) and query_matches(query, each.event)
    ]
