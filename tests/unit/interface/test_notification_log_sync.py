# Generated from test_notification_log_async.py by tools/async_to_sync.py: do not edit.
"""The two sides of the JSON interface, put together."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.application import Application, NotificationLog, Section
from eventsourcing.domain import Aggregate
from eventsourcing.interface import (
    NotificationLogInterface,
    NotificationLogJSONClient,
    NotificationLogJSONService,
)
from eventsourcing.persistence import Notification


class Account(Aggregate):
    pass


class Accounts(Application[UUID]):
    def open_account(self) -> UUID:
        account = Account()
        self.save(account)
        return account.id


def accounts(number: int) -> Accounts:
    app = Accounts()
    for _ in range(number):
        app.open_account()
    return app


def test_the_example_of_the_contract() -> None:
    """I9: two opened accounts, ten per section."""
    app = accounts(2)
    service = NotificationLogJSONService(app)
    log = NotificationLogJSONClient(service)
    assert log["1,10"].id == "1,2"
    assert [n.id for n in log.select(start=1, limit=10)] == [1, 2]
    assert (service.app, log.interface) == (app, service)


def test_a_remote_log_gives_what_the_local_one_gives() -> None:
    """I3, I4: sections and selections, equal by value."""
    app = accounts(12)
    log = NotificationLogJSONClient(NotificationLogJSONService(app))
    local = app.notification_log
    assert isinstance(log, NotificationLog)
    for section_id in ("1,10", "11,20", "21,30", "5,6"):
        assert log[section_id] == local[section_id]
        assert log.get_section(section_id) == local[section_id]
    assert log.select(3, 2) == local.select(3, 2)
    exclusive = log.select(3, 2, inclusive_of_start=False)
    assert [n.id for n in exclusive] == [4, 5]
    assert log.select(None, 1) == local.select(None, 1)
    assert log.select(1, 10, topics=["unknown"]) == []


def test_the_stop_is_observed_by_the_client() -> None:
    """I5 [fix]: notifications after it are dropped."""
    log = NotificationLogJSONClient(NotificationLogJSONService(accounts(5)))
    assert [n.id for n in log.select(2, 10, stop=4)] == [2, 3, 4]
    assert log.select(2, 10, 1) == []


def test_errors_of_the_log_propagate() -> None:
    """I3: as exceptions."""
    log = NotificationLogJSONClient(NotificationLogJSONService(accounts(1)))
    with pytest.raises(ValueError, match="Requested limit 11 greater than section size 10"):
        log.select(1, 11)
    with pytest.raises(IndexError):
        log["1"]


class OldLog:
    """As written for 9.2, in an application; it writes down how it was called."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.notification_log = self

    def select(
        self, start: int, limit: int, stop: int | None = None, topics: Sequence[str] = ()
    ) -> list[Notification]:
        self.calls.append({"start": start, "limit": limit, "stop": stop, "topics": topics})
        return []


class OldInterface(NotificationLogInterface):
    """As written for 9.2; it writes down how it was called."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def get_log_section(self, section_id: str) -> str:
        return '{"items": [], "id": null, "next_id": null}'

    def get_notifications(  # type: ignore[override]
        self, start: int | None, limit: int, topics: Sequence[str] = ()
    ) -> str:
        self.calls.append({"start": start, "limit": limit, "topics": topics})
        return "[]"


def test_logs_of_9_2_are_called_as_they_know_it() -> None:
    """I3, N3 [fix]: the new keyword is passed only when it is false."""
    old: Any = OldLog()
    service: Any = NotificationLogJSONService(old)
    assert service.get_notifications(1, 10, ["a"]) == "[]"
    assert old.calls == [{"start": 1, "limit": 10, "stop": None, "topics": ["a"]}]
    with pytest.raises(TypeError, match="inclusive_of_start"):
        service.get_notifications(1, 10, inclusive_of_start=False)


def test_interfaces_of_9_2_are_called_as_they_know_it() -> None:
    """I7 [fix]: by keyword, and the new keyword is passed only when it is false."""
    old = OldInterface()
    log = NotificationLogJSONClient(old)
    assert log.select(1, 10, topics=["a"]) == []
    assert log["1,10"] == Section(None, [], None)
    assert old.calls == [{"start": 1, "limit": 10, "topics": ["a"]}]
    with pytest.raises(TypeError, match="inclusive_of_start"):
        log.select(1, 10, inclusive_of_start=False)


class AccountsInterface(NotificationLogInterface):
    """The interface with a command."""

    @abstractmethod
    def open_account(self) -> str:
        """Open an account."""


class AccountsService(AccountsInterface, NotificationLogJSONService[Accounts]):
    """The service with a command."""

    def open_account(self) -> str:
        return str(self.app.open_account())


def test_interfaces_can_be_extended_and_used_concurrently() -> None:
    """I8: 60 accounts by two callers make six full sections and one that is empty."""
    service = AccountsService(Accounts())
    log = NotificationLogJSONClient(service)

    def work() -> None:
        for _ in range(30):
            service.open_account()
            log["1,10"]

    tasks = [spawn(work), spawn(work)]
    for task in tasks:
        assert task.join(60)
        assert task.error is None
    for first in range(1, 61, 10):
        section = log[f"{first},{first + 9}"]
        assert section.id == f"{first},{first + 9}"
        assert len(section.items) == 10
    assert log["61,70"] == Section(None, [], None)


def test_the_interface_has_two_abstract_methods() -> None:
    """Section 10: sections and notifications."""
    assert NotificationLogInterface.__abstractmethods__ == {
        "get_log_section",
        "get_notifications",
    }
