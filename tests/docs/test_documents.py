"""Executes the Python blocks of README.md and docs/: each document is one module."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from markdown_it import MarkdownIt

from eventsourcing.persistence import recorders_async, recorders_sync

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def read_python(document: Path) -> str:
    """Return the document's Python blocks, each at its own line, so that tracebacks point there."""
    lines: list[str] = []
    for token in MarkdownIt().parse(document.read_text(encoding="utf-8")):
        if token.type == "fence" and token.info.split()[:1] == ["python"]:
            assert token.map is not None
            lines += [""] * (token.map[0] + 1 - len(lines)) + token.content.splitlines()
    return "\n".join(lines) + "\n"


@pytest.fixture
def module_name(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the document an importable module name, its own folder, and its own environment."""
    name = "document_" + "_".join(Path(request.node.callspec.id).with_suffix("").parts)
    environ, folder = dict(os.environ), Path.cwd()
    for key in [key for key in os.environ if key.endswith("PERSISTENCE_MODULE")]:
        del os.environ[key]
    os.chdir(tmp_path)
    yield name
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    sys.modules.pop(name, None)


@pytest.fixture
def patience(module_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the document wait longer than it says: a second is little on a busy machine."""
    for module in (recorders_async, recorders_sync):
        monkeypatch.setattr(module, "monotonic", lambda: time.monotonic() / 60)
    os.environ["SQLITE_LOCK_TIMEOUT"] = "60"


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize(
    "document", [pytest.param(d, id=str(d.relative_to(ROOT))) for d in DOCUMENTS]
)
def test_document_says_what_the_code_does(
    document: Path, module_name: str, request: pytest.FixtureRequest
) -> None:
    code = read_python(document)
    if "POSTGRES_" in code:
        os.environ.update(request.getfixturevalue("postgres_database").patient_environ())
    module = sys.modules[module_name] = ModuleType(module_name)
    module.__file__ = str(document)
    exec(compile(code, str(document), "exec"), module.__dict__)  # noqa: S102


def test_blocks_keep_their_line_numbers(tmp_path: Path) -> None:
    document = tmp_path / "x.md"
    document.write_text("# T\n\n```python\na\n```\n\n```console\n$ x\n```\n\n```python\nb\n```\n")
    assert read_python(document).splitlines() == [""] * 3 + ["a"] + [""] * 7 + ["b"]
