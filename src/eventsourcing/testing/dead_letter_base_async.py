"""What the suites of dead letters have in common: letters, and recorders that can keep them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from eventsourcing._concurrency.primitives_async import sleep, spawn
from eventsourcing.persistence import AsyncTrackingRecorder, DeadLetter, RetriedTracking
from eventsourcing.testing.checks import expect, expect_true
from eventsourcing.testing.engine_suite_async import AsyncEngineSuite

SECTION = "section 'dead letters'"
KEPT = f"{SECTION}: what was put aside is kept"
ONCE = f"{SECTION}: an event that was put aside is done with once"
ORDER = f"{SECTION}: in ascending order of notification IDs"
_TIME = datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC)


def make_letter(notification_id: int, **values: Any) -> DeadLetter:
    """Return a dead letter with these values, and others."""
    letter: dict[str, Any] = {
        "application_name": "upstream",
        "notification_id": notification_id,
        "originator_id": uuid4(),
        "originator_version": 1,
        "topic": "module:Class",
        "error": "ValueError: wrong",
        "traceback": "Traceback …\nValueError: wrong",
        "attempts": 1,
        "put_aside_at": _TIME,
        **values,
    }
    return DeadLetter(**letter)


class AsyncDeadLetterBase(AsyncEngineSuite):
    """Makes recorders, and records dead letters."""

    async def create_recorder(self) -> AsyncTrackingRecorder:
        """Return a new recorder on the database of this test (a hook)."""
        recorder: AsyncTrackingRecorder = (await self.create_factory()).tracking_recorder()
        return recorder

    async def create_prepared(self) -> AsyncTrackingRecorder:
        """Return a new recorder that is ready to keep dead letters."""
        recorder = await self.create_recorder()
        await recorder.prepare_dead_letters()
        return recorder

    async def put_aside(self, recorder: AsyncTrackingRecorder, *letters: DeadLetter) -> None:
        """Record the dead letters."""
        for letter in letters:
            await recorder.insert_tracking(letter)

    async def expect_all_retried(
        self, recorder: AsyncTrackingRecorder, put_aside: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Retry all while the function records dead letters with the IDs 1 to 20, until it ends."""
        processed: list[int] = []

        async def retry() -> None:
            is_last_look = False
            while not is_last_look:
                is_last_look = putting.done()
                for letter in await recorder.select_dead_letters("upstream", 100):
                    retried = RetriedTracking("upstream", letter.notification_id)
                    await recorder.insert_tracking(retried)
                    processed.append(letter.notification_id)
                await sleep(0)

        putting = spawn(put_aside)
        for task in (putting, spawn(retry)):
            expect_true(await task.join(60), f"{SECTION}: nobody waits for ever")
            expect(task.error, None, ONCE)
        expect(processed, list(range(1, 21)), ORDER)
