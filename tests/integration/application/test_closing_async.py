"""Opening and closing of applications."""

from __future__ import annotations

import gc
import weakref
from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import AsyncApplication
from eventsourcing.persistence import ConnectionPoolClosedError, OperationalError
from tests.integration.application.conftest import Apps
from tests.integration.application.dog_school_async import AsyncDogSchool
from tests.integration.application.dogs import Dog

ERRORS_WHEN_CLOSED: dict[str, type[Exception]] = {
    "eventsourcing.sqlite": ConnectionPoolClosedError,
    "eventsourcing.postgres": OperationalError,
}


async def test_closing_says_so_and_may_be_repeated(make_async: Apps) -> None:
    """A32: the event `closing` is set."""
    app = make_async(AsyncDogSchool)
    await app.register_dog("Fido")
    for _ in range(3):
        await app.close()
        assert app.closing.is_set()


async def test_an_application_that_was_never_used_can_be_closed(make_async: Apps) -> None:
    """A32: nothing was opened then."""
    app = make_async(AsyncDogSchool)
    await app.close()
    await app.close()


async def test_what_a_closed_application_does(make_async: Apps, env: dict[str, str]) -> None:
    """A33: in memory it keeps working; on a database it says that it is closed."""
    app = make_async(AsyncDogSchool)
    dog_id = await app.register_dog("Fido")
    await app.close()
    error = ERRORS_WHEN_CLOSED.get(env["PERSISTENCE_MODULE"])
    if error is None:
        assert await app.repository.contains(dog_id)
        return
    with pytest.raises(error):
        await app.repository.get(dog_id)
    with pytest.raises(error):
        await app.save(Dog("Millie"))


async def test_an_application_is_a_context_manager(make_async: Apps) -> None:
    """A34: it enters its factory, and closes at the end."""
    app = make_async(AsyncDogSchool)
    async with app as entered:
        assert entered is app
        await app.register_dog("Fido")
        assert not app.closing.is_set()
    assert app.closing.is_set()


async def test_leaving_the_context_closes_before_the_factory_is_left(make_async: Apps) -> None:
    """A34: also after an error, which propagates."""
    app = make_async(AsyncDogSchool)
    steps: list[str] = []
    factory_class: Any = type(app.factory)

    class AsyncWatched(factory_class):
        async def __aenter__(self) -> Any:
            steps.append("enter")
            return await super().__aenter__()

        async def __aexit__(self, *args: object) -> None:
            steps.append(f"exit {app.closing.is_set()}")
            await super().__aexit__(*args)

    async def fail() -> None:
        async with app:
            raise KeyError

    app.factory.__class__ = AsyncWatched
    with pytest.raises(KeyError):
        await fail()
    assert steps == ["enter", "exit True"]


async def test_the_database_can_be_opened_at_once(make_async: Apps) -> None:
    """A35: or by the first use."""
    app = make_async(AsyncDogSchool)
    await app.open()
    await app.register_dog("Fido")
    await app.close()


async def test_a_half_constructed_application_is_collected_silently(
    make_async: Apps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A37: also when the very first step failed."""
    unraisable: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", unraisable.append)

    class AsyncEarly(AsyncApplication[UUID]):
        def construct_env(self, name: str, env: Any = None) -> Any:
            raise LookupError(name)

    class AsyncLate(AsyncApplication[UUID]):
        def construct_notification_log(self) -> Any:
            raise LookupError

    for cls in (AsyncEarly, AsyncLate):
        with pytest.raises(LookupError):
            make_async(cls)
    gc.collect()
    assert unraisable == []


async def test_an_application_can_be_collected(make_async: Apps) -> None:
    """A37: nothing that it made keeps it alive."""
    app = AsyncDogSchool(make_async.env)
    await app.register_dog("Fido")
    await app.close()
    reference = weakref.ref(app)
    del app
    gc.collect()
    assert reference() is None
