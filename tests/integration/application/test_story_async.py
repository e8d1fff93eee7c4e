"""The story of the tutorial."""

from __future__ import annotations

import pytest

from eventsourcing.persistence import IntegrityError
from tests.integration.application.conftest import Apps
from tests.integration.application.dog_school_async import AsyncDogSchool


async def test_the_dog_school_of_the_tutorial(make_async: Apps) -> None:
    """V1: commands, queries, old versions, conflicts and the notification log."""
    app: AsyncDogSchool = make_async(AsyncDogSchool)
    assert len(await app.notification_log.select(start=1, limit=10)) == 0

    dog_id = await app.register_dog("Fido")
    await app.add_trick(dog_id, "roll over")
    await app.add_trick(dog_id, "fetch ball")
    assert await app.get_dog(dog_id) == {"name": "Fido", "tricks": ("roll over", "fetch ball")}
    await app.add_trick(dog_id, "play dead")

    old = await app.repository.get(dog_id, version=3)
    assert old.tricks == ["roll over", "fetch ball"]
    old.add_trick("future")
    with pytest.raises(IntegrityError):
        await app.save(old)

    first = await app.notification_log.select(start=1, limit=2)
    assert [n.id for n in first] == [1, 2]
    assert b"roll over" in first[1].state
    rest = await app.notification_log.select(start=first[-1].id + 1, limit=10)
    assert [n.id for n in rest] == [3, 4]
    section = await app.notification_log.get_section("1,10")
    assert section.id == "1,4"
