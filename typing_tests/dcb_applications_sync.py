# Generated from dcb_applications_async.py by tools/async_to_sync.py: do not edit.
"""What type checkers say about applications with dynamic consistency boundaries."""

# A `type: ignore` marks an error for both checkers: each complains about one that it does not need.
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import Any, assert_type

from eventsourcing.dcb.api import DCBRecorder, DCBSequencedEvent, DCBSubscription
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import EnduringObject, Group, Selector, Slice, Tagged
from eventsourcing.dcb.msgpack import Decision, MessagePackMapper
from eventsourcing.dcb.persistence import DCBEventStore, DCBMapper


class TakeSeat(Slice[Decision]):
    def __init__(self, seat: str) -> None:
        self.seat = seat

    def consistency_boundary(self) -> Selector:
        return Selector(tags=[self.seat])


class Pair(Group[Decision]):
    def __init__(self, *members: EnduringObject[Decision] | None) -> None:
        self.members = members


def applications(app: DCBApplication) -> None:
    assert_type(app.do(TakeSeat("A1")), TakeSeat)
    app.do("A1")  # type: ignore[type-var]
    assert_type(app.mapper, DCBMapper[Any])
    assert_type(app.recorder, DCBRecorder)
    with app as entered:
        assert_type(entered, DCBApplication)


def repositories(app: DCBApplication) -> None:
    repository = app.repository
    assert_type(repository.save(TakeSeat("A1")), int)
    assert_type(repository.advance(TakeSeat("A1")), TakeSeat)
    assert_type(repository.get("a"), EnduringObject[Any])
    assert_type(repository.get_many("a", "b"), list[EnduringObject[Any] | None])
    assert_type(repository.get_group(Pair, "a", "b"), Pair)


def event_stores(recorder: DCBRecorder) -> None:
    store = DCBEventStore(MessagePackMapper(), recorder)
    for tagged in store.read(Selector(tags=["A1"]), after=3):
        assert_type(tagged, Tagged[Decision])
    assert_type(store.read().head, int | None)
    assert_type(store.append([], None, 3), int)


def recorders(recorder: DCBRecorder) -> None:
    assert_type(recorder.append([]), int)
    subscription = recorder.subscribe(after=3)
    assert_type(subscription, DCBSubscription[DCBRecorder])
    for event in subscription:
        assert_type(event, DCBSequencedEvent)
    assert_type(subscription.next_batch(5), list[DCBSequencedEvent])
