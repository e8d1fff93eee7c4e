"""New versions of views are built beside the old one, and take its place: issue 5.5."""

from __future__ import annotations

import gc
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_async import Event, sleep
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import PlacedView, ProgrammingError, Tracking, WaitInterruptedError
from eventsourcing.projection import (
    AsyncEventSourcedProjection,
    AsyncProjection,
    AsyncProjectionRunner,
    AsyncRebuild,
    PutAside,
)
from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from eventsourcing.utils import get_topic
from tests.integration.projection.ledgers_async import LEDGER_CLASSES
from tests.integration.projection.rebuilds_async import build, make_rebuild, make_versions, opened
from tests.integration.projection.samples_async import (
    PATIENCE,
    AsyncListing,
    AsyncUpstream,
    eventually,
)

IN_MEMORY = {"PERSISTENCE_MODULE": "eventsourcing.popo"}


class AsyncOnlyLater(AsyncProjection[Any]):
    """Lists the IDs of events that are not the first of their aggregates."""

    name = "Listing"
    topics = (get_topic(Aggregate.Event),)

    async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        await self.view.append([tracking.notification_id], tracking)


class AsyncNumbering(AsyncListing):
    """Lists something else than the other version: the negative IDs."""

    name = "Listing"

    async def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        await self.view.append([-tracking.notification_id], tracking)


class AsyncForgiving(AsyncListing):
    """Puts spanners aside."""

    name = "Listing"
    on_error = PutAside()


async def test_version_1_is_live_and_is_where_the_settings_say(durable_env) -> None:
    """Issue 5.5: a view gets versions without being moved."""
    async with AsyncProjectionRunner(
        application_class=AsyncUpstream,
        projection_class=AsyncListing,
        view_class=LEDGER_CLASSES[durable_env["PERSISTENCE_MODULE"]],
        env=durable_env,
    ) as runner:
        ids = await runner.app.create(3)
        await runner.wait(ids[-1], PATIENCE)
        async with make_versions(durable_env) as versions:
            assert await versions.live_version() == 1
            assert [(each.number, each.state) for each in await versions.known()] == [(1, "live")]
            assert await (await versions.live_view()).ids() == ids
            assert await versions.environment(1) == durable_env


async def test_a_version_takes_its_place_when_it_has_caught_up(env) -> None:
    """Issue 5.5: built beside the old one, which serves reads until then."""
    async with opened(env) as (app, versions):
        ids = await app.create(120)
        await build(app, versions, 1)
        old = await versions.live_view()
        async with make_rebuild(app, versions, 2, AsyncNumbering) as rebuild:
            assert old is await versions.view(1)
            await rebuild.wait_until_live(PATIENCE)
            assert await versions.live_version() == 2
            assert await versions.live_view() is rebuild.view
            assert await rebuild.view.ids() == [-each for each in ids]
        assert await old.ids() == ids
        states = [(each.number, each.state) for each in await versions.known()]
        assert states == [(1, "retired"), (2, "live")]


async def test_the_version_is_kept_after_it_has_taken_its_place(env) -> None:
    """Issue 5.5: by the same object."""
    async with opened(env) as (app, versions), make_rebuild(app, versions, 2) as rebuild:
        await rebuild.wait_until_live(PATIENCE)
        ids = await app.create(3)
        await rebuild.wait(ids[-1], PATIENCE)
        status = await rebuild.status()
        assert (status.position, status.lag_events) == (ids[-1], 0)
        assert await rebuild.view.ids() == ids


async def test_an_ordinary_runner_continues_on_the_new_version(durable_env) -> None:
    """Issue 5.5: with the environment of the version."""
    async with opened(durable_env) as (app, versions):
        first = await app.create(3)
        await build(app, versions, 2)
        runner: AsyncProjectionRunner[AsyncUpstream, Any] = AsyncProjectionRunner(
            application_class=AsyncUpstream,
            projection_class=AsyncListing,
            view_class=LEDGER_CLASSES[durable_env["PERSISTENCE_MODULE"]],
            env=await versions.environment(2),
        )
        async with runner:
            second = await app.create(3)
            await runner.wait(second[-1], PATIENCE)
            assert await (await versions.live_view()).ids() == first + second


