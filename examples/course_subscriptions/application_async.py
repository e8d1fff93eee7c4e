"""The application of the example, for asyncio; the twin for threads is made from it."""

from __future__ import annotations

from collections.abc import Callable

from eventsourcing.dcb.application import AsyncDCBApplication
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


class AsyncCourseSubscriptions(AsyncDCBApplication):
    """Registers students, defines courses, and brings them together."""

    name = "CourseSubscriptions"
    env = {  # noqa: RUF012 - as the base class has it
        "PERSISTENCE_MODULE": "eventsourcing.dcb.popo",
        "MAPPER_TOPIC": "eventsourcing.dcb.msgpack:MessagePackMapper",
    }
    max_attempts = 20

    async def register_student(self, student_id: str, max_courses: int) -> None:
        """Register a student; raises `SubscriptionError` if the ID is taken."""
        try:
            await self.do(RegisterStudent(student_id, max_courses))
        except IntegrityError:
            raise SubscriptionError(f"there is a student {student_id} already") from None

    async def define_course(self, course_id: str, places: int) -> None:
        """Define a course; raises `SubscriptionError` if the ID is taken."""
        try:
            await self.do(DefineCourse(course_id, places))
        except IntegrityError:
            raise SubscriptionError(f"there is a course {course_id} already") from None

    async def change_places(self, course_id: str, places: int) -> None:
        """Change how many students a course can have; raises `SubscriptionError`."""
        await self._decide(lambda: ChangePlaces(course_id, new_places=places))

    async def subscribe(self, student_id: str, course_id: str) -> None:
        """Have a student take a course; raises `SubscriptionError`."""
        await self._decide(lambda: Subscribe(student_id, course_id))

    async def unsubscribe(self, student_id: str, course_id: str) -> None:
        """Have a student leave a course; raises `SubscriptionError`."""
        await self._decide(lambda: Unsubscribe(student_id, course_id))

    async def list_students(self, course_id: str) -> list[str]:
        """The students who take a course, in the order in which they came."""
        return (await self.do(CourseRoll(course_id))).students

    async def _decide(self, make_slice: Callable[[], TSlice]) -> None:
        """Decide again, on what is known then, if somebody else was faster."""
        for _ in range(self.max_attempts - 1):
            try:
                await self.do(make_slice())
            except IntegrityError:
                continue
            return
        await self.do(make_slice())
