"""What is counted: on which day, under which name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, tzinfo
from typing import Any, TypeAlias

Counts: TypeAlias = Counter[tuple[date, str]]
"""How often each thing happened on each day."""


def count_by_day(events: Iterable[Any], time_zone: tzinfo) -> Counts:
    """Count the events that say when they happened, by the day at the place and their class."""
    return Counter(
        (event.at.astimezone(time_zone).date(), type(event).__name__)
        for event in events
        if hasattr(event, "at")
    )
