"""The base of the suites for dynamic consistency boundaries: recorders, and what they record."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.dcb.api import AsyncDCBRecorder, DCBEvent, DCBQuery, DCBSequencedEvent
from eventsourcing.dcb.persistence import AsyncDCBInfrastructureFactory
from eventsourcing.persistence import AsyncBaseInfrastructureFactory
from eventsourcing.testing.checks import expect
from eventsourcing.testing.engine_suite_async import AsyncEngineSuite
from eventsourcing.utils import Environment


class AsyncDCBEngineSuite(AsyncEngineSuite):
    """Base of the suites for engines with the capability 'dcb'.

    `PERSISTENCE_MODULE` in the fixture `environ` names the DCB module of the engine.
    """

    async def create_recorder(self) -> AsyncDCBRecorder:
        """Return a new recorder on the database of this test (a hook)."""
        recorder: AsyncDCBRecorder = (await self.create_factory()).dcb_recorder()
        return recorder

    def _construct_factory(self, environment: Environment) -> AsyncBaseInfrastructureFactory[Any]:
        return AsyncDCBInfrastructureFactory.construct(environment)

    async def create_recorders(self, number: int) -> list[AsyncDCBRecorder]:
        """Return recorders that work on the same data; one and the same if that must be."""
        recorders = [await self.create_recorder()]
        while len(recorders) < number:
            is_shared = self.capabilities.shared
            recorders.append(await self.create_recorder() if is_shared else recorders[0])
        return recorders

    async def select(
        self,
        recorder: AsyncDCBRecorder,
        query: DCBQuery | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> list[DCBSequencedEvent]:
        """Return what a read selects."""
        selected: list[DCBSequencedEvent] = []
        async for event in await recorder.read(query, after=after, limit=limit):
            selected.append(event)
        return selected

    async def append(
        self, recorder: AsyncDCBRecorder, events: Sequence[DCBEvent]
    ) -> list[DCBSequencedEvent]:
        """Append the events in one call, without a condition; return them with their positions."""
        head = await recorder.head()
        position = await recorder.append(events)
        appended = await self.select(recorder, after=head)
        expect([each.event for each in appended], list(events), "C10: the events as appended")
        expect(appended[-1].position, position, "C10: the position of the last event is returned")
        return appended

    async def run_together(
        self, functions: Sequence[Callable[[], Coroutine[Any, Any, None]]]
    ) -> None:
        """Run functions in threads or tasks of their own, and wait for all of them."""
        running = [spawn(function) for function in functions]
        for each in running:
            await each.join()
            if each.error is not None:
                raise each.error
