"""Every engine's process recorder behaves like the model, in both flavours (issue 4.7)."""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.conformance.model.engines import PROFILE, TIMEOUT, Engine
from tests.conformance.model.flavours import Flavour, Tasks, Threads
from tests.conformance.model.recorder_machine import RecorderMachine


@pytest.mark.timeout(TIMEOUT)
@pytest.mark.parametrize("flavour", [Threads, Tasks])
def test_recorder(flavour: type[Flavour], engine: Engine) -> None:
    """B1-B5, D1-D5, Y1-Y5, U1-U3: whatever is done, in whatever order."""
    run_state_machine_as_test(lambda: RecorderMachine(flavour(), *engine), settings=PROFILE)
