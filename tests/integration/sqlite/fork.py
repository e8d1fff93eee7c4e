"""Uses a recorder before and after forking; prints what the forked process got, and its parent.

    python -m tests.integration.sqlite.fork PATH before|after

The second argument says whether the database is opened before or after the process is forked.
"""

from __future__ import annotations

import json
import os
import sys

from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from tests.integration.sqlite.samples import make_events


def insert_and_follow(recorder: SQLiteApplicationRecorder) -> list[int] | str:
    try:
        recorder.create_table()
        with recorder.subscribe() as subscription:
            recorder.insert_events(make_events(1))
            return [next(subscription).id]
    except Exception as error:
        return str(error)
    finally:
        recorder.datastore.close()


def main() -> None:
    recorder = SQLiteApplicationRecorder(SQLiteDatastore(sys.argv[1]))
    if sys.argv[2] == "before":
        recorder.create_table()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, json.dumps(insert_and_follow(recorder)).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    with os.fdopen(reading) as pipe:
        by_child = json.loads(pipe.read())
    recorder.create_table()
    print(json.dumps([by_child, recorder.insert_events(make_events(1))]))


if __name__ == "__main__":
    main()
