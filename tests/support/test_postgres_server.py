"""Our own PostgreSQL server: life, crashes, and its end with its owner."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.databases import PostgresDatabase
from tools.postgres_server import PostgresServer, PostgresServerError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def execute(server: PostgresServer, statement: str) -> list[tuple[object, ...]]:
    database = PostgresDatabase.from_environ(server.environ())
    with database.connect() as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie (which nobody waits for) does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until_gone(pid: int, folder: Path) -> None:
    deadline = time.monotonic() + 120
    while is_alive(pid) or folder.exists():
        assert time.monotonic() < deadline, f"{pid} or {folder} is still there"
        time.sleep(0.02)


def test_serves_on_a_loopback_port_until_closed() -> None:
    with PostgresServer() as server:
        assert execute(server, "SELECT 1") == [(1,)]
        pid = server.pid
    assert pid is not None
    assert not is_alive(pid)
    assert not server.folder.exists()


def test_refuses_a_wrong_password(server: PostgresServer) -> None:
    database = PostgresDatabase.from_environ({**server.environ(), "POSTGRES_PASSWORD": "wrong"})
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        database.connect()


def test_keeps_data_and_port_when_restarted(server: PostgresServer) -> None:
    execute(server, "CREATE TABLE kept (n int)")
    port = server.port
    server.restart()
    assert server.port == port
    assert execute(server, "SELECT * FROM kept") == []


def test_recovers_committed_data_after_a_kill() -> None:
    with PostgresServer(durable=True) as server:
        execute(server, "CREATE TABLE kept (n int)")
        execute(server, "INSERT INTO kept VALUES (1)")
        server.kill()
        assert server.pid is None
        server.start()
        assert execute(server, "SELECT * FROM kept") == [(1,)]
        assert execute(server, "SHOW fsync") == [("on",)]


def test_a_kill_ends_sessions_that_are_at_work(server: PostgresServer) -> None:
    database = PostgresDatabase.from_environ(server.environ())
    with database.connect() as connection:
        backend = connection.info.backend_pid
        server.kill()
        server.start()
        assert not is_alive(backend)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_stops_in_each_mode_and_starts_again(server: PostgresServer) -> None:
    for mode in ("smart", "fast", "immediate"):
        server.stop(mode)
        assert server.pid is None
        server.start()
        assert execute(server, "SELECT 1") == [(1,)]


def test_stopping_twice_is_harmless_and_starting_twice_is_an_error(server: PostgresServer) -> None:
    with pytest.raises(PostgresServerError, match="runs already"):
        server.start()
    server.stop()
    server.stop()
    server.kill()


def test_continues_with_the_data_of_a_kept_folder(postgres_folder: Path) -> None:
    folder = postgres_folder
    with PostgresServer(folder) as server:
        execute(server, "CREATE TABLE kept (n int)")
    with PostgresServer(folder) as server:
        assert execute(server, "SELECT * FROM kept") == []
        assert execute(server, "SHOW fsync") == [("on",)]
    assert list(folder.iterdir())


def test_refuses_a_folder_that_another_server_uses(postgres_folder: Path) -> None:
    with PostgresServer(postgres_folder) as server:
        other = PostgresServer(postgres_folder)
        try:
            with pytest.raises(PostgresServerError, match=r"postmaster\.pid"):
                other.start()
        finally:
            other.close()
        assert execute(server, "SELECT 1") == [(1,)]


def test_says_what_the_server_said_when_it_does_not_start() -> None:
    with (
        pytest.raises(PostgresServerError, match="no_such_setting"),
        PostgresServer(settings={"no_such_setting": "1"}),
    ):
        pass


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_dies_with_its_owner(how: signal.Signals) -> None:
    program = (
        "from tools.postgres_server import PostgresServer; import time; "
        "server = PostgresServer(); server.start(); "
        "print(server.pid, server.folder, flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        pid, _, folder = owner.stdout.readline().strip().partition(" ")
        assert is_alive(int(pid))
        owner.send_signal(how)
        owner.wait()
    wait_until_gone(int(pid), Path(folder))


def test_a_kept_server_stops_with_its_owner_and_keeps_its_data(postgres_folder: Path) -> None:
    program = (
        "from tools.postgres_server import PostgresServer; import os, pathlib, sys; "
        "server = PostgresServer(pathlib.Path(sys.argv[1])); server.start(); "
        "print(server.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    folder = postgres_folder
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )
    wait_until_gone(int(done.stdout), folder / "data" / "postmaster.pid")
    with PostgresServer(folder) as server:
        assert execute(server, "SELECT 1") == [(1,)]


def test_runs_as_a_command_that_prints_how_to_reach_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tools.postgres_server"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as command:
        assert command.stdout is not None
        lines = [command.stdout.readline() for _ in range(6)]
        exports = dict(line.removeprefix("export ").strip().split("=") for line in lines[1:])
        with PostgresDatabase.from_environ(exports).connect() as connection:
            assert connection.execute("SELECT 1").fetchall() == [(1,)]
        psql = command.stdout.readline().removeprefix("# ").split()
        asked = subprocess.run([*psql, "-Atc", "SELECT 1"], capture_output=True, check=True)
        assert asked.stdout == b"1\n"
        command.terminate()
        assert command.wait() == 0
