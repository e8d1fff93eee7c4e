"""What can only happen to applications on asyncio: cancelled tasks, and coroutines never run."""

from __future__ import annotations

import asyncio

import pytest

from tests.integration.application.conftest import Apps
from tests.integration.application.dog_school_async import AsyncDogSchool
from tests.integration.application.dogs import Dog


async def test_a_cancelled_waiter_leaves_no_lock_in_use(make_async: Apps) -> None:
    """R12, R13: and others get the lock."""
    app = make_async(AsyncDogSchool, AGGREGATE_CACHE_MAXSIZE="5")
    dog = Dog("Fido")
    await app.save(dog)
    lock = app.repository._use_fastforward_lock(dog.id)
    await lock.acquire()
    task = asyncio.create_task(app.repository.get(dog.id))
    await asyncio.sleep(0)
    assert app.repository._fastforward_locks_inuse[dog.id] == (lock, 2)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert app.repository._fastforward_locks_inuse[dog.id] == (lock, 1)
    lock.release()
    app.repository._disuse_fastforward_lock(dog.id)
    assert await app.repository.get(dog.id) == dog
    assert app.repository._fastforward_locks_inuse == {}


async def test_an_opened_application_that_nobody_closed_is_reported(make_async: Apps) -> None:
    """A37: it cannot close itself, as that would need to wait."""
    apps = [AsyncDogSchool(make_async.env)]
    await apps[0].open()
    factory = apps[0].factory
    with pytest.warns(ResourceWarning, match="AsyncDogSchool was not closed"):
        apps.clear()
    await factory.close()
