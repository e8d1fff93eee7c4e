# Generated from test_rebuild_async.py by tools/async_to_sync.py: do not edit.
"""New versions of views are built beside the old one, and take its place: issue 5.5."""

from __future__ import annotations

import gc
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_sync import Event, sleep
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import PlacedView, ProgrammingError, Tracking, WaitInterruptedError
from eventsourcing.projection import (
    EventSourcedProjection,
    Projection,
    ProjectionRunner,
    PutAside,
    Rebuild,
)
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from eventsourcing.utils import get_topic
from tests.integration.projection.ledgers_sync import LEDGER_CLASSES
from tests.integration.projection.rebuilds_sync import build, make_rebuild, make_versions, opened
from tests.integration.projection.samples_sync import (
    PATIENCE,
    Listing,
    Upstream,
    eventually,
)

IN_MEMORY = {"PERSISTENCE_MODULE": "eventsourcing.popo"}


class OnlyLater(Projection[Any]):
    """Lists the IDs of events that are not the first of their aggregates."""

    name = "Listing"
    topics = (get_topic(Aggregate.Event),)

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.append([tracking.notification_id], tracking)


class Numbering(Listing):
    """Lists something else than the other version: the negative IDs."""

    name = "Listing"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.append([-tracking.notification_id], tracking)


class Forgiving(Listing):
    """Puts spanners aside."""

    name = "Listing"
    on_error = PutAside()


def test_version_1_is_live_and_is_where_the_settings_say(durable_env) -> None:
    """Issue 5.5: a view gets versions without being moved."""
    with ProjectionRunner(
        application_class=Upstream,
        projection_class=Listing,
        view_class=LEDGER_CLASSES[durable_env["PERSISTENCE_MODULE"]],
        env=durable_env,
    ) as runner:
        ids = runner.app.create(3)
        runner.wait(ids[-1], PATIENCE)
        with make_versions(durable_env) as versions:
            assert versions.live_version() == 1
            assert [(each.number, each.state) for each in versions.known()] == [(1, "live")]
            assert versions.live_view().ids() == ids
            assert versions.environment(1) == durable_env


def test_a_version_takes_its_place_when_it_has_caught_up(env) -> None:
    """Issue 5.5: built beside the old one, which serves reads until then."""
    with opened(env) as (app, versions):
        ids = app.create(120)
        build(app, versions, 1)
        old = versions.live_view()
        with make_rebuild(app, versions, 2, Numbering) as rebuild:
            assert old is versions.view(1)
            rebuild.wait_until_live(PATIENCE)
            assert versions.live_version() == 2
            assert versions.live_view() is rebuild.view
            assert rebuild.view.ids() == [-each for each in ids]
        assert old.ids() == ids
        states = [(each.number, each.state) for each in versions.known()]
        assert states == [(1, "retired"), (2, "live")]


def test_the_version_is_kept_after_it_has_taken_its_place(env) -> None:
    """Issue 5.5: by the same object."""
    with opened(env) as (app, versions), make_rebuild(app, versions, 2) as rebuild:
        rebuild.wait_until_live(PATIENCE)
        ids = app.create(3)
        rebuild.wait(ids[-1], PATIENCE)
        status = rebuild.status()
        assert (status.position, status.lag_events) == (ids[-1], 0)
        assert rebuild.view.ids() == ids


def test_an_ordinary_runner_continues_on_the_new_version(durable_env) -> None:
    """Issue 5.5: with the environment of the version."""
    with opened(durable_env) as (app, versions):
        first = app.create(3)
        build(app, versions, 2)
        runner: ProjectionRunner[Upstream, Any] = ProjectionRunner(
            application_class=Upstream,
            projection_class=Listing,
            view_class=LEDGER_CLASSES[durable_env["PERSISTENCE_MODULE"]],
            env=versions.environment(2),
        )
        with runner:
            second = app.create(3)
            runner.wait(second[-1], PATIENCE)
            assert versions.live_view().ids() == first + second


