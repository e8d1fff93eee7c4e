"""From selectors, which name classes of decisions, to queries, which name types. Pure (C50)."""

from __future__ import annotations

from collections.abc import Sequence

from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem
from eventsourcing.dcb.domain import Selector
from eventsourcing.utils import get_topic


def make_query(selectors: Selector | Sequence[Selector] | None) -> DCBQuery:
    """Return the query for a consistency boundary; it matches everything if that is empty."""
    if isinstance(selectors, Selector):
        selectors = [selectors]
    return DCBQuery([_make_item(selector) for selector in selectors or ()])


def make_condition(
    selectors: Selector | Sequence[Selector] | None, after: int | None
) -> DCBAppendCondition | None:
    """Return the condition for appending within a boundary; `None` if neither is given."""
    if selectors is None and after is None:
        return None
    return DCBAppendCondition(make_query(selectors), after)


def _make_item(selector: Selector) -> DCBQueryItem:
    if not isinstance(selector, Selector):
        raise TypeError(
            f"{selector!r} cannot be part of a consistency boundary: give a Selector, or a list "
            "of them"
        )
    return DCBQueryItem([get_topic(each) for each in selector.types], list(selector.tags))
