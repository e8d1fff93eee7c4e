"""Facades give their names a public address, and load their asynchronous side when it is used."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from eventsourcing._public import publish


@pytest.fixture
def facade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    package = tmp_path / "zoo"
    package.mkdir()
    (package / "__init__.py").write_text("from zoo.cats import Cat\nfrom json import JSONDecoder\n")
    (package / "cats.py").write_text("class Cat: pass\n")
    (package / "cats_async.py").write_text("class AsyncCat: pass\nLIVES = 9\n_hidden = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    (package / "whales.py").write_text("from zoo.cats import Cat\nclass Whale: pass\n")
    for name in ("zoo", "zoo.cats", "zoo.cats_async", "zoo.whales"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module("zoo")


def test_classes_of_the_package_say_its_public_name(facade: ModuleType) -> None:
    publish("zoo", ["Cat"])

    assert facade.Cat.__module__ == "zoo"


def test_classes_from_elsewhere_are_left_alone(facade: ModuleType) -> None:
    publish("zoo", ["JSONDecoder"])

    assert facade.JSONDecoder.__module__ == "json.decoder"


def test_a_module_of_the_later_side_is_imported_by_its_first_use(facade: ModuleType) -> None:
    publish("zoo", ["Cat", "AsyncCat", "LIVES"], later=["cats_async"])
    assert "zoo.cats_async" not in sys.modules

    assert facade.AsyncCat.__module__ == "zoo"
    assert facade.LIVES == 9
    assert "AsyncCat" in vars(facade)


def test_a_name_that_stands_apart_is_imported_by_itself(facade: ModuleType) -> None:
    names = ["Cat", "AsyncCat", "Whale"]
    publish("zoo", names, later=["cats_async"], apart={"Whale": "whales"})

    assert facade.AsyncCat.__module__ == "zoo"
    assert "zoo.whales" not in sys.modules
    assert facade.Whale.__module__ == "zoo"
    assert set(names) <= set(dir(facade))


def test_what_stands_apart_does_not_import_the_later_side(facade: ModuleType) -> None:
    publish("zoo", ["AsyncCat", "Whale"], later=["cats_async"], apart={"Whale": "whales"})

    assert facade.Whale.__name__ == "Whale"
    assert "zoo.cats_async" not in sys.modules


def test_the_later_side_shows_in_dir_and_star_import(facade: ModuleType) -> None:
    facade.__all__ = ["Cat", "AsyncCat"]
    publish("zoo", facade.__all__, later=["cats_async"])

    assert "AsyncCat" in dir(facade)
    namespace: dict[str, object] = {}
    exec("from zoo import *", namespace)  # noqa: S102
    assert {"Cat", "AsyncCat"} <= set(namespace)


@pytest.mark.parametrize("name", ["Dog", "_hidden"])
def test_other_names_are_attribute_errors(facade: ModuleType, name: str) -> None:
    publish("zoo", ["Cat", "AsyncCat"], later=["cats_async"])

    with pytest.raises(AttributeError, match=f"module 'zoo' has no attribute '{name}'"):
        getattr(facade, name)
