"""The conformance suites of what an engine may have find what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eventsourcing.persistence import (
    DeadLetter,
    NotBlockedError,
    PlacedView,
    ProgrammingError,
    RetriedTracking,
    Tracking,
    ViewVersion,
)
from eventsourcing.popo import POPOFactory, POPOTrackingRecorder
from eventsourcing.popo.leases import POPOLease
from eventsourcing.popo.view_versions import POPOViewVersionRecorder
from eventsourcing.testing import DeadLetterSuite, LeaseSuite, ViewVersionSuite
from tests.conformance.faults import check_found, find_failures


@pytest.mark.parametrize("suite_class", [DeadLetterSuite, LeaseSuite, ViewVersionSuite])
def test_nothing_is_found_where_nothing_is_wrong(suite_class: Any) -> None:
    """A right engine passes."""
    assert find_failures(suite_class) == {}


# Leases


class ForEveryone(POPOLease):
    def try_acquire(self) -> bool:
        super().try_acquire()
        return True


class NeverReleased(POPOLease):
    def release(self) -> None:
        pass


class ForOneName(POPOLease):
    def __init__(self, name: str) -> None:
        super().__init__(name and "lease")


class Nameless(POPOLease):
    def __init__(self, name: str) -> None:
        super().__init__(name or "lease")


class Counted(POPOLease):
    count = 0

    def try_acquire(self) -> bool:
        self.count += super().try_acquire()
        return self.count > 0

    def release(self) -> None:
        self.count -= 1
        if self.count == 0:
            super().release()


class ReleasedByAnyone(POPOLease):
    held: dict[str, Any] = {}

    def try_acquire(self) -> bool:
        return self.held.setdefault(self.name, self) is self

    def release(self) -> None:
        self.held.pop(self.name, None)

    def is_held(self) -> bool:
        return self.held.get(self.name) is self


@pytest.mark.parametrize(
    "lease_class", [ForEveryone, NeverReleased, ForOneName, Nameless, Counted, ReleasedByAnyone]
)
def test_faults_of_leases(lease_class: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Section 'leases': each fault is found, and the rule is named."""
    monkeypatch.setattr("eventsourcing.popo.factory.POPOLease", lease_class)
    check_found(find_failures(LeaseSuite))


# Dead letters


class PositionStays(POPOTrackingRecorder):
    def _insert_tracking(self, tracking: Tracking) -> None:
        if isinstance(tracking, DeadLetter):
            self._put_aside(tracking)
        else:
            super()._insert_tracking(tracking)


class NotKept(POPOTrackingRecorder):
    def _put_aside(self, dead_letter: DeadLetter) -> None:
        pass


class RetriedTwice(POPOTrackingRecorder):
    def _check_retried(self, tracking: RetriedTracking) -> None:
        pass

    def _take_back(self, tracking: RetriedTracking) -> None:
        self.drop_dead_letter(tracking.application_name, tracking.notification_id)


class FollowsNothing(POPOTrackingRecorder):
    def _check_dead_letter(self, dead_letter: DeadLetter) -> None:
        pass


class FollowsOnlyTheFirst(POPOTrackingRecorder):
    def _check_dead_letter(self, dead_letter: DeadLetter) -> None:
        if dead_letter.follows not in (None, *self._letters(dead_letter.application_name)):
            raise NotBlockedError


class DecisionsFollowNothing(POPOTrackingRecorder):
    def _check_dead_letter(self, dead_letter: DeadLetter) -> None:
        if dead_letter.originator_id is not None:
            super()._check_dead_letter(dead_letter)


class TagsInOrder(POPOTrackingRecorder):
    def _put_aside(self, dead_letter: DeadLetter) -> None:
        super()._put_aside(replace(dead_letter, tags=tuple(sorted(set(dead_letter.tags)))))


class OfNobody(POPOTrackingRecorder):
    def select_blocked(self, application_name: str, *args: Any, **kwargs: Any) -> Any:
        nobodys = {
            each.originator_id: each.notification_id
            for each in self._letters(application_name).values()
            if each.originator_id is None
        }
        return {**nobodys, **super().select_blocked(application_name, *args, **kwargs)}


class OfAllApplications(POPOTrackingRecorder):
    def _letters(self, application_name: str) -> Any:
        return super()._letters("")


class NewestFirst(POPOTrackingRecorder):
    def select_dead_letters(self, *args: Any, **kwargs: Any) -> Any:
        return super().select_dead_letters(*args, **kwargs)[::-1]


class TextIds(POPOTrackingRecorder):
    def select_blocked(self, *args: Any, **kwargs: Any) -> Any:
        return {str(id_): first for id_, first in super().select_blocked(*args, **kwargs).items()}


class DropsOne(POPOTrackingRecorder):
    def drop_dead_letters(self, application_name: str, originator_id: Any) -> int:
        for letter in self.select_dead_letters(application_name, 1, originator_id=originator_id):
            return int(self.drop_dead_letter(application_name, letter.notification_id))
        return 0


class Unchangeable(POPOTrackingRecorder):
    def update_dead_letter(self, dead_letter: DeadLetter) -> bool:
        return dead_letter.notification_id in self._letters(dead_letter.application_name)


