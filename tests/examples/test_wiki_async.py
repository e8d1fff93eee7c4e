"""The example `examples/wiki`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from eventsourcing.persistence import IntegrityError
from examples.wiki.application_async import AsyncWiki, PageNotFoundError
from examples.wiki.diffs import Change, diff, patch
from examples.wiki.domain import Page
from tests.integration.application.conftest import Apps


@pytest.fixture
def wiki(make_async: Apps) -> AsyncWiki:
    made: AsyncWiki = make_async(AsyncWiki)
    return made


async def test_pages_are_edited(wiki: AsyncWiki) -> None:
    await wiki.start_page("tea", "Tea", "Ann")
    await wiki.edit_page("tea", "Boil water.\nWait.\n", "Ann")
    await wiki.edit_page("tea", "Boil water.\nAdd leaves.\nWait.\n", "Bob")
    await wiki.edit_page("tea", "Boil water.\nAdd leaves.\nWait.\n", "Eve")  # changes nothing
    await wiki.rename_page("tea", "How to make tea", "Bob")

    page = await wiki.get_page("tea")
    assert (page.title, page.modified_by) == ("How to make tea", "Bob")
    assert page.body == "Boil water.\nAdd leaves.\nWait.\n"
    assert (await wiki.get_page("tea", version=2)).body == "Boil water.\nWait.\n"
    assert await wiki.history("tea") == [
        (1, "Started", "Ann"),
        (2, "Edited", "Ann"),
        (3, "Edited", "Bob"),
        (4, "Renamed", "Bob"),
    ]


async def test_an_event_holds_the_difference_only(wiki: AsyncWiki) -> None:
    await wiki.start_page("tea", "Tea", "Ann")
    await wiki.edit_page("tea", "one\ntwo\nthree\n", "Ann")
    await wiki.edit_page("tea", "one\nTWO\nthree\n", "Ann")

    *_, last = await wiki.events.get(Page.create_id("tea"))
    assert isinstance(last, Page.Edited)
    assert last.changes == (Change(start=1, stop=2, lines=("TWO\n",)),)


async def test_pages_are_listed_in_order(wiki: AsyncWiki) -> None:
    assert await wiki.list_pages() == []
    for slug in ("tea", "coffee", "milk"):
        await wiki.start_page(slug, slug.title(), "Ann")

    assert await wiki.list_pages() == ["tea", "coffee", "milk"]
    assert await wiki.list_pages(after=1, limit=1) == ["coffee"]
    assert await wiki.list_pages(newest=True, limit=2) == ["milk", "coffee"]


async def test_a_slug_is_given_once(wiki: AsyncWiki) -> None:
    await wiki.start_page("tea", "Tea", "Ann")

    with pytest.raises(IntegrityError):
        await wiki.start_page("tea", "Another tea", "Bob")

    assert await wiki.list_pages() == ["tea"]
    assert (await wiki.get_page("tea")).title == "Tea"
    with pytest.raises(PageNotFoundError, match="no page 'milk'"):
        await wiki.get_page("milk")


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
