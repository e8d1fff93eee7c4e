"""What the versions of views of every engine that has them must do (capability `view_versions`)."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing._concurrency.primitives_async import sleep, spawn
from eventsourcing.persistence import (
    AsyncViewVersionRecorder,
    PlacedView,
    ProgrammingError,
    Tracking,
    ViewVersion,
)
from eventsourcing.persistence.view_versions import ViewVersionState
from eventsourcing.testing.checks import expect, expect_error, expect_true
from eventsourcing.testing.engine_suite_async import AsyncEngineSuite
from eventsourcing.testing.samples import HOSTILE_TEXTS

_SECTION = "section 'versions of views'"
_LIVE = f"{_SECTION}: exactly one version is live at any time"
_PLACE = f"{_SECTION}: each version has a place of its own"
_READY = f"{_SECTION}: a version that is not behind takes the place of the live one"
_BEHIND = f"{_SECTION}: what could be read before a switch can be read after it"

_PATIENCE = 120.0
_IMPATIENCE = 0.05


class AsyncViewVersionSuite(AsyncEngineSuite):
    """What every recorder of versions must do, and the places that it gives to versions."""

    async def create_versions(self, name: str = "projection") -> AsyncViewVersionRecorder:
        """Return a new recorder of the versions of a view (a hook)."""
        versions: AsyncViewVersionRecorder = (await self.create_factory(name)).view_versions()
        return versions

    async def create_place(self, versions: AsyncViewVersionRecorder, version: int) -> Any:
        """Return a new factory for the place of a version (a hook)."""
        return await self.create_factory(versions.name, **versions.settings(version))

    async def open_view(self, versions: AsyncViewVersionRecorder, version: int) -> PlacedView:
        """Return a new view, without tables of its own, in the place of a version."""
        factory = await self.create_place(versions, version)
        return PlacedView(version, factory.tracking_recorder())

    async def create_two(self) -> tuple[AsyncViewVersionRecorder, PlacedView, PlacedView]:
        """Return a recorder of versions, with the views of versions 1 and 2."""
        versions = await self.create_versions()
        await versions.add_version(2)
        return versions, await self.open_view(versions, 1), await self.open_view(versions, 2)

    # Adding

    async def test_version_1_is_live_before_there_are_others(self) -> None:
        """Section 'versions of views': a view that has no versions is its version 1."""
        versions = await self.create_versions()
        expect(list(await versions.select_versions()), [ViewVersion(1, "live")], _LIVE)
        expect(await versions.live_version(), 1, _LIVE)
        expect(dict(versions.settings(1)), {}, f"{_SECTION}: version 1 is where the settings say")

    async def test_a_version_that_is_added_is_to_be_built(self) -> None:
        """Section 'versions of views': in the order of their numbers, which may have gaps."""
        versions = await self.create_versions()
        for version in (10, 2, 1):
            await versions.add_version(version)
        await check_states(versions, {1: "live", 2: "building", 10: "building"})
        expect(await versions.live_version(), 1, _LIVE)

    async def test_adding_may_be_repeated(self) -> None:
        """Section 'versions of views': by several at once, and it changes nothing."""
        versions, old, new = await self.create_two()
        await new.recorder.insert_tracking(Tracking("upstream", 1))
        expect_true(await versions.switch(old, new, "upstream", _IMPATIENCE), _READY)
        tasks = [spawn(versions.add_version, each) for each in (1, 2, 3, 1, 2, 3)]
        for task in tasks:
            await task.join()
            expect(task.error, None, f"{_SECTION}: adding may be repeated, by several at once")
        await check_states(versions, {1: "retired", 2: "live", 3: "building"})
        expect(await new.recorder.max_tracking_id("upstream"), 1, _PLACE)

    @pytest.mark.parametrize("version", [0, -1, True, "2", 2.5, None])
    async def test_versions_are_numbered_from_one(self, version: Any) -> None:
        """Section 'versions of views': what is not such a number is refused."""
        versions = await self.create_versions()
        with expect_error(ProgrammingError, f"{_SECTION}: it is no version"):
            await versions.add_version(version)
        with expect_error(ProgrammingError, f"{_SECTION}: it is no version"):
            await versions.drop_version(version)
        with expect_error(ProgrammingError, f"{_SECTION}: it is no version"):
            versions.settings(version)
        await check_states(versions, {1: "live"})

    # Places

    async def test_each_version_has_a_place_of_its_own(self) -> None:
        """Section 'versions of views': where the settings of the version say."""
        versions = await self.create_versions()
        for version in (2, 3):
            await versions.add_version(version)
        views = [await self.open_view(versions, version) for version in (1, 2, 3)]
        for view in views:
            await view.recorder.insert_tracking(Tracking("upstream", view.version))
        for view in views:
            expect(await view.recorder.max_tracking_id("upstream"), view.version, _PLACE)

    async def test_an_ordinary_view_stays_in_its_place(self) -> None:
        """Section 'versions of views': the engine's own tracking recorder is not refused."""
        versions = await self.create_versions()
        await versions.add_version(2)
        view = await self.open_view(versions, 2)
        await versions.check_place(view.recorder)

    async def test_all_find_the_same_versions(self) -> None:
        """Section 'versions of views': with the capability 'shared', whoever asks."""
        if not self.capabilities.shared:
            return
        versions, old, new = await self.create_two()
        others = await self.create_versions()
        await new.recorder.insert_tracking(Tracking("upstream", 5))
        expect_true(await versions.switch(old, new, "upstream", _IMPATIENCE), _READY)
        await check_states(others, {1: "retired", 2: "live"})
        expect(dict(others.settings(2)), dict(versions.settings(2)), _PLACE)
        view = await self.open_view(others, 2)
        expect(await view.recorder.max_tracking_id("upstream"), 5, _PLACE)

    @pytest.mark.parametrize("name", [*HOSTILE_TEXTS, "projection_v2", "../projection", "n" * 50])
    async def test_views_have_versions_of_their_own(self, name: str) -> None:
        """Section 'versions of views': views of different names, in one database."""
        versions, other = await self.create_versions(), await self.create_versions(name)
        await versions.add_version(2)
        await check_states(other, {1: "live"})
        await other.add_version(2)
        view, other_view = await self.open_view(versions, 2), await self.open_view(other, 2)
        await other_view.recorder.insert_tracking(Tracking("upstream", 1))
        expect(await view.recorder.max_tracking_id("upstream"), None, _PLACE)
        await versions.drop_version(2)
        await check_states(other, {1: "live", 2: "building"})
        expect(await other_view.recorder.max_tracking_id("upstream"), 1, _PLACE)

    async def test_names_that_differ_by_case_are_one_name(self) -> None:
        """Section 'versions of views': as they are for settings; with the capability 'shared'."""
        if not self.capabilities.shared:
            return
        versions = await self.create_versions("Projection")
        await versions.add_version(2)
        await check_states(await self.create_versions("PROJECTION"), {1: "live", 2: "building"})

    async def test_they_survive_a_restart(self) -> None:
        """Section 'versions of views': on a durable engine."""
        if not self.capabilities.durable:
            return
        versions, old, new = await self.create_two()
        await new.recorder.insert_tracking(Tracking("upstream", 5))
        expect_true(await versions.switch(old, new, "upstream", _IMPATIENCE), _READY)
        await self.close_factories()
        versions = await self.create_versions()
        await check_states(versions, {1: "retired", 2: "live"})
        view = await self.open_view(versions, 2)
        expect(await view.recorder.max_tracking_id("upstream"), 5, _PLACE)

    async def test_leases_are_for_one_version(self) -> None:
        """Section 'versions of views': others may build another one (capability 'leases')."""
        if not self.capabilities.leases:
            return
        versions = await self.create_versions()
        for version in (2, 3):
            await versions.add_version(version)
        places = [await self.create_place(versions, version) for version in (2, 2, 3)]
        one, same, other = (
            place.lease(versions.lease_name(version, "projection"))
            for place, version in zip(places, (2, 2, 3), strict=True)
        )
        expect(await one.try_acquire(), True, f"{_SECTION}: it was free")
        expect(await same.try_acquire(), False, f"{_SECTION}: one at a time works on a version")
        expect(await other.try_acquire(), True, f"{_SECTION}: another version is built beside it")

    # Switching

    async def test_a_version_takes_the_place_of_the_live_one(self) -> None:
        """Section 'versions of views': and the other way round, as often as one likes."""
        versions, old, new = await self.create_two()
        for _ in range(3):
            for one, other in ((old, new), (new, old)):
                is_done = await versions.switch(one, other, "upstream", _IMPATIENCE)
                expect(is_done, True, _READY)
                expect(await versions.live_version(), other.version, _LIVE)
        await versions.switch(old, new, "upstream", _IMPATIENCE)
        await check_states(versions, {1: "retired", 2: "live"})

    @pytest.mark.parametrize(
        ("old_position", "new_position", "is_ready"),
        [(None, 1, True), (1, 1, True), (1, 2, True), (1, None, False), (2, 1, False)],
    )
    async def test_it_does_so_if_it_is_not_behind(
        self, old_position: int | None, new_position: int | None, is_ready: bool
    ) -> None:
        """Section 'versions of views': else nothing has changed, and both may go on."""
        versions, old, new = await self.create_two()
        for view, position in ((old, old_position), (new, new_position)):
            if position is not None:
                await view.recorder.insert_tracking(Tracking("upstream", position))
        await new.recorder.insert_tracking(Tracking("another", 10))
        is_done = await versions.switch(old, new, "upstream", _IMPATIENCE)
        expect(is_done, is_ready, _BEHIND)
        expect(await versions.live_version(), 2 if is_ready else 1, _LIVE)
        for view in (old, new):
            await view.recorder.insert_tracking(Tracking("upstream", 3))

    async def test_it_takes_no_other_place(self) -> None:
        """Section 'versions of views': that of a version which is not live, or is not known."""
        versions, old, new = await self.create_two()
        await versions.add_version(3)
        third = await self.open_view(versions, 3)
        unknown = PlacedView(4, new.recorder)
        for one, other in ((new, third), (new, old), (third, unknown), (old, unknown)):
            is_done = await versions.switch(one, other, "upstream", _IMPATIENCE)
            expect(is_done, False, f"{_SECTION}: version {other.version} for {one.version}")
        await check_states(versions, {1: "live", 2: "building", 3: "building"})

    async def test_of_several_that_want_to_one_does(self) -> None:
        """Section 'versions of views': compare and set."""
        versions, old, *_ = await self.create_two()
        numbers = list(range(2, 6))
        outcomes: dict[int, bool] = {}

        async def switch(new: PlacedView) -> None:
            outcomes[new.version] = await versions.switch(old, new, "upstream", _PATIENCE)

        for version in numbers:
            await versions.add_version(version)
        tasks = [spawn(switch, await self.open_view(versions, version)) for version in numbers]
        for task in tasks:
            expect_true(await task.join(_PATIENCE), f"{_SECTION}: nobody waits for ever")
            expect(task.error, None, f"{_SECTION}: losing is no error")
        winners = [version for version, is_done in outcomes.items() if is_done]
        expect(winners, [await versions.live_version()], _LIVE)

    async def test_it_may_still_arrive_while_it_waits(self) -> None:
        """Section 'versions of views': or when it is tried again, on engines that do not wait."""
        versions, old, new = await self.create_two()
        await old.recorder.insert_tracking(Tracking("upstream", 10))

        async def arrive() -> None:
            for position in range(1, 11):
                await new.recorder.insert_tracking(Tracking("upstream", position))
                await sleep(0.001)

        task = spawn(arrive)
        is_done = False
        while not is_done:
            has_arrived = task.done()
            is_done = await versions.switch(old, new, "upstream", _PATIENCE)
            expect_true(is_done or not has_arrived, _READY)
            await sleep(0.001)
        await task.join()
        expect(task.error, None, f"{_SECTION}: the new version is processed into meanwhile")
        expect(await new.recorder.max_tracking_id("upstream"), 10, _BEHIND)
        expect(await versions.live_version(), 2, _LIVE)

    async def test_readers_never_go_back(self) -> None:
        """Section 'versions of views': while both versions are processed into, and readers read."""
        versions, old, new = await self.create_two()
        views = {view.version: view.recorder for view in (old, new)}

        async def process() -> None:
            for position in range(1, 51):
                for view in (old, new):
                    await view.recorder.insert_tracking(Tracking("upstream", position))
                    await sleep(0)

        async def switch() -> None:
            one, other = old, new
            while not processing.done():
                if await versions.switch(one, other, "upstream", _IMPATIENCE):
                    one, other = other, one
                await sleep(0)

        processing = spawn(process)
        switching = spawn(switch)
        seen = 0
        while not switching.done():
            version = await versions.live_version()
            position = await views[version].max_tracking_id("upstream") or 0
            expect_true(position >= seen, _BEHIND)
            if await versions.live_version() == version:
                seen = position  # else it may have gone on ahead of the live one
            await sleep(0)
        for task in (processing, switching):
            await task.join()
            expect(task.error, None, f"{_SECTION}: who has to wait for a switch goes on after it")

    # Dropping

    async def test_a_dropped_version_is_gone(self) -> None:
        """Section 'versions of views': it begins anew when it is added again."""
        versions = await self.create_versions()
        await versions.add_version(2)
        place = await self.create_place(versions, 2)
        await place.tracking_recorder().insert_tracking(Tracking("upstream", 5))
        await place.close()
        for _ in range(2):
            await versions.drop_version(2)
            await check_states(versions, {1: "live"})
        await versions.add_version(2)
        await check_states(versions, {1: "live", 2: "building"})
        view = await self.open_view(versions, 2)
        expect(await view.recorder.max_tracking_id("upstream"), None, f"{_SECTION}: it is empty")

    async def test_dropping_what_is_not_there(self) -> None:
        """Section 'versions of views': harmless, also where there never were any."""
        versions = await self.create_versions()
        await versions.drop_version(2)
        await versions.add_version(2)
        await versions.drop_version(3)
        await check_states(versions, {1: "live", 2: "building"})

    async def test_what_is_live_cannot_be_dropped(self) -> None:
        """Section 'versions of views': nor version 1, whose place may hold other things."""
        versions, old, new = await self.create_two()
        await versions.switch(old, new, "upstream", _IMPATIENCE)
        for version in (1, 2):
            with expect_error(ProgrammingError, f"{_SECTION}: version {version} stays"):
                await versions.drop_version(version)
        await check_states(versions, {1: "retired", 2: "live"})
        for view in (old, new):
            await view.recorder.insert_tracking(Tracking("upstream", 1))

    async def test_dropping_leaves_others_alone(self) -> None:
        """Section 'versions of views': those beside it."""
        versions = await self.create_versions()
        for version in (2, 3, 22):
            await versions.add_version(version)
        views = [await self.open_view(versions, version) for version in (1, 3, 22)]
        for view in views:
            await view.recorder.insert_tracking(Tracking("upstream", view.version))
        await versions.drop_version(2)
        await check_states(versions, {1: "live", 3: "building", 22: "building"})
        for view in views:
            expect(await view.recorder.max_tracking_id("upstream"), view.version, _PLACE)


async def check_states(
    versions: AsyncViewVersionRecorder, expected: dict[int, ViewVersionState]
) -> None:
    """Check which versions there are, in order, and the state of each."""
    found = list(await versions.select_versions())
    expect(found, [ViewVersion(*each) for each in expected.items()], _LIVE)
