# Generated from test_on_error_async.py by tools/async_to_sync.py: do not edit.
"""Followers that declare what happens when an event cannot be processed, with each runner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import ProcessingEvent
from eventsourcing.projection import PutAside, Retry
from eventsourcing.system import (
    LeadingRunner,
    MultiThreadedRunner,
    NewMultiThreadedRunner,
    NewSingleThreadedRunner,
    SingleThreadedRunner,
    System,
)
from tests.unit.system.apps_sync import Archive, Shop, count
from tests.unit.system.events import Ticket

RUNNERS: list[Any] = [
    SingleThreadedRunner,
    NewSingleThreadedRunner,
    MultiThreadedRunner,
    NewMultiThreadedRunner,
    LeadingRunner,
]
each_runner = pytest.mark.parametrize("runner_class", RUNNERS)


class Patient(Archive):
    """Fails twice, and succeeds the third time."""

    name = "Patient"
    on_error = Retry(attempts=3, wait=0)

    def __init__(self, env: Any = None) -> None:
        super().__init__(env)
        self.failures = 2

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if self.failures:
            self.failures -= 1
            raise ValueError("not yet")
        super().policy(domain_event, processing_event)


class Tolerant(Archive):
    """Puts aside what has to do with the number 13."""

    name = "Tolerant"
    on_error = PutAside()
    unlucky: int | None = 13

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if self.unlucky is not None and getattr(domain_event, "number", None) == self.unlucky:
            raise ValueError("unlucky")
        super().policy(domain_event, processing_event)


class Waiting(Archive):
    """Would try again in an hour."""

    name = "Waiting"
    on_error = Retry(attempts=None, wait=3600, longest_wait=3600)

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        raise ValueError("never")


def processed(follower: Any, notification_id: int) -> None:
    follower.recorder.wait("Shop", notification_id, timeout=60)


@each_runner
def test_an_event_is_tried_again(runner_class: Any) -> None:
    with runner_class(System([[Shop, Patient]])) as runner:
        runner.get(Shop).sell()
        processed(runner.get(Patient), 1)
        assert count(runner.get(Patient)) == 1


@each_runner
def test_an_event_is_put_aside_with_later_ones_of_its_aggregate(runner_class: Any) -> None:
    with runner_class(System([[Shop, Tolerant]])) as runner:
        shop, tolerant = runner.get(Shop), runner.get(Tolerant)
        unlucky = Ticket(13)
        shop.save(unlucky)
        shop.sell(1)
        unlucky.use()
        shop.save(unlucky)
        shop.sell(2)
        processed(tolerant, 4)
        assert count(tolerant) == 2
        letters = tolerant.dead_letters_of("Shop").list()
        assert [letter.notification_id for letter in letters] == [1, 3]


@each_runner
def test_what_was_put_aside_is_retried_while_the_runner_runs(runner_class: Any) -> None:
    with runner_class(System([[Shop, Tolerant]])) as runner:
        shop, tolerant = runner.get(Shop), runner.get(Tolerant)
        unlucky = Ticket(13)
        shop.save(unlucky)
        processed(tolerant, 1)
        queue = tolerant.dead_letters_of("Shop")
        (failed,) = queue.retry().failures
        assert failed.attempts == 2
        tolerant.unlucky = None
        assert queue.retry().num_processed == 1
        assert queue.count() == 0
        unlucky.use()
        shop.save(unlucky)
        processed(tolerant, 2)
        assert count(tolerant) == 2


def test_dead_letters_are_those_of_an_application_that_is_followed() -> None:
    tolerant = Tolerant()
    with pytest.raises(KeyError, match="Shop"):
        tolerant.dead_letters_of("Shop")
    tolerant.close()


@pytest.mark.parametrize("runner_class", [MultiThreadedRunner, NewMultiThreadedRunner])
def test_stopping_does_not_wait_for_the_next_attempt(runner_class: Any) -> None:
    runner = runner_class(System([[Shop, Waiting]]))
    runner.get(Shop).sell()
    with runner:
        pass
    assert not any(worker.is_alive() for worker in runner._workers)
