"""Virtual environments that tests need beside their own, built once and kept in a folder beside it.

A folder is named after what is in it: other pins, another Python or other settings of our own
package give another one. Workers of a test session, and sessions, build one at a time.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv-interop"
_FINISHED = "finished"  # a file that is written last
_BUILD_TIMEOUT = 600


class EnvironmentBuildError(RuntimeError):
    """An environment could not be built; the text is what pip said."""


@dataclass(frozen=True)
class EnvironmentSpec:
    """What is to be installed.

    `with_our_library` links the library of this working tree in; `packages` bring what they
    require; what those in `without_dependencies` require is not looked at.
    """

    name: str
    packages: tuple[str, ...]
    without_dependencies: tuple[str, ...] = ()
    with_our_library: bool = True

    def key(self) -> str:
        """A digest of everything that decides what the environment holds."""
        parts = [sys.version, sys.base_prefix, str(ROOT), repr(self)]
        if self.with_our_library:
            version = ROOT / "src" / "eventsourcing" / "__init__.py"
            settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
            packaging = [settings["build-system"], settings["project"], settings["tool"]["hatch"]]
            parts += [repr(packaging), version.read_text()]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


PUBLISHED = EnvironmentSpec(
    "published",
    (
        "eventsourcing[crypto,cryptography,postgres]==9.5.6",
        "psycopg[binary,pool]>=3.2,<4",
        "msgspec>=0.19",
    ),
    with_our_library=False,
)
"""The published library, alone: what ours is compared with."""


def python_of(spec: EnvironmentSpec, folder: Path = FOLDER) -> Path:
    """The interpreter of the environment, which is built first if it is not there."""
    tag = f"{spec.name}-{sys.version_info.major}.{sys.version_info.minor}"
    place = folder / f"{tag}-{spec.key()}"
    with _only_builder(folder / f"{tag}.lock"):
        if not (place / _FINISHED).exists():
            for old in folder.glob(f"{tag}-*"):
                shutil.rmtree(old)
            try:
                _build(spec, place)
            except BaseException:
                shutil.rmtree(place, ignore_errors=True)
                raise
    return place / "bin" / "python"


@contextmanager
def _only_builder(lock: Path) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(spec: EnvironmentSpec, place: Path) -> None:
    _run([sys.executable, "-m", "venv", "--without-pip", str(place)])
    python = place / "bin" / "python"
    if spec.with_our_library:
        _install(python, "--no-deps", "--editable", str(ROOT))
    if spec.without_dependencies:
        _install(python, "--no-deps", *spec.without_dependencies)
    if spec.packages:
        _install(python, *spec.packages)
    (place / _FINISHED).touch()


def _install(python: Path, *arguments: str) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    _run([*pip, "install", "--quiet", *arguments])


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_BUILD_TIMEOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise EnvironmentBuildError(f"{' '.join(command)} failed:\n{done.stdout}")
