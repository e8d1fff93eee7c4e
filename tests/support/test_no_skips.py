"""Tests may not be skipped here, nor fail as expected without a reason."""

from pathlib import Path

import pytest

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
