# Generated from test_course_subscriptions_async.py by tools/async_to_sync.py: do not edit.
"""The example `examples/course_subscriptions`."""

from __future__ import annotations

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import IntegrityError
from examples.course_subscriptions.application_sync import CourseSubscriptions
from examples.course_subscriptions.domain import (
    CourseDefined,
    Subscribe,
    Subscribed,
    SubscriptionError,
    Unsubscribed,
)
from tests.integration.application.conftest import Apps


@pytest.fixture
def school(make_dcb_sync: Apps) -> CourseSubscriptions:
    made: CourseSubscriptions = make_dcb_sync(CourseSubscriptions)
    made.define_course("maths", places=2)
    made.define_course("music", places=2)
    for student_id in ("ann", "bea", "cyd"):
        made.register_student(student_id, max_courses=1)
    return made


def test_students_come_and_go(school: CourseSubscriptions) -> None:
    school.subscribe("ann", "maths")
    school.subscribe("bea", "maths")
    school.unsubscribe("ann", "maths")
    school.subscribe("cyd", "maths")
    school.subscribe("ann", "music")

    assert school.list_students("maths") == ["bea", "cyd"]
    assert school.list_students("music") == ["ann"]


def test_rules(school: CourseSubscriptions) -> None:
    school.subscribe("ann", "maths")
    school.subscribe("bea", "maths")

    for student_id, course_id, message in (
        ("ann", "maths", "ann takes maths already"),
        ("cyd", "maths", "maths is full"),
        ("ann", "music", "ann can't take more courses"),
        ("dan", "music", "there is no student dan"),
        ("cyd", "chess", "there is no course chess"),
    ):
        with pytest.raises(SubscriptionError, match=message):
            school.subscribe(student_id, course_id)
    with pytest.raises(SubscriptionError, match="cyd does not take maths"):
        school.unsubscribe("cyd", "maths")
    assert school.list_students("music") == []


def test_a_course_gets_more_places(school: CourseSubscriptions) -> None:
    school.subscribe("ann", "maths")
    school.change_places("maths", 1)
    with pytest.raises(SubscriptionError, match="maths is full"):
        school.subscribe("bea", "maths")
    school.change_places("maths", 3)
    school.change_places("maths", 3)
    school.subscribe("bea", "maths")

    assert school.list_students("maths") == ["ann", "bea"]
    with pytest.raises(SubscriptionError, match="there is no course chess"):
        school.change_places("chess", 3)


def test_ids_are_unique(school: CourseSubscriptions) -> None:
    with pytest.raises(SubscriptionError, match="there is a student ann already"):
        school.register_student("ann", max_courses=3)
    with pytest.raises(SubscriptionError, match="there is a course maths already"):
        school.define_course("maths", places=3)
    # They are so among students and among courses.
    school.register_student("maths", max_courses=3)


def test_boundaries(school: CourseSubscriptions) -> None:
    """Only what matters to a decision is a conflict with it."""
    repository = school.repository
    ann, bea, cyd = Subscribe("ann", "maths"), Subscribe("bea", "music"), Subscribe("cyd", "maths")
    for subscribe in (ann, bea, cyd):
        repository.advance(subscribe)
        subscribe.execute()

    repository.save(ann)
    repository.save(bea)
    with pytest.raises(IntegrityError):
        repository.save(cyd)

    school.subscribe("cyd", "maths")
    assert school.list_students("maths") == ["ann", "cyd"]


def test_the_last_place_is_given_once(school: CourseSubscriptions) -> None:
    school.define_course("chess", places=5)
    refused: list[str] = []

    def join(student_id: str) -> None:
        school.register_student(student_id, max_courses=1)
        try:
            school.subscribe(student_id, "chess")
        except SubscriptionError as error:
            refused.append(str(error))

    students = [f"student {number}" for number in range(8)]
    running = [spawn(join, student_id) for student_id in students]
    for each in running:
        each.join()
        assert each.error is None

    joined = school.list_students("chess")
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
