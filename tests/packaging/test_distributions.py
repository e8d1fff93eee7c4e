"""The wheel and the sdist: what they hold, and that an empty environment needs nothing else."""

import email.message
import email.parser
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "eventsourcing"
pytestmark = pytest.mark.timeout(900)


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an sdist, and of a wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> email.message.Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        return email.parser.Parser().parsestr(archive.read(name).decode())


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    inside = {name for name in names if name.startswith("eventsourcing/")}
    sources = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert inside == sources
    assert "eventsourcing/py.typed" in inside
    assert all(".dist-info/" in name for name in names - inside)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_sdist_holds_what_is_needed_to_work_on_the_library(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {PurePosixPath(*PurePosixPath(n).parts[1:]).as_posix() for n in archive.getnames()}
    for name in (
        "LICENSE",
        "README.md",
        "Makefile",
        "pyproject.toml",
        "src/eventsourcing/py.typed",
        "tests/conftest.py",
        "tools/find-python",
        "examples/dog_school/__main__.py",
    ):
        assert name in names
    assert not [n for n in names if n.startswith((".venv", "var/", "dist/")) or "__pycache__" in n]


def test_the_metadata_names_the_version_the_python_and_the_extras(
    metadata: email.message.Message,
) -> None:
    assert metadata["Name"] == "eventsourcing"
    assert metadata["Version"] == "9.6.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "BSD-3-Clause"
    extras = set(metadata.get_all("Provides-Extra") or [])
    assert {"postgres", "postgres_dev", "crypto", "cryptography", "msgspec", "progress"} <= {
        extra.replace("-", "_") for extra in extras
    }


def test_the_library_alone_requires_no_other_package(metadata: email.message.Message) -> None:
    required = metadata.get_all("Requires-Dist") or []
    assert [line for line in required if "extra ==" not in line] == []


def test_an_empty_environment_can_use_all_engines_with_the_extras(
    wheel: Path, tmp_path: Path
) -> None:
    venv = tmp_path / "venv"
    run(sys.executable, "-m", "venv", venv, cwd=tmp_path)
    python = venv / "bin" / "python"
    run(
        python, "-m", "pip", "install", "--quiet", f"{wheel}[crypto,postgres,msgspec]", cwd=tmp_path
    )
    program = (
        "import eventsourcing.application, eventsourcing.postgres, eventsourcing.sqlite, "
        "eventsourcing.popo, eventsourcing.cipher, eventsourcing.compressor, "
        "eventsourcing.dcb.msgpack, sys; "
        "from eventsourcing.cipher import AESCipher; AESCipher.create_key(num_bytes=32); "
        "print(eventsourcing.application.__file__)"
    )
    assert str(venv) in run(python, "-I", "-c", program, cwd=tmp_path)


@pytest.mark.parametrize("module", ["application", "dcb.domain", "dcb.application", "dcb.popo"])
def test_importing_a_core_module_imports_no_driver_and_no_optional_dependency(module: str) -> None:
    program = (
        f"import sys; before = set(sys.modules); import eventsourcing.{module}; "
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    imported = set(run(sys.executable, "-c", program, cwd=ROOT).split())
    unwanted = {"asyncio", "sqlite3", "_sqlite3", "psycopg", "psycopg_pool", "nats"}
    unwanted |= {"cryptography", "Crypto", "pydantic", "msgspec", "tqdm"}
    assert "eventsourcing" in imported
    assert imported & unwanted == set()
