# Generated from test_dcb_recorder_async.py by tools/async_to_sync.py: do not edit.
"""Recorders of dynamic consistency boundaries of all engines: the conformance suite."""

from __future__ import annotations

from eventsourcing.testing import DCBRecorderSuite
from tests.conformance.engines import DCBPopo


class TestPopo(DCBPopo, DCBRecorderSuite):
    pass
