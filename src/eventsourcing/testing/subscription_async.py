"""What subscriptions to application recorders must do (contract U1-U4, U6, U7, U10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import (
    AsyncApplicationRecorder,
    AsyncSubscription,
    IntegrityError,
    Notification,
    StoredEvent,
)
from eventsourcing.testing.checks import expect, expect_error, expect_true
from eventsourcing.testing.feed_async import AsyncFeedSuite
from eventsourcing.testing.samples import as_notifications, make_events


class AsyncSubscriptionSuite(AsyncFeedSuite):
    """What subscriptions must do, for engines with the capability 'subscriptions'."""

    async def create_recorder(self) -> AsyncApplicationRecorder:
        """Return a new recorder on the database of this test (a hook)."""
        recorder: AsyncApplicationRecorder = (await self.create_factory()).application_recorder()
        return recorder

    async def record(self, recorder: AsyncApplicationRecorder, *topics: str) -> list[Notification]:
        """Record an event for each topic, in one call; return the notifications they must be."""
        originator_id = self.new_id()
        events = [
            StoredEvent(originator_id, version, topic, b"")
            for version, topic in enumerate(topics, start=1)
        ]
        return as_notifications(events, await recorder.insert_events(events))

    async def read_log(self, recorder: AsyncApplicationRecorder) -> list[Notification]:
        """Return all notifications."""
        return list(await recorder.select_notifications(None, 1_000_000))

    def position_of(self, record: Notification) -> int:
        """Return the ID."""
        return record.id

    def subscribe(
        self,
        recorder: AsyncApplicationRecorder,
        after: int | None = None,
        topics: Sequence[str] = (),
    ) -> AsyncSubscription[Any]:
        """Subscribe to the notifications after an ID, of the topics if there are any."""
        return recorder.subscribe(gt=after, topics=topics)

    async def test_refused_events_are_never_delivered(self) -> None:
        """U1: only what is committed, also when the refused call came first."""
        recorder = await self.create_recorder()
        log = await self.record(recorder, "a")
        async with recorder.subscribe(gt=log[0].id) as subscription:
            events = [
                *make_events(self.new_id(), [1], "refused"),
                *make_events(log[0].originator_id, [1], "refused"),
            ]
            with expect_error(IntegrityError, "B1: the second event is stored already"):
                await recorder.insert_events(events)
            more = await self.record(recorder, "b")
            expect(await self.take(subscription, 1), more, "U1: what was refused never comes")

    async def test_recorder_can_be_subscribed_to(self) -> None:
        """U10: this suite is for engines that say so."""
        because = "this suite is for engines with the capability 'subscriptions'"
        expect_true(self.capabilities.subscriptions, because)
