"""Collection of applications by the garbage collector, for threads: it closes them."""

from __future__ import annotations

import gc

import pytest

from eventsourcing.persistence import ConnectionPoolClosedError
from tests.integration.application.dog_school_sync import DogSchool


def test_an_application_closes_itself_when_it_is_collected(env: dict[str, str]) -> None:
    """A37: what it opened does not stay open."""
    app = DogSchool(env)
    dog_id = app.register_dog("Fido")
    closing, repository = app.closing, app.repository
    del app
    gc.collect()
    assert closing.is_set()
    if env["PERSISTENCE_MODULE"] == "eventsourcing.sqlite":
        with pytest.raises(ConnectionPoolClosedError):
            repository.get(dog_id)
