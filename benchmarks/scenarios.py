"""What is timed. Runs in the environment of either library: `python scenarios.py NAME`.

Prints one JSON number: seconds per operation, the least of several rounds in this process. A
scenario is a function that sets up, and returns the operation and how many of its kind a round has.
Names ending in `_bare` do the same on the driver alone, with the statements that are needed.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.system import ProcessApplication, SingleThreadedRunner, System

ROUNDS = 5
STATE = b'{"timestamp":{"_type_":"datetime_iso","_data_":"2026-01-31T12:00:00.000123+00:00"},"n":1}'

Round = tuple[Callable[[], Any], int]


class Dog(Aggregate):
    """The aggregate of the tutorial."""

    @event("Registered")
    def __init__(self, name: str) -> None:
        self.name = name
        self.tricks: list[str] = []

    @event("TrickAdded")
    def add_trick(self, trick: str) -> None:
        """Learn a trick."""
        self.tricks.append(trick)


class DogSchool(Application[UUID]):
    """The application of the tutorial, with longer sections."""

    log_section_size = 1000


def make_dog(num_events: int) -> Dog:
    """Return a dog with that many pending events."""
    dog = Dog("Fido")
    for _ in range(num_events - 1):
        dog.add_trick("roll over")
    return dog


# -- domain ------------------------------------------------------------------------------------


def domain_create() -> Round:
    """Create an aggregate."""
    return lambda: [Dog("Fido") for _ in range(2000)], 2000


def domain_command() -> Round:
    """Call a command of an aggregate."""
    return lambda: make_dog(2000), 2000


def domain_replay() -> Round:
    """Apply one event of a history of 1000."""
    events = make_dog(1000).collect_events()

    def replay() -> None:
        dog = None
        for each in events:
            dog = each.mutate(dog)

    return replay, len(events)


# -- applications ------------------------------------------------------------------------------


def _save(app: DogSchool, count: int) -> Round:
    def save() -> None:
        for _ in range(count):
            app.save(Dog("Fido"))

    return save, count


def _save_many(app: DogSchool, count: int) -> Round:
    return lambda: app.save(make_dog(count)), count


def _get(app: DogSchool, count: int) -> Round:
    dog = make_dog(10)
    app.save(dog)

    def get() -> None:
        for _ in range(count):
            app.repository.get(dog.id)

    return get, count


def _select(app: DogSchool) -> Round:
    app.save(make_dog(1000))
    return lambda: app.notification_log.select(start=1, limit=1000), 1000


def _save_in_threads(app: DogSchool, count: int, threads: int) -> Round:
    def save() -> None:
        workers = [threading.Thread(target=_save(app, count)[0]) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    return save, count * threads


# -- following ---------------------------------------------------------------------------------


class Registry(ProcessApplication[UUID]):
    """Follows the school, and has an aggregate for each event."""

    pull_section_size = 100

    def policy(self, domain_event: Any, processing_event: Any) -> None:  # noqa: ARG002
        """Create an aggregate."""
        processing_event.collect_events(Aggregate())


def _follow(app: DogSchool, count: int, batch_size: int = 1) -> Round:
    """Catch up with events, each of which gives an aggregate; a round has `count` of them.

    The published library knows no batches.
    """
    app.save(make_dog(count * ROUNDS))
    registry_class: type[Registry] = type(f"Of{app.name}", (Registry,), {"batch_size": batch_size})
    registry = registry_class(env={**app.env, "SQLITE_DBNAME": _sqlite_path()})
    registry.follow(app.name, app.notification_log)
    stops = iter(range(count, count * ROUNDS + 1, count))
    return lambda: registry.pull_and_process(app.name, stop=next(stops)), count


def _run_system(app: DogSchool, count: int) -> Round:
    """Save aggregates one by one in a system in which another application follows."""
    env = {**app.env, "OFSCHOOL_SQLITE_DBNAME": _sqlite_path()}
    registry_class: type[Registry] = type("OfSchool", (Registry,), {})
    runner: SingleThreadedRunner[UUID] = SingleThreadedRunner(
        System([[type(app), registry_class]]), env=env
    )
    runner.start()
    return _save(runner.get(type(app)), count)


class Positions(Projection[Any]):
    """Tracks each event; tells when it has come to the last one."""

    last: tuple[int, threading.Event]

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:  # noqa: ARG002
        """Record the position."""
        self.view.insert_tracking(tracking)
        if tracking.notification_id == self.last[0]:
            self.last[1].set()


def postgres_project() -> Round:
    """Catch up with 1000 events in a projection into a view, with a runner."""
    from eventsourcing.postgres import PostgresTrackingRecorder

    app = _postgres()
    app.save(make_dog(1000))

    def project() -> None:
        has_come = threading.Event()
        name = f"positions{uuid4().hex[:8]}"
        projection: type[Positions] = type(
            "Positions", (Positions,), {"name": name, "last": (1000, has_come)}
        )
        with ProjectionRunner(
            application_class=type(app),
            projection_class=projection,
            view_class=PostgresTrackingRecorder,
            env={"PERSISTENCE_MODULE": "eventsourcing.postgres"},
        ):
            has_come.wait()

    return project, 1000


# -- engines -----------------------------------------------------------------------------------


def _sqlite_path() -> str:
    return str(Path(tempfile.mkdtemp(dir=os.environ.get("BENCH_FOLDER"))) / "bench.db")


def _sqlite() -> DogSchool:
    return DogSchool(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": _sqlite_path()}
    )


def _postgres() -> DogSchool:
    name = f"bench{uuid4().hex[:8]}"
    school: type[DogSchool] = type("School", (DogSchool,), {"name": name})
    return school(env={"PERSISTENCE_MODULE": "eventsourcing.postgres"})


ENGINES: dict[str, Callable[[], DogSchool]] = {
    "memory": DogSchool,
    "sqlite": _sqlite,
    "postgres": _postgres,
}
ON_ENGINES: dict[str, Callable[[DogSchool], Round]] = {
    "save": lambda app: _save(app, 200),
    "save_1000": lambda app: _save_many(app, 1000),
    "get_10": lambda app: _get(app, 200),
    "select_1000": _select,
    "save_4_threads": lambda app: _save_in_threads(app, 50, 4),
    "follow": lambda app: _follow(app, 200),
    "follow_in_batches": lambda app: _follow(app, 200, batch_size=100),
    "run_system": lambda app: _run_system(app, 100),
}


# -- dynamic consistency boundaries ------------------------------------------------------------

_JOINED = "benchmarks.scenarios:Joined"
_NUM_COURSES = 1000


def _make_dcb_events(first: int, count: int) -> list[Any]:
    """Return events of students who join courses, each with the tags of both."""
    from eventsourcing.dcb.api import DCBEvent

    return [
        DCBEvent(type=_JOINED, data=STATE, tags=[f"course-{i % _NUM_COURSES}", f"student-{i}"])
        for i in range(first, first + count)
    ]


def _make_condition(event: Any, head: int | None) -> Any:
    """Return the condition that nothing happened to the course, and nothing to the student."""
    from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem

    items = [DCBQueryItem(types=[_JOINED], tags=[tag]) for tag in event.tags]
    return DCBAppendCondition(DCBQuery(items), after=head)


def _dcb_append(recorder: Any, count: int) -> Round:
    events = _make_dcb_events(0, count)

    def append() -> None:
        for each in events:
            recorder.append([each])

    return append, count


def _dcb_append_conditionally(recorder: Any, count: int, first: int = 0) -> Round:
    """Append events, each on the condition that no other event of its boundary was appended."""
    heads = [recorder.read().head]
    events = _make_dcb_events(first, count)

    def append() -> None:
        for each in events:
            heads[0] = recorder.append([each], _make_condition(each, heads[0]))

    return append, count


def _dcb_append_in_threads(recorder: Any, count: int, threads: int) -> Round:
    """Append events in threads that have boundaries of their own."""
    rounds = [_dcb_append_conditionally(recorder, count, i * count) for i in range(threads)]

    def append() -> None:
        workers = [threading.Thread(target=operation) for operation, _ in rounds]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    return append, count * threads


def _dcb_read_tag(recorder: Any, count: int) -> Round:
    """Read the ten events of a course."""
    from eventsourcing.dcb.api import DCBQuery, DCBQueryItem

    query = DCBQuery([DCBQueryItem(tags=["course-7"])])

    def read() -> None:
        for _ in range(count):
            list(recorder.read(query))

    return read, count


def _dcb_read_1000(recorder: Any) -> Round:
    return lambda: list(recorder.read(after=5000, limit=1000)), 1000


def _dcb_recorder(module: str) -> Any:
    """Return a recorder with 10,000 events."""
    from eventsourcing.dcb.persistence import DCBInfrastructureFactory
    from eventsourcing.utils import Environment

    env = {**os.environ, "PERSISTENCE_MODULE": module, "SQLITE_DBNAME": _sqlite_path()}
    environment = Environment(f"bench{uuid4().hex[:8]}", env)
    recorder = DCBInfrastructureFactory.construct(environment).dcb_recorder()
    recorder.append(_make_dcb_events(0, 10 * _NUM_COURSES))
    return recorder


DCB_ENGINES: dict[str, Callable[[], Any]] = {
    "memory": lambda: _dcb_recorder("eventsourcing.dcb.popo"),
    "sqlite": lambda: _dcb_recorder("eventsourcing.dcb.sqlite"),
    "postgres": lambda: _dcb_recorder("eventsourcing.dcb.postgres_tt"),
}
ON_DCB_ENGINES: dict[str, Callable[[Any], Round]] = {
    "dcb_append": lambda recorder: _dcb_append(recorder, 200),
    "dcb_append_conditionally": lambda recorder: _dcb_append_conditionally(recorder, 200),
    "dcb_append_4_threads": lambda recorder: _dcb_append_in_threads(recorder, 50, 4),
    "dcb_read_tag": lambda recorder: _dcb_read_tag(recorder, 200),
    "dcb_read_1000": _dcb_read_1000,
}


# -- bare drivers ------------------------------------------------------------------------------

_COLUMNS = "(originator_id, originator_version, topic, state)"


def sqlite_save_bare() -> Round:
    """Insert an event in a transaction of its own, durably."""
    database = sqlite3.connect(_sqlite_path(), isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute(
        "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, "
        "state BLOB, PRIMARY KEY (originator_id, originator_version))"
    )

    def save() -> None:
        for _ in range(200):
            database.execute("BEGIN IMMEDIATE")
            row = (uuid4().hex, 1, "benchmarks.scenarios:Dog.Registered", STATE)
            database.execute(f"INSERT INTO stored_events {_COLUMNS} VALUES (?, ?, ?, ?)", row)
            database.execute("COMMIT")

    return save, 200


def _sqlite_dcb_bare() -> sqlite3.Connection:
    """Return a database with 10,000 events with tags, in the tables of this library."""
    database = sqlite3.connect(_sqlite_path(), isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute(
        "CREATE TABLE events (position INTEGER PRIMARY KEY, type TEXT, data BLOB, tags TEXT)"
    )
    database.execute("CREATE INDEX events_type ON events (type)")
    database.execute(
        "CREATE TABLE tags (tag TEXT, position INTEGER, PRIMARY KEY (tag, position)) WITHOUT ROWID"
    )
    database.execute("BEGIN")
    for each in _make_dcb_events(0, 10 * _NUM_COURSES):
        _insert_dcb_bare(database, each)
    database.execute("COMMIT")
    return database


def _insert_dcb_bare(database: sqlite3.Connection, event: Any) -> None:
    row = (event.type, event.data, json.dumps(event.tags))
    position = database.execute(
        "INSERT INTO events (type, data, tags) VALUES (?, ?, ?)", row
    ).lastrowid
    database.executemany("INSERT INTO tags VALUES (?, ?)", [(tag, position) for tag in event.tags])


def sqlite_dcb_append_conditionally_bare() -> Round:
    """Check that nothing happened to a course or a student, and insert an event, durably."""
    database = _sqlite_dcb_bare()
    events = _make_dcb_events(0, 200)
    check = (
        "SELECT 1 FROM tags JOIN events USING (position) "
        "WHERE tag IN (?, ?) AND position > ? AND type = ? LIMIT 1"
    )

    def append() -> None:
        (head,) = database.execute("SELECT MAX(position) FROM events").fetchone()
        for each in events:
            database.execute("BEGIN IMMEDIATE")
            if database.execute(check, (*each.tags, head, each.type)).fetchone():
                raise RuntimeError(each)
            _insert_dcb_bare(database, each)
            database.execute("COMMIT")
            head += 1

    return append, 200


def sqlite_dcb_read_tag_bare() -> Round:
    """Read the rows of ten events of a course, among 10,000, and the last position of all."""
    database = _sqlite_dcb_bare()
    select = (
        "SELECT position, type, data, tags FROM tags JOIN events USING (position) "
        "WHERE tag = ? ORDER BY position"
    )

    def read() -> None:
        for _ in range(200):
            database.execute("SELECT MAX(position) FROM events").fetchone()
            database.execute(select, ("course-7",)).fetchall()

    return read, 200


def postgres_save_bare() -> Round:
    """Lock the table, insert an event and return its ID, in a transaction of its own."""
    import psycopg

    table = f"bare_{uuid4().hex[:8]}"
    connection = psycopg.connect(
        host=os.environ["POSTGRES_HOST"],
        port=os.environ["POSTGRES_PORT"],
        dbname=os.environ["POSTGRES_DBNAME"],
        user=os.environ["POSTGRES_USER"],
        password=os.environ["POSTGRES_PASSWORD"],
        autocommit=True,
    )
    connection.execute(
        f"CREATE TABLE {table} (originator_id uuid NOT NULL, originator_version bigint NOT NULL, "
        "topic text, state bytea, notification_id bigserial, "
        "PRIMARY KEY (originator_id, originator_version))"
    )
    connection.execute(f"CREATE UNIQUE INDEX ON {table} (notification_id)")

    def save() -> None:
        for _ in range(200):
            with connection.transaction():
                connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
                connection.execute(f"NOTIFY {table}")
                connection.execute(
                    f"INSERT INTO {table} {_COLUMNS} VALUES (%s, %s, %s, %s) "
                    "RETURNING notification_id",
                    (uuid4(), 1, "benchmarks.scenarios:Dog.Registered", STATE),
                ).fetchall()

    return save, 200


def find_scenario(name: str) -> Callable[[], Round]:
    """Return the scenario of that name."""
    engine, _, what = name.partition("_")
    if name in globals():
        scenario: Callable[[], Round] = globals()[name]
        return scenario
    if what in ON_DCB_ENGINES:
        return lambda: ON_DCB_ENGINES[what](DCB_ENGINES[engine]())
    return lambda: ON_ENGINES[what](ENGINES[engine]())


def measure(name: str) -> float:
    """Return the least seconds per operation."""
    operation, count = find_scenario(name)()
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        operation()
        seconds.append(time.perf_counter() - start)
    return min(seconds) / count


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
    sys.stdout.flush()
    os._exit(0)  # without waiting for the threads of connection pools
