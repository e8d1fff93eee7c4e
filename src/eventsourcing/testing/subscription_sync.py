# Generated from subscription_async.py by tools/async_to_sync.py: do not edit.
"""What subscriptions to application recorders must do (contract U1-U4, U6, U7, U10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)
from eventsourcing.testing.checks import expect, expect_error, expect_true
from eventsourcing.testing.feed_sync import FeedSuite
from eventsourcing.testing.samples import as_notifications, make_events


class SubscriptionSuite(FeedSuite):
    """What subscriptions must do, for engines with the capability 'subscriptions'."""

    def create_recorder(self) -> ApplicationRecorder:
        """Return a new recorder on the database of this test (a hook)."""
        recorder: ApplicationRecorder = self.create_factory().application_recorder()
        return recorder

    def record(self, recorder: ApplicationRecorder, *topics: str) -> list[Notification]:
        """Record an event for each topic, in one call; return the notifications they must be."""
        originator_id = self.new_id()
        events = [
            StoredEvent(originator_id, version, topic, b"")
            for version, topic in enumerate(topics, start=1)
        ]
        return as_notifications(events, recorder.insert_events(events))

    def read_log(self, recorder: ApplicationRecorder) -> list[Notification]:
        """Return all notifications."""
        return list(recorder.select_notifications(None, 1_000_000))

    def position_of(self, record: Notification) -> int:
        """Return the ID."""
        return record.id

    def subscribe(
        self,
        recorder: ApplicationRecorder,
        after: int | None = None,
        topics: Sequence[str] = (),
    ) -> Subscription[Any]:
        """Subscribe to the notifications after an ID, of the topics if there are any."""
        return recorder.subscribe(gt=after, topics=topics)

    def test_refused_events_are_never_delivered(self) -> None:
        """U1: only what is committed, also when the refused call came first."""
        recorder = self.create_recorder()
        log = self.record(recorder, "a")
        with recorder.subscribe(gt=log[0].id) as subscription:
            events = [
                *make_events(self.new_id(), [1], "refused"),
                *make_events(log[0].originator_id, [1], "refused"),
            ]
            with expect_error(IntegrityError, "B1: the second event is stored already"):
                recorder.insert_events(events)
            more = self.record(recorder, "b")
            expect(self.take(subscription, 1), more, "U1: what was refused never comes")

    def test_recorder_can_be_subscribed_to(self) -> None:
        """U10: this suite is for engines that say so."""
        because = "this suite is for engines with the capability 'subscriptions'"
        expect_true(self.capabilities.subscriptions, because)
