"""Tests may not be skipped here, nor fail as expected without a reason."""

from pathlib import Path

import pytest

from tests.support.test_postgres_server import ROOT
from tests.support.test_postgres_session import start_session


@pytest.mark.parametrize(
    ("program", "summary", "words"),
    [
        ("import pytest\ndef test_it(): pytest.skip('no server')", "1 failed", "no server"),
        (
            "import pytest\n@pytest.mark.skip('later')\ndef test_it(): pass",
            "1 error",
            "later",
        ),
        (
            "import pytest\n@pytest.mark.skipif(True, reason='later')\ndef test_it(): pass",
            "1 error",
            "later",
        ),
        (
            "import pytest\npytest.skip('all', allow_module_level=True)",
            "1 error",
            "may not be skipped",
        ),
        ("import pytest\npytest.importorskip('no_such_module')", "1 error", "no_such_module"),
        (
            "import pytest\n@pytest.mark.xfail\ndef test_it(): assert 0",
            "1 failed",
            "without a reason",
        ),
        (
            "import pytest\n@pytest.mark.xfail(reason='bug 7')\ndef test_it(): assert 0",
            "1 xfailed",
            "",
        ),
    ],
)
def test_a_skip_is_a_failure(tmp_path: Path, program: str, summary: str, words: str) -> None:
    with start_session(tmp_path, program) as session:
        output, _ = session.communicate()
    assert summary in output
    assert words in output
    assert (session.returncode == 0) == (summary == "1 xfailed")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("open(__file__)", "ResourceWarning: unclosed file"),
        ("import socket\n    socket.socket()", "ResourceWarning: unclosed <socket"),
        (
            "import threading as t\n    a = t.Thread(target=lambda: 1 / 0); a.start(); a.join()",
            "ZeroDivisionError",
        ),
        (
            "import warnings\n    warnings.warn('old', DeprecationWarning)",
            "DeprecationWarning: old",
        ),
    ],
)
def test_what_is_left_open_or_dies_unseen_is_a_failure(
    tmp_path: Path, body: str, words: str
) -> None:
    program = f"def test_it():\n    {body}\n"
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "test_it.py"]
    # These are the project's own settings, which need all plugins.
    with start_session(tmp_path, program, *options, PYTEST_DISABLE_PLUGIN_AUTOLOAD="") as session:
        output, _ = session.communicate()
    assert session.returncode == 1
    assert words in output