async def test_a_build_that_was_interrupted_resumes(env) -> None:
    """Issue 5.5: nothing is repeated."""
    async with opened(env) as (app, versions):
        ids = await app.create(200)
        seen: list[Any] = []
        async with make_rebuild(app, versions, 2, on_progress=seen.append) as rebuild:
            await rebuild.wait(ids[60], PATIENCE)
            rebuild.stop()
        position = await (await versions.view(2)).max_tracking_id("Upstream")
        assert position >= ids[60]
        await build(app, versions, 2)
        assert await (await versions.live_view()).ids() == ids
        assert all(status.end == ids[-1] for status in seen)


async def test_a_build_that_fails_leaves_the_old_version_alone(env) -> None:
    """Issue 5.5: and says why."""
    async with opened(env) as (app, versions):
        await build(app, versions, 1)
        await app.create(3)
        await app.trigger(SpannerThrown)
        with pytest.raises(SpannerThrownError):
            await build(app, versions, 2)
        assert await versions.live_version() == 1


async def test_an_error_that_nobody_asked_for_is_logged(caplog) -> None:
    """Issue 5.5, J26: when the rebuild is deleted."""
    async with opened(IN_MEMORY) as (app, versions):
        await app.trigger(SpannerThrown)
        rebuild = make_rebuild(app, versions, 2)
        await rebuild.start()
        for task in rebuild._tasks:
            assert await task.join(PATIENCE)
        assert "SpannerThrownError" not in caplog.text
        del rebuild
        gc.collect()
    assert "Rebuild was deleted before its error was raised" in caplog.text
    assert "SpannerThrownError" in caplog.text


async def test_a_build_puts_aside_what_its_projection_says(env) -> None:
    """Issue 5.3, 5.5: dead letters belong to the version."""
    async with opened(env) as (app, versions):
        first = await app.create(3)
        created, spanner = await app.trigger(SpannerThrown)
        second = await app.create(3)
        async with make_rebuild(app, versions, 2, AsyncForgiving) as rebuild:
            await rebuild.wait_until_live(PATIENCE)
            await rebuild.wait(second[-1], PATIENCE)
            letters = await rebuild.dead_letters.list()
            ids = await rebuild.view.ids()
        assert [letter.notification_id for letter in letters] == [spanner]
        assert ids == [*first, created, *second]


async def test_a_build_that_is_stopped_says_so_to_who_waits(env) -> None:
    """Issue 5.5: it will never be live."""
    async with opened(env) as (app, versions), make_rebuild(app, versions, 2) as rebuild:
        await rebuild.wait_until_live(PATIENCE)
        other = make_rebuild(app, versions, 3)
        other.stop()  # before it can be live, however fast that is
        async with other:
            assert other.is_interrupted.is_set()
            with pytest.raises(WaitInterruptedError, match="before version 3 of 'Listing'"):
                await other.wait_until_live(PATIENCE)


async def test_a_build_that_is_stopped_while_it_switches_is_live(env) -> None:
    """Issue 5.5: and says so to who waits."""
    async with opened(env) as (app, versions):
        switch = versions.switch
        is_made = Event()

        async def switch_and_stop(*args) -> bool:
            is_done = await switch(*args)
            await is_made.wait()
            rebuild.stop()
            return is_done

        versions.switch = switch_and_stop
        async with make_rebuild(app, versions, 2) as rebuild:
            is_made.set()
            await rebuild.wait_until_live(PATIENCE)
        assert await versions.live_version() == 2


async def test_a_newer_version_stays_live_unless_one_wants_to_go_back(env) -> None:
    """Issue 5.5: restarting an old program does not undo what a new one has done."""
    async with opened(env) as (app, versions):
        await build(app, versions, 1)
        await build(app, versions, 2)
        ids = await app.create(3)
        async with make_rebuild(app, versions, 1) as rebuild:
            with pytest.raises(ProgrammingError, match="Version 2 of 'Listing' is live"):
                await rebuild.wait_until_live(PATIENCE)
            await rebuild.wait(ids[-1], PATIENCE)  # but it is kept
        assert await versions.live_version() == 2
        await build(app, versions, 1, may_go_back=True)
        assert await versions.live_version() == 1


