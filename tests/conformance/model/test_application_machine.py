"""Every engine's applications behave like the model, in both flavours (issue 4.7)."""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.conformance.model.application_flavours import (
    ApplicationFlavour,
    ApplicationInTasks,
    ApplicationInThreads,
)
from tests.conformance.model.application_machine import ApplicationMachine
from tests.conformance.model.engines import PROFILE, TIMEOUT, Engine


@pytest.mark.timeout(TIMEOUT)
@pytest.mark.parametrize("flavour", [ApplicationInThreads, ApplicationInTasks])
def test_application(flavour: type[ApplicationFlavour], engine: Engine) -> None:
    """Saving, conflicts, versions, snapshots, caching, the log and restarts, in any order."""
    run_state_machine_as_test(lambda: ApplicationMachine(flavour(), *engine), settings=PROFILE)
