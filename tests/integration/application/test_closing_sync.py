# Generated from test_closing_async.py by tools/async_to_sync.py: do not edit.
"""Opening and closing of applications."""

from __future__ import annotations

import gc
import weakref
from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import Application
from eventsourcing.persistence import ConnectionPoolClosedError, OperationalError
from tests.integration.application.conftest import Apps
from tests.integration.application.dog_school_sync import DogSchool
from tests.integration.application.dogs import Dog

ERRORS_WHEN_CLOSED: dict[str, type[Exception]] = {
    "eventsourcing.sqlite": ConnectionPoolClosedError,
    "eventsourcing.postgres": OperationalError,
}


def test_closing_says_so_and_may_be_repeated(make_sync: Apps) -> None:
    """A32: the event `closing` is set."""
    app = make_sync(DogSchool)
    app.register_dog("Fido")
    for _ in range(3):
        app.close()
        assert app.closing.is_set()


def test_an_application_that_was_never_used_can_be_closed(make_sync: Apps) -> None:
    """A32: nothing was opened then."""
    app = make_sync(DogSchool)
    app.close()
    app.close()


def test_what_a_closed_application_does(make_sync: Apps, env: dict[str, str]) -> None:
    """A33: in memory it keeps working; on a database it says that it is closed."""
    app = make_sync(DogSchool)
    dog_id = app.register_dog("Fido")
    app.close()
    error = ERRORS_WHEN_CLOSED.get(env["PERSISTENCE_MODULE"])
    if error is None:
        assert app.repository.contains(dog_id)
        return
    with pytest.raises(error):
        app.repository.get(dog_id)
    with pytest.raises(error):
        app.save(Dog("Millie"))


def test_an_application_is_a_context_manager(make_sync: Apps) -> None:
    """A34: it enters its factory, and closes at the end."""
    app = make_sync(DogSchool)
    with app as entered:
        assert entered is app
        app.register_dog("Fido")
        assert not app.closing.is_set()
    assert app.closing.is_set()


def test_leaving_the_context_closes_before_the_factory_is_left(make_sync: Apps) -> None:
    """A34: also after an error, which propagates."""
    app = make_sync(DogSchool)
    steps: list[str] = []
    factory_class: Any = type(app.factory)

    class Watched(factory_class):
        def __enter__(self) -> Any:
            steps.append("enter")
            return super().__enter__()

        def __exit__(self, *args: object) -> None:
            steps.append(f"exit {app.closing.is_set()}")
            super().__exit__(*args)

    def fail() -> None:
        with app:
            raise KeyError

    app.factory.__class__ = Watched
    with pytest.raises(KeyError):
        fail()
    assert steps == ["enter", "exit True"]


def test_the_database_can_be_opened_at_once(make_sync: Apps) -> None:
    """A35: or by the first use."""
    app = make_sync(DogSchool)
    app.open()
    app.register_dog("Fido")
    app.close()


def test_a_half_constructed_application_is_collected_silently(
    make_sync: Apps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A37: also when the very first step failed."""
    unraisable: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", unraisable.append)

    class Early(Application[UUID]):
        def construct_env(self, name: str, env: Any = None) -> Any:
            raise LookupError(name)

    class Late(Application[UUID]):
        def construct_notification_log(self) -> Any:
            raise LookupError

    for cls in (Early, Late):
        with pytest.raises(LookupError):
            make_sync(cls)
    gc.collect()
    assert unraisable == []


def test_an_application_can_be_collected(make_sync: Apps) -> None:
    """A37: nothing that it made keeps it alive."""
    app = DogSchool(make_sync.env)
    app.register_dog("Fido")
    app.close()
    reference = weakref.ref(app)
    del app
    gc.collect()
    assert reference() is None
