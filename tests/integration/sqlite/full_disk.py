"""Saves events until the largest file that is allowed is full; prints what happened then.

python -m tests.integration.sqlite.full_disk PATH
"""

from __future__ import annotations

import json
import resource
import sys

from eventsourcing.persistence import OperationalError
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from tests.integration.sqlite.samples import make_events


def main() -> None:
    recorder = SQLiteApplicationRecorder(SQLiteDatastore(sys.argv[1]))
    recorder.create_table()
    _, hard_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard_limit))
    saved, errors = 0, []
    while len(errors) < 3:
        try:
            recorder.insert_events(make_events(10))
            saved += 10
        except OperationalError as error:
            errors.append(str(error))
    readable = len(recorder.select_notifications(1, 10**6))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard_limit, hard_limit))
    after = recorder.insert_events(make_events(10))
    print(json.dumps({"saved": saved, "errors": errors, "readable": readable, "after": after}))


if __name__ == "__main__":
    main()
