"""The server of a test session, and the database of a test, in sessions of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.support.databases import PREFIX, PostgresDatabase
from tests.support.test_postgres_server import ROOT, wait_until_gone

CONFTEST = "from tests.conftest import *\n"
USES_A_DATABASE = """
import json, os, pathlib, time, pytest
from tests.support.postgres import _KEY

@pytest.mark.parametrize("n", range(4))
def test_writes(postgres_database, request, n):
    with postgres_database.connect() as connection:
        connection.execute("CREATE TABLE t (n int)")
        (pid,) = connection.execute("SELECT pg_postmaster_start_time()::text").fetchone()
        (data,) = connection.execute("SHOW data_directory").fetchone()
    path = pathlib.Path(__file__).with_name(f"facts-{n}.json")
    path.write_text(json.dumps({
        "start": pid, "data": data, "dbname": postgres_database.dbname,
        "pid": int(pathlib.Path(data, "postmaster.pid").read_text().split()[0]),
        "session": request.config.stash[_KEY].get("folder"),
        "seen": [name for name in os.environ if name.startswith("POSTGRES_")],
    }))
"""


def start_session(
    folder: Path, program: str, *options: str, **environ: str
) -> subprocess.Popen[str]:
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(program)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    # Only the plugins that are needed: loading all of them takes longer than the rest.
    environ = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environ}
    plugins = ["-p", "xdist.plugin"] if environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] else []
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("POSTGRES_", "PYTEST_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugins, *options],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def facts(folder: Path) -> list[dict[str, object]]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob("facts-*.json"))]


def only_server(folder: Path) -> tuple[int, Path, Path]:
    """The process, data and session folder of the one server that all tests had."""
    (server,) = {(f["pid"], f["data"], f["session"]) for f in facts(folder)}
    pid, data, session = server
    assert isinstance(pid, int)
    return pid, Path(str(data)).parent, Path(str(session))


@pytest.mark.parametrize("workers", ["0", "2"])
def test_all_workers_share_one_server_that_ends_with_the_session(
    tmp_path: Path, workers: str
) -> None:
    with start_session(tmp_path, USES_A_DATABASE, "-n", workers) as session:
        output, _ = session.communicate()
    assert "4 passed" in output
    assert len({f["dbname"] for f in facts(tmp_path)}) == 4
    pid, folder, session_folder = only_server(tmp_path)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not folder.exists()
    assert not session_folder.exists()


def test_the_server_ends_after_failures(tmp_path: Path) -> None:
    program = USES_A_DATABASE + "    assert n == 2\n"
    with start_session(tmp_path, program, "-n", "2") as session:
        output, _ = session.communicate()
    assert "3 failed, 1 passed" in output
    assert not only_server(tmp_path)[1].exists()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_server_ends_when_the_session_is_killed(
    tmp_path: Path, how: signal.Signals, workers: str
) -> None:
    program = USES_A_DATABASE + "    time.sleep(600)\n"
    with start_session(tmp_path, program, "-n", workers) as session:
        while not facts_complete(tmp_path, 2 if workers == "2" else 1):
            assert session.poll() is None
            time.sleep(0.02)
        session.send_signal(how)
        session.communicate()
    pid, folder, session_folder = only_server(tmp_path)
    wait_until_gone(pid, folder)
    wait_until_gone(pid, session_folder)


def facts_complete(folder: Path, count: int) -> bool:
    try:
        return len(facts(folder)) >= count
    except json.JSONDecodeError:
        return False


def test_the_server_outlives_a_worker_that_dies(tmp_path: Path) -> None:
    program = USES_A_DATABASE + "    if n == 0: os.kill(os.getpid(), 9)\n"
    with start_session(tmp_path, program, "-n", "2") as session:
        output, _ = session.communicate()
    assert "1 failed, 3 passed" in output
    assert not only_server(tmp_path)[1].exists()


def test_a_server_named_by_the_environment_is_used_and_left_clean(
    tmp_path: Path, postgres_server: PostgresDatabase
) -> None:
    environ = postgres_server.environ()
    with start_session(tmp_path, USES_A_DATABASE, "-n", "2", **environ) as session:
        output, _ = session.communicate()
    assert "4 passed" in output
    assert {f["session"] for f in facts(tmp_path)} == {None}
    used = [f["dbname"] for f in facts(tmp_path)]
    with postgres_server.connect() as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname = ANY(%s)", (used,)
        ).fetchall()
    assert rows == []


def test_a_server_that_cannot_be_reached_fails_the_tests(tmp_path: Path) -> None:
    environ = {"POSTGRES_HOST": "127.0.0.1", "POSTGRES_PORT": "1"}
    with start_session(tmp_path, USES_A_DATABASE, **environ) as session:
        output, _ = session.communicate()
    assert session.returncode == 1
    assert "4 errors" in output
    assert "Connection refused" in output


def test_settings_of_applications_are_taken_out_of_the_environment(tmp_path: Path) -> None:
    program = "import os\ndef test_it():\n    assert 'SQLITE_DBNAME' not in os.environ\n"
    with start_session(tmp_path, program, SQLITE_DBNAME="mine.db") as session:
        output, _ = session.communicate()
    assert "1 passed" in output


def test_a_database_is_empty_and_dropped_even_while_in_use(
    postgres_server: PostgresDatabase,
) -> None:
    with postgres_server.fresh_database() as database:
        connection = database.connect()
        rows = connection.execute("SELECT * FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert rows == []
    with connection, pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        database.connect()
    assert database.dbname.startswith(PREFIX)
