"""The operator `in`, which cannot wait."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.integration.application.dog_school_async import AsyncDogSchool
from tests.integration.application.dog_school_sync import DogSchool


def test_the_operator_asks_for_membership() -> None:
    """R16: true iff get() succeeds."""
    app = DogSchool()
    dog_id = app.register_dog("Fido")
    assert dog_id in app.repository
    assert uuid4() not in app.repository


async def test_the_operator_is_refused_where_it_would_have_to_wait() -> None:
    """R16: a coroutine would always be true; the message says what to write."""
    app = AsyncDogSchool()
    dog_id = await app.register_dog("Fido")
    with pytest.raises(TypeError, match=r"use 'await repository.contains\(UUID"):
        _ = dog_id in app.repository