def test_a_build_that_was_interrupted_resumes(env) -> None:
    """Issue 5.5: nothing is repeated."""
    with opened(env) as (app, versions):
        ids = app.create(200)
        seen: list[Any] = []
        with make_rebuild(app, versions, 2, on_progress=seen.append) as rebuild:
            rebuild.wait(ids[60], PATIENCE)
            rebuild.stop()
        position = versions.view(2).max_tracking_id("Upstream")
        assert position >= ids[60]
        build(app, versions, 2)
        assert versions.live_view().ids() == ids
        assert all(status.end == ids[-1] for status in seen)


def test_a_build_that_fails_leaves_the_old_version_alone(env) -> None:
    """Issue 5.5: and says why."""
    with opened(env) as (app, versions):
        build(app, versions, 1)
        app.create(3)
        app.trigger(SpannerThrown)
        with pytest.raises(SpannerThrownError):
            build(app, versions, 2)
        assert versions.live_version() == 1


def test_an_error_that_nobody_asked_for_is_logged(caplog) -> None:
    """Issue 5.5, J26: when the rebuild is deleted."""
    with opened(IN_MEMORY) as (app, versions):
        app.trigger(SpannerThrown)
        rebuild = make_rebuild(app, versions, 2)
        rebuild.start()
        for task in rebuild._tasks:
            assert task.join(PATIENCE)
        assert "SpannerThrownError" not in caplog.text
        del rebuild
        gc.collect()
    assert "Rebuild was deleted before its error was raised" in caplog.text
    assert "SpannerThrownError" in caplog.text


def test_a_build_puts_aside_what_its_projection_says(env) -> None:
    """Issue 5.3, 5.5: dead letters belong to the version."""
    with opened(env) as (app, versions):
        first = app.create(3)
        created, spanner = app.trigger(SpannerThrown)
        second = app.create(3)
        with make_rebuild(app, versions, 2, Forgiving) as rebuild:
            rebuild.wait_until_live(PATIENCE)
            rebuild.wait(second[-1], PATIENCE)
            letters = rebuild.dead_letters.list()
            ids = rebuild.view.ids()
        assert [letter.notification_id for letter in letters] == [spanner]
        assert ids == [*first, created, *second]


def test_a_build_that_is_stopped_says_so_to_who_waits(env) -> None:
    """Issue 5.5: it will never be live."""
    with opened(env) as (app, versions), make_rebuild(app, versions, 2) as rebuild:
        rebuild.wait_until_live(PATIENCE)
        other = make_rebuild(app, versions, 3)
        other.stop()  # before it can be live, however fast that is
        with other:
            assert other.is_interrupted.is_set()
            with pytest.raises(WaitInterruptedError, match="before version 3 of 'Listing'"):
                other.wait_until_live(PATIENCE)


def test_a_build_that_is_stopped_while_it_switches_is_live(env) -> None:
    """Issue 5.5: and says so to who waits."""
    with opened(env) as (app, versions):
        switch = versions.switch
        is_made = Event()

        def switch_and_stop(*args) -> bool:
            is_done = switch(*args)
            is_made.wait()
            rebuild.stop()
            return is_done

        versions.switch = switch_and_stop
        with make_rebuild(app, versions, 2) as rebuild:
            is_made.set()
            rebuild.wait_until_live(PATIENCE)
        assert versions.live_version() == 2


def test_a_newer_version_stays_live_unless_one_wants_to_go_back(env) -> None:
    """Issue 5.5: restarting an old program does not undo what a new one has done."""
    with opened(env) as (app, versions):
        build(app, versions, 1)
        build(app, versions, 2)
        ids = app.create(3)
        with make_rebuild(app, versions, 1) as rebuild:
            with pytest.raises(ProgrammingError, match="Version 2 of 'Listing' is live"):
                rebuild.wait_until_live(PATIENCE)
            rebuild.wait(ids[-1], PATIENCE)  # but it is kept
        assert versions.live_version() == 2
        build(app, versions, 1, may_go_back=True)
        assert versions.live_version() == 1


