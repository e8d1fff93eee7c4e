# Generated from process_recorder_async.py by tools/async_to_sync.py: do not edit.
"""What every process recorder must do (contract Y1-Y5, D2)."""

from __future__ import annotations

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import IntegrityError, ProcessRecorder, Tracking
from eventsourcing.testing.application_recorder_sync import ApplicationRecorderSuite
from eventsourcing.testing.checks import expect, expect_error
from eventsourcing.testing.samples import as_notifications, make_events
from eventsourcing.testing.tracking_recorder_sync import SingleRowTrackingSuite

_ATOMIC = "Y1: events and tracking are stored together, or nothing is"


class ProcessRecorderSuite(ApplicationRecorderSuite, SingleRowTrackingSuite):
    """What every process recorder must do: all of both, and both in one transaction."""

    def create_recorder(self) -> ProcessRecorder:
        """Return a new recorder on the database of this test (a hook)."""
        recorder: ProcessRecorder = self.create_factory().process_recorder()
        return recorder

    def test_events_and_tracking_are_stored_together(self) -> None:
        """Y1: the IDs are returned, the tracking is recorded."""
        recorder = self.create_recorder()
        events = make_events(self.new_id(), [1, 2])
        ids = recorder.insert_events(events, tracking=Tracking("upstream", 5))
        log = as_notifications(events, ids)
        expect(list(recorder.select_notifications(None, 10)), log, "Y1: the events")
        expect(recorder.max_tracking_id("upstream"), 5, "Y1: the tracking")

    def test_tracking_without_events(self) -> None:
        """Y1: an empty list of events with a tracking record."""
        recorder = self.create_recorder()
        result = recorder.insert_events([], tracking=Tracking("upstream", 5))
        expect(list(result or ()), [], "B2: no events, no notification IDs")
        expect(recorder.max_tracking_id("upstream"), 5, "Y1: the tracking")
        with expect_error(IntegrityError, "Y2: the ID is recorded already"):
            recorder.insert_events([], tracking=Tracking("upstream", 5))

    def test_no_tracking(self) -> None:
        """Y1: `tracking=None` is the same as none."""
        recorder = self.create_recorder()
        events = make_events(self.new_id(), [1])
        recorder.insert_events(events, tracking=None)
        selected = list(recorder.select_events(events[0].originator_id))
        expect(selected, events, "Y1: events without a tracking record")

    def test_tracking_conflict_stores_no_events(self) -> None:
        """Y1, Y2, D2: nothing is stored, and no ID consumed."""
        recorder = self.create_recorder()
        (first,) = self.record(recorder, 1)
        recorder.insert_tracking(Tracking("upstream", 5))
        refused = make_events(self.new_id(), [1, 2])
        for notification_id in (5, 4):
            tracking = Tracking("upstream", notification_id)
            with expect_error(IntegrityError, "Y2: the ID is not greater than the recorded one"):
                recorder.insert_events(refused, tracking=tracking)
        expect(list(recorder.select_events(refused[0].originator_id)), [], _ATOMIC)
        expect(recorder.max_notification_id(), first.id, _ATOMIC)
        (second,) = self.record(recorder, 1)
        expect(second.id, first.id + 1, "D2: a tracking conflict consumes no notification ID")

    def test_event_conflict_stores_no_tracking(self) -> None:
        """Y1, B1: nothing is stored, and the same notification can be processed again."""
        recorder = self.create_recorder()
        (stored,) = self.record(recorder, 1)
        refused = [*make_events(self.new_id(), [1]), *make_events(stored.originator_id, [1])]
        with expect_error(IntegrityError, "B1: the second event is stored already"):
            recorder.insert_events(refused, tracking=Tracking("upstream", 5))
        expect(recorder.max_tracking_id("upstream"), None, _ATOMIC)
        expect(list(recorder.select_events(refused[0].originator_id)), [], _ATOMIC)
        recorder.insert_events(refused[:1], tracking=Tracking("upstream", 5))
        expect(recorder.max_tracking_id("upstream"), 5, "Y1: the second try succeeds")

    def test_each_notification_is_processed_once(self) -> None:
        """Y1: of concurrent processors of one notification, exactly one stores its events."""
        recorder = self.create_recorder()

        def process(number: int) -> None:
            for notification_id in range(1, 11):
                topic = f"{number} processed {notification_id}"
                events = make_events(self.new_id(), [1, 2], topic)
                try:
                    recorder.insert_events(events, tracking=Tracking("upstream", notification_id))
                except IntegrityError:
                    continue

        processors = [spawn(process, number) for number in range(4)]
        for processor in processors:
            processor.join()
            expect(processor.error, None, "B7: recorders are used by several threads or tasks")
        log = recorder.select_notifications(None, 1000)
        processed = [int(each.topic.rpartition(" ")[2]) for each in log]
        expected = [number for number in range(1, 11) for _ in range(2)]
        expect(processed, expected, "Y1: two events for each notification, once, in their order")
        expect(recorder.max_tracking_id("upstream"), 10, "Y2: the greatest ID")
