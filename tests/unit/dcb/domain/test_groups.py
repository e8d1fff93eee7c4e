"""Groups: C48."""

import copy

import pytest

from eventsourcing.dcb.domain import EnduringObject, Group, MetaPerspective, Selector, Tagged
from eventsourcing.dcb.msgpack import Decision, InitialDecision
from eventsourcing.domain import ProgrammingError, event


class Joined(Decision):
    student_id: str
    course_id: str


class Student(EnduringObject[Decision]):
    class Registered(InitialDecision):
        student_id: str

    def __init__(self):
        self.courses = []

    @event(Joined)
    def _(self, course_id):
        self.courses.append(course_id)


class Course(EnduringObject[Decision]):
    class Offered(InitialDecision):
        course_id: str
        places: int

    def __init__(self, places):
        self.places = places
        self.students = []

    @event(Joined)
    def _(self, student_id):
        if len(self.students) == self.places:
            raise ValueError("no place")
        self.students.append(student_id)


class StudentAndCourse(Group[Decision]):
    def __init__(self, student, course, note=None):
        self.student = student
        self.course = course
        self.note = note

    def join(self):
        self.trigger_event(Joined, ["joined"], student_id=self.student.id, course_id=self.course.id)


def make(places=1):
    student, course = Student(), Course(places=places)
    student.collect_events()
    course.collect_events()
    return StudentAndCourse(student, course)


def test_members_are_the_enduring_objects_among_the_positional_arguments():
    """C48: in order; others, and keyword arguments, are not counted."""
    student, course = Student(), Course(places=1)
    group = StudentAndCourse(course, student, note=Student())
    assert group.consistency_boundary() == [
        Selector(tags=[course.id]),
        Selector(tags=[student.id]),
    ]
    assert StudentAndCourse(None, course).consistency_boundary() == [Selector(tags=[course.id])]
    assert StudentAndCourse("a", 1).consistency_boundary() == []


def test_a_group_without_init_takes_members():
    """C48"""

    class Any(Group[Decision]):
        pass

    student = Student()
    assert Any(student).consistency_boundary() == [Selector(tags=[student.id])]
    assert type(Any) is MetaPerspective


def test_the_boundary_has_the_tags_of_each_selector_of_each_member():
    """C48: and no types."""

    class Wide(EnduringObject[Decision]):
        class Started(InitialDecision):
            wide_id: str

        def consistency_boundary(self):
            return [Selector([Joined], ["a"]), Selector(tags=["b", "c"])]

    class Single(EnduringObject[Decision]):
        class Started(InitialDecision):
            single_id: str

        def consistency_boundary(self):
            return Selector([Joined], ["d"])

    assert StudentAndCourse(Wide(), Single()).consistency_boundary() == [
        Selector(tags=["a"]),
        Selector(tags=["b", "c"]),
        Selector(tags=["d"]),
    ]


def test_each_member_applies_the_decision_that_the_group_keeps():
    """C48: tagged with the IDs of all, then as given."""
    group = make()
    student, course = group.student, group.course
    group.join()
    assert student.courses == [course.id]
    assert course.students == [student.id]
    assert student.new_decisions == course.new_decisions == []
    assert group.collect_events() == [
        Tagged([student.id, course.id, "joined"], Joined(student.id, course.id))
    ]


def test_a_decision_that_a_member_refuses_is_not_kept():
    """C48: who has applied it already is told."""
    group = make(places=0)
    with pytest.raises(ValueError, match="no place") as caught:
        group.join()
    assert group.new_decisions == []
    (note,) = caught.value.__notes__
    assert f"applied to {group.course.id}" in note
    assert f"already to {group.student.id}: get the group again" in note


def test_a_decision_that_the_first_member_refuses_has_changed_nobody():
    """C48"""
    group = make(places=0)
    other = StudentAndCourse(group.course, group.student)
    with pytest.raises(ValueError, match="no place") as caught:
        other.trigger_event(Joined, student_id="s", course_id="c")
    assert group.student.courses == []
    assert not hasattr(caught.value, "__notes__")


def test_applying_must_not_trigger_decisions_on_a_member():
    """As with each perspective."""

    class Nesting(EnduringObject[Decision]):
        class Started(InitialDecision):
            nesting_id: str

        @event(Joined)
        def _(self):
            self.trigger_event(Decision)

    nesting = Nesting()
    with pytest.raises(ProgrammingError, match=r"Decision was triggered on .*Nesting"):
        StudentAndCourse(nesting, None).trigger_event(Joined, student_id="s", course_id="c")


def test_groups_can_be_copied():
    """The copy has the copied members."""
    group = make()
    copied = copy.deepcopy(group)
    copied.join()
    assert copied.student.courses == [group.course.id]
    assert group.student.courses == []


def test_decorated_methods_are_refused():
    """C48: the group itself applies nothing."""
    with pytest.raises(TypeError, match=r"can't decorate .*Wrong\.join\(\): decisions of a group"):

        class Wrong(Group[Decision]):
            @event(Joined)
            def join(self, student_id, course_id):
                pass
