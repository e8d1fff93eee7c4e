# Generated from test_search_view_async.py by tools/async_to_sync.py: do not edit.
"""The example `examples/search_view`."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from eventsourcing.persistence import InfrastructureFactory, IntegrityError, Tracking
from eventsourcing.projection import ProjectionRunner
from eventsourcing.utils import Environment
from examples.search_view.application_sync import Notes
from examples.search_view.domain import Note, NoteDeletedError
from examples.search_view.postgres_view_sync import PostgresSearchView
from examples.search_view.projection_sync import NoteSearch
from examples.search_view.sqlite_view import SQLiteSearchView

PATIENCE = 120.0
VIEW_CLASSES: dict[str, type[Any]] = {
    "eventsourcing.sqlite": SQLiteSearchView,
    "eventsourcing.postgres": PostgresSearchView,
}


def make_runner(env: dict[str, str]) -> ProjectionRunner[Notes, Any]:
    return ProjectionRunner(
        application_class=Notes,
        projection_class=NoteSearch,
        view_class=VIEW_CLASSES[env["PERSISTENCE_MODULE"]],
        env=env,
    )


def search(runner: ProjectionRunner[Notes, Any], text: str) -> list[str]:
    """Return the titles that are found in what has been recorded until now."""
    runner.wait(runner.app.recorder.max_notification_id(), timeout=PATIENCE)
    return [hit.title for hit in runner.view.search(text)]


def test_notes_are_found_by_all_their_words(durable_env: dict[str, str]) -> None:
    with make_runner(durable_env) as runner:
        runner.app.write("Tea", "Boil water, and pour it over the leaves.")
        runner.app.write("Coffee", "Boil water, and pour it over the ground beans.")

        assert search(runner, "leaves") == ["Tea"]
        assert search(runner, "WATER beans") == ["Coffee"]
        assert sorted(search(runner, "water")) == ["Coffee", "Tea"]
        assert search(runner, "water milk") == []


def test_other_forms_of_words_are_found(durable_env: dict[str, str]) -> None:
    with make_runner(durable_env) as runner:
        runner.app.write("Tea", "Pouring the boiled water over the leaves")

        assert search(runner, "pours boiling") == ["Tea"]


def test_titles_count_more_and_excerpts_show_the_words(durable_env: dict[str, str]) -> None:
    with make_runner(durable_env) as runner:
        runner.app.write("Breakfast", "One egg, some bread, and tea.")
        note_id = runner.app.write("Tea", "Leaves of tea from the garden.")

        assert search(runner, "tea") == ["Tea", "Breakfast"]
        best, other = runner.view.search("tea")
        assert best.note_id == note_id
        assert "[tea]" in best.excerpt
        assert "[tea]" in other.excerpt
        assert [hit.title for hit in runner.view.search("tea", limit=1)] == ["Tea"]


def test_rewritten_and_deleted_notes(durable_env: dict[str, str]) -> None:
    with make_runner(durable_env) as runner:
        note_id = runner.app.write("Tea", "Boil water.")
        runner.app.write("Coffee", "Grind beans.")
        runner.app.rewrite(note_id, "Milk", "Boil nothing.")
        assert search(runner, "tea") == []
        assert search(runner, "water") == []
        assert search(runner, "boil") == ["Milk"]

        runner.app.delete(note_id)

        assert search(runner, "boil") == []
        assert search(runner, "beans") == ["Coffee"]


def test_the_view_is_there_after_a_restart(durable_env: dict[str, str]) -> None:
    with make_runner(durable_env) as runner:
        runner.app.write("Tea", "Boil water.")
        assert search(runner, "water") == ["Tea"]

    with make_runner(durable_env) as runner:
        assert search(runner, "water") == ["Tea"]
        runner.app.write("Soup", "Salted water.")
        assert sorted(search(runner, "water")) == ["Soup", "Tea"]


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
def test_no_text_is_an_operator(durable_env: dict[str, str], text: str) -> None:
    with make_runner(durable_env) as runner:
        runner.app.write("Tea", "Boil water.")

        assert search(runner, text) == []
        assert search(runner, "water") == ["Tea"]


def test_any_text_is_a_note(durable_env: dict[str, str]) -> None:
    with make_runner(durable_env) as runner:
        runner.app.write("nul \0 nul", "'quotes' \\ % {} \0 日本語")
        long = " ".join(f"word{number}" for number in range(150_000))
        runner.app.write("Long", long)

        assert search(runner, "word100") == ["Long"]
        assert search(runner, "quotes") == ["nul   nul"]


def test_a_position_that_was_recorded_changes_nothing(durable_env: dict[str, str]) -> None:
    factory: InfrastructureFactory[Any] = InfrastructureFactory.construct(
        Environment("NoteSearch", durable_env)
    )
    with factory:
        view = factory.tracking_recorder(VIEW_CLASSES[durable_env["PERSISTENCE_MODULE"]])
        note_id = uuid4()
        view.put_note(note_id, "Tea", "Boil water.", Tracking("Notes", 2))

        with pytest.raises(IntegrityError):
            view.put_note(note_id, "Milk", "Cold.", Tracking("Notes", 2))
        with pytest.raises(IntegrityError):
            view.drop_note(note_id, Tracking("Notes", 1))

        assert [hit.title for hit in view.search("water")] == ["Tea"]
        assert view.max_tracking_id("Notes") == 2


def test_a_deleted_note_stays_as_it_was() -> None:
    note = Note("Tea", "Boil water.")
    note.delete()

    with pytest.raises(NoteDeletedError):
        note.rewrite("Milk", "")
    with pytest.raises(NoteDeletedError):
        note.delete()

    assert note.title == "Tea"
