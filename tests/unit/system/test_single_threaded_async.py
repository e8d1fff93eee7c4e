"""What is particular to the runners without threads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import pytest

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.application import ProcessingEvent
from eventsourcing.persistence import Notification
from eventsourcing.system import (
    AsyncFollower,
    AsyncNewSingleThreadedRunner,
    AsyncProcessApplication,
    AsyncSingleThreadedRunner,
    AsyncSystem,
    RecordingEvent,
)
from eventsourcing.utils import get_topic
from tests.unit.system.apps_async import (
    AsyncArchive,
    AsyncLibrary,
    AsyncPrinter,
    AsyncShop,
    count,
)
from tests.unit.system.events import Ticket

RUNNERS: list[Any] = [AsyncSingleThreadedRunner, AsyncNewSingleThreadedRunner]
each_runner = pytest.mark.parametrize("runner_class", RUNNERS)

seen: list[Any] = []


class AsyncWitness(AsyncFollower[UUID]):
    """Remembers what it was given; `failures` says for which positions it fails, how often."""

    name = "Witness"
    failures: dict[int, int] = {}

    async def process_event(self, domain_event: Any, tracking: Any) -> None:
        failures = type(self).failures
        if failures.get(tracking.notification_id):
            failures[tracking.notification_id] -= 1
            raise ValueError(f"failed at {tracking.notification_id}")
        await super().process_event(domain_event, tracking)
        seen.append((self.name, tracking.notification_id, domain_event))


class AsyncSecond(AsyncWitness):
    name = "Second"


class AsyncCountdown(AsyncProcessApplication[UUID]):
    """Counts down to 0."""

    name = "Countdown"

    async def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        if domain_event.number:
            processing_event.collect_events(Ticket(domain_event.number - 1))


class AsyncTick(AsyncCountdown):
    name = "Tick"


class AsyncTock(AsyncCountdown):
    name = "Tock"


@pytest.fixture(autouse=True)
def clean() -> None:
    seen.clear()
    AsyncWitness.failures = {}
    AsyncSecond.failures = {}


def seen_by(name: str) -> list[int]:
    return [notification_id for by, notification_id, _ in seen if by == name]


@each_runner
async def test_all_is_processed_when_save_returns(runner_class: Any) -> None:
    """Y39: by all followers, transitively."""
    system = AsyncSystem([[AsyncShop, AsyncPrinter, AsyncArchive], [AsyncShop, AsyncLibrary]])
    async with runner_class(system) as runner:
        for number in range(1, 4):
            await runner.get(AsyncShop).sell(number)
            assert await count(runner.get(AsyncPrinter)) == number
            assert await count(runner.get(AsyncArchive)) == number
            assert await count(runner.get(AsyncLibrary)) == number


@each_runner
async def test_followers_are_called_in_the_order_of_definition(runner_class: Any) -> None:
    """Y64, Y38"""
    async with runner_class(
        AsyncSystem([[AsyncShop, AsyncSecond], [AsyncShop, AsyncWitness]])
    ) as r:
        await r.get(AsyncShop).sell()
    assert [name for name, *_ in seen] == ["Second", "Witness"]


async def test_events_go_to_each_follower_in_turn() -> None:
    """Y43: for each recording in turn; they are the very objects that were saved."""
    system = AsyncSystem([[AsyncShop, AsyncSecond], [AsyncShop, AsyncWitness]])
    async with AsyncNewSingleThreadedRunner[UUID](system) as runner:
        recordings = await runner.get(AsyncShop).save(Ticket(1), Ticket(2))
    assert [entry[:2] for entry in seen] == [
        ("Second", 1),
        ("Witness", 1),
        ("Second", 2),
        ("Witness", 2),
    ]
    assert seen[0][2] is seen[1][2] is recordings[0].domain_event


async def test_followers_that_pull_get_reconstructed_events() -> None:
    """Y41"""
    async with AsyncSingleThreadedRunner[UUID](AsyncSystem([[AsyncShop, AsyncWitness]])) as runner:
        (recording,) = await runner.get(AsyncShop).sell()
    assert seen[0][2] == recording.domain_event
    assert seen[0][2] is not recording.domain_event


@each_runner
async def test_an_error_comes_out_of_save(runner_class: Any) -> None:
    """Y40: the event is stored; later followers have not seen it; the next save tries again."""
    system = AsyncSystem([[AsyncShop, AsyncWitness], [AsyncShop, AsyncSecond]])
    AsyncWitness.failures = {1: 2}
    async with runner_class(system) as runner:
        shop = runner.get(AsyncShop)
        with pytest.raises(ValueError, match="failed at 1"):
            await shop.sell()
        assert await count(shop) == 1
        assert seen == []
        with pytest.raises(ValueError, match="failed at 1"):
            await shop.sell()
        await shop.sell()
        assert seen_by("Witness") == seen_by("Second") == [1, 2, 3]


@each_runner
async def test_an_error_in_the_middle_of_a_save(runner_class: Any) -> None:
    """Y40: what was processed before is not repeated."""
    system = AsyncSystem([[AsyncShop, AsyncWitness], [AsyncShop, AsyncSecond]])
    AsyncSecond.failures = {2: 1}
    async with runner_class(system) as runner:
        shop = runner.get(AsyncShop)
        with pytest.raises(ValueError, match="failed at 2"):
            await shop.save(Ticket(1), Ticket(2), Ticket(3))
        await shop.sell()
        assert seen_by("Witness") == seen_by("Second") == [1, 2, 3, 4]


@each_runner
async def test_a_long_cycle_is_not_a_deep_one(runner_class: Any) -> None:
    """Y38: the depth of recursion does not grow with the number of rounds."""

    async with runner_class(AsyncSystem([[AsyncTick, AsyncTock, AsyncTick]])) as runner:
        await runner.get(AsyncTick).save(Ticket(2000))
        assert await count(runner.get(AsyncTick)) == 1001
        assert await count(runner.get(AsyncTock)) == 1000


@each_runner
async def test_an_application_may_follow_itself(runner_class: Any) -> None:
    """Y27"""

    async with runner_class(AsyncSystem([[AsyncCountdown, AsyncCountdown]])) as runner:
        await runner.get(AsyncCountdown).save(Ticket(500))
        assert await count(runner.get(AsyncCountdown)) == 501


@each_runner
async def test_many_who_save_at_the_same_time(runner_class: Any) -> None:
    """Y42, Y46: when all have returned, all is processed; nothing waits for another save."""
    system = AsyncSystem([[AsyncShop, AsyncWitness], [AsyncShop, AsyncPrinter, AsyncArchive]])
    async with runner_class(system) as runner:

        async def sell_many(first: int) -> None:
            for number in range(50):
                await runner.get(AsyncShop).sell(first + number)

        sellers = [spawn(sell_many, first) for first in range(0, 400, 100)]
        for seller in sellers:
            await seller.join()
        assert [seller.error for seller in sellers] == [None] * 4
        assert seen_by("Witness") == list(range(1, 201))
        assert await count(runner.get(AsyncArchive)) == 200


async def test_messages_wait_while_others_are_processed() -> None:
    """Y45: visible while the lock is held."""
    async with AsyncNewSingleThreadedRunner[UUID](AsyncSystem([[AsyncShop, AsyncArchive]])) as r:
        shop = r.get(AsyncShop)
        async with r._processing_lock:
            await shop.sell()
            await shop.sell()
            received = list(r._recording_events_received)
            assert [m.recordings[0].notification.id for m in received] == [1, 2]
            assert await count(r.get(AsyncArchive)) == 0
        await shop.sell()
        assert r._recording_events_received == []
        assert await count(r.get(AsyncArchive)) == 3


async def test_a_message_with_a_lowered_previous_id_is_ignored() -> None:
    """Y64, Y44"""
    async with AsyncNewSingleThreadedRunner[UUID](AsyncSystem([[AsyncShop, AsyncArchive]])) as r:
        shop = r.get(AsyncShop)
        await shop.sell()
        await shop.sell()
        shop.previous_max_notification_id = 1
        await shop.sell()
        assert await count(r.get(AsyncArchive)) == 2
        await shop.sell()
        assert await count(r.get(AsyncArchive)) == 4


async def test_what_the_leader_did_not_tell_of_is_pulled_before() -> None:
    """Y46: an event that another process has written between two saves."""
    async with AsyncNewSingleThreadedRunner[UUID](AsyncSystem([[AsyncShop, AsyncWitness]])) as r:
        shop = r.get(AsyncShop)
        await shop.sell()
        other = shop.mapper.to_stored_event(Ticket(2).collect_events()[0])
        await shop.recorder.insert_events([other])
        await shop.sell()
        assert shop.previous_max_notification_id == 3
        assert seen_by("Witness") == [1, 2, 3]


async def test_what_notify_topics_left_out_is_pulled() -> None:
    """Y46, Y10: runners that push deliver what those that pull do."""
    for runner_class in RUNNERS:
        seen.clear()
        async with runner_class(AsyncSystem([[AsyncShop, AsyncWitness]])) as runner:
            shop = runner.get(AsyncShop)
            shop.notify_topics = [get_topic(Ticket.Used)]  # type: ignore[attr-defined]
            ticket = Ticket(1)
            ticket.use()
            await shop.save(ticket)
            assert seen_by("Witness") == [1, 2]


async def test_nothing_is_pulled_when_messages_are_contiguous() -> None:
    """Y43: without a round trip to storage."""
    pulls: list[Any] = []

    class AsyncCounting(AsyncArchive):
        def pull_notifications(
            self,
            leader_name: str,
            start: int | None,
            stop: int | None = None,
            *,
            inclusive_of_start: bool = True,
        ) -> AsyncIterator[Sequence[Notification]]:
            pulls.append((start, stop))
            return super().pull_notifications(
                leader_name, start=start, stop=stop, inclusive_of_start=inclusive_of_start
            )

    async with AsyncNewSingleThreadedRunner[UUID](AsyncSystem([[AsyncShop, AsyncCounting]])) as r:
        assert pulls == [(None, None)]
        for _ in range(3):
            await r.get(AsyncShop).sell()
        assert pulls == [(None, None)]
        assert await count(r.get(AsyncCounting)) == 3


async def test_an_event_below_one_that_is_not_visible_yet_is_not_skipped() -> None:
    """Y46: an event is taken from a message only when all before it are covered or visible."""
    async with AsyncNewSingleThreadedRunner[UUID](AsyncSystem([[AsyncShop, AsyncWitness]])) as r:
        shop = r.get(AsyncShop)
        recordings = [*await shop.save(), *await shop.sell()]
        visible = r.get(AsyncWitness).readers["Shop"].notification_log
        late = RecordingEvent("Shop", recordings, 1)
        ahead = Notification(*list(vars(recordings[0].notification).values())[:4], 7)
        late.recordings = [type(recordings[0])(recordings[0].domain_event, ahead)]
        await r.receive_recording_event(late)
        assert await visible.select(start=7, limit=1) == []
        assert seen_by("Witness") == [1]


@each_runner
async def test_an_error_in_the_backlog_comes_out_of_starting(runner_class: Any) -> None:
    """Y37a: and the runner is stopped, if that is the beginning of its block."""
    AsyncWitness.failures = {1: 1}
    runner = runner_class(AsyncSystem([[AsyncShop, AsyncWitness]]))
    await runner.get(AsyncShop).sell()

    async def run() -> None:
        async with runner:
            raise AssertionError("not reached")

    with pytest.raises(ValueError, match="failed at 1"):
        await run()
    assert runner.apps == {}


@each_runner
async def test_a_leader_that_outlives_its_runner_tells_nobody(runner_class: Any) -> None:
    """Y37: after `stop()`, nothing is processed."""
    runner = runner_class(AsyncSystem([[AsyncShop, AsyncWitness]]))
    shop = runner.get(AsyncShop)
    await runner.start()
    await runner.stop()
    await shop.sell()
    assert seen == []
