"""Settings and time: D1 to D6."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest

import eventsourcing.domain
from eventsourcing.domain import (
    Aggregate,
    CanCreateTimestamp,
    Snapshot,
    create_utc_datetime_now,
    datetime_now_with_tzinfo,
    event,
)


def import_domain(**env: str) -> subprocess.CompletedProcess[str]:
    code = "import eventsourcing.domain as d; print(d.TZINFO)"
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_tzinfo_is_utc_by_default():
    """D1"""
    assert eventsourcing.domain.TZINFO is UTC


@pytest.mark.parametrize(
    ("topic", "stderr"),
    [
        ("datetime:nothing", "TopicError: Failed to resolve topic 'datetime:nothing'"),
        ("", "ValueError: Empty module name"),
    ],
)
def test_unresolvable_topic_of_tzinfo_fails_the_import(topic, stderr):
    """D1"""
    result = import_domain(TZINFO_TOPIC=topic)
    assert result.returncode != 0
    assert stderr in result.stderr


def test_tzinfo_is_what_the_topic_locates():
    """D1: the type is not checked."""
    result = import_domain(TZINFO_TOPIC="datetime:timezone.max")
    assert result.stdout.strip() == "UTC+23:59"


def test_now_is_aware_and_between_before_and_after():
    """D2 A2"""
    before = datetime.now(UTC)
    now = datetime_now_with_tzinfo()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC


def test_assigning_tzinfo_takes_effect_at_once(monkeypatch):
    """D2 A2"""
    zone = timezone(timedelta(hours=5))
    monkeypatch.setattr(eventsourcing.domain, "TZINFO", zone)
    assert datetime_now_with_tzinfo().tzinfo is zone
    assert Snapshot.create_timestamp().tzinfo is zone
    assert Aggregate().created_on.tzinfo is zone


def test_old_name_of_now_warns_once_at_the_callers_line():
    """D3 A4"""
    with pytest.warns(DeprecationWarning, match="deprecated") as warned:
        now = create_utc_datetime_now()
    assert now.tzinfo is UTC
    assert [str(w.message) for w in warned] == [
        "'create_utc_datetime_now()' is deprecated, use 'datetime_now_with_tzinfo()' instead"
    ]
    assert warned[0].filename == __file__


def test_create_timestamp_is_static_on_event_classes():
    """D4"""
    assert isinstance(CanCreateTimestamp.create_timestamp(), datetime)
    assert isinstance(Aggregate.Created.create_timestamp(), datetime)


def test_overriding_create_timestamp_on_the_base_event_changes_all_timestamps():
    """D4"""
    the_time = datetime(2020, 1, 1, tzinfo=UTC)

    class Clock(Aggregate):
        class Event(Aggregate.Event):
            @staticmethod
            def create_timestamp():
                return the_time

        @event("Ticked")
        def tick(self):
            pass

    clock = Clock()
    clock.tick()
    assert clock.created_on == the_time
    assert clock.modified_on == the_time


def test_documentation_tools_see_the_function(monkeypatch):
    """D6"""

    class Page(Aggregate):
        @event("Written")
        def write(self, text: str) -> None:
            pass

    monkeypatch.setenv("SPHINX_BUILD", "")
    assert type(Page.write).__name__ == "function"
