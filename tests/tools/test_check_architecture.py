"""The architecture check on small trees: each rule finds its violation, a clean tree passes."""

from pathlib import Path
from textwrap import dedent

import pytest

from tools import check_architecture
from tools.check_architecture import main

DOCSTRING = '"""What it holds."""\n'


@pytest.fixture
def tree(tmp_path: Path):
    """A function that writes a module of the library below tmp_path, with a docstring before it."""

    def write(name: str, text: str = "", docstring: str = DOCSTRING) -> None:
        path = tmp_path / "src" / "eventsourcing" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(docstring + dedent(text))

    return write


@pytest.fixture
def check(tmp_path: Path, capsys):
    """A function that checks the tree and returns the lines that were printed."""

    def run() -> list[str]:
        status = main(["--root", str(tmp_path)])
        lines = capsys.readouterr().out.replace("src/eventsourcing/", "").splitlines()
        assert status == (1 if lines else 0)
        return lines

    return run


def test_clean_tree_passes(tree, check):
    tree("__init__.py", '__version__ = "1"\n')
    tree("errors.py", "class TopicError(Exception): ...\n")
    tree("utils.py", "from eventsourcing.errors import TopicError\n")
    tree("_concurrency/primitives_async.py", "import asyncio\nimport threading\n")
    tree(
        "persistence/__init__.py",
        """\
        from __future__ import annotations
        from eventsourcing._public import publish
        from eventsourcing.persistence.mapper import Mapper
        __all__ = ["Mapper"]
        publish(__name__, __all__)
        """,
    )
    tree("persistence/mapper.py", "from .. import __version__, utils\nfrom . import records\n")
    tree("persistence/records.py")
    tree("postgres/__init__.py")
    tree("postgres/recorders.py", "import psycopg\nfrom psycopg_pool import ConnectionPool\n")
    tree("testing/__init__.py", "from eventsourcing.postgres import Factory\n")
    tree("testing/suites.py", "import threading\nassert threading\nprint(1)\n")
    tree("tests/persistence.py", "from eventsourcing.testing import suites\n")

    assert check() == []


def test_tree_without_packages_passes(check):
    assert check() == []


@pytest.mark.parametrize(
    "statement",
    [
        "import eventsourcing.domain",
        "import eventsourcing.domain.aggregates as a",
        "from eventsourcing import domain",
        "from eventsourcing.domain import Aggregate",
        "from .domain import Aggregate",
        "from . import domain",
    ],
)
def test_import_of_a_higher_floor_is_found(tree, check, statement):
    tree("utils.py", statement + "\n")

    assert check() == ["utils.py:2: imports domain, which is above utils"]


def test_relative_import_out_of_a_package_is_found(tree, check):
    tree("utils/__init__.py")
    tree("utils/deep/__init__.py", "from ...domain import Aggregate\n")
    tree("utils/deep/topics.py", "from ... import domain\n")

    assert check() == [
        "utils/deep/__init__.py:2: imports domain, which is above utils",
        "utils/deep/topics.py:2: imports domain, which is above utils",
    ]


def test_import_of_a_neighbour_on_the_same_floor_is_found(tree, check):
    tree("sqlite/recorders.py", "from eventsourcing.popo import POPORecorder\n")

    assert check() == ["sqlite/recorders.py:2: imports popo, which is a neighbour of sqlite"]


def test_imports_for_types_and_in_functions_count(tree, check):
    tree(
        "domain/aggregates.py",
        """\
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from eventsourcing.application import Application
        def f():
            import eventsourcing.system
        """,
    )

    assert check() == [
        "domain/aggregates.py:4: imports application, which is above domain",
        "domain/aggregates.py:6: imports system, which is above domain",
    ]


def test_engines_are_not_imported_from_below(tree, check):
    tree("application/factory.py", "from eventsourcing.popo import Factory\n")

    assert check() == ["application/factory.py:2: imports popo, which is above application"]


def test_testing_and_tests_are_above_the_engines(tree, check):
    tree("popo/__init__.py")
    tree("popo/recorders.py", "import eventsourcing.testing\n")
    tree("testing/suites.py", "import eventsourcing.tests.persistence\n")

    assert check() == [
        "popo/recorders.py:2: imports testing, which is above popo",
        "testing/suites.py:2: imports tests, which is above testing",
    ]


def test_inner_package_with_a_floor_of_its_own_is_on_that_floor(tree, check):
    tree("dcb/__init__.py")
    tree("dcb/popo/__init__.py")
    tree("dcb/popo/recorder.py", "from eventsourcing.dcb.api import DCBRecorder\n")
    tree("dcb/postgres_tt/recorder.py", "from eventsourcing.postgres import PostgresDatastore\n")
    tree("dcb/tests.py", "import eventsourcing.testing, eventsourcing.dcb.popo\n")

    assert check() == []


