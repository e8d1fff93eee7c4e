"""Saves events until the largest file that is allowed is full; prints what happened then.

    python -m tests.integration.sqlite.full_disk PATH application|dcb

The second argument says with which kind of recorder.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from typing import Any

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.sqlite import SQLiteDCBRecorder
from eventsourcing.persistence import OperationalError
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from tests.integration.sqlite.samples import make_events


def main() -> None:
    insert_ten, count = RECORDERS[sys.argv[2]](SQLiteDatastore(sys.argv[1]))
    _, hard_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard_limit))
    saved, errors = 0, []
    while len(errors) < 3:
        try:
            insert_ten()
            saved += 10
        except OperationalError as error:
            errors.append(str(error))
    readable = count()
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard_limit, hard_limit))
    after = insert_ten()
    print(json.dumps({"saved": saved, "errors": errors, "readable": readable, "after": after}))


def use_application_recorder(
    datastore: SQLiteDatastore,
) -> tuple[Callable[[], Any], Callable[[], int]]:
    recorder = SQLiteApplicationRecorder(datastore)
    recorder.create_table()
    return (
        lambda: recorder.insert_events(make_events(10)),
        lambda: len(recorder.select_notifications(1, 10**6)),
    )


def use_dcb_recorder(datastore: SQLiteDatastore) -> tuple[Callable[[], Any], Callable[[], int]]:
    recorder = SQLiteDCBRecorder(datastore)
    recorder.create_table()
    events = [DCBEvent("t", b"x" * 50, [f"a{number}", "b"]) for number in range(10)]
    return lambda: recorder.append(events), lambda: len(list(recorder.read()))


RECORDERS = {"application": use_application_recorder, "dcb": use_dcb_recorder}


if __name__ == "__main__":
    main()
