"""Sections 1.2 and 1.3 of the contract: what can be imported, and where it says that it lives."""

from __future__ import annotations

import pytest

import eventsourcing.projection
import eventsourcing.tests.projection as shipped
from eventsourcing.utils import get_topic, resolve_topic

PUBLIC = [
    "ApplicationSubscription",
    "Projection",
    "EventSourcedProjection",
    "BaseProjectionRunner",
    "ProjectionRunner",
    "EventSourcedProjectionRunner",
    "TApplication",
    "TEventSourcedProjection",
    "AsyncApplicationSubscription",
    "AsyncDCBApplicationSubscription",
    "DCBApplicationSubscription",
    "AsyncProjection",
    "AsyncEventSourcedProjection",
    "AsyncBaseProjectionRunner",
    "AsyncProjectionRunner",
    "AsyncEventSourcedProjectionRunner",
    "BatchProjection",
    "AsyncBatchProjection",
    "ProjectionStatus",
]
SHIPPED = [
    "Counter",
    "Counters",
    "EventCountersView",
    "EventCountersInterface",
    "SpannerThrown",
    "SpannerThrownError",
    "AggregateEventCountersProjection",
    "EventCountersViewTestCase",
    "AggregateEventCountersProjectionTestCase",
    "EventSourcedProjectionTestCase",
    "DCBSpannerThrown",
    "Thing",
    "TaggedDecisionCountersProjection",
    "TaggedDecisionCountersProjectionTestCase",
]


@pytest.mark.parametrize("name", PUBLIC)
def test_name_is_exported(name: str) -> None:
    """Section 1.2: with its public address."""
    exported = getattr(eventsourcing.projection, name)
    assert name in eventsourcing.projection.__all__
    if isinstance(exported, type):
        assert exported.__module__ == "eventsourcing.projection"


@pytest.mark.parametrize("name", SHIPPED)
def test_name_is_shipped(name: str) -> None:
    """Section 1.3: for the test cases of extensions."""
    assert getattr(shipped, name).__module__ == "eventsourcing.tests.projection"


def test_decisions_that_are_shipped_have_public_topics() -> None:
    """Section 1.3: they are stored in the databases of extensions."""
    topic = "eventsourcing.tests.projection:Thing.Created"
    assert get_topic(shipped.Thing.Created) == topic
    assert resolve_topic(topic) is shipped.Thing.Created