async def test_a_version_that_was_taken_back_does_not_come_back_by_itself(env) -> None:
    """Issue 5.5: it was wrong; restarting its program does no harm. Built anew, it is a new one."""
    async with opened(env) as (app, versions):
        await app.create(3)
        await build(app, versions, 2, projection_class=AsyncNumbering)
        await build(app, versions, 1, may_go_back=True)
        async with make_rebuild(app, versions, 2, AsyncNumbering) as rebuild:
            with pytest.raises(ProgrammingError, match="Version 1 of 'Listing' is live"):
                await rebuild.wait_until_live(PATIENCE)
            assert await versions.live_version() == 1
        await versions.drop(2)
        await build(app, versions, 2)
        assert await (await versions.live_view()).ids() == [1, 2, 3]


async def test_of_two_that_want_to_take_its_place_one_does(env) -> None:
    """Issue 5.5: compare and set."""
    async with opened(env) as (_, versions):
        await versions.add(2)
        await versions.add(3)
        assert await versions.switch(1, 3, "Upstream", 0.01)
        assert not await versions.switch(1, 2, "Upstream", 0.01)
        with pytest.raises(ProgrammingError, match="has no version 4"):
            await versions.switch(3, 4, "Upstream", 0.01)
        assert await versions.live_version() == 3


async def test_a_version_that_follows_fewer_topics_takes_its_place(env) -> None:
    """Issue 5.5: although the old one is ahead, with events that do not concern the new one."""
    async with opened(env) as (app, versions):
        await build(app, versions, 1)
        aggregate = Aggregate()
        aggregate.trigger_event(Aggregate.Event)
        recordings = await app.save(aggregate)
        last = await app.create(5)
        await build(app, versions, 1)
        async with (
            make_rebuild(app, versions, 1) as old,
            make_rebuild(app, versions, 2, AsyncOnlyLater) as rebuild,
        ):
            await old.wait(last[-1], PATIENCE)
            await rebuild.wait_until_live(PATIENCE)
            assert await rebuild.view.ids() == [recordings[1].notification.id]
            await rebuild.wait(last[-1], PATIENCE)


async def test_versions_take_their_places_while_events_are_recorded(env) -> None:
    """Issue 5.5: what could be read in the live view can be read in the next one, too."""
    async with opened(env) as (app, versions), AsyncExitStack() as stack:
        await app.create(100)
        seen = 0
        for version in range(1, 4):
            rebuild = await stack.enter_async_context(make_rebuild(app, versions, version))
            while not await _is_live(versions, version):
                await app.create(2)
                await sleep(0.001)  # in memory, nothing else would be done
                view = await versions.live_view()
                position = await view.max_tracking_id("Upstream") or 0
                assert position >= seen
                if view is await versions.live_view():
                    seen = position
            assert (await rebuild.view.max_tracking_id("Upstream") or 0) >= seen
        ids = list(range(1, await app.recorder.max_notification_id() + 1))
        for version in range(1, 4):
            view = await versions.view(version)
            await view.wait("Upstream", ids[-1], PATIENCE)
            assert await view.ids() == ids


async def _is_live(versions: Any, version: int) -> bool:
    return await versions.live_version() == version


async def test_two_processes_build_one_version(durable_env) -> None:
    """Issue 5.5, 5.6: one works, the other stands by, and both know when it is live."""
    async with opened(durable_env) as (app, versions), make_versions(durable_env) as others:
        ids = await app.create(150)
        async with make_rebuild(app, versions, 2) as one, make_rebuild(app, others, 2) as other:
            await one.wait_until_live(PATIENCE)
            await other.wait_until_live(PATIENCE)
            assert one.is_leading != other.is_leading
            assert await (await others.live_view()).ids() == ids
            leader, standby = (one, other) if one.is_leading else (other, one)
            leader.stop()
            await eventually(lambda: standby.is_leading)


async def test_those_who_read_notice_the_switch(durable_env) -> None:
    """Issue 5.5: in any process, at once."""
    async with opened(durable_env) as (app, versions), make_versions(durable_env) as readers:
        assert await readers.live_version() == 1
        await build(app, versions, 2)
        assert await readers.live_view() is await readers.view(2)


