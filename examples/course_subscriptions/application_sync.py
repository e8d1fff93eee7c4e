# Generated from application_async.py by tools/async_to_sync.py: do not edit.
"""The application of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from collections.abc import Callable

from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import TSlice
from eventsourcing.persistence import IntegrityError
from examples.course_subscriptions.domain import (
    ChangePlaces,
    CourseRoll,
    DefineCourse,
    RegisterStudent,
    Subscribe,
    SubscriptionError,
    Unsubscribe,
)


class CourseSubscriptions(DCBApplication):
    """Registers students, defines courses, and brings them together."""

    name = "CourseSubscriptions"
    env = {  # noqa: RUF012 - as the base class has it
        "PERSISTENCE_MODULE": "eventsourcing.dcb.popo",
        "MAPPER_TOPIC": "eventsourcing.dcb.msgpack:MessagePackMapper",
    }
    max_attempts = 20

    def register_student(self, student_id: str, max_courses: int) -> None:
        """Register a student; raises `SubscriptionError` if the ID is taken."""
        try:
            self.do(RegisterStudent(student_id, max_courses))
        except IntegrityError:
            raise SubscriptionError(f"there is a student {student_id} already") from None

    def define_course(self, course_id: str, places: int) -> None:
        """Define a course; raises `SubscriptionError` if the ID is taken."""
        try:
            self.do(DefineCourse(course_id, places))
        except IntegrityError:
            raise SubscriptionError(f"there is a course {course_id} already") from None

    def change_places(self, course_id: str, places: int) -> None:
        """Change how many students a course can have; raises `SubscriptionError`."""
        self._decide(lambda: ChangePlaces(course_id, new_places=places))

    def subscribe(self, student_id: str, course_id: str) -> None:
        """Have a student take a course; raises `SubscriptionError`."""
        self._decide(lambda: Subscribe(student_id, course_id))

    def unsubscribe(self, student_id: str, course_id: str) -> None:
        """Have a student leave a course; raises `SubscriptionError`."""
        self._decide(lambda: Unsubscribe(student_id, course_id))

    def list_students(self, course_id: str) -> list[str]:
        """The students who take a course, in the order in which they came."""
        return self.do(CourseRoll(course_id)).students

    def _decide(self, make_slice: Callable[[], TSlice]) -> None:
        """Decide again, on what is known then, if somebody else was faster."""
        for _ in range(self.max_attempts - 1):
            try:
                self.do(make_slice())
            except IntegrityError:
                continue
            return
        self.do(make_slice())
