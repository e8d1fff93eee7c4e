"""The repository of perspectives: contract C53-C58."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.dcb.application import AsyncDCBApplication, AsyncDCBRepository
from eventsourcing.dcb.domain import Group, Tagged
from eventsourcing.dcb.persistence import NotFoundError
from eventsourcing.errors import TopicError
from eventsourcing.persistence import IntegrityError
from eventsourcing.utils import get_topic
from tests.unit.dcb.application.school import Both, Course, Join, Joined, Student

ENV = {"MAPPER_TOPIC": "eventsourcing.dcb.msgpack:MessagePackMapper"}


@pytest.fixture
async def app() -> Any:
    async with AsyncDCBApplication(ENV) as app:
        yield app


@pytest.fixture
def repository(app: AsyncDCBApplication) -> AsyncDCBRepository[Any]:
    return app.repository


async def save_student(repository: AsyncDCBRepository[Any], name: str = "Ann") -> Student:
    student = Student(name=name)
    await repository.save(student)
    return student


async def save_course(repository: AsyncDCBRepository[Any], places: int = 10) -> Course:
    course = Course(places=places)
    await repository.save(course)
    return course


# Saving


async def test_saving_returns_the_last_position(repository: AsyncDCBRepository[Any]) -> None:
    """C53: 0 if there was nothing to save."""
    student = Student(name="Ann")
    student.rename("Anna")

    assert await repository.save(student) == 2
    assert student.new_decisions == []
    assert await repository.save(student) == 0
    assert student.last_known_position == 2


async def test_object_can_go_on_deciding_after_it_was_saved(
    repository: AsyncDCBRepository[Any],
) -> None:
    """C54: saving advances the last known position."""
    student = await save_student(repository)
    for name in ("Anna", "Anne"):
        student.rename(name)
        await repository.save(student)

    found: Any = await repository.get(student.id)

    assert found.name == "Anne"


async def test_conflict(repository: AsyncDCBRepository[Any]) -> None:
    """C53: somebody else has decided since the object was read."""
    student = await save_student(repository)
    one: Any = await repository.get(student.id)
    other: Any = await repository.get(student.id)
    one.rename("One")
    other.rename("Other")
    await repository.save(one)

    with pytest.raises(IntegrityError):
        await repository.save(other)

    found: Any = await repository.get(student.id)
    assert found.name == "One"


async def test_decisions_are_kept_when_saving_fails(repository: AsyncDCBRepository[Any]) -> None:
    """C54: in their order, before those that were made since."""
    student = await save_student(repository)
    one: Any = await repository.get(student.id)
    one.rename("One")
    await repository.save(one)
    student.rename("Anna")
    position = student.last_known_position

    for name in ("Anne", "Annie"):
        with pytest.raises(IntegrityError):
            await repository.save(student)
        student.rename(name)

    names = [tagged.decision.name for tagged in student.new_decisions]
    assert names == ["Anna", "Anne", "Annie"]
    assert student.last_known_position == position


async def test_new_object_conflicts_if_its_id_has_been_a_tag(
    repository: AsyncDCBRepository[Any],
) -> None:
    """C53: its last known position is None."""
    student = await save_student(repository)
    copy = Student(name="Copy")
    copy.id = student.id

    with pytest.raises(IntegrityError):
        await repository.save(copy)


async def test_other_objects_are_no_conflict(repository: AsyncDCBRepository[Any]) -> None:
    """C47: the boundary is what is tagged with the ID."""
    student, other = await save_student(repository), await save_student(repository)
    other.rename("Other")
    await repository.save(other)
    student.rename("Anna")

    assert await repository.save(student) == 4


# Getting


async def test_object_is_what_it_was(repository: AsyncDCBRepository[Any]) -> None:
    """C55: all that is tagged with its ID is applied; it knows all up to the head."""
    student = await save_student(repository)
    student.rename("Anna")
    await repository.save(student)
    await save_course(repository)

    found: Any = await repository.get(student.id)

    assert type(found) is Student
    assert (found.id, found.name, found.courses) == (student.id, "Anna", [])
    assert (found.last_known_position, found.new_decisions) == (3, [])


async def test_unknown_object(repository: AsyncDCBRepository[Any]) -> None:
    """C55: the error names the ID."""
    with pytest.raises(NotFoundError, match="There is no enduring object 'student-x'"):
        await repository.get("student-x")


async def test_tag_of_no_object(app: AsyncDCBApplication) -> None:
    """C55: nothing has been constructed by an initial decision."""
    await app.events.append([Tagged(["maths"], Joined("ann", "maths"))])

    with pytest.raises(NotFoundError, match="'maths'"):
        await app.repository.get("maths")
    assert await app.repository.get_many("maths") == [None]


async def test_decisions_from_before_an_object_was_there(app: AsyncDCBApplication) -> None:
    """C55: it begins with its initial decision."""
    student = Student(name="Ann")
    (registered,) = student.collect_events()
    early = Tagged([student.id], Joined(student.id, "early"))
    late = Tagged([student.id], Joined(student.id, "late"))
    await app.events.append([early, registered, late])

    found: Any = await app.repository.get(student.id)

    assert found.courses == ["late"]


async def test_initial_decisions_of_others_that_are_tagged_with_the_id(
    app: AsyncDCBApplication,
) -> None:
    """C56: they construct other objects, before and after the one that is asked for."""
    student = await save_student(app.repository)
    topic = get_topic(Course)
    planned = Tagged([student.id, "maths"], Course.Planned(topic, "maths", 1))
    await app.events.append([planned])

    found, other = await app.repository.get_many(student.id, "maths")

    assert (type(found), type(other)) == (Student, Course)
    with pytest.raises(NotFoundError):
        await app.repository.get("1")


async def test_class_that_is_not_there_any_more(app: AsyncDCBApplication) -> None:
    """C46: the topic of the class cannot be resolved."""
    gone = f"{__name__}:Gone"
    await app.events.append([Tagged(["maths"], Course.Planned(gone, "maths", 1))])

    with pytest.raises(TopicError, match="Gone"):
        await app.repository.get("maths")


async def test_many_objects(repository: AsyncDCBRepository[Any]) -> None:
    """C56: in the order of the IDs, None for unknown ones, all with the same head."""
    student = await save_student(repository)
    course = await save_course(repository)

    found: Any = await repository.get_many(course.id, "unknown", student.id)

    assert [each and each.id for each in found] == [course.id, None, student.id]
    assert [found[0].last_known_position, found[2].last_known_position] == [2, 2]


async def test_no_objects(repository: AsyncDCBRepository[Any]) -> None:
    """C56: no IDs, no objects, whatever is stored."""
    await save_student(repository)

    assert await repository.get_many() == []


async def test_repeated_ids(repository: AsyncDCBRepository[Any]) -> None:
    """C56: as many results as IDs; the same object each time."""
    student = await save_student(repository)

    first, unknown, second = await repository.get_many(student.id, "unknown", student.id)

    assert first is not None
    assert (first is second, unknown) == (True, None)


async def test_decision_about_several_is_applied_to_each_once(app: AsyncDCBApplication) -> None:
    """C4, C56: also if it is tagged twice."""
    student, course = await save_student(app.repository), await save_course(app.repository)
    joined = Joined(student.id, course.id)
    await app.events.append([Tagged([student.id, course.id, student.id], joined)])

    found: Any = await app.repository.get_many(student.id, course.id)

    assert (found[0].courses, found[1].students) == ([course.id], [student.id])


# Groups


async def test_group(repository: AsyncDCBRepository[Any]) -> None:
    """C57: it knows what its members know, and its decision is one of each of them."""
    student, course = await save_student(repository), await save_course(repository)

    group = await repository.get_group(Both, student.id, course.id)
    assert group.last_known_position == 2
    group.join()
    assert await repository.save(group) == 3

    found: Any = await repository.get_many(student.id, course.id)
    assert (found[0].courses, found[1].students) == ([course.id], [student.id])


async def test_group_conflicts_with_its_members(repository: AsyncDCBRepository[Any]) -> None:
    """C48: its boundary is that of all of them."""
    student, course = await save_student(repository), await save_course(repository)
    group = await repository.get_group(Both, student.id, course.id)
    student.rename("Anna")
    await repository.save(student)
    group.join()

    with pytest.raises(IntegrityError):
        await repository.save(group)


async def test_group_and_its_members_can_go_on_deciding(
    repository: AsyncDCBRepository[Any],
) -> None:
    """C54: saving a group advances its members, too."""
    student, course = await save_student(repository), await save_course(repository)
    group = await repository.get_group(Both, student.id, course.id)
    for _ in range(2):
        group.join()
        await repository.save(group)
    assert group.student is not None
    group.student.rename("Anna")

    assert await repository.save(group.student) == 5


async def test_member_that_has_decided_itself_does_not_know_what_its_group_decides(
    repository: AsyncDCBRepository[Any],
) -> None:
    """C54: its decision was made before, and must not be stored behind that of the group."""
    student, course = await save_student(repository), await save_course(repository)
    group = await repository.get_group(Both, student.id, course.id)
    assert group.student is not None
    group.student.rename("Anna")
    group.join()
    await repository.save(group)

    with pytest.raises(IntegrityError):
        await repository.save(group.student)


async def test_unknown_members(repository: AsyncDCBRepository[Any]) -> None:
    """C57: the group gets None; without any member it knows nothing."""
    student = await save_student(repository)

    group = await repository.get_group(Both, student.id, "unknown")
    nobody = await repository.get_group(Both, "unknown", "nobody")

    assert (group.course, group.last_known_position) == (None, 1)
    assert (nobody.student, nobody.last_known_position) == (None, None)


async def test_member_cannot_be_in_a_group_twice(repository: AsyncDCBRepository[Any]) -> None:
    """C56, C57: its decisions would be applied twice."""
    with pytest.raises(ValueError, match="Both can't have a member twice: a, a"):
        await repository.get_group(Both, "a", "a")


async def test_group_without_members(repository: AsyncDCBRepository[Any]) -> None:
    """C56, C57: no IDs, no members, whatever is stored."""
    await save_student(repository)

    class Nobody(Group[Any]):
        pass

    assert (await repository.get_group(Nobody)).last_known_position is None


# Advancing


async def test_advancing_an_object(repository: AsyncDCBRepository[Any]) -> None:
    """C58: what others have decided is applied; it may be repeated."""
    student = await save_student(repository)
    found: Any = await repository.get(student.id)
    student.rename("Anna")
    await repository.save(student)

    assert await repository.advance(found) is found
    assert (found.name, found.last_known_position) == ("Anna", 2)
    await repository.advance(found)
    found.rename("Anne")
    assert await repository.save(found) == 3


async def test_advancing_a_group(repository: AsyncDCBRepository[Any]) -> None:
    """C58: its members are brought up to date, each with its own decisions."""
    student, course = await save_student(repository), await save_course(repository)
    other: Any = await save_student(repository, "Bea")
    group = await repository.get_group(Both, student.id, course.id)
    pair = await repository.get_group(Both, other.id, course.id)
    pair.join()
    await repository.save(pair)
    student.rename("Anna")
    await repository.save(student)

    await repository.advance(group)

    assert group.student is not None
    assert group.course is not None
    assert (group.student.name, group.student.courses) == ("Anna", [])
    assert group.course.students == [other.id]
    positions = (group.student.last_known_position, group.course.last_known_position)
    assert (group.last_known_position, *positions) == (5, 5, 5)
    group.join()
    assert await repository.save(group) == 6


async def test_advancing_a_slice(app: AsyncDCBApplication) -> None:
    """C58: it is given what its boundary selects."""
    await app.events.append([Tagged(["ann", "maths"], Joined("ann", "maths"))])
    join = Join("bea", "maths")

    await app.repository.advance(join)
    assert (join.students, join.last_known_position) == (["ann"], 1)
    await app.events.append([Tagged(["cyd", "maths"], Joined("cyd", "maths"))])
    await app.repository.advance(join)
    assert (join.students, join.last_known_position) == (["ann", "cyd"], 2)


async def test_advancing_in_an_empty_store(repository: AsyncDCBRepository[Any]) -> None:
    """C58: the head of an empty store is None."""
    join = await repository.advance(Join("bea", "maths"))

    assert join.last_known_position is None


class Everything(Join):
    """Selects also initial decisions, of a class that is not there any more."""

    def consistency_boundary(self) -> Any:
        return []


async def test_slice_that_has_no_method_for_an_initial_decision(app: AsyncDCBApplication) -> None:
    """C46: nothing is constructed for it."""
    gone = f"{__name__}:Gone"
    await app.events.append([Tagged(["maths"], Course.Planned(gone, "maths", 1))])

    everything = await app.repository.advance(Everything("bea", "maths"))

    assert (everything.students, everything.last_known_position) == ([], 1)