def test_a_version_that_was_taken_back_does_not_come_back_by_itself(env) -> None:
    """Issue 5.5: it was wrong; restarting its program does no harm. Built anew, it is a new one."""
    with opened(env) as (app, versions):
        app.create(3)
        build(app, versions, 2, projection_class=Numbering)
        build(app, versions, 1, may_go_back=True)
        with make_rebuild(app, versions, 2, Numbering) as rebuild:
            with pytest.raises(ProgrammingError, match="Version 1 of 'Listing' is live"):
                rebuild.wait_until_live(PATIENCE)
            assert versions.live_version() == 1
        versions.drop(2)
        build(app, versions, 2)
        assert versions.live_view().ids() == [1, 2, 3]


def test_of_two_that_want_to_take_its_place_one_does(env) -> None:
    """Issue 5.5: compare and set."""
    with opened(env) as (_, versions):
        versions.add(2)
        versions.add(3)
        assert versions.switch(1, 3, "Upstream", 0.01)
        assert not versions.switch(1, 2, "Upstream", 0.01)
        with pytest.raises(ProgrammingError, match="has no version 4"):
            versions.switch(3, 4, "Upstream", 0.01)
        assert versions.live_version() == 3


def test_a_version_that_follows_fewer_topics_takes_its_place(env) -> None:
    """Issue 5.5: although the old one is ahead, with events that do not concern the new one."""
    with opened(env) as (app, versions):
        build(app, versions, 1)
        aggregate = Aggregate()
        aggregate.trigger_event(Aggregate.Event)
        recordings = app.save(aggregate)
        last = app.create(5)
        build(app, versions, 1)
        with (
            make_rebuild(app, versions, 1) as old,
            make_rebuild(app, versions, 2, OnlyLater) as rebuild,
        ):
            old.wait(last[-1], PATIENCE)
            rebuild.wait_until_live(PATIENCE)
            assert rebuild.view.ids() == [recordings[1].notification.id]
            rebuild.wait(last[-1], PATIENCE)


def test_versions_take_their_places_while_events_are_recorded(env) -> None:
    """Issue 5.5: what could be read in the live view can be read in the next one, too."""
    with opened(env) as (app, versions), ExitStack() as stack:
        app.create(100)
        seen = 0
        for version in range(1, 4):
            rebuild = stack.enter_context(make_rebuild(app, versions, version))
            while not _is_live(versions, version):
                app.create(2)
                sleep(0.001)  # in memory, nothing else would be done
                view = versions.live_view()
                position = view.max_tracking_id("Upstream") or 0
                assert position >= seen
                if view is versions.live_view():
                    seen = position
            assert (rebuild.view.max_tracking_id("Upstream") or 0) >= seen
        ids = list(range(1, app.recorder.max_notification_id() + 1))
        for version in range(1, 4):
            view = versions.view(version)
            view.wait("Upstream", ids[-1], PATIENCE)
            assert view.ids() == ids


def _is_live(versions: Any, version: int) -> bool:
    return versions.live_version() == version


def test_two_processes_build_one_version(durable_env) -> None:
    """Issue 5.5, 5.6: one works, the other stands by, and both know when it is live."""
    with opened(durable_env) as (app, versions), make_versions(durable_env) as others:
        ids = app.create(150)
        with make_rebuild(app, versions, 2) as one, make_rebuild(app, others, 2) as other:
            one.wait_until_live(PATIENCE)
            other.wait_until_live(PATIENCE)
            assert one.is_leading != other.is_leading
            assert others.live_view().ids() == ids
            leader, standby = (one, other) if one.is_leading else (other, one)
            leader.stop()
            eventually(lambda: standby.is_leading)


def test_those_who_read_notice_the_switch(durable_env) -> None:
    """Issue 5.5: in any process, at once."""
    with opened(durable_env) as (app, versions), make_versions(durable_env) as readers:
        assert readers.live_version() == 1
        build(app, versions, 2)
        assert readers.live_view() is readers.view(2)


