"""Every test starts and ends without bindings of topics: many define classes of the same name."""

from collections.abc import Iterator

import pytest

from eventsourcing.utils import clear_topic_cache


@pytest.fixture(autouse=True)
def no_topics() -> Iterator[None]:
    clear_topic_cache()
    yield
    clear_topic_cache()
