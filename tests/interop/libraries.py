"""The two libraries as processes that a test tells what to do."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.interop.programs.wire import packed, unpacked

PROGRAMS = Path(__file__).with_name("programs")
NOT_FOR_PROGRAMS = ("PYTHON", "POSTGRES_", "SQLITE_", "PERSISTENCE_", "INTEROP_")


def environ_for_programs(**more: str) -> dict[str, str]:
    """The environment variables, without those that would change what a program does."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(NOT_FOR_PROGRAMS)}
    return {**kept, "PYTHONUTF8": "1", "PYTHONWARNINGS": "default", **more}


class Refused(Exception):
    """The library raised an error: the names of its class and base classes, and its text."""

    def __init__(self, kinds: list[str], text: str) -> None:
        super().__init__(f"{kinds[0]}: {text}")
        self.kinds = kinds
        self.text = text


class Library:
    """One library in a process of its own."""

    def __init__(self, name: str, python: Path, program: str = "worker.py", **environ: str) -> None:
        self.name = name
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed with the process)
        self._process = subprocess.Popen(
            [str(python), str(PROGRAMS / program)],
            env=environ_for_programs(**environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            encoding="utf-8",
        )
        self._unanswered = 0

    def __repr__(self) -> str:
        return self.name

    def ask(self, operation: str, *args: Any, **kwargs: Any) -> None:
        """Send a request; `answer` gives its outcome."""
        request = {
            "operation": operation,
            "args": [packed_or_raw(arg) for arg in args],
            "kwargs": {key: packed_or_raw(value) for key, value in kwargs.items()},
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        self._unanswered += 1

    def answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._complaints.seek(0)
            raise AssertionError(f"{self.name} has ended:\n{self._complaints.read()}")
        self._unanswered -= 1
        outcome = json.loads(line)
        if "error" in outcome:
            raise Refused(**outcome["error"])
        return unpacked(outcome["result"])

    def do(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        self.ask(operation, *args, **kwargs)
        return self.answer()

    def start(self, application: str, env: dict[str, str], **kwargs: Any) -> App:
        """Construct an application."""
        app = App(self, f"{application} {os.urandom(4).hex()}")
        self.do("start", app.handle, application, env, **kwargs)
        return app

    def recorder(self, kind: str, env: dict[str, str], **kwargs: Any) -> App:
        """Construct a recorder: `aggregate`, `application`, `tracking` or `process`."""
        app = App(self, f"{kind} {os.urandom(4).hex()}")
        self.do("recorder", app.handle, kind, env, **kwargs)
        return app

    def dcb(self, env: dict[str, str], **kwargs: Any) -> App:
        """Construct a recorder of dynamic consistency boundaries."""
        app = App(self, f"dcb {os.urandom(4).hex()}")
        self.do("dcb", app.handle, env, **kwargs)
        return app

    @property
    def is_usable(self) -> bool:
        """Whether it runs, and has answered everything."""
        return self._process.poll() is None and not self._unanswered

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._complaints.close()


class Raw(dict[str, Any]):
    """A value that is in the form of the wire already."""


def zoo(name: str) -> Raw:
    """The value of that name, made in the other process."""
    return Raw(zoo=name)


def packed_or_raw(value: Any) -> Any:
    return value if isinstance(value, Raw) else packed(value)


class App:
    """Something that lives in the process of a library; its methods are called by path."""

    def __init__(self, library: Library, handle: str) -> None:
        self.library = library
        self.handle = handle

    def __call__(self, path: str, *args: Any, **kwargs: Any) -> Any:
        return self.library.do("call", self.handle, path, *args, **kwargs)

    def ask(self, path: str, *args: Any, **kwargs: Any) -> None:
        """Begin a call; `answer` gives its outcome."""
        self.library.ask("call", self.handle, path, *args, **kwargs)

    def answer(self) -> Any:
        return self.library.answer()
