# Generated from dcb_engine_async.py by tools/async_to_sync.py: do not edit.
"""The base of the suites for dynamic consistency boundaries: recorders, and what they record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.dcb.api import DCBEvent, DCBQuery, DCBRecorder, DCBSequencedEvent
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.persistence import BaseInfrastructureFactory
from eventsourcing.testing.checks import expect
from eventsourcing.testing.engine_suite_sync import EngineSuite
from eventsourcing.utils import Environment


class DCBEngineSuite(EngineSuite):
    """Base of the suites for engines with the capability 'dcb'.

    `PERSISTENCE_MODULE` in the fixture `environ` names the DCB module of the engine.
    """

    def create_recorder(self) -> DCBRecorder:
        """Return a new recorder on the database of this test (a hook)."""
        recorder: DCBRecorder = self.create_factory().dcb_recorder()
        return recorder

    def _construct_factory(self, environment: Environment) -> BaseInfrastructureFactory[Any]:
        return DCBInfrastructureFactory.construct(environment)

    def create_recorders(self, number: int) -> list[DCBRecorder]:
        """Return recorders that work on the same data; one and the same if that must be."""
        recorders = [self.create_recorder()]
        while len(recorders) < number:
            is_shared = self.capabilities.shared
            recorders.append(self.create_recorder() if is_shared else recorders[0])
        return recorders

    def select(
        self,
        recorder: DCBRecorder,
        query: DCBQuery | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> list[DCBSequencedEvent]:
        """Return what a read selects."""
        selected: list[DCBSequencedEvent] = []
        for event in recorder.read(query, after=after, limit=limit):
            selected.append(event)
        return selected

    def append(self, recorder: DCBRecorder, events: Sequence[DCBEvent]) -> list[DCBSequencedEvent]:
        """Append the events in one call, without a condition; return them with their positions."""
        head = recorder.head()
        position = recorder.append(events)
        appended = self.select(recorder, after=head)
        expect([each.event for each in appended], list(events), "C10: the events as appended")
        expect(appended[-1].position, position, "C10: the position of the last event is returned")
        return appended

    def run_together(self, functions: Sequence[Callable[[], None]]) -> None:
        """Run functions in threads or tasks of their own, and wait for all of them."""
        running = [spawn(function) for function in functions]
        for each in running:
            each.join()
            if each.error is not None:
                raise each.error
