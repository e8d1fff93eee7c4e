"""The test case that the package ships, as programs written for the published library use it."""

from __future__ import annotations

import pytest

from eventsourcing.dcb.tests import DCBRecorderTestCase
from tests.integration.postgres.dcb_support_sync import create_recorder, tagged
from tests.integration.postgres.support_sync import make_datastore


@pytest.mark.parametrize("count", [0, 7])
def test_recorder_and_subscription_pass(postgres_database, count):
    """C61-C64: an empty store, and one that has events; refused appends leave no gaps."""
    case = DCBRecorderTestCase()
    with make_datastore(postgres_database) as datastore:
        recorder = create_recorder(datastore)
        for _ in range(count):
            recorder.append([tagged("a")])
        case._test_append_read(recorder, initial_position=count)
        case._test_append_subscribe(recorder, initial_position=len(list(recorder.read())))
