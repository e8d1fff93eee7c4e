"""Runners whose constructor fails: only that of an application for threads opens anything."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import pytest

from eventsourcing.application import EnvType
from eventsourcing.system import MultiThreadedRunner, SingleThreadedRunner, System
from tests.unit.system.apps_sync import Archive, Library, Shop


class Opened(Archive):
    """Is made, and notes that."""

    made: ClassVar[list[Archive]] = []

    def __init__(self, env: EnvType | None = None) -> None:
        super().__init__(env)
        self.made.append(self)


class Unmade(Library):
    """Cannot be made."""

    def __init__(self, env: EnvType | None = None) -> None:
        raise ValueError("cannot be made")


@pytest.mark.parametrize("runner_class", [SingleThreadedRunner[UUID], MultiThreadedRunner[UUID]])
def test_what_was_opened_is_closed(runner_class: Any) -> None:
    """Y33: at once, although the error refers to it."""
    with pytest.raises(ValueError, match="cannot be made"):
        runner_class(System([[Shop, Opened], [Shop, Unmade]]))
    assert Opened.made.pop().closing.is_set()
