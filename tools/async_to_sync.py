"""Writes the `x_sync.py` twin beside each `x_async.py`, or checks that the twins are fresh.

    python -m tools.async_to_sync [--check] [paths]

The rules are in tools/sync_rules.py. A marker in the first five lines of an async module
opts out of them:

    # Hand-written pair: <reason>    the twin is kept by hand and must have the same public names
    # Async only: <reason>           there is no twin
"""

from __future__ import annotations

import argparse
import ast
import difflib
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.sync_rules import UnsupportedConstruct, map_name, to_sync

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PATHS = ("src", "tests", "examples", "typing_tests")
HEADER = "# Generated from {name} by tools/async_to_sync.py: do not edit."

_HEADER = re.compile(HEADER.format(name=r"\S+").replace(".", r"\."))
_MARKER = re.compile(r"# (Hand-written pair|Async only): \S")
_LINT_RULES = (
    "I,F401,UP034"  # sort imports, remove those only the async side needs, and parentheses
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the twins; return 0 when all is well, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tools.async_to_sync", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--check", action="store_true", help="write nothing, show what differs")
    parser.add_argument("paths", nargs="*", type=Path, help="files or folders (default: all)")
    options = parser.parse_args(arguments)
    paths = options.paths or [ROOT / name for name in DEFAULT_PATHS]
    missing = [path for path in options.paths if not path.exists()]
    problems = [f"{path}: no such file or folder" for path in missing]
    for source in find_modules(paths, "_async"):
        problems += process(source, check=options.check)
    for twin in find_modules(paths, "_sync"):
        if is_generated(twin) and not source_of(twin).exists():
            problems.append(f"{_show(twin)}: generated, but there is no {source_of(twin).name}")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def find_modules(paths: Iterable[Path], suffix: str) -> list[Path]:
    """Return the modules with that suffix among the paths and in the folders below them, sorted."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(path.rglob(f"*{suffix}.py"))
        elif path.stem.endswith(suffix) and path.exists():
            found.add(path)
    return sorted(found)


def process(source: Path, *, check: bool) -> list[str]:
    """Write or check the twin of one async module and return the problems found."""
    marker = opt_out(source)
    if marker == "Async only":
        return []
    if marker == "Hand-written pair":
        return compare_pair(source)
    try:
        return write_twin(source, generate(source), check=check)
    except UnsupportedConstruct as error:
        return [f"{_show(source)}:{error.line}: {error.reason}"]
    except SyntaxError as error:
        return [f"{_show(source)}:{error.lineno}: {error.msg} (in the module or in its twin)"]


def write_twin(source: Path, expected: str, *, check: bool) -> list[str]:
    """Write the twin where it differs from what is expected, or say how it differs."""
    twin = twin_of(source)
    actual = twin.read_text(encoding="utf-8") if twin.exists() else None
    if actual == expected:
        return []
    if check:
        return [describe_difference(twin, actual, expected)]
    if actual is not None and not is_generated(twin):
        return [
            f"{_show(twin)}: has no generated header, so it is not overwritten; remove it, or mark "
            f"{source.name} with '# Hand-written pair: <reason>'"
        ]
    twin.write_text(expected, encoding="utf-8")
    print(f"wrote {_show(twin)}")
    return []


def generate(source: Path) -> str:
    """Return the text of the twin, with its header, sorted imports and the project's format."""
    body = to_sync(source.read_text(encoding="utf-8"))
    text = HEADER.format(name=source.name) + "\n" + body
    name = str(twin_of(source))
    text = _ruff(["check", "--fix", "--exit-zero", "--select", _LINT_RULES], name, text)
    return _ruff(["format"], name, text)


def _ruff(arguments: list[str], name: str, text: str) -> str:
    command = [sys.executable, "-m", "ruff", *arguments, "--quiet", "--stdin-filename", name, "-"]
    finished = subprocess.run(
        command, input=text, capture_output=True, encoding="utf-8", cwd=ROOT, check=False
    )
    if finished.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {finished.stderr}")
    return finished.stdout


def describe_difference(twin: Path, actual: str | None, expected: str) -> str:
    """Return what is wrong with a twin: that it is missing, or how it differs."""
    name = str(_show(twin))
    before = (actual or "").splitlines(keepends=True)
    after = expected.splitlines(keepends=True)
    diff = "".join(difflib.unified_diff(before, after, name, f"{name} (generated now)"))
    state = "missing" if actual is None else "stale"
    return f"{name}: {state}; run python -m tools.async_to_sync\n{diff}"


def compare_pair(source: Path) -> list[str]:
    """Return how the public names of a hand-written pair differ."""
    twin = twin_of(source)
    if not twin.exists():
        return [f"{_show(source)}: hand-written pair, but there is no {twin.name}"]
    if is_generated(twin):
        return [
            f"{_show(twin)}: has a generated header, but {source.name} says 'Hand-written pair'"
        ]
    expected = {map_name(name) for name in public_names(source)}
    actual = public_names(twin)
    problems = [f"{_show(twin)}: lacks {name}" for name in sorted(expected - actual)]
    return problems + [f"{_show(source)}: lacks {name}" for name in sorted(actual - expected)]


def public_names(module: Path) -> set[str]:
    """Return the names in a module's `__all__`, or else the public ones that it defines."""
    names: set[str] = set()
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            assigned = {target.id for target in targets if isinstance(target, ast.Name)}
            if "__all__" in assigned and node.value is not None:
                return set(ast.literal_eval(node.value))
            names |= assigned
    return {name for name in names if not name.startswith("_")}


def opt_out(source: Path) -> str | None:
    """Return the marker with which an async module says that its twin is not to be generated."""
    for line in source.read_text(encoding="utf-8").splitlines()[:5]:
        if match := _MARKER.match(line):
            return match[1]
    return None


def is_generated(twin: Path) -> bool:
    """Return whether the first line of a module says that it was generated."""
    with twin.open(encoding="utf-8") as file:
        return _HEADER.match(file.readline()) is not None


def twin_of(source: Path) -> Path:
    """Return the path of the sync twin of an async module."""
    return source.with_name(source.stem.removesuffix("_async") + "_sync.py")


def source_of(twin: Path) -> Path:
    """Return the path of the async module of a sync twin."""
    return twin.with_name(twin.stem.removesuffix("_sync") + "_async.py")


def _show(path: Path) -> Path:
    """Return the path as it is shown to a person: relative to the repository where possible."""
    path = path.resolve()
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


if __name__ == "__main__":
    sys.exit(main())
