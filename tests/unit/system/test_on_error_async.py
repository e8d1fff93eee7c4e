"""Followers that declare what happens when an event cannot be processed, with each runner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import ProcessingEvent
from eventsourcing.projection import PutAside, Retry
from eventsourcing.system import (
    AsyncLeadingRunner,
    AsyncMultiThreadedRunner,
    AsyncNewMultiThreadedRunner,
    AsyncNewSingleThreadedRunner,
    AsyncSingleThreadedRunner,
    AsyncSystem,
)
from tests.unit.system.apps_async import AsyncArchive, AsyncShop, count
from tests.unit.system.events import Ticket

RUNNERS: list[Any] = [
    AsyncSingleThreadedRunner,
    AsyncNewSingleThreadedRunner,
    AsyncMultiThreadedRunner,
    AsyncNewMultiThreadedRunner,
    AsyncLeadingRunner,
]
each_runner = pytest.mark.parametrize("runner_class", RUNNERS)


class AsyncPatient(AsyncArchive):
    """Fails twice, and succeeds the third time."""

    name = "Patient"
    on_error = Retry(attempts=3, wait=0)

    def __init__(self, env: Any = None) -> None:
        super().__init__(env)
        self.failures = 2

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if self.failures:
            self.failures -= 1
            raise ValueError("not yet")
        await super().policy(domain_event, processing_event)


class AsyncTolerant(AsyncArchive):
    """Puts aside what has to do with the number 13."""

    name = "Tolerant"
    on_error = PutAside()
    unlucky: int | None = 13

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if self.unlucky is not None and getattr(domain_event, "number", None) == self.unlucky:
            raise ValueError("unlucky")
        await super().policy(domain_event, processing_event)


class AsyncWaiting(AsyncArchive):
    """Would try again in an hour."""

    name = "Waiting"
    on_error = Retry(attempts=None, wait=3600, longest_wait=3600)

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        raise ValueError("never")


async def processed(follower: Any, notification_id: int) -> None:
    await follower.recorder.wait("Shop", notification_id, timeout=60)


@each_runner
async def test_an_event_is_tried_again(runner_class: Any) -> None:
    async with runner_class(AsyncSystem([[AsyncShop, AsyncPatient]])) as runner:
        await runner.get(AsyncShop).sell()
        await processed(runner.get(AsyncPatient), 1)
        assert await count(runner.get(AsyncPatient)) == 1


@each_runner
async def test_an_event_is_put_aside_with_later_ones_of_its_aggregate(runner_class: Any) -> None:
    async with runner_class(AsyncSystem([[AsyncShop, AsyncTolerant]])) as runner:
        shop, tolerant = runner.get(AsyncShop), runner.get(AsyncTolerant)
        unlucky = Ticket(13)
        await shop.save(unlucky)
        await shop.sell(1)
        unlucky.use()
        await shop.save(unlucky)
        await shop.sell(2)
        await processed(tolerant, 4)
        assert await count(tolerant) == 2
        letters = await tolerant.dead_letters_of("Shop").list()
        assert [letter.notification_id for letter in letters] == [1, 3]


@each_runner
async def test_what_was_put_aside_is_retried_while_the_runner_runs(runner_class: Any) -> None:
    async with runner_class(AsyncSystem([[AsyncShop, AsyncTolerant]])) as runner:
        shop, tolerant = runner.get(AsyncShop), runner.get(AsyncTolerant)
        unlucky = Ticket(13)
        await shop.save(unlucky)
        await processed(tolerant, 1)
        queue = tolerant.dead_letters_of("Shop")
        (failed,) = (await queue.retry()).failures
        assert failed.attempts == 2
        tolerant.unlucky = None
        assert (await queue.retry()).num_processed == 1
        assert await queue.count() == 0
        unlucky.use()
        await shop.save(unlucky)
        await processed(tolerant, 2)
        assert await count(tolerant) == 2


async def test_dead_letters_are_those_of_an_application_that_is_followed() -> None:
    tolerant = AsyncTolerant()
    with pytest.raises(KeyError, match="Shop"):
        tolerant.dead_letters_of("Shop")
    await tolerant.close()


@pytest.mark.parametrize("runner_class", [AsyncMultiThreadedRunner, AsyncNewMultiThreadedRunner])
async def test_stopping_does_not_wait_for_the_next_attempt(runner_class: Any) -> None:
    runner = runner_class(AsyncSystem([[AsyncShop, AsyncWaiting]]))
    await runner.get(AsyncShop).sell()
    async with runner:
        pass
    assert not any(worker.is_alive() for worker in runner._workers)