async def test_a_dropped_version_is_gone_and_can_be_built_again(env) -> None:
    """Issue 5.5: cleaning up."""
    async with opened(env) as (app, versions):
        await app.create(3)
        await build(app, versions, 2)
        await build(app, versions, 3)
        await versions.drop(2)
        await versions.drop(2)
        assert [each.number for each in await versions.known()] == [1, 3]
        with pytest.raises(ProgrammingError, match="has no version 2"):
            await versions.view(2)
        await versions.add(2)
        assert await (await versions.view(2)).ids() == []


@pytest.mark.parametrize(("version", "reason"), [(1, "Version 1"), (2, "is live"), (0, "0 is not")])
async def test_what_is_live_or_first_cannot_be_dropped(env, version, reason) -> None:
    """Issue 5.5: the first one may share its place with other things."""
    async with opened(env) as (app, versions):
        await build(app, versions, 2)
        with pytest.raises(ProgrammingError, match=reason):
            await versions.drop(version)
        assert await versions.live_version() == 2


async def test_a_version_that_is_dropped_while_it_is_built_ends_the_build(env) -> None:
    """Issue 5.5: it cannot become live."""
    async with opened(env) as (app, versions):
        await versions.add(2)
        await (await versions.view(1)).insert_tracking(Tracking("Upstream", 1_000))
        rebuild = make_rebuild(app, versions, 2)
        await rebuild.start()
        await versions._recorder.drop_version(2)  # as another process does it
        with pytest.raises(ProgrammingError, match=r"dropped|no version|does not exist"):
            await rebuild.wait_until_live(PATIENCE)
        with suppress(ProgrammingError):  # what else came of it
            await rebuild.__aexit__(None, None, None)


async def test_a_program_says_which_versions_it_knows(env) -> None:
    """Issue 5.5: each version may have a class of its own."""
    view_class = LEDGER_CLASSES[env["PERSISTENCE_MODULE"]]
    async with AsyncUpstream(env) as app, make_versions(env, {2: view_class}) as versions:
        with pytest.raises(ProgrammingError, match=r"Version 1 .* has no class"):
            await versions.live_view()
        await build(app, versions, 2)
        assert await versions.live_view() is await versions.view(2)


async def test_a_rebuild_needs_the_projection_of_that_name(env) -> None:
    """Issue 5.5: versions belong to one projection."""

    class Another(AsyncListing):
        pass

    async with opened(env) as (app, versions):
        attempt = partial(make_rebuild, app, versions, 2, Another)
        with pytest.raises(ProgrammingError, match="named 'Another'"):
            attempt()


async def test_an_event_sourced_projection_is_not_rebuilt() -> None:
    """Issue 5.5: what it has recorded is history; the error says what to do instead."""
    async with opened(IN_MEMORY) as (app, versions):
        wrong: Any = AsyncEventSourcedProjection
        with pytest.raises(
            TypeError, match=r"event-sourced projection: .* Run a new one beside it"
        ):
            make_rebuild(app, versions, 2, wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"versions": "Listing"}, "versions is 'Listing': expected"),
        ({"version": "2"}, "'2' is not a version of a view"),
        ({"app": AsyncUpstream}, "app is <class .*: expected an object of a subclass"),
        ({"projection_class": AsyncUpstream}, "projection_class is <class .* expected a subclass"),
    ],
)
async def test_wrong_arguments_are_told_at_once(wrong, message) -> None:
    """Issue 5.5: what was given, and what was expected."""
    async with opened(IN_MEMORY) as (app, versions):
        arguments: dict[str, Any] = {
            "versions": versions,
            "version": 2,
            "app": app,
            "projection_class": AsyncListing,
            **wrong,
        }
        with pytest.raises((TypeError, ProgrammingError), match=message):
            AsyncRebuild(**arguments)


async def test_positions_of_a_version_can_be_compared_without_its_class(durable_env) -> None:
    """Issue 5.5: the class of the old version may be gone."""
    view_class = LEDGER_CLASSES[durable_env["PERSISTENCE_MODULE"]]
    async with opened(durable_env) as (app, versions):
        await build(app, versions, 1)
        await app.create(2)
        await build(app, versions, 1)
        async with make_versions(durable_env, {2: view_class}) as new:
            placed = await new.placed(1)
            assert isinstance(placed, PlacedView)
            assert await placed.recorder.max_tracking_id("Upstream") is not None
            await build(app, new, 2)
        assert await versions.live_version() == 2
