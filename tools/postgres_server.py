"""Runs a real PostgreSQL server of our own, as any user: for the tests and `make demo POSTGRES=1`.

`python -m tools.postgres_server` runs a server until interrupted, and prints how to reach it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from tools.postgres_binaries import (
    PostgresServerError,
    account,
    programs,
    reachable_home,
    temporary_root,
)

__all__ = ["PostgresServer", "PostgresServerError", "StopMode"]

StopMode = Literal["smart", "fast", "immediate"]

_SIGNALS: Mapping[StopMode, signal.Signals] = {
    "smart": signal.SIGTERM,  # waits for the clients to leave
    "fast": signal.SIGINT,  # rolls back what is open
    "immediate": signal.SIGQUIT,  # as a crash: the next start recovers from the log
}
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may be too long; loopback is enough
    "max_connections": "500",
    "shared_buffers": "64MB",
    "log_checkpoints": "off",
}
_NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
# Below the ports that the operating system hands out: a server that restarts finds its port free.
_PORTS = range(20_000, 32_000)
_INITDB_OPTIONS = (
    "--username=postgres",
    "--auth=scram-sha-256",
    "--set=scram_iterations=1",  # more would cost each connection milliseconds
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
    "--no-instructions",
)
_START_TIMEOUT = 120.0
_STOP_TIMEOUT = 120.0


class PostgresServer:
    """A PostgreSQL server on a loopback port; it dies with the process that made it, in any case.

    Without a folder, the data is thrown away by `close()`. With one, it stays there, and the next
    server in that folder continues with it. A server that is not durable leaves out fsync:
    it is fast, and safe against `kill()` but not against a power cut.
    Not thread-safe.
    """

    host = "127.0.0.1"
    user = "postgres"
    dbname = "postgres"

    def __init__(
        self,
        folder: Path | None = None,
        *,
        durable: bool | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.throw_away = folder is None
        if folder is None:
            self.folder = Path(
                tempfile.mkdtemp(prefix="eventsourcing-postgres-", dir=temporary_root())
            )
        else:
            self.folder = reachable_home(folder)
            self.folder.mkdir(parents=True, exist_ok=True)
        durable = not self.throw_away if durable is None else durable
        self.settings = {**_SETTINGS, **({} if durable else _NOT_DURABLE), **(settings or {})}
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._account = account()
        if self._account is not None:
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
        self._guard = self._start_guard()
        try:
            self._programs = programs(self.folder)
            self.password = self._read_password()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process ID of the running server."""
        return (
            self._process.pid
            if self._process is not None and self._process.poll() is None
            else None
        )

    def environ(self, dbname: str | None = None) -> dict[str, str]:
        """The environment variables that point an application to this server."""
        return {
            "POSTGRES_HOST": self.host,
            "POSTGRES_PORT": str(self.port),
            "POSTGRES_DBNAME": dbname or self.dbname,
            "POSTGRES_USER": self.user,
            "POSTGRES_PASSWORD": self.password,
        }

    def psql_command(self) -> str:
        """The command with which a person can look into the database."""
        address = f"{self.user}:{self.password}@{self.host}:{self.port}/{self.dbname}"
        return f"{self._programs / 'psql'} postgresql://{address}"

    def start(self) -> None:
        """Start the server and wait until it accepts connections; always on the same port."""
        if self.pid is not None:
            raise PostgresServerError(
                f"the server in {self.folder} runs already, with process ID {self.pid}"
            )
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        deadline = time.monotonic() + _START_TIMEOUT
        while True:
            port = self.port or _free_port()
            output = self._try_start(port, deadline)
            if output is None:
                self.port = port
                return
            # Another port will do at first. Later, a killed server's last processes may be leaving.
            port_taken = "Address already in use" in output
            leaving = "shared memory block" in output
            if not (port_taken or leaving) or time.monotonic() > deadline:
                raise PostgresServerError(
                    f"PostgreSQL did not start in {self.folder}; it said:\n{output}"
                )
            time.sleep(0.05)

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server and wait until it is gone. Does nothing if it does not run."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(_SIGNALS[mode])
        try:
            process.wait(_STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.kill()
            raise PostgresServerError(
                f"PostgreSQL in {self.folder} did not stop in {_STOP_TIMEOUT:.0f} seconds: killed"
            ) from None
        self._forget_process()

    def kill(self) -> None:
        """Kill all processes of the server at once, so that none can still write: a crash."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGSTOP)  # so that it starts no new process meanwhile
            children = _children(process.pid)
            process.kill()
            for child in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        process.wait()
        self._forget_process()

    def restart(self, mode: StopMode = "fast") -> None:
        """Stop the server and start it again on the same port."""
        self.stop(mode)
        self.start()

    def close(self) -> None:
        """Stop the server; remove the folder of a throw-away server."""
        try:
            self.stop("immediate" if self.throw_away else "fast")
        finally:
            if self.throw_away:
                shutil.rmtree(self.folder, ignore_errors=True)
            self._tell_guard("done")
            if self._guard.stdin is not None:
                self._guard.stdin.close()
            self._guard.wait()

    def _start_guard(self) -> subprocess.Popen[bytes]:
        script = Path(__file__).with_name("postgres_guard.py")
        fate = "remove" if self.throw_away else "keep"
        command = [sys.executable, "-I", "-S", str(script), str(self.folder), fate]
        # A session of its own: ctrl-C in the terminal must not reach the guard, nor the server.
        return subprocess.Popen(command, stdin=subprocess.PIPE, bufsize=0, start_new_session=True)

    def _tell_guard(self, line: str) -> None:
        if self._guard.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # somebody killed the guard
                self._guard.stdin.write(f"{line}\n".encode())

    def _forget_process(self) -> None:
        self._process = None
        self._tell_guard("idle")

    def _read_password(self) -> str:
        path = self.folder / "password"
        if not path.exists():
            new = path.with_suffix(".new")
            new.touch(mode=0o600)
            new.write_text(secrets.token_hex(16))
            self._give_to_account(new)
            new.rename(path)
        return path.read_text().strip()

    def _give_to_account(self, path: Path) -> None:
        if self._account is not None:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _spawn(self, command: Sequence[str | Path], output: int) -> subprocess.Popen[bytes]:
        owner = self._account
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
            start_new_session=True,
        )

    def _initialise(self) -> None:
        new = self.folder / "data.new"  # renamed when complete: an interrupted initdb is done again
        shutil.rmtree(new, ignore_errors=True)
        command: list[str | Path] = [
            self._programs / "initdb",
            "-D",
            new,
            f"--pwfile={self.folder / 'password'}",
            *_INITDB_OPTIONS,
        ]
        process = self._spawn(command, subprocess.PIPE)
        output, _ = process.communicate()
        if process.returncode != 0:
            raise PostgresServerError(
                f"initdb failed in {self.folder}; it said:\n{output.decode(errors='replace')}"
            )
        new.rename(self.data)

    def _try_start(self, port: int, deadline: float) -> str | None:
        """Start the server; return None when it is ready, or what it logged if it ended instead."""
        settings = [
            f"--{name}={value}" for name, value in {**self.settings, "port": str(port)}.items()
        ]
        with self.log.open("ab") as log:
            begin = log.tell()
            process = self._spawn(
                [self._programs / "postgres", "-D", self.data, *settings], log.fileno()
            )
        self._process = process
        self._tell_guard(f"run {process.pid}")
        while not self._is_ready(process.pid):
            if process.poll() is not None:
                self._forget_process()
                return self.log.read_bytes()[begin:].decode(errors="replace")
            if time.monotonic() > deadline:
                self.kill()
                raise PostgresServerError(
                    f"PostgreSQL was not ready after {_START_TIMEOUT:.0f} seconds; see {self.log}"
                )
            time.sleep(0.01)
        return None

    def _is_ready(self, pid: int) -> bool:
        """Whether the server says so in its PID file (documented in its source: pidfile.h)."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _free_port() -> int:
    candidates = list(_PORTS)
    random.SystemRandom().shuffle(candidates)
    for port in candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((PostgresServer.host, port))
            except OSError:
                continue
            return port
    raise PostgresServerError(
        f"no free port between {_PORTS.start} and {_PORTS.stop} on {PostgresServer.host}"
    )


def _children(pid: int) -> list[int]:
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    if listing.exists():
        return [int(word) for word in listing.read_text().split()]
    rows = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    pairs = (row.split() for row in rows)
    return [int(child) for child, parent in pairs if int(parent) == pid]


@contextlib.contextmanager
def _until_interrupted() -> Iterator[None]:
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    with contextlib.suppress(KeyboardInterrupt):
        yield


def main() -> None:
    """Run a server until ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m tools.postgres_server", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, help="keep the data in this folder (default: throw it away)"
    )
    arguments = parser.parse_args()
    with _until_interrupted(), PostgresServer(arguments.folder) as server:
        print(
            f"# PostgreSQL runs with process ID {server.pid}, in {server.folder}; ctrl-C stops it"
        )
        for name, value in server.environ().items():
            print(f"export {name}={value}")
        print(f"# {server.psql_command()}", flush=True)
        signal.pause()


if __name__ == "__main__":
    try:
        main()
    except PostgresServerError as error:
        sys.exit(f"error: {error}")
