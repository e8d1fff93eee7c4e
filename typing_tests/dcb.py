"""Decisions, enduring objects, groups and slices."""

# A `type: ignore` marks an error for both checkers: each complains about one that it does not need.
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, assert_type

from eventsourcing.dcb import domain
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.domain import EnduringObject, Group, Perspective, Selector, Slice, Tagged
from eventsourcing.dcb.msgpack import Decision, InitialDecision, MessagePackMapper
from eventsourcing.domain import event


class SeatTaken(Decision):
    seat: str
    guest: str


class TakeSeat(Slice[Decision]):
    def __init__(self, seat: str, guest: str) -> None:
        self.seat, self.guest = seat, guest
        self.taken_by: str | None = None

    def consistency_boundary(self) -> Selector:
        return Selector(types=self.projected_types, tags=[self.seat])

    @event(SeatTaken)
    def _(self, guest: str) -> None:
        self.taken_by = guest

    def execute(self) -> None:
        if self.taken_by is None:
            self.trigger_event(SeatTaken, [self.seat], seat=self.seat, guest=self.guest)


def slices() -> None:
    take = TakeSeat("A1", "Kim")
    take.execute()
    assert_type(take.collect_events(), Sequence[Tagged[Decision]])
    assert_type(take.projected_types, list[type[domain.Decision]])
    assert_type(TakeSeat.do_projection, bool)
    assert_type(take.last_known_position, int | None)
    take.trigger_event(SeatTaken, ["A1"], "A1", "Kim")
    take.trigger_event(SeatTaken, tags=["A1"], seat="A1", guest="Kim")
    take.trigger_event(SeatTaken, ["A1"], seat="A1")  # type: ignore[call-arg]
    take.trigger_event(SeatTaken, ["A1"], seat="A1", guest=1)  # type: ignore[arg-type]
    take.trigger_event(Plain, number=1)  # type: ignore[arg-type]
    take.trigger_event(str)  # type: ignore[arg-type]


@dataclass
class Plain(domain.Decision):
    number: int


def decisions() -> None:
    taken = SeatTaken("A1", guest="Kim")
    assert_type(taken.seat, str)
    assert_type(taken.as_dict(), dict[str, Any])
    SeatTaken("A1")  # type: ignore[call-arg]
    SeatTaken("A1", 1)  # type: ignore[arg-type]
    taken.guest = "Lee"
    Selector(types=[SeatTaken, Plain], tags=("a",))
    Selector(types=[int])  # type: ignore[list-item]
    assert_type(Tagged(["A1"], taken).decision, SeatTaken)
    Decision()


class Student(EnduringObject[Decision]):
    class Registered(InitialDecision):
        student_id: str
        name: str

    class Renamed(Decision):
        name: str

    @event(Registered)
    def __init__(self, name: str) -> None:
        self.name = name

    @event(Renamed)
    def rename(self, name: str) -> None:
        self.name = name


class CourseID(str):
    __slots__ = ()


class Course(EnduringObject[Decision, CourseID]):
    class Started(InitialDecision):
        course_id: str

    @classmethod
    def _create_id(cls) -> CourseID:
        return CourseID("x")


def enduring_objects() -> None:
    student = Student(name="Ann")
    assert_type(student.id, str)
    assert_type(student.name, str)
    assert_type(student.rename("Bea"), None)
    student.rename(1)  # type: ignore[arg-type]
    Student(name=1)  # type: ignore[arg-type]
    Student(names="Ann")  # type: ignore[call-arg]
    assert_type(student.collect_events(), Sequence[Tagged[Decision]])
    student.trigger_event(Student.Renamed, name="Bea")
    assert_type(Course().id, CourseID)
    Course("a")  # type: ignore[call-arg]


class StudentAndCourse(Group[Decision]):
    def __init__(self, student: Student | None, course: Course | None) -> None:
        if student is None or course is None:
            raise LookupError
        self.student, self.course = student, course


def groups(student: Student, course: Course) -> None:
    group = StudentAndCourse(student, course)
    group.trigger_event(SeatTaken, seat="A1", guest="Kim")
    assert_type(group.student, Student)
    as_perspective: Perspective[Decision] = group
    assert_type(as_perspective.consistency_boundary(), Selector | Sequence[Selector])
    StudentAndCourse(student, student)  # type: ignore[arg-type]


def mappers() -> None:
    mapper = MessagePackMapper()
    stored = mapper.to_dcb_event(Tagged(["A1"], SeatTaken("A1", "Kim")))
    assert_type(stored, DCBEvent)
    assert_type(mapper.to_domain_event(stored), Tagged[Decision])
