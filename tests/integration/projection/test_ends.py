"""Issue 5.8, J24, J28: programs end, whatever they did with their runners."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest


@contextmanager
def start(program, env):
    with subprocess.Popen(
        [sys.executable, "-m", "tests.integration.projection.abandoned", program, json.dumps(env)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    "program",
    ["neither_stopped_nor_left", "iterated_without_end", "task_neither_stopped_nor_left"],
)
def test_what_was_abandoned_does_not_keep_the_program_alive(env, program):
    """J28, issue 5.8: a program that neither stops its runner nor uses `with` ends."""
    with start(program, env) as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert "couldn't stop" not in errors  # the driver's pool, when it has waited in vain


@pytest.mark.parametrize("program", ["stopped_by_a_signal", "task_stopped_by_a_signal"])
def test_a_signal_handler_may_stop_a_runner(env, program):
    """J24: `stop()` neither blocks nor takes locks."""
    with start(program, env) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, "stopped\n"), errors
