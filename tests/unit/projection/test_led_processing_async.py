"""What fails while leases are held: issue 5.6."""

from __future__ import annotations

import logging

import pytest

from eventsourcing._concurrency.signals_async import Interruption, Signal
from eventsourcing.persistence import OperationalError
from eventsourcing.projection.led_processing_async import AsyncLedProcessing
from tests.integration.projection.sharing_async import AsyncBoldLease
from tests.unit.projection.gates_async import PATIENCE


async def test_an_error_after_the_first_one_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """J21: the first one is raised; none is lost."""
    led = AsyncLedProcessing(Interruption(), lambda: True)
    at_work: list[str] = []
    all_at_work = Signal()

    async def fail(_: Interruption) -> None:
        at_work.append("error")
        if len(at_work) == 2:
            all_at_work.set()
        await all_at_work.wait_at_most(PATIENCE)
        raise ValueError("broken")

    for name in ("one", "two"):
        led.add_work(AsyncBoldLease(name), fail)
    with caplog.at_level(logging.ERROR):
        await led.run()
    error = led.take_error()
    assert isinstance(error, ValueError)
    assert led.take_error() is None
    assert "Another error" in caplog.text
    assert "ValueError: broken" in caplog.text


async def test_any_error_after_the_runner_is_gone_is_a_warning() -> None:
    """J26: also if it is not one of processing."""

    async def fail(_: Interruption) -> None:
        raise OperationalError("the position cannot be read")

    led = AsyncLedProcessing(Interruption(), lambda: None)
    led.add_work(AsyncBoldLease("one"), fail)
    with pytest.warns(RuntimeWarning, match="position cannot be read") as caught:
        await led.run()
    assert str(caught[0].message).startswith("ProjectionRunner was deleted before error")
