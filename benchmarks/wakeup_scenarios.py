"""What `benchmarks.wakeups` times. Runs in the environment of either library: `python … NAME`.

Prints a JSON list: the seconds from the end of each save until somebody had been woken. The names
are an engine, who is woken, and `_elsewhere` if what wakes them happens in another process.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.projection import ApplicationSubscription, Projection, ProjectionRunner
from eventsourcing.utils import Environment, resolve_topic

COMMITS = int(os.environ.get("BENCH_COMMITS", "500"))
PATIENCE = 30.0
# Pauses between commits, up to this, so that those who wait have gone to sleep, and so that those
# who look now and then are met at any time between two looks.
LONGEST_PAUSE = 0.02
LONGEST_PAUSE_ELSEWHERE = 0.1

VIEWS = {
    "memory": "eventsourcing.popo:POPOTrackingRecorder",
    "sqlite": "eventsourcing.sqlite:SQLiteTrackingRecorder",
    "postgres": "eventsourcing.postgres:PostgresTrackingRecorder",
}
MODULES = {"memory": "popo", "sqlite": "sqlite", "postgres": "postgres"}

# Processes that are started here use the same database, and the same names in it.
NAME = os.environ.setdefault("BENCH_NAME", f"bench{uuid4().hex[:8]}")

Write = Callable[[], tuple[int, float]]


class School(Application[UUID]):
    """What is followed."""

    name = NAME


class Places(Projection[Any]):
    """Tracks what it is given, and does nothing else."""

    name = f"{NAME}_places"

    def process_event(self, domain_event: Any, tracking: Any) -> None:  # noqa: ARG002
        """Track the event."""
        self.view.insert_tracking(tracking)


def set_environment(engine: str) -> None:
    """Have the applications of this process, and of those that it starts, use the engine."""
    os.environ["PERSISTENCE_MODULE"] = f"eventsourcing.{MODULES[engine]}"
    folder = Path(os.environ.get("BENCH_FOLDER", "."))
    os.environ["SQLITE_DBNAME"] = str(folder / f"{NAME}.db")
    os.environ[f"{Places.name.upper()}_SQLITE_DBNAME"] = str(folder / f"{NAME}-places.db")


# -- those who write ---------------------------------------------------------------------------


def save(app: School) -> tuple[int, float]:
    """Save an event, and return its ID and when that had been done."""
    recordings = app.save(Aggregate())
    return recordings[0].notification.id, time.perf_counter()


@contextmanager
def process(*arguments: str) -> Iterator[tuple[IO[str], IO[str]]]:
    """Run another process of this program, and lend its input and output once it is ready."""
    command = [sys.executable, __file__, *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as other:
        to, out = other.stdin, other.stdout
        if to is None or out is None or out.readline() != "ready\n":
            raise SystemExit(f"{command} does not begin")
        yield to, out
        to.close()


@contextmanager
def writing_elsewhere(engine: str) -> Iterator[Write]:
    """Lend a function that has another process save an event."""
    with process("write", engine) as (to, out):

        def write() -> tuple[int, float]:
            to.write("\n")
            id_, saved = out.readline().split()
            return int(id_), float(saved)

        yield write


def write_when_told() -> None:
    """Save an event for each line that is read."""
    with closing(School()) as app:
        print("ready", flush=True)
        for _ in sys.stdin:
            print(*save(app), flush=True)


def run_until_told(engine: str) -> None:
    """Run the projection until there is nothing more to be read."""
    with make_runner(engine):
        print("ready", flush=True)
        sys.stdin.read()


# -- those who are woken -----------------------------------------------------------------------


def time_subscription(app: School, write: Write, longest_pause: float) -> list[float]:
    """Time a thread that iterates over a subscription."""
    received: SimpleQueue[float] = SimpleQueue()
    with ApplicationSubscription(app) as subscription:

        def iterate() -> None:
            for _ in subscription:
                received.put(time.perf_counter())

        threading.Thread(target=iterate, daemon=True).start()
        return time_wakeups(write, lambda _: received.get(timeout=PATIENCE), longest_pause)


def time_wakeups(write: Write, wait: Callable[[int], float], longest_pause: float) -> list[float]:
    """Return the seconds from each save until the one who waits for it had been woken."""
    seconds = []
    for _ in range(COMMITS):
        time.sleep(random.uniform(0, longest_pause))  # noqa: S311
        id_, saved = write()
        seconds.append(wait(id_) - saved)
    return seconds


def subscription(engine: str) -> list[float]:  # noqa: ARG001
    """A thread is woken by another one."""
    with closing(School()) as app:
        return time_subscription(app, lambda: save(app), LONGEST_PAUSE)


def subscription_elsewhere(engine: str) -> list[float]:
    """A thread is woken by another process."""
    with closing(School()) as app, writing_elsewhere(engine) as write:
        return time_subscription(app, write, LONGEST_PAUSE_ELSEWHERE)


def task(engine: str) -> list[float]:  # noqa: ARG001
    """A task is woken by another one."""
    import asyncio

    from eventsourcing.application import AsyncApplication
    from eventsourcing.projection import AsyncApplicationSubscription

    class AsyncSchool(AsyncApplication[UUID]):
        name = NAME

    async def main() -> list[float]:
        received: asyncio.Queue[float] = asyncio.Queue()
        seconds = []
        async with AsyncSchool() as app, AsyncApplicationSubscription(app) as subscription:

            async def iterate() -> None:
                async for _ in subscription:
                    received.put_nowait(time.perf_counter())

            iterating = asyncio.create_task(iterate())
            for _ in range(COMMITS):
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311
                await app.save(Aggregate())
                saved = time.perf_counter()
                seconds.append(await received.get() - saved)
            subscription.stop()
            await iterating
        return seconds

    return asyncio.run(main())


def make_runner(engine: str) -> ProjectionRunner[Any, Any]:
    """Return a runner of the projection."""
    return ProjectionRunner(
        application_class=School,
        projection_class=Places,
        view_class=resolve_topic(VIEWS[engine]),
    )


def wait(engine: str) -> list[float]:
    """One who waits for the view is woken by the runner, once the event has been processed."""
    with make_runner(engine) as runner:

        def wait_for(id_: int) -> float:
            runner.wait(id_, timeout=PATIENCE)
            return time.perf_counter()

        return time_wakeups(lambda: save(runner.app), wait_for, LONGEST_PAUSE)


def wait_elsewhere(engine: str) -> list[float]:
    """One who waits for the view is not told by the runner, which is another process."""
    environment = Environment(Places.name, os.environ)
    view: Any = InfrastructureFactory.construct(environment).tracking_recorder(
        resolve_topic(VIEWS[engine])
    )
    with closing(School()) as app, process("run", engine):

        def wait_for(id_: int) -> float:
            view.wait(app.name, id_, timeout=PATIENCE)
            return time.perf_counter()

        return time_wakeups(lambda: save(app), wait_for, LONGEST_PAUSE_ELSEWHERE)


def main(name: str, engine: str = "") -> None:
    """Do what the name says."""
    if name in ("write", "run"):
        set_environment(engine)
        write_when_told() if name == "write" else run_until_told(engine)
        return
    engine, _, what = name.partition("_")
    set_environment(engine)
    print(json.dumps(globals()[what](engine)))


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # without waiting for the threads of connection pools
