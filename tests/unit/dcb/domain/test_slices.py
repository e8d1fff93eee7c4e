"""Slices: C49."""

from dataclasses import dataclass

from eventsourcing.dcb.domain import EnduringObject, MetaSlice, Selector, Slice, Tagged
from eventsourcing.dcb.msgpack import Decision, InitialDecision
from eventsourcing.domain import event
from eventsourcing.utils import get_topic


class Room(EnduringObject[Decision]):
    class Built(InitialDecision):
        room_id: str
        beds: int

    class Booked(Decision):
        guest: str

    def __init__(self, beds):
        self.beds = beds
        self.guests = []

    @event(Booked)
    def book(self, guest):
        self.guests.append(guest)


@dataclass
class BuildRoom(Slice[Decision]):
    room_id: str
    beds: int

    def consistency_boundary(self):
        return Selector(tags=[self.room_id])

    def execute(self):
        self.trigger_event(
            Room.Built,
            [self.room_id],
            originator_topic=get_topic(Room),
            room_id=self.room_id,
            beds=self.beds,
        )


@dataclass
class BookRoom(Slice[Decision]):
    room_id: str
    guest: str
    free_beds: int = 0

    def consistency_boundary(self):
        return Selector(types=self.projected_types, tags=[self.room_id])

    @event(Room.Built)
    def _(self, beds):
        self.free_beds = beds

    @event(Room.Booked)
    def _(self):
        self.free_beds -= 1

    def execute(self):
        if self.free_beds:
            self.trigger_event(Room.Booked, [self.room_id], guest=self.guest)


def test_a_slice_does_nothing_by_default():
    """C49"""

    class Query(Slice[Decision]):
        def consistency_boundary(self):
            return Selector()

    query = Query()
    assert query.execute() is None
    assert query.new_decisions == []
    assert type(Query) is MetaSlice


def test_a_slice_may_create_an_enduring_object():
    """C49: by its initial decision, with ID, topic and tag set explicitly."""
    build = BuildRoom("room-1", beds=2)
    build.execute()
    (tagged,) = build.collect_events()
    assert tagged == Tagged(["room-1"], Room.Built(get_topic(Room), "room-1", 2))
    room = tagged.decision.mutate(None)
    assert (room.id, room.beds) == ("room-1", 2)
    assert BuildRoom.do_projection is False


def test_a_slice_decides_by_what_it_projects():
    """C49"""
    built = Room.Built(get_topic(Room), "room-1", 1)
    first = BookRoom("room-1", "Ann")
    built.mutate(first)
    first.execute()
    assert first.new_decisions == [Tagged(["room-1"], Room.Booked("Ann"))]
    assert first.free_beds == 0
    second = BookRoom("room-1", "Bea")
    for decision in (built, first.new_decisions[0].decision):
        decision.mutate(second)
    second.execute()
    assert second.new_decisions == []


def test_slices_and_enduring_objects_share_decisions():
    """C49, C65: for the same IDs, in both directions."""
    room = Room(beds=2)
    room.book("Ann")
    book = BookRoom(room.id, "Bea")
    for tagged in room.collect_events():
        tagged.decision.mutate(book)
    book.execute()
    for tagged in book.collect_events():
        tagged.decision.mutate(room)
    assert room.guests == ["Ann", "Bea"]
    assert book.free_beds == 0