def test_a_dropped_version_is_gone_and_can_be_built_again(env) -> None:
    """Issue 5.5: cleaning up."""
    with opened(env) as (app, versions):
        app.create(3)
        build(app, versions, 2)
        build(app, versions, 3)
        versions.drop(2)
        versions.drop(2)
        assert [each.number for each in versions.known()] == [1, 3]
        with pytest.raises(ProgrammingError, match="has no version 2"):
            versions.view(2)
        versions.add(2)
        assert versions.view(2).ids() == []


@pytest.mark.parametrize(("version", "reason"), [(1, "Version 1"), (2, "is live"), (0, "0 is not")])
def test_what_is_live_or_first_cannot_be_dropped(env, version, reason) -> None:
    """Issue 5.5: the first one may share its place with other things."""
    with opened(env) as (app, versions):
        build(app, versions, 2)
        with pytest.raises(ProgrammingError, match=reason):
            versions.drop(version)
        assert versions.live_version() == 2


def test_a_version_that_is_dropped_while_it_is_built_ends_the_build(env) -> None:
    """Issue 5.5: it cannot become live."""
    with opened(env) as (app, versions):
        versions.add(2)
        versions.view(1).insert_tracking(Tracking("Upstream", 1_000))
        rebuild = make_rebuild(app, versions, 2)
        rebuild.start()
        versions._recorder.drop_version(2)  # as another process does it
        with pytest.raises(ProgrammingError, match=r"dropped|no version|does not exist"):
            rebuild.wait_until_live(PATIENCE)
        with suppress(ProgrammingError):  # what else came of it
            rebuild.__exit__(None, None, None)


def test_a_program_says_which_versions_it_knows(env) -> None:
    """Issue 5.5: each version may have a class of its own."""
    view_class = LEDGER_CLASSES[env["PERSISTENCE_MODULE"]]
    with Upstream(env) as app, make_versions(env, {2: view_class}) as versions:
        with pytest.raises(ProgrammingError, match=r"Version 1 .* has no class"):
            versions.live_view()
        build(app, versions, 2)
        assert versions.live_view() is versions.view(2)


def test_a_rebuild_needs_the_projection_of_that_name(env) -> None:
    """Issue 5.5: versions belong to one projection."""

    class Another(Listing):
        pass

    with opened(env) as (app, versions):
        attempt = partial(make_rebuild, app, versions, 2, Another)
        with pytest.raises(ProgrammingError, match="named 'Another'"):
            attempt()


def test_an_event_sourced_projection_is_not_rebuilt() -> None:
    """Issue 5.5: what it has recorded is history; the error says what to do instead."""
    with opened(IN_MEMORY) as (app, versions):
        wrong: Any = EventSourcedProjection
        with pytest.raises(
            TypeError, match=r"event-sourced projection: .* Run a new one beside it"
        ):
            make_rebuild(app, versions, 2, wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"versions": "Listing"}, "versions is 'Listing': expected"),
        ({"version": "2"}, "'2' is not a version of a view"),
        ({"app": Upstream}, "app is <class .*: expected an object of a subclass"),
        ({"projection_class": Upstream}, "projection_class is <class .* expected a subclass"),
    ],
)
def test_wrong_arguments_are_told_at_once(wrong, message) -> None:
    """Issue 5.5: what was given, and what was expected."""
    with opened(IN_MEMORY) as (app, versions):
        arguments: dict[str, Any] = {
            "versions": versions,
            "version": 2,
            "app": app,
            "projection_class": Listing,
            **wrong,
        }
        with pytest.raises((TypeError, ProgrammingError), match=message):
            Rebuild(**arguments)


def test_positions_of_a_version_can_be_compared_without_its_class(durable_env) -> None:
    """Issue 5.5: the class of the old version may be gone."""
    view_class = LEDGER_CLASSES[durable_env["PERSISTENCE_MODULE"]]
    with opened(durable_env) as (app, versions):
        build(app, versions, 1)
        app.create(2)
        build(app, versions, 1)
        with make_versions(durable_env, {2: view_class}) as new:
            placed = new.placed(1)
            assert isinstance(placed, PlacedView)
            assert placed.recorder.max_tracking_id("Upstream") is not None
            build(app, new, 2)
        assert versions.live_version() == 2
