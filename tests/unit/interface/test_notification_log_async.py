"""The two sides of the JSON interface, put together."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.application import AsyncApplication, AsyncNotificationLog, Section
from eventsourcing.domain import Aggregate
from eventsourcing.interface import (
    AsyncNotificationLogInterface,
    AsyncNotificationLogJSONClient,
    AsyncNotificationLogJSONService,
)
from eventsourcing.persistence import Notification


class Account(Aggregate):
    pass


class AsyncAccounts(AsyncApplication[UUID]):
    async def open_account(self) -> UUID:
        account = Account()
        await self.save(account)
        return account.id


async def accounts(number: int) -> AsyncAccounts:
    app = AsyncAccounts()
    for _ in range(number):
        await app.open_account()
    return app


async def test_the_example_of_the_contract() -> None:
    """I9: two opened accounts, ten per section."""
    app = await accounts(2)
    service = AsyncNotificationLogJSONService(app)
    log = AsyncNotificationLogJSONClient(service)
    assert (await log["1,10"]).id == "1,2"
    assert [n.id for n in await log.select(start=1, limit=10)] == [1, 2]
    assert (service.app, log.interface) == (app, service)


async def test_a_remote_log_gives_what_the_local_one_gives() -> None:
    """I3, I4: sections and selections, equal by value."""
    app = await accounts(12)
    log = AsyncNotificationLogJSONClient(AsyncNotificationLogJSONService(app))
    local = app.notification_log
    assert isinstance(log, AsyncNotificationLog)
    for section_id in ("1,10", "11,20", "21,30", "5,6"):
        assert await log[section_id] == await local[section_id]
        assert await log.get_section(section_id) == await local[section_id]
    assert await log.select(3, 2) == await local.select(3, 2)
    exclusive = await log.select(3, 2, inclusive_of_start=False)
    assert [n.id for n in exclusive] == [4, 5]
    assert await log.select(None, 1) == await local.select(None, 1)
    assert await log.select(1, 10, topics=["unknown"]) == []


async def test_the_stop_is_observed_by_the_client() -> None:
    """I5 [fix]: notifications after it are dropped."""
    log = AsyncNotificationLogJSONClient(AsyncNotificationLogJSONService(await accounts(5)))
    assert [n.id for n in await log.select(2, 10, stop=4)] == [2, 3, 4]
    assert await log.select(2, 10, 1) == []


async def test_errors_of_the_log_propagate() -> None:
    """I3: as exceptions."""
    log = AsyncNotificationLogJSONClient(AsyncNotificationLogJSONService(await accounts(1)))
    with pytest.raises(ValueError, match="Requested limit 11 greater than section size 10"):
        await log.select(1, 11)
    with pytest.raises(IndexError):
        await log["1"]


class AsyncOldLog:
    """As written for 9.2, in an application; it writes down how it was called."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.notification_log = self

    async def select(
        self, start: int, limit: int, stop: int | None = None, topics: Sequence[str] = ()
    ) -> list[Notification]:
        self.calls.append({"start": start, "limit": limit, "stop": stop, "topics": topics})
        return []


class AsyncOldInterface(AsyncNotificationLogInterface):
    """As written for 9.2; it writes down how it was called."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    async def get_log_section(self, section_id: str) -> str:
        return '{"items": [], "id": null, "next_id": null}'

    async def get_notifications(  # type: ignore[override]
        self, start: int | None, limit: int, topics: Sequence[str] = ()
    ) -> str:
        self.calls.append({"start": start, "limit": limit, "topics": topics})
        return "[]"


async def test_logs_of_9_2_are_called_as_they_know_it() -> None:
    """I3, N3 [fix]: the new keyword is passed only when it is false."""
    old: Any = AsyncOldLog()
    service: Any = AsyncNotificationLogJSONService(old)
    assert await service.get_notifications(1, 10, ["a"]) == "[]"
    assert old.calls == [{"start": 1, "limit": 10, "stop": None, "topics": ["a"]}]
    with pytest.raises(TypeError, match="inclusive_of_start"):
        await service.get_notifications(1, 10, inclusive_of_start=False)


async def test_interfaces_of_9_2_are_called_as_they_know_it() -> None:
    """I7 [fix]: by keyword, and the new keyword is passed only when it is false."""
    old = AsyncOldInterface()
    log = AsyncNotificationLogJSONClient(old)
    assert await log.select(1, 10, topics=["a"]) == []
    assert await log["1,10"] == Section(None, [], None)
    assert old.calls == [{"start": 1, "limit": 10, "topics": ["a"]}]
    with pytest.raises(TypeError, match="inclusive_of_start"):
        await log.select(1, 10, inclusive_of_start=False)


class AsyncAccountsInterface(AsyncNotificationLogInterface):
    """The interface with a command."""

    @abstractmethod
    async def open_account(self) -> str:
        """Open an account."""


class AsyncAccountsService(AsyncAccountsInterface, AsyncNotificationLogJSONService[AsyncAccounts]):
    """The service with a command."""

    async def open_account(self) -> str:
        return str(await self.app.open_account())


async def test_interfaces_can_be_extended_and_used_concurrently() -> None:
    """I8: 60 accounts by two callers make six full sections and one that is empty."""
    service = AsyncAccountsService(AsyncAccounts())
    log = AsyncNotificationLogJSONClient(service)

    async def work() -> None:
        for _ in range(30):
            await service.open_account()
            await log["1,10"]

    tasks = [spawn(work), spawn(work)]
    for task in tasks:
        assert await task.join(60)
        assert task.error is None
    for first in range(1, 61, 10):
        section = await log[f"{first},{first + 9}"]
        assert section.id == f"{first},{first + 9}"
        assert len(section.items) == 10
    assert await log["61,70"] == Section(None, [], None)


def test_the_interface_has_two_abstract_methods() -> None:
    """Section 10: sections and notifications."""
    assert AsyncNotificationLogInterface.__abstractmethods__ == {
        "get_log_section",
        "get_notifications",
    }