@pytest.mark.parametrize(
    "statement",
    [
        "from eventsourcing.dcb.popo import InMemoryDCBRecorder",
        "from eventsourcing.dcb import popo",
        "import eventsourcing.dcb.popo.recorder",
        "from ..popo.recorder import InMemoryDCBRecorder",
        "from .. import popo",
    ],
)
def test_inner_package_is_not_imported_from_below(tree, check, statement):
    tree("dcb/application/factory.py", statement + "\n")

    assert check() == ["dcb/application/factory.py:2: imports dcb.popo, which is above dcb"]


def test_inner_packages_on_one_floor_are_neighbours(tree, check):
    tree("dcb/popo/recorder.py", "from eventsourcing.dcb.sqlite import SQLiteDCBRecorder\n")
    tree("popo/recorders.py", "from eventsourcing.dcb.popo import InMemoryDCBRecorder\n")
    tree("testing/suites.py", "import eventsourcing.dcb.tests\n")

    assert check() == [
        "dcb/popo/recorder.py:2: imports dcb.sqlite, which is a neighbour of dcb.popo",
        "popo/recorders.py:2: imports dcb.popo, which is above popo",
        "testing/suites.py:2: imports dcb.tests, which is above testing",
    ]


def test_public_helper_and_errors_do_not_know_each_other(tree, check):
    tree("errors.py", "from eventsourcing._public import publish\n")

    assert check() == ["errors.py:2: imports _public, which is a neighbour of errors"]


def test_root_imports_nothing_of_the_library(tree, check):
    tree("__init__.py", "from eventsourcing.domain import Aggregate\n")

    assert check() == ["__init__.py:2: the root of the library imports domain"]


def test_package_on_no_floor_is_found(tree, check):
    tree("attic.py", "import eventsourcing.domain\n")
    tree("system.py", "import eventsourcing.cellar\n")

    assert check() == [
        "attic.py:1: attic is on no floor: add it to FLOORS",
        "system.py:2: imports eventsourcing.cellar, which is on no floor",
    ]


@pytest.mark.parametrize(
    ("name", "driver"),
    [
        ("popo/recorders.py", "sqlite3"),
        ("sqlite/recorders.py", "psycopg"),
        ("sqlite/recorders.py", "psycopg_pool"),
        ("postgres/recorders.py", "nats"),
        ("compressor.py", "Crypto"),
        ("cryptography.py", "Crypto"),
        ("compressor.py", "cryptography"),
        ("domain/values.py", "pydantic"),
        ("persistence/transcoding.py", "msgspec"),
        ("dcb/domain/decisions.py", "msgspec"),
        ("dcb/msgpack_extra.py", "msgspec"),
        ("persistence/pool.py", "asyncio"),
        ("domain/aggregates.py", "threading"),
        ("sqlite_extra.py", "sqlite3"),
    ],
)
def test_driver_outside_the_modules_that_own_it_is_found(tree, check, name, driver):
    tree(name, f"def f():\n    from {driver}.inner import x\n")

    (line,) = [line for line in check() if "FLOORS" not in line]
    assert line.startswith(f"{name}:3: imports {driver}, which only these may: ")


@pytest.mark.parametrize(
    ("name", "driver"),
    [
        ("sqlite.py", "sqlite3"),
        ("sqlite/recorders.py", "sqlite3"),
        ("postgres/recorders.py", "psycopg"),
        ("jetstream/recorders.py", "nats"),
        ("cipher.py", "Crypto"),
        ("cipher.py", "cryptography"),
        ("cryptography.py", "cryptography"),
        ("_concurrency/workers.py", "threading"),
        ("dcb/msgpack.py", "msgspec"),
        ("dcb/msgpack/decisions.py", "msgspec"),
    ],
)
def test_driver_in_the_modules_that_own_it_is_fine(tree, check, name, driver):
    tree(name, f"import {driver}\n")

    assert check() == []


def test_module_may_have_400_lines(tree, check):
    tree("utils.py", "x = 1\n" * 399)
    tree("dispatch.py", "x = 1\n" * 400)

    assert check() == ["dispatch.py:401: module has 401 lines, at most 400 are allowed"]


def test_function_may_have_40_lines_without_its_docstring(tree, check):
    docstring = '    """First line.\n\n    Third line.\n    """\n'
    tree("utils.py", "def f():\n" + docstring + "    x = 1\n" * 39)
    tree("dispatch.py", "class A:\n    async def f():\n" + "        x = 1\n" * 40)

    assert check() == ["dispatch.py:3: A.f has 41 lines, at most 40 are allowed"]


def test_function_may_have_six_parameters(tree, check):
    tree(
        "utils.py",
        """\
        class A:
            def f(self, a, b, c, /, d, e, *args, f, **kwargs): ...
            @classmethod
            def g(cls, a, b, c, /, d, e, *args, f, **kwargs): ...
            def h(self, a, b, c, /, d, e, *args, f, g, **kwargs): ...
        def i(a, b, c, d, e, f, g): ...
        """,
    )

    assert check() == [
        "utils.py:6: A.h has 7 parameters, at most 6 are allowed",
        "utils.py:7: i has 7 parameters, at most 6 are allowed",
    ]


