"""Checks that the source keeps to the floors, owners and sizes that the tables below state.

    python -m tools.check_architecture [--root FOLDER]

Prints `file:line: message` for each violation and exits 1. Reads the source, never imports it.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from tools.async_to_sync import is_generated, source_of

PACKAGE = "eventsourcing"
ROOT = Path(__file__).resolve().parent.parent

# From the ground up. A module may import its own package and lower floors, never a neighbour. A
# package inside a package may have a floor of its own: it is a package like any other then.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "_concurrency", "_public"),
    ("utils", "dispatch"),
    ("domain",),
    ("persistence",),
    ("_aes",),  # what `cipher` and `cryptography` have in common
    ("cipher", "cryptography", "compressor"),
    ("application", "dcb"),
    ("projection",),
    ("interface", "system"),
    ("popo", "sqlite", "postgres", "jetstream"),
    ("dcb.popo", "dcb.sqlite", "dcb.postgres_tt"),  # each may use the engine that it belongs to
    ("testing",),
    ("tests", "dcb.tests"),  # thin modules over `testing`, or beside it, for third-party packages
    ("cli", "console"),
)

# What may be imported only in certain modules (and what is below them): module -> reason.
OWNERS: dict[str, dict[str, str]] = {
    "sqlite3": {"sqlite": "the driver of the engine"},
    "psycopg": {
        "postgres": "the driver of the engine",
        "dcb.postgres_tt": "the driver of the engine",
    },
    "psycopg_pool": {"postgres": "the pool of the driver"},
    "nats": {"jetstream": "the driver of the engine"},
    "Crypto": {"cipher": "the first of two AES libraries", "_aes": "common to both modules"},
    "cryptography": {
        "cipher": "the second of two AES libraries",
        "cryptography": "the library it is named after",
        "_aes": "common to both modules",
    },
    "tqdm": {"projection.progress": "the progress bar that people may want to see"},
    "pydantic": {},
    "msgspec": {"dcb.msgpack": "the library it is named after"},
    "asyncio": {
        "_concurrency": "what differs between the flavours",
        "testing": "suites that press recorders with many tasks",
        "tests": "names that third-party packages use",
    },
    "threading": {
        "_concurrency": "what differs between the flavours",
        "dispatch": "a handler may be registered late, by whichever thread reads the method",
        "utils": "topics are bound atomically across threads (U18)",
        "popo.recorders": "views hold the lock while they call methods that take it too (O9)",
        "dcb.popo.recorder": "the lock may be taken by who holds it (C16)",
        "testing": "suites that press recorders with many threads",
        "tests": "names that third-party packages use",
        "dcb.tests": "names that third-party packages use",
    },
}

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 40  # without the docstring
MAX_PARAMETERS = 6  # without self and cls, *args and **kwargs

# `function`, `Class.function` or `module:Class.function` -> why it may have more parameters.
PARAMETER_EXCEPTIONS: dict[str, str] = {
    "AsyncPostgresDatastore.__init__": "the contract's constructor (G1)",
    "SQLiteConnectionPool.__init__": "the contract's constructor (S1)",
    "SQLiteDatastore.__init__": "the contract's constructor (S1)",
}
# `module` or `module:Class.function` -> why it may be longer. Modules are named as in OWNERS.
LENGTH_EXCEPTIONS: dict[str, str] = {
    "postgres.datastore_async:AsyncPostgresDatastore.__init__": "twenty parameters (G1), kept",
}

# Packages that may print, assert and set the levels of loggers: they are test code.
TEST_PACKAGES = ("testing", "tests", "dcb.tests")

# Packages whose inner packages are public, so that these are facades, too.
PARENTS_OF_FACADES = ("dcb",)


class Violation(NamedTuple):
    """What is wrong in a line of a file."""

    path: Path
    line: int
    message: str


@dataclass(frozen=True)
class Module:
    """A module of the source tree, read but not imported."""

    path: Path
    name: str  # dotted, without the name of the library: "" is its root, "persistence.mapper"
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, filename=str(self.path))

    @property
    def is_package(self) -> bool:
        """Whether this is the `__init__` of a package."""
        return self.path.name == "__init__.py"

    @property
    def home(self) -> str:
        """The package or module on a floor, to which this belongs."""
        return find_home(self.name)

    @property
    def is_facade(self) -> bool:
        """Whether this is the `__init__` of a public package."""
        parent, _, name = self.name.rpartition(".")
        is_public = bool(name) and not name.startswith("_") and parent in ("", *PARENTS_OF_FACADES)
        return self.is_package and is_public

    def is_in(self, *names: str) -> bool:
        """Return whether this is one of the modules, or below one of them."""
        return any(self.name == name or self.name.startswith(f"{name}.") for name in names)

    def imports(self) -> Iterator[tuple[int, str]]:
        """Yield line and dotted name of all that is imported, also in functions and for types."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._resolve(node)
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)

    def _resolve(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = [PACKAGE, *self.name.split(".")] if self.name else [PACKAGE]
        drop = node.level - 1 if self.is_package else node.level
        parts = parts[: len(parts) - drop]
        return ".".join([*parts, node.module] if node.module else parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the tree, print the violations, return 1 if there are any."""
    parser = argparse.ArgumentParser(prog="python -m tools.check_architecture", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--root", type=Path, default=ROOT, help="the folder with src and tools")
    root = parser.parse_args(arguments).root
    violations = check_tree(root)
    for violation in violations:
        print(f"{violation.path.relative_to(root)}:{violation.line}: {violation.message}")
    return 1 if violations else 0


def check_tree(root: Path) -> list[Violation]:
    """Return all violations below `root`: the library by all rules, the tools by their size."""
    violations: list[Violation] = []
    for folder, checks in ((root / "src" / PACKAGE, CHECKS), (root / "tools", (check_size,))):
        for module in read_modules(folder):
            try:
                for check in checks:
                    violations += check(module)
            except SyntaxError as error:
                violations.append(Violation(module.path, error.lineno or 1, f"{error.msg}"))
    return sorted(violations)


def read_modules(folder: Path) -> Iterator[Module]:
    """Yield the modules below a folder."""
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield Module(path, name, path.read_text(encoding="utf-8"))


def check_floors(module: Module) -> Iterator[Violation]:
    """Imports inside the library go down only, and never to a neighbour on the same floor."""
    floors = {name: floor for floor, names in enumerate(FLOORS) for name in names}
    home = module.home
    if home and home not in floors:
        yield Violation(module.path, 1, f"{home} is on no floor: add it to FLOORS")
        return
    for line, imported in module.imports():
        library, _, rest = imported.partition(".")
        target = find_home(rest)
        if library != PACKAGE or target in (home, "") or target.startswith("__"):
            continue
        if target not in floors:
            yield Violation(module.path, line, f"imports {imported}, which is on no floor")
        elif not home:
            yield Violation(module.path, line, f"the root of the library imports {target}")
        elif floors[target] >= floors[home]:
            relation = "above" if floors[target] > floors[home] else "a neighbour of"
            yield Violation(module.path, line, f"imports {target}, which is {relation} {home}")


def find_home(name: str) -> str:
    """Return the innermost package or module on a floor that a dotted name belongs to.

    If there is none, it is the outermost package or module.
    """
    parts = name.split(".")
    names = {each for floor in FLOORS for each in floor}
    homes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((each for each in homes if each in names), parts[0])


def check_owners(module: Module) -> Iterator[Violation]:
    """Drivers and optional dependencies are imported only where they are listed in OWNERS."""
    for line, imported in module.imports():
        name = imported.partition(".")[0]
        if name in OWNERS and not module.is_in(*OWNERS[name]):
            allowed = ", ".join(OWNERS[name]) or "no module"
            message = f"imports {name}, which only these may: {allowed} (OWNERS)"
            yield Violation(module.path, line, message)


def check_size(module: Module) -> Iterator[Violation]:
    """Modules and functions are short, and functions have few parameters.

    A generated twin is as long as its source, which is checked itself.
    """
    if is_generated(module.path) and source_of(module.path).exists():
        return
    lines = module.text.count("\n")
    if lines > MAX_MODULE_LINES and module.name not in LENGTH_EXCEPTIONS:
        message = f"module has {lines} lines, at most {MAX_MODULE_LINES} are allowed"
        yield Violation(module.path, lines, message)
    for name, function in functions(module.tree):
        length = function_length(function)
        if length > MAX_FUNCTION_LINES and f"{module.name}:{name}" not in LENGTH_EXCEPTIONS:
            message = f"{name} has {length} lines, at most {MAX_FUNCTION_LINES} are allowed"
            yield Violation(module.path, function.lineno, message)
        count = parameter_count(function)
        names = {function.name, name, f"{module.name}:{name}"}
        if count > MAX_PARAMETERS and not names & PARAMETER_EXCEPTIONS.keys():
            message = f"{name} has {count} parameters, at most {MAX_PARAMETERS} are allowed"
            yield Violation(module.path, function.lineno, message)


def functions(
    node: ast.AST, prefix: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield the functions in a tree with their qualified names."""
    for child in ast.iter_child_nodes(node):
        inner = prefix
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{prefix}{child.name}."
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + child.name, child
        yield from functions(child, inner)


def function_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of lines of a function without decorators and docstring."""
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        docstring = function.body[0]
        length -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return length


def parameter_count(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of parameters without self, cls, *args and **kwargs."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if positional and positional[0].arg in ("self", "cls"):
        positional = positional[1:]
    return len(positional) + len(arguments.kwonlyargs)


def check_facade(module: Module) -> Iterator[Violation]:
    """The `__init__` of a public package has only imports, `__all__` and one `publish(...)`."""
    if not module.is_facade:
        return
    calls = 0
    for node in module.tree.body:
        if is_publish_call(node):
            calls += 1
        elif not is_facade_statement(node):
            message = "a facade holds only a docstring, imports, __all__ and one publish(...) call"
            yield Violation(module.path, node.lineno, message)
    needs_call = not module.is_in(*TEST_PACKAGES) and len(module.tree.body) > 1
    if calls > 1 or (needs_call and calls == 0):
        message = f"a facade calls publish(__name__, __all__) once, not {calls} times"
        yield Violation(module.path, 1, message)


def is_publish_call(node: ast.stmt) -> bool:
    """Return whether a statement is a call of `publish`."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    return isinstance(node.value.func, ast.Name) and node.value.func.id == "publish"


def is_facade_statement(node: ast.stmt) -> bool:
    """Return whether a statement is a docstring, an import or an assignment of `__all__`.

    Imports for type checkers, of what is loaded later, count as imports.
    """
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name):
        return node.test.id == "TYPE_CHECKING" and all(map(is_facade_statement, node.body))
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [target.id for target in targets if isinstance(target, ast.Name)] == ["__all__"]
    return isinstance(node, ast.Import | ast.ImportFrom)


def check_manners(module: Module) -> Iterator[Violation]:
    """Library code does not print, assert, or set the levels of loggers."""
    if module.is_in(*TEST_PACKAGES):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assert):
            message = "assert vanishes under -O: raise the error"
            yield Violation(module.path, node.lineno, message)
        elif isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name) and function.id == "print":
                yield Violation(module.path, node.lineno, "library code does not print")
            elif isinstance(function, ast.Attribute) and function.attr == "setLevel":
                message = "the levels of loggers are the application's to set"
                yield Violation(module.path, node.lineno, message)


def check_docstring(module: Module) -> Iterator[Violation]:
    """Every module says in its docstring what it holds and who uses it."""
    if not ast.get_docstring(module.tree):
        yield Violation(module.path, 1, "module has no docstring")


CHECKS = (
    check_floors,
    check_owners,
    check_size,
    check_facade,
    check_manners,
    check_docstring,
)


if __name__ == "__main__":
    sys.exit(main())
