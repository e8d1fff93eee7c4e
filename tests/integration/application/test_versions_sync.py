# Generated from test_versions_async.py by tools/async_to_sync.py: do not edit.
"""Upcasting, seen from applications."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from tests.integration.application.conftest import Apps


class Garage(Application[UUID]):
    is_snapshotting_enabled = True


class Car(Aggregate):
    """The present shape: version 3; earlier ones had neither colour nor doors."""

    class_version = 3

    class Registered(Aggregate.Created):
        class_version = 3
        plate: str
        colour: str
        doors: int

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["colour"] = "grey"

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            state["doors"] = 4 if state["colour"] == "grey" else 2

    @event(Registered)
    def __init__(self, plate: str, colour: str, doors: int) -> None:
        self.plate = plate
        self.colour = colour
        self.doors = doors

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["colour"] = "grey"

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        state["doors"] = 4 if state["colour"] == "grey" else 2


def as_first_version(app: Any, monkeypatch: pytest.MonkeyPatch, with_snapshot: bool) -> Car:
    """A car as the first version of the program stored it."""
    car = Car("A 1", "grey", 4)
    state = car.pending_events[0].__dict__
    del state["colour"], state["doors"]
    monkeypatch.setattr(Car.Registered, "class_version", 1)
    if with_snapshot:
        monkeypatch.setattr(Car, "class_version", 1)
        del car.__dict__["colour"], car.__dict__["doors"]
    return car


def test_events_of_older_versions_are_upcast(
    make_sync: Apps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W1: intermediate versions are passed one by one."""
    app = make_sync(Garage)
    with monkeypatch.context() as context:
        car = as_first_version(app, context, with_snapshot=False)
        app.save(car)
    found = app.repository.get(car.id)
    assert (found.plate, found.colour, found.doors) == ("A 1", "grey", 4)
    assert b"class_version" not in app.notification_log.select(1, 1)[0].state


def test_snapshots_of_older_versions_are_upcast(
    make_sync: Apps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W1: intermediate versions are passed one by one."""
    app = make_sync(Garage)
    with monkeypatch.context() as context:
        car = as_first_version(app, context, with_snapshot=True)
        app.save(car)
        app.take_snapshot(car.id, projector_func=lambda *_: car)
    found = app.repository.get(car.id)
    assert (found.plate, found.colour, found.doors) == ("A 1", "grey", 4)


def test_new_events_are_stored_with_the_number_of_their_version(make_sync: Apps) -> None:
    """W1, W2: only version 1 has none."""
    app = make_sync(Garage)
    app.save(Car("A 1", "red", 2))
    assert b'"class_version":3' in app.notification_log.select(1, 1)[0].state
