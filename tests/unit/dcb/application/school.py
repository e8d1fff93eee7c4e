"""Students and courses: the domain model of these tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eventsourcing.dcb.domain import EnduringObject, Group, Selector, Slice
from eventsourcing.dcb.msgpack import Decision, InitialDecision
from eventsourcing.domain import event


class Joined(Decision):
    student_id: str
    course_id: str


class Student(EnduringObject[Decision]):
    class Registered(InitialDecision):
        student_id: str
        name: str

    class Renamed(Decision):
        name: str

    def __init__(self, name: str) -> None:
        self.name = name
        self.courses: list[str] = []

    @event(Renamed)
    def rename(self, name: str) -> None:
        self.name = name

    @event(Joined)
    def _(self, course_id: str) -> None:
        self.courses.append(course_id)


class Course(EnduringObject[Decision]):
    class Planned(InitialDecision):
        course_id: str
        places: int

    def __init__(self, places: int) -> None:
        self.places = places
        self.students: list[str] = []

    @event(Joined)
    def _(self, student_id: str) -> None:
        self.students.append(student_id)


class Both(Group[Decision]):
    def __init__(self, student: Student | None, course: Course | None) -> None:
        self.student = student
        self.course = course

    def join(self) -> None:
        assert self.student
        assert self.course
        self.trigger_event(Joined, student_id=self.student.id, course_id=self.course.id)


@dataclass
class Join(Slice[Decision]):
    student_id: str
    course_id: str
    students: list[str] = field(default_factory=list)

    def consistency_boundary(self) -> Any:
        return Selector(types=[Joined], tags=[self.course_id])

    @event(Joined)
    def _(self, student_id: str) -> None:
        self.students.append(student_id)

    def execute(self) -> None:
        if self.student_id not in self.students:
            self.trigger_event(
                Joined,
                [self.student_id, self.course_id],
                student_id=self.student_id,
                course_id=self.course_id,
            )


class Named(Decision):
    pass


@dataclass
class ClaimName(Slice[Decision]):
    """Projects nothing: the name must never have been claimed."""

    name: str

    def consistency_boundary(self) -> Any:
        return Selector(types=[Named], tags=[self.name])

    def execute(self) -> None:
        self.trigger_event(Named, [self.name])
