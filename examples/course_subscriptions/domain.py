"""The domain of the example: decisions, and a slice for each use case.

A course has at most so many students, and a student takes at most so many courses. No aggregate has
both rules in it: a subscription is a decision about one student and one course.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from eventsourcing.dcb.domain import Selector, Slice
from eventsourcing.dcb.msgpack import Decision
from eventsourcing.domain import event

Types: TypeAlias = Sequence[type[Decision]]


class SubscriptionError(Exception):
    """A rule does not allow it."""


# Decisions


class StudentRegistered(Decision):
    """There is a new student, who takes at most so many courses."""

    student_id: str
    max_courses: int


class CourseDefined(Decision):
    """There is a new course, for at most so many students."""

    course_id: str
    places: int


class PlacesChanged(Decision):
    """A course has more or fewer places now."""

    course_id: str
    places: int


class Subscribed(Decision):
    """A student takes a course."""

    student_id: str
    course_id: str


class Unsubscribed(Decision):
    """A student does not take a course any more."""

    student_id: str
    course_id: str


# Uniqueness: slices that project nothing. An ID is taken if such a decision was ever made with it.


@dataclass
class RegisterStudent(Slice[Decision]):
    """Registers a student, unless there is one with this ID."""

    student_id: str
    max_courses: int

    def consistency_boundary(self) -> Selector:
        """What was decided about the ID."""
        return Selector(types=[StudentRegistered], tags=[self.student_id])

    def execute(self) -> None:
        """Register the student."""
        self.trigger_event(
            StudentRegistered,
            tags=[self.student_id],
            student_id=self.student_id,
            max_courses=self.max_courses,
        )


@dataclass
class DefineCourse(Slice[Decision]):
    """Defines a course, unless there is one with this ID."""

    course_id: str
    places: int

    def consistency_boundary(self) -> Selector:
        """What was decided about the ID."""
        return Selector(types=[CourseDefined], tags=[self.course_id])

    def execute(self) -> None:
        """Define the course."""
        self.trigger_event(
            CourseDefined, tags=[self.course_id], course_id=self.course_id, places=self.places
        )


# Rules about a course


@dataclass
class CourseRoll(Slice[Decision]):
    """Who takes a course. Decides nothing: it is a query, and the base of what decides."""

    course_id: str
    places: int | None = None
    students: list[str] = field(default_factory=list)

    def consistency_boundary(self) -> Selector | Sequence[Selector]:
        """All about the course."""
        return Selector(types=self.projected_types, tags=[self.course_id])

    @event(CourseDefined)
    def _(self, places: int) -> None:
        self.places = places

    @event(PlacesChanged)
    def _(self, places: int) -> None:
        self.places = places

    @event(Subscribed)
    def _(self, student_id: str) -> None:
        self.students.append(student_id)

    @event(Unsubscribed)
    def _(self, student_id: str) -> None:
        self.students.remove(student_id)


@dataclass
class ChangePlaces(CourseRoll):
    """Changes how many students a course can have; those who take it stay in it."""

    new_places: int = 0

    def execute(self) -> None:
        """Change the places."""
        if self.places is None:
            raise SubscriptionError(f"there is no course {self.course_id}")
        if self.places != self.new_places:
            self.trigger_event(
                PlacesChanged,
                tags=[self.course_id],
                course_id=self.course_id,
                places=self.new_places,
            )


# Rules about a student and a course


@dataclass
class _StudentAndCourse(Slice[Decision]):
    """What matters to the subscription of a student to a course: counts, not who and what."""

    student_id: str
    course_id: str
    places: int | None = None
    num_students: int = 0
    max_courses: int | None = None
    num_courses: int = 0
    is_subscribed: bool = False

    about_students: ClassVar[Types] = (StudentRegistered, Subscribed, Unsubscribed)
    about_courses: ClassVar[Types] = (CourseDefined, PlacesChanged, Subscribed, Unsubscribed)

    def consistency_boundary(self) -> Sequence[Selector]:
        """All about the student, and all about the course."""
        return [
            Selector(types=self.about_students, tags=[self.student_id]),
            Selector(types=self.about_courses, tags=[self.course_id]),
        ]

    @event(StudentRegistered)
    def _(self, max_courses: int) -> None:
        self.max_courses = max_courses

    @event(CourseDefined)
    def _(self, places: int) -> None:
        self.places = places

    @event(PlacesChanged)
    def _(self, places: int) -> None:
        self.places = places

    @event(Subscribed)
    def _(self, student_id: str, course_id: str) -> None:
        self._count(student_id, course_id, 1)

    @event(Unsubscribed)
    def _(self, student_id: str, course_id: str) -> None:
        self._count(student_id, course_id, -1)

    def _count(self, student_id: str, course_id: str, change: int) -> None:
        is_student, is_course = student_id == self.student_id, course_id == self.course_id
        self.num_courses += change if is_student else 0
        self.num_students += change if is_course else 0
        if is_student and is_course:
            self.is_subscribed = change > 0

    def _decide(self, decision_class: type[Subscribed | Unsubscribed]) -> None:
        self.trigger_event(
            decision_class,
            tags=[self.student_id, self.course_id],
            student_id=self.student_id,
            course_id=self.course_id,
        )


class Subscribe(_StudentAndCourse):
    """Has a student take a course."""

    def execute(self) -> None:
        """Check the rules about both, and subscribe."""
        if self.max_courses is None:
            raise SubscriptionError(f"there is no student {self.student_id}")
        if self.places is None:
            raise SubscriptionError(f"there is no course {self.course_id}")
        if self.is_subscribed:
            raise SubscriptionError(f"{self.student_id} takes {self.course_id} already")
        if self.num_students >= self.places:
            raise SubscriptionError(f"{self.course_id} is full")
        if self.num_courses >= self.max_courses:
            raise SubscriptionError(f"{self.student_id} can't take more courses")
        self._decide(Subscribed)


class Unsubscribe(_StudentAndCourse):
    """Has a student leave a course."""

    def execute(self) -> None:
        """Leave the course."""
        if not self.is_subscribed:
            raise SubscriptionError(f"{self.student_id} does not take {self.course_id}")
        self._decide(Unsubscribed)
