# Generated from apps_async.py by tools/async_to_sync.py: do not edit.
"""Applications for the tests of systems."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from eventsourcing.application import Application, ProcessingEvent, RecordingEvent
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.persistence import Recording
from eventsourcing.system import (
    Follower,
    Leader,
    ProcessApplication,
    RecordingEventReceiver,
)
from tests.unit.system.events import Answer, Entry, Receipt, Request, Ticket


class Shop(Leader[UUID]):
    name = "Shop"

    def sell(self, number: int = 1) -> list[Recording[Any]]:
        return self.save(Ticket(number))


class PlainShop(Application[UUID]):
    name = "PlainShop"


class Printer(ProcessApplication[UUID]):
    """Prints a receipt for each ticket sold."""

    name = "Printer"

    @singledispatchmethod
    def policy(  # type: ignore[override]
        self, domain_event: Any, processing_event: ProcessingEvent[UUID]
    ) -> None:
        """Do nothing about other events."""

    @policy.register
    def _(self, domain_event: Ticket.Sold, processing_event: ProcessingEvent[UUID]) -> None:  # type: ignore[name-defined]
        processing_event.collect_events(Receipt(domain_event.number))


class Archive(Follower[UUID]):
    """Adds an entry for each event."""

    name = "Archive"

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        processing_event.collect_events(Entry(type(domain_event).__qualname__))


class Library(Archive):
    name = "Library"


class Requests(ProcessApplication[UUID]):
    """Makes requests, and waits for the answers of `Answers`."""

    name = "Requests"

    def request(self, text: str) -> UUID:
        request = Request(text)
        self.save(request)
        return request.id

    def get_reply(self, request_id: UUID) -> str:
        request: Request = self.repository.get(request_id)
        return request.reply

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if isinstance(domain_event, Answer.Given):  # type: ignore[attr-defined]
            request: Request = self.repository.get(domain_event.request_id)
            request.answer(domain_event.text)
            processing_event.collect_events(request)


class Answers(ProcessApplication[UUID]):
    name = "Answers"

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if isinstance(domain_event, Request.Made):  # type: ignore[attr-defined]
            answer = Answer(domain_event.originator_id, domain_event.text.upper())
            processing_event.collect_events(answer)


class Messages(RecordingEventReceiver[UUID]):
    """Keeps what it is told; may fail, or do more."""

    def __init__(self, error: Exception | None = None) -> None:
        self.received: list[RecordingEvent[UUID]] = []
        self.error = error

    def receive_recording_event(self, new_recording_event: RecordingEvent[UUID]) -> None:
        self.received.append(new_recording_event)
        if self.error is not None:
            raise self.error


def count(app: Application[UUID]) -> int:
    """The number of events of an application whose notification IDs have no gaps."""
    return app.recorder.max_notification_id() or 0


def ids(app: Application[UUID]) -> list[int]:
    notifications = app.recorder.select_notifications(None, 1000)
    return [each.id for each in notifications]
