# Generated from test_wiki_async.py by tools/async_to_sync.py: do not edit.
"""The example `examples/wiki`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from eventsourcing.persistence import IntegrityError
from examples.wiki.application_sync import PageNotFoundError, Wiki
from examples.wiki.diffs import Change, diff, patch
from examples.wiki.domain import Page
from tests.integration.application.conftest import Apps


@pytest.fixture
def wiki(make_sync: Apps) -> Wiki:
    made: Wiki = make_sync(Wiki)
    return made


def test_pages_are_edited(wiki: Wiki) -> None:
    wiki.start_page("tea", "Tea", "Ann")
    wiki.edit_page("tea", "Boil water.\nWait.\n", "Ann")
    wiki.edit_page("tea", "Boil water.\nAdd leaves.\nWait.\n", "Bob")
    wiki.edit_page("tea", "Boil water.\nAdd leaves.\nWait.\n", "Eve")  # changes nothing
    wiki.rename_page("tea", "How to make tea", "Bob")

    page = wiki.get_page("tea")
    assert (page.title, page.modified_by) == ("How to make tea", "Bob")
    assert page.body == "Boil water.\nAdd leaves.\nWait.\n"
    assert wiki.get_page("tea", version=2).body == "Boil water.\nWait.\n"
    assert wiki.history("tea") == [
        (1, "Started", "Ann"),
        (2, "Edited", "Ann"),
        (3, "Edited", "Bob"),
        (4, "Renamed", "Bob"),
    ]


def test_an_event_holds_the_difference_only(wiki: Wiki) -> None:
    wiki.start_page("tea", "Tea", "Ann")
    wiki.edit_page("tea", "one\ntwo\nthree\n", "Ann")
    wiki.edit_page("tea", "one\nTWO\nthree\n", "Ann")

    *_, last = wiki.events.get(Page.create_id("tea"))
    assert isinstance(last, Page.Edited)
    assert last.changes == (Change(start=1, stop=2, lines=("TWO\n",)),)


def test_pages_are_listed_in_order(wiki: Wiki) -> None:
    assert wiki.list_pages() == []
    for slug in ("tea", "coffee", "milk"):
        wiki.start_page(slug, slug.title(), "Ann")

    assert wiki.list_pages() == ["tea", "coffee", "milk"]
    assert wiki.list_pages(after=1, limit=1) == ["coffee"]
    assert wiki.list_pages(newest=True, limit=2) == ["milk", "coffee"]


def test_a_slug_is_given_once(wiki: Wiki) -> None:
    wiki.start_page("tea", "Tea", "Ann")

    with pytest.raises(IntegrityError):
        wiki.start_page("tea", "Another tea", "Bob")

    assert wiki.list_pages() == ["tea"]
    assert wiki.get_page("tea").title == "Tea"
    with pytest.raises(PageNotFoundError, match="no page 'milk'"):
        wiki.get_page("milk")


def test_events_are_validated() -> None:
    page = Page("tea", "Tea", "Ann")

    with pytest.raises(ValidationError, match="should be a valid string"):
        page.rename(1, "Bob")  # type: ignore[arg-type]

    assert page.title == "Tea"
    assert len(page.pending_events) == 1


texts = st.lists(st.sampled_from(["a", "b", "a\n", "b\n", "\r", "\u2028"])).map("".join)


@given(texts, texts)
def test_the_difference_makes_the_new_text_of_the_old(old: str, new: str) -> None:
    assert patch(old, diff(old, new)) == new
