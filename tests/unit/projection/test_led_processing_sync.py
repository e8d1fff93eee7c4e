# Generated from test_led_processing_async.py by tools/async_to_sync.py: do not edit.
"""What fails while leases are held: issue 5.6."""

from __future__ import annotations

import logging

import pytest

from eventsourcing._concurrency.signals_sync import Interruption, Signal
from eventsourcing.persistence import OperationalError
from eventsourcing.projection.led_processing_sync import LedProcessing
from tests.integration.projection.sharing_sync import BoldLease
from tests.unit.projection.gates_sync import PATIENCE


def test_an_error_after_the_first_one_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """J21: the first one is raised; none is lost."""
    led = LedProcessing(Interruption(), lambda: True)
    at_work: list[str] = []
    all_at_work = Signal()

    def fail(_: Interruption) -> None:
        at_work.append("error")
        if len(at_work) == 2:
            all_at_work.set()
        all_at_work.wait_at_most(PATIENCE)
        raise ValueError("broken")

    for name in ("one", "two"):
        led.add_work(BoldLease(name), fail)
    with caplog.at_level(logging.ERROR):
        led.run()
    error = led.take_error()
    assert isinstance(error, ValueError)
    assert led.take_error() is None
    assert "Another error" in caplog.text
    assert "ValueError: broken" in caplog.text


def test_any_error_after_the_runner_is_gone_is_a_warning() -> None:
    """J26: also if it is not one of processing."""

    def fail(_: Interruption) -> None:
        raise OperationalError("the position cannot be read")

    led = LedProcessing(Interruption(), lambda: None)
    led.add_work(BoldLease("one"), fail)
    with pytest.warns(RuntimeWarning, match="position cannot be read") as caught:
        led.run()
    assert str(caught[0].message).startswith("ProjectionRunner was deleted before error")