@pytest.mark.parametrize("name", ["f", "A.f", "utils:A.f"])
def test_listed_function_may_have_more_parameters(tree, check, monkeypatch, name):
    monkeypatch.setitem(check_architecture.PARAMETER_EXCEPTIONS, name, "the contract")
    tree("utils.py", "class A:\n    def f(a, b, c, d, e, f, g): ...\n")

    assert check() == []


def test_listed_modules_and_functions_may_be_longer(tree, check, monkeypatch):
    monkeypatch.setitem(check_architecture.LENGTH_EXCEPTIONS, "utils", "a table")
    monkeypatch.setitem(check_architecture.LENGTH_EXCEPTIONS, "utils:f", "a table")
    tree("utils.py", "def f():\n" + "    x = 1\n" * 500)

    assert check() == []


def test_generated_twin_is_as_long_as_its_source_may_be(tree, check):
    header = "# Generated from long_async.py by tools/async_to_sync.py: do not edit.\n"
    tree("domain/long_async.py", "x = 1\n" * 399)
    tree("domain/long_sync.py", "x = 1\n" * 500, docstring=header + DOCSTRING)

    assert check() == []


def test_generated_twin_without_source_is_not_exempt(tree, check):
    header = "# Generated from long_async.py by tools/async_to_sync.py: do not edit.\n"
    tree("domain/long_sync.py", "x = 1\n" * 500, docstring=header + DOCSTRING)

    assert check() == ["domain/long_sync.py:502: module has 502 lines, at most 400 are allowed"]


def test_tools_are_checked_by_their_size(tmp_path, check):
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "long.py").write_text("print(1)\n" * 401)

    assert check() == ["tools/long.py:401: module has 401 lines, at most 400 are allowed"]


@pytest.mark.parametrize(
    "statement",
    [
        "def f(): ...",
        "class A: ...",
        "x = 1",
        "if x: import y",
        "print_all()",
        "__all__ += ['x']",
    ],
)
def test_facade_with_more_than_imports_is_found(tree, check, statement):
    tree("domain/__init__.py", f"publish(__name__, __all__)\n{statement}\n")

    assert check() == [
        "domain/__init__.py:3: "
        "a facade holds only a docstring, imports, __all__ and one publish(...) call"
    ]


def test_facade_may_import_for_type_checkers_what_is_loaded_later(tree, check):
    tree("domain/later_async.py", '"""Later."""\n')
    tree(
        "domain/__init__.py",
        "if TYPE_CHECKING:\n    from eventsourcing.domain.later_async import Later\n"
        "publish(__name__, __all__, later=['later_async'])\n",
    )

    assert check() == []


@pytest.mark.parametrize("calls", [0, 2])
def test_facade_that_does_not_publish_once_is_found(tree, check, calls):
    tree("domain/__init__.py", "__all__ = ['x']\n" + "publish(__name__, __all__)\n" * calls)

    assert check() == [
        f"domain/__init__.py:1: a facade calls publish(__name__, __all__) once, not {calls} times"
    ]


def test_inner_packages_that_are_public_are_facades(tree, check):
    tree("dcb/api/__init__.py", "publish(__name__, __all__)\nx = 1\n")
    tree("dcb/popo/__init__.py", "__all__ = ['x']\n")

    assert check() == [
        "dcb/api/__init__.py:3: "
        "a facade holds only a docstring, imports, __all__ and one publish(...) call",
        "dcb/popo/__init__.py:1: a facade calls publish(__name__, __all__) once, not 0 times",
    ]


def test_inner_and_private_packages_are_no_facades(tree, check):
    tree("domain/inner/__init__.py", "x = 1\n")
    tree("dcb/api/inner/__init__.py", "x = 1\n")
    tree("_concurrency/__init__.py", "x = 1\n")

    assert check() == []


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("print(1)", "library code does not print"),
        ("assert x", "assert vanishes under -O: raise the error"),
        ("logger.setLevel(10)", "the levels of loggers are the application's to set"),
    ],
)
def test_bad_manners_are_found_outside_test_code(tree, check, statement, message):
    tree("domain/aggregates.py", f"def f():\n    {statement}\n")
    tree("testing/suites.py", f"def f():\n    {statement}\n")
    tree("tests/persistence.py", f"def f():\n    {statement}\n")
    tree("dcb/tests.py", f"def f():\n    {statement}\n")

    assert check() == [f"domain/aggregates.py:3: {message}"]


def test_module_without_docstring_is_found(tree, check):
    tree("domain/aggregates.py", "x = 1\n", docstring="# Not a docstring.\n")
    tree("domain/__init__.py", "", docstring="")

    assert check() == [
        "domain/__init__.py:1: module has no docstring",
        "domain/aggregates.py:1: module has no docstring",
    ]


def test_text_that_is_not_python_is_reported_with_its_line(tree, check):
    tree("utils.py", "def f(:\n")
    tree("dispatch.py", "print(1)\n")

    lines = check()
    assert lines[0] == "dispatch.py:2: library code does not print"
    assert lines[1].startswith("utils.py:2: ")
