"""Applications for the tests of systems."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from eventsourcing.application import AsyncApplication, ProcessingEvent, RecordingEvent
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.persistence import Recording
from eventsourcing.system import (
    AsyncFollower,
    AsyncLeader,
    AsyncProcessApplication,
    AsyncRecordingEventReceiver,
)
from tests.unit.system.events import Answer, Entry, Receipt, Request, Ticket


class AsyncShop(AsyncLeader[UUID]):
    name = "Shop"

    async def sell(self, number: int = 1) -> list[Recording[Any]]:
        return await self.save(Ticket(number))


class AsyncPlainShop(AsyncApplication[UUID]):
    name = "PlainShop"


class AsyncPrinter(AsyncProcessApplication[UUID]):
    """Prints a receipt for each ticket sold."""

    name = "Printer"

    @singledispatchmethod
    async def policy(  # type: ignore[override]
        self, domain_event: Any, processing_event: ProcessingEvent[UUID]
    ) -> None:
        """Do nothing about other events."""

    @policy.register
    async def _(self, domain_event: Ticket.Sold, processing_event: ProcessingEvent[UUID]) -> None:  # type: ignore[name-defined]
        processing_event.collect_events(Receipt(domain_event.number))


class AsyncArchive(AsyncFollower[UUID]):
    """Adds an entry for each event."""

    name = "Archive"

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        processing_event.collect_events(Entry(type(domain_event).__qualname__))


class AsyncLibrary(AsyncArchive):
    name = "Library"


class AsyncRequests(AsyncProcessApplication[UUID]):
    """Makes requests, and waits for the answers of `AsyncAnswers`."""

    name = "Requests"

    async def request(self, text: str) -> UUID:
        request = Request(text)
        await self.save(request)
        return request.id

    async def get_reply(self, request_id: UUID) -> str:
        request: Request = await self.repository.get(request_id)
        return request.reply

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if isinstance(domain_event, Answer.Given):  # type: ignore[attr-defined]
            request: Request = await self.repository.get(domain_event.request_id)
            request.answer(domain_event.text)
            processing_event.collect_events(request)


class AsyncAnswers(AsyncProcessApplication[UUID]):
    name = "Answers"

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if isinstance(domain_event, Request.Made):  # type: ignore[attr-defined]
            answer = Answer(domain_event.originator_id, domain_event.text.upper())
            processing_event.collect_events(answer)


class AsyncMessages(AsyncRecordingEventReceiver[UUID]):
    """Keeps what it is told; may fail, or do more."""

    def __init__(self, error: Exception | None = None) -> None:
        self.received: list[RecordingEvent[UUID]] = []
        self.error = error

    async def receive_recording_event(self, new_recording_event: RecordingEvent[UUID]) -> None:
        self.received.append(new_recording_event)
        if self.error is not None:
            raise self.error


async def count(app: AsyncApplication[UUID]) -> int:
    """The number of events of an application whose notification IDs have no gaps."""
    return await app.recorder.max_notification_id() or 0


async def ids(app: AsyncApplication[UUID]) -> list[int]:
    notifications = await app.recorder.select_notifications(None, 1000)
    return [each.id for each in notifications]
