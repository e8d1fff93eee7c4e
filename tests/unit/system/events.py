"""The aggregates of the applications in the tests of systems."""

from __future__ import annotations

from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

NAMESPACE = UUID("6c3a9b51-6cf8-4c2e-8c4b-6a5a7c1f2f11")


class Ticket(Aggregate):
    @event("Sold")
    def __init__(self, number: int) -> None:
        self.number = number
        self.is_used = False

    @event("Used")
    def use(self) -> None:
        self.is_used = True


class Receipt(Aggregate):
    @staticmethod
    def create_id(number: int) -> UUID:
        return uuid5(NAMESPACE, f"/receipts/{number}")

    @event("Printed")
    def __init__(self, number: int) -> None:
        self.number = number


class Entry(Aggregate):
    @event("Added")
    def __init__(self, about: str) -> None:
        self.about = about


class Request(Aggregate):
    @event("Made")
    def __init__(self, text: str) -> None:
        self.text = text
        self.reply = ""

    @event("Answered")
    def answer(self, reply: str) -> None:
        self.reply = reply


class Answer(Aggregate):
    @event("Given")
    def __init__(self, request_id: UUID, text: str) -> None:
        self.request_id = request_id
        self.text = text
