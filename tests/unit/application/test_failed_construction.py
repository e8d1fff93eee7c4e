"""Applications that cannot be made hold nothing open. Only a sync constructor opens anything."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.application import Application
from eventsourcing.dcb.application import DCBApplication


@pytest.mark.parametrize("application_class", [Application, DCBApplication])
@pytest.mark.parametrize("closing_fails", [False, True])
def test_what_was_opened_is_closed_when_the_rest_fails(
    application_class: Any, closing_fails: bool
) -> None:
    """J28, issue 5.8: at once, whoever keeps the error; which is not hidden by another one."""
    closed: list[Any] = []

    class Broken(application_class):  # type: ignore[misc]
        def construct_factory(self, env: Any) -> Any:
            factory = super().construct_factory(env)

            def close() -> None:
                closed.append(factory)
                if closing_fails:
                    raise RuntimeError("cannot be closed")

            factory.close = close
            return factory

        def construct_mapper(self) -> Any:
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken") as error:
        Broken()

    assert len(closed) == 1
    assert error.tb is not None
