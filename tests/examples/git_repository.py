"""Small git repositories, made for the tests of the example that reads them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_WITHOUT_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


class GitRepository:
    """A repository in a folder, whose commits have fixed dates and authors."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seconds = 1_700_000_000
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, author: str = "Ann", data: bytes | None = None) -> bytes:
        """Run git in the repository; return its output."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        identity = {
            f"GIT_{role}_{name}": value
            for role in ("AUTHOR", "COMMITTER")
            for name, value in (
                ("NAME", author),
                ("EMAIL", f"{author}@example.org"),
                ("DATE", f"{self.seconds} +0200"),
            )
        }
        return subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**inherited, **_WITHOUT_SETTINGS, **identity},
            input=data,
            stdout=subprocess.PIPE,
            check=True,
        ).stdout

    def commit(
        self, subject: str, files: Mapping[str, bytes] | None = None, *, author: str = "Ann"
    ) -> None:
        """Write files, add all changes, and commit them."""
        self.seconds += 60
        for name, content in (files or {}).items():
            self.write(name, content)
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", subject, author=author)

    def write(self, name: str | bytes, content: bytes) -> None:
        """Write a file of the work tree."""
        path = os.path.join(os.fsencode(self.folder), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)

    def sizes(self, commit: str) -> dict[str, int | None]:
        """The files of a commit as git has them: how many lines each, None if it is binary."""
        listing = self.git("ls-tree", "-r", "-z", commit)
        sizes: dict[str, int | None] = {}
        for row in listing.split(b"\0")[:-1]:
            facts, _, name = row.partition(b"\t")
            content = self.git("cat-file", "blob", facts.split()[2].decode())
            sizes[os.fsdecode(name)] = None if b"\0" in content else len(content.splitlines())
        return sizes


def lines(*numbers: int) -> bytes:
    """A text of so many lines."""
    return b"".join(b"line %d\n" % number for number in numbers)


def eventful_repository(folder: Path) -> GitRepository:
    """A repository in which most things happen that can happen to a file."""
    repository = GitRepository(folder)
    repository.commit("first", {"a.txt": lines(*range(10)), "with space.txt": lines(1)})
    repository.commit("binary and unicode", {"b.bin": b"\0\1", "dir/ünïcode": b""}, author="Bob")
    repository.commit("change", {"a.txt": lines(*range(12)), "tab\tname\nline": lines(1, 2)})
    repository.git("mv", "a.txt", "dir/b.txt")
    repository.commit("rename and edit", {"dir/b.txt": lines(*range(1, 13))})
    repository.commit("nothing at all")
    repository.commit("the old name again", {"a.txt": lines(*range(50, 70))}, author="Zoë")
    repository.git("mv", "dir/b.txt", "c.txt")
    repository.git("mv", "a.txt", "dir/b.txt")
    repository.git("mv", "c.txt", "a.txt")
    repository.commit("swap two names")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("on a branch", {"side.txt": lines(1, 2, 3)}, author="Bob")
    repository.commit("on a branch again", {"side.txt": lines(1, 3)}, author="Bob")
    repository.git("checkout", "-q", "main")
    repository.git("rm", "-q", "b.bin", "with space.txt")
    repository.commit("remove")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    repository.commit("binary becomes text", {"b.bin": lines(1), "dir/ünïcode": lines(1)})
    repository.git("rm", "-q", "b.bin")
    (repository.folder / "link").symlink_to("a.txt")
    repository.commit("link")
    (repository.folder / "link").unlink()
    repository.commit("the link becomes a file", {"link": lines(4, 5)})
    (repository.folder / "link").chmod(0o755)
    repository.commit("mode only")
    return repository


def long_repository(folder: Path, commits: int) -> GitRepository:
    """A repository of many commits, each of which changes, adds, renames or removes."""
    repository = GitRepository(folder)
    stream = bytearray()

    def data(content: bytes) -> bytes:
        return b"data %d\n%s\n" % (len(content), content)

    for n in range(commits):
        stream += b"commit refs/heads/main\n"
        stream += b"committer C%d <c@example.org> %d +0000\n" % (n % 3, 1_700_000_000 + n)
        stream += data(b"commit %d" % n)
        stream += b"M 644 inline hot.txt\n" + data(lines(*range(n)))
        stream += b"M 644 inline new-%d.txt\n" % n + data(lines(*range(n, n + 20)))
        if n >= 5:
            stream += b"R new-%d.txt moved-%d.txt\n" % (n - 5, n - 5)
        if n >= 9:
            stream += b"D moved-%d.txt\n" % (n - 9)
    repository.git("fast-import", "--quiet", data=bytes(stream))
    return repository
