"""The example `examples/course_subscriptions`."""

from __future__ import annotations

import pytest

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.persistence import IntegrityError
from examples.course_subscriptions.application_async import AsyncCourseSubscriptions
from examples.course_subscriptions.domain import (
    CourseDefined,
    Subscribe,
    Subscribed,
    SubscriptionError,
    Unsubscribed,
)
from tests.integration.application.conftest import Apps


@pytest.fixture
async def school(make_dcb_async: Apps) -> AsyncCourseSubscriptions:
    made: AsyncCourseSubscriptions = make_dcb_async(AsyncCourseSubscriptions)
    await made.define_course("maths", places=2)
    await made.define_course("music", places=2)
    for student_id in ("ann", "bea", "cyd"):
        await made.register_student(student_id, max_courses=1)
    return made


async def test_students_come_and_go(school: AsyncCourseSubscriptions) -> None:
    await school.subscribe("ann", "maths")
    await school.subscribe("bea", "maths")
    await school.unsubscribe("ann", "maths")
    await school.subscribe("cyd", "maths")
    await school.subscribe("ann", "music")

    assert await school.list_students("maths") == ["bea", "cyd"]
    assert await school.list_students("music") == ["ann"]


async def test_rules(school: AsyncCourseSubscriptions) -> None:
    await school.subscribe("ann", "maths")
    await school.subscribe("bea", "maths")

    for student_id, course_id, message in (
        ("ann", "maths", "ann takes maths already"),
        ("cyd", "maths", "maths is full"),
        ("ann", "music", "ann can't take more courses"),
        ("dan", "music", "there is no student dan"),
        ("cyd", "chess", "there is no course chess"),
    ):
        with pytest.raises(SubscriptionError, match=message):
            await school.subscribe(student_id, course_id)
    with pytest.raises(SubscriptionError, match="cyd does not take maths"):
        await school.unsubscribe("cyd", "maths")
    assert await school.list_students("music") == []


async def test_a_course_gets_more_places(school: AsyncCourseSubscriptions) -> None:
    await school.subscribe("ann", "maths")
    await school.change_places("maths", 1)
    with pytest.raises(SubscriptionError, match="maths is full"):
        await school.subscribe("bea", "maths")
    await school.change_places("maths", 3)
    await school.change_places("maths", 3)
    await school.subscribe("bea", "maths")

    assert await school.list_students("maths") == ["ann", "bea"]
    with pytest.raises(SubscriptionError, match="there is no course chess"):
        await school.change_places("chess", 3)


async def test_ids_are_unique(school: AsyncCourseSubscriptions) -> None:
    with pytest.raises(SubscriptionError, match="there is a student ann already"):
        await school.register_student("ann", max_courses=3)
    with pytest.raises(SubscriptionError, match="there is a course maths already"):
        await school.define_course("maths", places=3)
    # They are so among students and among courses.
    await school.register_student("maths", max_courses=3)


async def test_boundaries(school: AsyncCourseSubscriptions) -> None:
    """Only what matters to a decision is a conflict with it."""
    repository = school.repository
    ann, bea, cyd = Subscribe("ann", "maths"), Subscribe("bea", "music"), Subscribe("cyd", "maths")
    for subscribe in (ann, bea, cyd):
        await repository.advance(subscribe)
        subscribe.execute()

    await repository.save(ann)
    await repository.save(bea)
    with pytest.raises(IntegrityError):
        await repository.save(cyd)

    await school.subscribe("cyd", "maths")
    assert await school.list_students("maths") == ["ann", "cyd"]


async def test_the_last_place_is_given_once(school: AsyncCourseSubscriptions) -> None:
    await school.define_course("chess", places=5)
    refused: list[str] = []

    async def join(student_id: str) -> None:
        await school.register_student(student_id, max_courses=1)
        try:
            await school.subscribe(student_id, "chess")
        except SubscriptionError as error:
            refused.append(str(error))

    students = [f"student {number}" for number in range(8)]
    running = [spawn(join, student_id) for student_id in students]
    for each in running:
        await each.join()
        assert each.error is None

    joined = await school.list_students("chess")
    assert len(set(joined)) == len(joined) == 5
    assert refused == ["chess is full"] * 3


def test_a_rule_is_tested_without_a_database() -> None:
    subscribe = Subscribe("ann", "maths")
    for decision in (
        CourseDefined("maths", places=1),
        Subscribed("bea", "maths"),
        Unsubscribed("bea", "maths"),
        Subscribed("cyd", "maths"),
    ):
        decision.mutate(subscribe)
    subscribe.max_courses = 1

    with pytest.raises(SubscriptionError, match="maths is full"):
        subscribe.execute()