@pytest.mark.parametrize(
    "recorder_class",
    [
        PositionStays,
        NotKept,
        RetriedTwice,
        FollowsNothing,
        FollowsOnlyTheFirst,
        DecisionsFollowNothing,
        TagsInOrder,
        OfNobody,
        OfAllApplications,
        NewestFirst,
        TextIds,
        DropsOne,
        Unchangeable,
    ],
)
def test_faults_of_dead_letters(recorder_class: Any) -> None:
    """Section 'dead letters': each fault is found, and the rule is named."""
    check_found(find_failures(DeadLetterSuite, recorder_class))


# Versions of views


class NoneAtFirst(POPOViewVersionRecorder):
    def select_versions(self) -> Any:
        return [each for each in super().select_versions() if len(self._states) > 1]


class InOrderOfAdding(POPOViewVersionRecorder):
    def select_versions(self) -> Any:
        return [ViewVersion(*each) for each in self._states.items()]


class AddsAgain(POPOViewVersionRecorder):
    def add_version(self, version: int) -> None:
        super().add_version(version)
        self._states[version] = "building"


class AnyNumber(POPOViewVersionRecorder):
    def add_version(self, version: int) -> None:
        self._states.setdefault(version, "building")


class OneLease(POPOViewVersionRecorder):
    def lease_name(self, version: int, name: str) -> str:
        return name


class Switch(POPOViewVersionRecorder):
    """Switches without looking at the positions; `is_possible()` may look."""

    def switch(self, old: PlacedView, new: PlacedView, name: str, patience: float) -> bool:
        is_done = self.is_possible(old, new, name)
        if is_done:
            self._states |= {old.version: "retired", new.version: "live"}
        return is_done

    def is_possible(self, old: PlacedView, new: PlacedView, name: str) -> bool:
        return self._states.get(old.version) == "live" and new.version in self._states


def position(view: PlacedView, name: str) -> int:
    return view.recorder.max_tracking_id(name) or 0


class Behind(Switch):
    pass


class OnlyAhead(Switch):
    def is_possible(self, old: PlacedView, new: PlacedView, name: str) -> bool:
        is_ahead = position(old, name) < position(new, name)
        return is_ahead and super().is_possible(old, new, name)


class OfAnyApplication(Switch):
    def is_possible(self, old: PlacedView, new: PlacedView, name: str) -> bool:
        furthest = max(new.recorder._max_tracking_ids.values(), default=0)
        return position(old, name) <= furthest and super().is_possible(old, new, name)


class NotBehind(Switch):
    def is_possible(self, old: PlacedView, new: PlacedView, name: str) -> bool:
        return position(old, name) <= position(new, name)


class Unknown(NotBehind):
    def is_possible(self, old: PlacedView, new: PlacedView, name: str) -> bool:
        is_live = self._states.get(old.version) == "live"
        return is_live and super().is_possible(old, new, name)


class NoWayBack(NotBehind):
    def is_possible(self, old: PlacedView, new: PlacedView, name: str) -> bool:
        is_new = self._states.get(new.version) == "building"
        return is_new and super().is_possible(old, new, name)


class BothLive(NotBehind):
    def switch(self, old: PlacedView, new: PlacedView, name: str, patience: float) -> bool:
        is_done = super().switch(old, new, name, patience)
        self._states[old.version] = "live"
        return is_done


class NeverDropped(POPOViewVersionRecorder):
    def drop_version(self, version: int) -> None:
        if self._states.get(version) == "live":
            super().drop_version(version)


class DropsOnce(POPOViewVersionRecorder):
    def drop_version(self, version: int) -> None:
        if version not in self._states:
            raise ProgrammingError(f"There is no version {version}")
        super().drop_version(version)


class DropsWhatIsLive(POPOViewVersionRecorder):
    def drop_version(self, version: int) -> None:
        self._states.pop(version, None)


class DropsAll(POPOViewVersionRecorder):
    def drop_version(self, version: int) -> None:
        super().drop_version(version)
        self._states = {number: self._states[number] for number in (1,)}


@pytest.mark.parametrize(
    "recorder_class",
    [
        NoneAtFirst,
        InOrderOfAdding,
        AddsAgain,
        AnyNumber,
        OneLease,
        Behind,
        OnlyAhead,
        OfAnyApplication,
        NotBehind,
        Unknown,
        NoWayBack,
        BothLive,
        NeverDropped,
        DropsOnce,
        DropsWhatIsLive,
        DropsAll,
    ],
)
def test_faults_of_versions(recorder_class: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Section 'versions of views': each fault is found, and the rule is named."""
    monkeypatch.setattr("eventsourcing.popo.factory.POPOViewVersionRecorder", recorder_class)
    check_found(find_failures(ViewVersionSuite))


class OnePlace(POPOFactory):
    places: dict[str, POPOTrackingRecorder] = {}

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> Any:
        return self.places.setdefault(self.env.name, super().tracking_recorder())


def test_versions_in_one_place_are_found() -> None:
    """Section 'versions of views': each version has a place of its own."""
    check_found(find_failures(ViewVersionSuite, factory_class=OnePlace))
