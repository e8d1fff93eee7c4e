# Generated from test_repository_async.py by tools/async_to_sync.py: do not edit.
"""The repository of perspectives: contract C53-C58."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.dcb.application import DCBApplication, DCBRepository
from eventsourcing.dcb.domain import Group, Tagged
from eventsourcing.dcb.persistence import NotFoundError
from eventsourcing.errors import TopicError
from eventsourcing.persistence import IntegrityError
from eventsourcing.utils import get_topic
from tests.unit.dcb.application.school import Both, Course, Join, Joined, Student

ENV = {"MAPPER_TOPIC": "eventsourcing.dcb.msgpack:MessagePackMapper"}


@pytest.fixture
def app() -> Any:
    with DCBApplication(ENV) as app:
        yield app


@pytest.fixture
def repository(app: DCBApplication) -> DCBRepository[Any]:
    return app.repository


def save_student(repository: DCBRepository[Any], name: str = "Ann") -> Student:
    student = Student(name=name)
    repository.save(student)
    return student


def save_course(repository: DCBRepository[Any], places: int = 10) -> Course:
    course = Course(places=places)
    repository.save(course)
    return course


# Saving


def test_saving_returns_the_last_position(repository: DCBRepository[Any]) -> None:
    """C53: 0 if there was nothing to save."""
    student = Student(name="Ann")
    student.rename("Anna")

    assert repository.save(student) == 2
    assert student.new_decisions == []
    assert repository.save(student) == 0
    assert student.last_known_position == 2


def test_object_can_go_on_deciding_after_it_was_saved(
    repository: DCBRepository[Any],
) -> None:
    """C54: saving advances the last known position."""
    student = save_student(repository)
    for name in ("Anna", "Anne"):
        student.rename(name)
        repository.save(student)

    found: Any = repository.get(student.id)

    assert found.name == "Anne"


def test_conflict(repository: DCBRepository[Any]) -> None:
    """C53: somebody else has decided since the object was read."""
    student = save_student(repository)
    one: Any = repository.get(student.id)
    other: Any = repository.get(student.id)
    one.rename("One")
    other.rename("Other")
    repository.save(one)

    with pytest.raises(IntegrityError):
        repository.save(other)

    found: Any = repository.get(student.id)
    assert found.name == "One"


def test_decisions_are_kept_when_saving_fails(repository: DCBRepository[Any]) -> None:
    """C54: in their order, before those that were made since."""
    student = save_student(repository)
    one: Any = repository.get(student.id)
    one.rename("One")
    repository.save(one)
    student.rename("Anna")
    position = student.last_known_position

    for name in ("Anne", "Annie"):
        with pytest.raises(IntegrityError):
            repository.save(student)
        student.rename(name)

    names = [tagged.decision.name for tagged in student.new_decisions]
    assert names == ["Anna", "Anne", "Annie"]
    assert student.last_known_position == position


def test_new_object_conflicts_if_its_id_has_been_a_tag(
    repository: DCBRepository[Any],
) -> None:
    """C53: its last known position is None."""
    student = save_student(repository)
    copy = Student(name="Copy")
    copy.id = student.id

    with pytest.raises(IntegrityError):
        repository.save(copy)


def test_other_objects_are_no_conflict(repository: DCBRepository[Any]) -> None:
    """C47: the boundary is what is tagged with the ID."""
    student, other = save_student(repository), save_student(repository)
    other.rename("Other")
    repository.save(other)
    student.rename("Anna")

    assert repository.save(student) == 4


# Getting


def test_object_is_what_it_was(repository: DCBRepository[Any]) -> None:
    """C55: all that is tagged with its ID is applied; it knows all up to the head."""
    student = save_student(repository)
    student.rename("Anna")
    repository.save(student)
    save_course(repository)

    found: Any = repository.get(student.id)

    assert type(found) is Student
    assert (found.id, found.name, found.courses) == (student.id, "Anna", [])
    assert (found.last_known_position, found.new_decisions) == (3, [])


def test_unknown_object(repository: DCBRepository[Any]) -> None:
    """C55: the error names the ID."""
    with pytest.raises(NotFoundError, match="There is no enduring object 'student-x'"):
        repository.get("student-x")


def test_tag_of_no_object(app: DCBApplication) -> None:
    """C55: nothing has been constructed by an initial decision."""
    app.events.append([Tagged(["maths"], Joined("ann", "maths"))])

    with pytest.raises(NotFoundError, match="'maths'"):
        app.repository.get("maths")
    assert app.repository.get_many("maths") == [None]


def test_decisions_from_before_an_object_was_there(app: DCBApplication) -> None:
    """C55: it begins with its initial decision."""
    student = Student(name="Ann")
    (registered,) = student.collect_events()
    early = Tagged([student.id], Joined(student.id, "early"))
    late = Tagged([student.id], Joined(student.id, "late"))
    app.events.append([early, registered, late])

    found: Any = app.repository.get(student.id)

    assert found.courses == ["late"]


def test_initial_decisions_of_others_that_are_tagged_with_the_id(
    app: DCBApplication,
) -> None:
    """C56: they construct other objects, before and after the one that is asked for."""
    student = save_student(app.repository)
    topic = get_topic(Course)
    planned = Tagged([student.id, "maths"], Course.Planned(topic, "maths", 1))
    app.events.append([planned])

    found, other = app.repository.get_many(student.id, "maths")

    assert (type(found), type(other)) == (Student, Course)
    with pytest.raises(NotFoundError):
        app.repository.get("1")


def test_class_that_is_not_there_any_more(app: DCBApplication) -> None:
    """C46: the topic of the class cannot be resolved."""
    gone = f"{__name__}:Gone"
    app.events.append([Tagged(["maths"], Course.Planned(gone, "maths", 1))])

    with pytest.raises(TopicError, match="Gone"):
        app.repository.get("maths")


def test_many_objects(repository: DCBRepository[Any]) -> None:
    """C56: in the order of the IDs, None for unknown ones, all with the same head."""
    student = save_student(repository)
    course = save_course(repository)

    found: Any = repository.get_many(course.id, "unknown", student.id)

    assert [each and each.id for each in found] == [course.id, None, student.id]
    assert [found[0].last_known_position, found[2].last_known_position] == [2, 2]


def test_no_objects(repository: DCBRepository[Any]) -> None:
    """C56: no IDs, no objects, whatever is stored."""
    save_student(repository)

    assert repository.get_many() == []


def test_repeated_ids(repository: DCBRepository[Any]) -> None:
    """C56: as many results as IDs; the same object each time."""
    student = save_student(repository)

    first, unknown, second = repository.get_many(student.id, "unknown", student.id)

    assert first is not None
    assert (first is second, unknown) == (True, None)


def test_decision_about_several_is_applied_to_each_once(app: DCBApplication) -> None:
    """C4, C56: also if it is tagged twice."""
    student, course = save_student(app.repository), save_course(app.repository)
    joined = Joined(student.id, course.id)
    app.events.append([Tagged([student.id, course.id, student.id], joined)])

    found: Any = app.repository.get_many(student.id, course.id)

    assert (found[0].courses, found[1].students) == ([course.id], [student.id])


# Groups


def test_group(repository: DCBRepository[Any]) -> None:
    """C57: it knows what its members know, and its decision is one of each of them."""
    student, course = save_student(repository), save_course(repository)

    group = repository.get_group(Both, student.id, course.id)
    assert group.last_known_position == 2
    group.join()
    assert repository.save(group) == 3

    found: Any = repository.get_many(student.id, course.id)
    assert (found[0].courses, found[1].students) == ([course.id], [student.id])


def test_group_conflicts_with_its_members(repository: DCBRepository[Any]) -> None:
    """C48: its boundary is that of all of them."""
    student, course = save_student(repository), save_course(repository)
    group = repository.get_group(Both, student.id, course.id)
    student.rename("Anna")
    repository.save(student)
    group.join()

    with pytest.raises(IntegrityError):
        repository.save(group)


def test_group_and_its_members_can_go_on_deciding(
    repository: DCBRepository[Any],
) -> None:
    """C54: saving a group advances its members, too."""
    student, course = save_student(repository), save_course(repository)
    group = repository.get_group(Both, student.id, course.id)
    for _ in range(2):
        group.join()
        repository.save(group)
    assert group.student is not None
    group.student.rename("Anna")

    assert repository.save(group.student) == 5


def test_member_that_has_decided_itself_does_not_know_what_its_group_decides(
    repository: DCBRepository[Any],
) -> None:
    """C54: its decision was made before, and must not be stored behind that of the group."""
    student, course = save_student(repository), save_course(repository)
    group = repository.get_group(Both, student.id, course.id)
    assert group.student is not None
    group.student.rename("Anna")
    group.join()
    repository.save(group)

    with pytest.raises(IntegrityError):
        repository.save(group.student)


def test_unknown_members(repository: DCBRepository[Any]) -> None:
    """C57: the group gets None; without any member it knows nothing."""
    student = save_student(repository)

    group = repository.get_group(Both, student.id, "unknown")
    nobody = repository.get_group(Both, "unknown", "nobody")

    assert (group.course, group.last_known_position) == (None, 1)
    assert (nobody.student, nobody.last_known_position) == (None, None)


def test_member_cannot_be_in_a_group_twice(repository: DCBRepository[Any]) -> None:
    """C56, C57: its decisions would be applied twice."""
    with pytest.raises(ValueError, match="Both can't have a member twice: a, a"):
        repository.get_group(Both, "a", "a")


def test_group_without_members(repository: DCBRepository[Any]) -> None:
    """C56, C57: no IDs, no members, whatever is stored."""
    save_student(repository)

    class Nobody(Group[Any]):
        pass

    assert repository.get_group(Nobody).last_known_position is None


# Advancing


def test_advancing_an_object(repository: DCBRepository[Any]) -> None:
    """C58: what others have decided is applied; it may be repeated."""
    student = save_student(repository)
    found: Any = repository.get(student.id)
    student.rename("Anna")
    repository.save(student)

    assert repository.advance(found) is found
    assert (found.name, found.last_known_position) == ("Anna", 2)
    repository.advance(found)
    found.rename("Anne")
    assert repository.save(found) == 3


def test_advancing_a_group(repository: DCBRepository[Any]) -> None:
    """C58: its members are brought up to date, each with its own decisions."""
    student, course = save_student(repository), save_course(repository)
    other: Any = save_student(repository, "Bea")
    group = repository.get_group(Both, student.id, course.id)
    pair = repository.get_group(Both, other.id, course.id)
    pair.join()
    repository.save(pair)
    student.rename("Anna")
    repository.save(student)

    repository.advance(group)

    assert group.student is not None
    assert group.course is not None
    assert (group.student.name, group.student.courses) == ("Anna", [])
    assert group.course.students == [other.id]
    positions = (group.student.last_known_position, group.course.last_known_position)
    assert (group.last_known_position, *positions) == (5, 5, 5)
    group.join()
    assert repository.save(group) == 6


def test_advancing_a_slice(app: DCBApplication) -> None:
    """C58: it is given what its boundary selects."""
    app.events.append([Tagged(["ann", "maths"], Joined("ann", "maths"))])
    join = Join("bea", "maths")

    app.repository.advance(join)
    assert (join.students, join.last_known_position) == (["ann"], 1)
    app.events.append([Tagged(["cyd", "maths"], Joined("cyd", "maths"))])
    app.repository.advance(join)
    assert (join.students, join.last_known_position) == (["ann", "cyd"], 2)


def test_advancing_in_an_empty_store(repository: DCBRepository[Any]) -> None:
    """C58: the head of an empty store is None."""
    join = repository.advance(Join("bea", "maths"))

    assert join.last_known_position is None


class Everything(Join):
    """Selects also initial decisions, of a class that is not there any more."""

    def consistency_boundary(self) -> Any:
        return []


def test_slice_that_has_no_method_for_an_initial_decision(app: DCBApplication) -> None:
    """C46: nothing is constructed for it."""
    gone = f"{__name__}:Gone"
    app.events.append([Tagged(["maths"], Course.Planned(gone, "maths", 1))])

    everything = app.repository.advance(Everything("bea", "maths"))

    assert (everything.students, everything.last_known_position) == ([], 1)
