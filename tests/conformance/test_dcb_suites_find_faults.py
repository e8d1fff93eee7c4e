"""The suites for dynamic consistency boundaries find what is wrong, and name the rule."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBSequencedEvent,
    SimpleDCBReadResponse,
    query_matches,
)
from eventsourcing.dcb.popo import InMemoryDCBRecorder, InMemorySubscription
from eventsourcing.persistence import IntegrityError, ProgrammingError
from eventsourcing.testing import (
    DCBConcurrencySuite,
    DCBRecorderSuite,
    DCBSubscriptionSuite,
    feed_sync,
)
from tests.conformance.faults import check_found, find_failures


@pytest.mark.parametrize(
    "suite_class", [DCBRecorderSuite, DCBConcurrencySuite, DCBSubscriptionSuite]
)
def test_nothing_is_found_where_nothing_is_wrong(suite_class: Any) -> None:
    """A right engine passes."""
    assert find_failures(suite_class, InMemoryDCBRecorder) == {}


# Recorders: what they select


class Select(InMemoryDCBRecorder):
    """Selects by another definition."""

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> SimpleDCBReadResponse:
        everything = super().read(after=after)
        events = [each for each in everything if self.matches(query or DCBQuery(), each.event)]
        checked = super().read(query, after=after, limit=limit)
        head = everything.head
        if limit is not None:
            events = events[:limit]
            head = events[-1].position if events else None
        del checked
        return SimpleDCBReadResponse(events, head)

    def matches(self, query: DCBQuery, event: DCBEvent) -> bool:
        return query_matches(query, event)


class TypesIgnored(Select):
    def matches(self, query: DCBQuery, event: DCBEvent) -> bool:
        return query_matches(DCBQuery([DCBQueryItem([], each.tags) for each in query.items]), event)


class TagsAreAlternatives(Select):
    def matches(self, query: DCBQuery, event: DCBEvent) -> bool:
        return not query.items or any(
            (not item.types or event.type in item.types)
            and (not item.tags or set(item.tags) & set(event.tags))
            for item in query.items
        )


class ItemsAreAllRequired(Select):
    def matches(self, query: DCBQuery, event: DCBEvent) -> bool:
        return all(query_matches(DCBQuery([item]), event) for item in query.items)


class TagsAreCounted(Select):
    """C29: duplicates are not ignored."""

    def matches(self, query: DCBQuery, event: DCBEvent) -> bool:
        return not query.items or any(
            (not item.types or event.type in item.types)
            and len(set(event.tags) & set(item.tags)) == len(item.tags)
            for item in query.items
        )


class CaseIgnored(Select):
    def matches(self, query: DCBQuery, event: DCBEvent) -> bool:
        items = [DCBQueryItem([t.lower() for t in each.types], each.tags) for each in query.items]
        lower = DCBEvent(event.type.lower(), event.data, event.tags)
        return query_matches(DCBQuery(items), lower)


class NothingMatchesEmptyItem(Select):
    def matches(self, query: DCBQuery, event: DCBEvent) -> bool:
        items = [each for each in query.items if each.types or each.tags]
        return not query.items or (bool(items) and query_matches(DCBQuery(items), event))


class UnsupportedQueries(InMemoryDCBRecorder):
    """C33: as on PostgreSQL in the published releases."""

    def read(self, query: DCBQuery | None = None, **kwargs: Any) -> SimpleDCBReadResponse:
        items = query.items if isinstance(query, DCBQuery) else []
        without_tags = [each for each in items if isinstance(each, DCBQueryItem) and not each.tags]
        if without_tags and (len(items) > 1 or len(without_tags[0].types) != 1):
            raise ProgrammingError(f"Unsupported query: {query!r}")
        return super().read(query, **kwargs)


class SeveralTimes(InMemoryDCBRecorder):
    """An event that matches several items comes several times."""

    def read(self, query: DCBQuery | None = None, **kwargs: Any) -> SimpleDCBReadResponse:
        response = super().read(query, **kwargs)
        if query is None or not query.items:
            return response
        found = [
            event
            for event in response
            for item in query.items
            if query_matches(DCBQuery([item]), event.event)
        ]
        return SimpleDCBReadResponse(found, response.head)


class InclusiveAfter(InMemoryDCBRecorder):
    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> SimpleDCBReadResponse:
        after = after - 1 if isinstance(after, int) else after
        return super().read(query, after=after, limit=limit)


class ZeroIsNoLimit(InMemoryDCBRecorder):
    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> SimpleDCBReadResponse:
        return super().read(query, after=after, limit=limit or None)


class HeadOfWhatMatches(InMemoryDCBRecorder):
    def read(self, query: DCBQuery | None = None, **kwargs: Any) -> SimpleDCBReadResponse:
        events = list(super().read(query, **kwargs))
        return SimpleDCBReadResponse(events, events[-1].position if events else None)


class HeadOfAllInSpiteOfLimit(InMemoryDCBRecorder):
    def read(self, query: DCBQuery | None = None, **kwargs: Any) -> SimpleDCBReadResponse:
        return SimpleDCBReadResponse(super().read(query, **kwargs), self.head())


class Descending(InMemoryDCBRecorder):
    def read(self, query: DCBQuery | None = None, **kwargs: Any) -> SimpleDCBReadResponse:
        response = super().read(query, **kwargs)
        return SimpleDCBReadResponse(reversed(list(response)), response.head)


class ReadWhenIterated(InMemoryDCBRecorder):
    def read(self, query: DCBQuery | None = None, **kwargs: Any) -> SimpleDCBReadResponse:
        read = super().read

        def lazily() -> Any:
            yield from read(query, **kwargs)

        return SimpleDCBReadResponse(lazily(), read(query, **kwargs).head)


class ReadAgain(InMemoryDCBRecorder):
    def read(self, query: DCBQuery | None = None, **kwargs: Any) -> Any:
        response = super().read(query, **kwargs)
        events = list(response)

        class Response(SimpleDCBReadResponse):
            def __iter__(self) -> Any:
                return iter(list(events))

        return Response(events, response.head)


class StoredEventsAreGivenAway(InMemoryDCBRecorder):
    def read(self, query: DCBQuery | None = None, **kwargs: Any) -> SimpleDCBReadResponse:
        response = super().read(query, **kwargs)
        events = [self.events[each.position - 1] for each in response]
        return SimpleDCBReadResponse(events, response.head)


class TagsAsSet(InMemoryDCBRecorder):
    def read(self, query: DCBQuery | None = None, **kwargs: Any) -> SimpleDCBReadResponse:
        response = super().read(query, **kwargs)
        events = list(response)
        for each in events:
            each.event.tags = sorted(set(each.event.tags))
        return SimpleDCBReadResponse(events, response.head)


class UnreadHead(InMemoryDCBRecorder):
    def head(self) -> int | None:
        return super().head() or 0


# Recorders: what they append


class Append(InMemoryDCBRecorder):
    """Changes the condition of an append."""

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        return super().append(events, condition and self.change(condition))

    def change(self, condition: DCBAppendCondition) -> DCBAppendCondition | None:
        return condition


class NoConditions(Append):
    def change(self, condition: DCBAppendCondition) -> DCBAppendCondition | None:
        return None


class ConditionOnEverything(Append):
    def change(self, condition: DCBAppendCondition) -> DCBAppendCondition | None:
        return DCBAppendCondition(after=condition.after)


class ConditionWithoutPosition(Append):
    def change(self, condition: DCBAppendCondition) -> DCBAppendCondition | None:
        return DCBAppendCondition(condition.fail_if_events_match)


class NoPositionIsTheEnd(Append):
    def change(self, condition: DCBAppendCondition) -> DCBAppendCondition | None:
        after = self.head() if condition.after is None else condition.after
        return DCBAppendCondition(condition.fail_if_events_match, after)


class CheckedAfterwards(InMemoryDCBRecorder):
    """Stores what it refuses."""

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        head = self.head()
        position = super().append(events)
        query = condition.fail_if_events_match if condition else None
        after = condition.after if condition else head
        if any(each.position <= (head or 0) for each in self.read(query, after=after)):
            raise IntegrityError
        return position


class OneByOne(InMemoryDCBRecorder):
    """Does not store all or none."""

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        if not events:
            return super().append(events, condition)
        position = super().append(events[:1], condition)
        for event in events[1:]:
            threading.Event().wait(0.00001)
            position = super().append([event])
        return position


class FirstPosition(InMemoryDCBRecorder):
    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        return super().append(events, condition) - len(events) + 1


class NothingIsFine(InMemoryDCBRecorder):
    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        return super().append(events, condition) if events else 0


class TuplesAreFine(InMemoryDCBRecorder):
    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        events = [
            replace(each, tags=list(each.tags)) if isinstance(each.tags, tuple) else each
            for each in events
        ]
        return super().append(events, condition)


@pytest.mark.parametrize(
    "recorder_class",
    [
        TypesIgnored,
        TagsAreAlternatives,
        ItemsAreAllRequired,
        TagsAreCounted,
        CaseIgnored,
        NothingMatchesEmptyItem,
        UnsupportedQueries,
        SeveralTimes,
        InclusiveAfter,
        ZeroIsNoLimit,
        HeadOfWhatMatches,
        HeadOfAllInSpiteOfLimit,
        Descending,
        ReadWhenIterated,
        ReadAgain,
        StoredEventsAreGivenAway,
        TagsAsSet,
        UnreadHead,
        NoConditions,
        ConditionOnEverything,
        ConditionWithoutPosition,
        NoPositionIsTheEnd,
        CheckedAfterwards,
        OneByOne,
        FirstPosition,
        NothingIsFine,
        TuplesAreFine,
    ],
)
def test_faults_of_recorders(recorder_class: Any) -> None:
    """C2-C11, C30: each fault is found, and the rule is named."""
    check_found(find_failures(DCBRecorderSuite, recorder_class))


# Recorders that many use


class CheckedBeforehand(InMemoryDCBRecorder):
    """Another append may come between the check and the insert."""

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        if condition is not None:
            if any(self.read(condition.fail_if_events_match, after=condition.after)):
                raise IntegrityError
            threading.Event().wait(0.0001)
        return super().append(events)


class LateVisibility(InMemoryDCBRecorder):
    """C26: the second of ten events becomes visible when there are more behind it."""

    def read(self, query: DCBQuery | None = None, **kwargs: Any) -> SimpleDCBReadResponse:
        response = super().read(query, **kwargs)
        end = self.head() or 0
        visible = [each for each in response if each.position % 10 != 2 or end > each.position + 7]
        return SimpleDCBReadResponse(visible, response.head)


class HeadBeforeItsEvents(InMemoryDCBRecorder):
    """C12: the head is taken when the events have been selected."""

    def read(self, query: DCBQuery | None = None, **kwargs: Any) -> SimpleDCBReadResponse:
        events = list(super().read(query, **kwargs))
        threading.Event().wait(0.0001)
        return SimpleDCBReadResponse(events, self.head())


@pytest.mark.parametrize(
    "recorder_class", [CheckedBeforehand, OneByOne, LateVisibility, HeadBeforeItsEvents]
)
def test_faults_among_many(recorder_class: Any) -> None:
    """C5, C10, C12: each fault is found, and the rule is named."""
    check_found(find_failures(DCBConcurrencySuite, recorder_class))


# Subscriptions


class Altered(InMemoryDCBRecorder):
    """Subscriptions of another class."""

    subscription_class: Any = InMemorySubscription

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> Any:
        return self.subscription_class(self, query, after)


def altered(cls: Any) -> Any:
    return type(f"With{cls.__name__}", (Altered,), {"subscription_class": cls})


class FromTheBeginning(InMemorySubscription[Any]):
    def __init__(self, recorder: Any, query: Any, after: Any) -> None:
        super().__init__(recorder, query)


class OnlyWhatIsNew(InMemorySubscription[Any]):
    def __init__(self, recorder: Any, query: Any, after: Any) -> None:
        super().__init__(recorder, query, recorder.head())


class Everything(InMemorySubscription[Any]):
    def __init__(self, recorder: Any, query: Any, after: Any) -> None:
        super().__init__(recorder, None, after)


class OnlyTheFirstItem(InMemorySubscription[Any]):
    def __init__(self, recorder: Any, query: Any, after: Any) -> None:
        if isinstance(query, DCBQuery) and query.items:
            query = DCBQuery(query.items[:1])
        super().__init__(recorder, query, after)


class EndsAtTheEnd(InMemorySubscription[Any]):
    def __next__(self) -> DCBSequencedEvent:
        if self._last_position == self._recorder.head() and not self._notifications:
            raise StopIteration
        return super().__next__()


class GoesOn(InMemorySubscription[Any]):
    def __next__(self) -> DCBSequencedEvent:
        try:
            return super().__next__()
        except StopIteration:
            return DCBSequencedEvent(DCBEvent("after the end", b""), 10**9)


class ReadsBatchesOfOneSize(InMemorySubscription[Any]):
    """A full batch is taken for the end of the log."""

    def _select_batch(self) -> Sequence[DCBSequencedEvent]:
        return super()._select_batch()[:2]


class NotListening(InMemorySubscription[Any]):
    def _start_listening(self) -> Any:
        return lambda: None


@pytest.mark.parametrize(
    "subscription_class",
    [
        FromTheBeginning,
        OnlyWhatIsNew,
        Everything,
        OnlyTheFirstItem,
        EndsAtTheEnd,
        GoesOn,
        ReadsBatchesOfOneSize,
        NotListening,
    ],
)
def test_faults_of_subscriptions(subscription_class: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """C13-C15: each fault is found, and the rule is named."""
    monkeypatch.setattr(feed_sync, "_PATIENCE", 0.05)
    check_found(find_failures(DCBSubscriptionSuite, altered(subscription_class)))
