# Generated from test_story_async.py by tools/async_to_sync.py: do not edit.
"""The story of the tutorial."""

from __future__ import annotations

import pytest

from eventsourcing.persistence import IntegrityError
from tests.integration.application.conftest import Apps
from tests.integration.application.dog_school_sync import DogSchool


def test_the_dog_school_of_the_tutorial(make_sync: Apps) -> None:
    """V1: commands, queries, old versions, conflicts and the notification log."""
    app: DogSchool = make_sync(DogSchool)
    assert len(app.notification_log.select(start=1, limit=10)) == 0

    dog_id = app.register_dog("Fido")
    app.add_trick(dog_id, "roll over")
    app.add_trick(dog_id, "fetch ball")
    assert app.get_dog(dog_id) == {"name": "Fido", "tricks": ("roll over", "fetch ball")}
    app.add_trick(dog_id, "play dead")

    old = app.repository.get(dog_id, version=3)
    assert old.tricks == ["roll over", "fetch ball"]
    old.add_trick("future")
    with pytest.raises(IntegrityError):
        app.save(old)

    first = app.notification_log.select(start=1, limit=2)
    assert [n.id for n in first] == [1, 2]
    assert b"roll over" in first[1].state
    rest = app.notification_log.select(start=first[-1].id + 1, limit=10)
    assert [n.id for n in rest] == [3, 4]
    section = app.notification_log.get_section("1,10")
    assert section.id == "1,4"
