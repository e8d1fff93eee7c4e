"""The example `examples/search_view`."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from eventsourcing.persistence import AsyncInfrastructureFactory, IntegrityError, Tracking
from eventsourcing.projection import AsyncProjectionRunner
from eventsourcing.utils import Environment
from examples.search_view.application_async import AsyncNotes
from examples.search_view.domain import Note, NoteDeletedError
from examples.search_view.postgres_view_async import AsyncPostgresSearchView
from examples.search_view.projection_async import AsyncNoteSearch
from examples.search_view.sqlite_view import SQLiteSearchView

PATIENCE = 120.0
VIEW_CLASSES: dict[str, type[Any]] = {
    "eventsourcing.sqlite": SQLiteSearchView,
    "eventsourcing.postgres": AsyncPostgresSearchView,
}


def make_runner(env: dict[str, str]) -> AsyncProjectionRunner[AsyncNotes, Any]:
    return AsyncProjectionRunner(
        application_class=AsyncNotes,
        projection_class=AsyncNoteSearch,
        view_class=VIEW_CLASSES[env["PERSISTENCE_MODULE"]],
        env=env,
    )


async def search(runner: AsyncProjectionRunner[AsyncNotes, Any], text: str) -> list[str]:
    """Return the titles that are found in what has been recorded until now."""
    await runner.wait(await runner.app.recorder.max_notification_id(), timeout=PATIENCE)
    return [hit.title for hit in await runner.view.search(text)]


async def test_notes_are_found_by_all_their_words(durable_env: dict[str, str]) -> None:
    async with make_runner(durable_env) as runner:
        await runner.app.write("Tea", "Boil water, and pour it over the leaves.")
        await runner.app.write("Coffee", "Boil water, and pour it over the ground beans.")

        assert await search(runner, "leaves") == ["Tea"]
        assert await search(runner, "WATER beans") == ["Coffee"]
        assert sorted(await search(runner, "water")) == ["Coffee", "Tea"]
        assert await search(runner, "water milk") == []


async def test_other_forms_of_words_are_found(durable_env: dict[str, str]) -> None:
    async with make_runner(durable_env) as runner:
        await runner.app.write("Tea", "Pouring the boiled water over the leaves")

        assert await search(runner, "pours boiling") == ["Tea"]


async def test_titles_count_more_and_excerpts_show_the_words(durable_env: dict[str, str]) -> None:
    async with make_runner(durable_env) as runner:
        await runner.app.write("Breakfast", "One egg, some bread, and tea.")
        note_id = await runner.app.write("Tea", "Leaves of tea from the garden.")

        assert await search(runner, "tea") == ["Tea", "Breakfast"]
        best, other = await runner.view.search("tea")
        assert best.note_id == note_id
        assert "[tea]" in best.excerpt
        assert "[tea]" in other.excerpt
        assert [hit.title for hit in await runner.view.search("tea", limit=1)] == ["Tea"]


async def test_rewritten_and_deleted_notes(durable_env: dict[str, str]) -> None:
    async with make_runner(durable_env) as runner:
        note_id = await runner.app.write("Tea", "Boil water.")
        await runner.app.write("Coffee", "Grind beans.")
        await runner.app.rewrite(note_id, "Milk", "Boil nothing.")
        assert await search(runner, "tea") == []
        assert await search(runner, "water") == []
        assert await search(runner, "boil") == ["Milk"]

        await runner.app.delete(note_id)

        assert await search(runner, "boil") == []
        assert await search(runner, "beans") == ["Coffee"]


async def test_the_view_is_there_after_a_restart(durable_env: dict[str, str]) -> None:
    async with make_runner(durable_env) as runner:
        await runner.app.write("Tea", "Boil water.")
        assert await search(runner, "water") == ["Tea"]

    async with make_runner(durable_env) as runner:
        assert await search(runner, "water") == ["Tea"]
        await runner.app.write("Soup", "Salted water.")
        assert sorted(await search(runner, "water")) == ["Soup", "Tea"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "_",
        "!?",
        '"',
        "'; DROP TABLE notes; --",
        "water NEAR",
        "title:tea",
        "a\0b",
        "\ud800",
    ],
)
async def test_no_text_is_an_operator(durable_env: dict[str, str], text: str) -> None:
    async with make_runner(durable_env) as runner:
        await runner.app.write("Tea", "Boil water.")

        assert await search(runner, text) == []
        assert await search(runner, "water") == ["Tea"]


async def test_any_text_is_a_note(durable_env: dict[str, str]) -> None:
    async with make_runner(durable_env) as runner:
        await runner.app.write("nul \0 nul", "'quotes' \\ % {} \0 日本語")
        long = " ".join(f"word{number}" for number in range(150_000))
        await runner.app.write("Long", long)

        assert await search(runner, "word100") == ["Long"]
        assert await search(runner, "quotes") == ["nul   nul"]


async def test_a_position_that_was_recorded_changes_nothing(durable_env: dict[str, str]) -> None:
    factory: AsyncInfrastructureFactory[Any] = AsyncInfrastructureFactory.construct(
        Environment("NoteSearch", durable_env)
    )
    async with factory:
        view = factory.tracking_recorder(VIEW_CLASSES[durable_env["PERSISTENCE_MODULE"]])
        note_id = uuid4()
        await view.put_note(note_id, "Tea", "Boil water.", Tracking("Notes", 2))

        with pytest.raises(IntegrityError):
            await view.put_note(note_id, "Milk", "Cold.", Tracking("Notes", 2))
        with pytest.raises(IntegrityError):
            await view.drop_note(note_id, Tracking("Notes", 1))

        assert [hit.title for hit in await view.search("water")] == ["Tea"]
        assert await view.max_tracking_id("Notes") == 2


def test_a_deleted_note_stays_as_it_was() -> None:
    note = Note("Tea", "Boil water.")
    note.delete()

    with pytest.raises(NoteDeletedError):
        note.rewrite("Milk", "")
    with pytest.raises(NoteDeletedError):
        note.delete()

    assert note.title == "Tea"
