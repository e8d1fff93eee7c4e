"""Issue 5.8: no thread, task, file or connection is left when a runner has ended."""

from __future__ import annotations

import gc
import threading
from pathlib import Path
from typing import Any

import pytest

from eventsourcing.tests.projection import SpannerThrown, SpannerThrownError
from tests.integration.projection.decisions_async import make_decisions_runner
from tests.integration.projection.journals_async import make_journal
from tests.integration.projection.samples_async import (
    PATIENCE,
    AsyncBatchListing,
    AsyncListing,
    eventually,
    make_runner,
)
from tests.support.background_async import running
from tests.support.databases import PostgresDatabase
from tests.support.waiting import count_open_files


def count_connections(database: PostgresDatabase) -> int:
    with database.connect() as connection:
        rows = connection.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    return int(rows[0][0])


def left_in_the_background(before: set[Any]) -> set[threading.Thread]:
    gc.collect()
    return set(threading.enumerate()) - before


async def use(env: dict[str, str], projection_class: Any) -> None:
    async with make_runner(env, projection_class) as runner:
        ids = await runner.app.create(3)
        await runner.wait(ids[-1], PATIENCE)


async def fail(env: dict[str, str], projection_class: Any) -> None:
    async with make_runner(env, projection_class) as runner:
        await runner.app.trigger(SpannerThrown)
        with pytest.raises(SpannerThrownError):
            await runner.run_forever(PATIENCE)
        assert runner.is_interrupted.is_set()


@pytest.mark.parametrize("how", [use, fail])
@pytest.mark.parametrize("projection_class", [AsyncListing, AsyncBatchListing])
async def test_no_thread_is_left(env: dict[str, str], how: Any, projection_class: Any) -> None:
    """Issue 5.8: neither when all went well nor when the projection failed."""
    before = set(threading.enumerate())
    await how(env, projection_class)
    await eventually(lambda: not left_in_the_background(before))


async def test_no_thread_is_left_of_who_follows_decisions(dcb_env: dict[str, str]) -> None:
    """Issue 5.8: whatever the engines of the application and of the view are."""
    before = set(threading.enumerate())
    async with make_decisions_runner(dcb_env) as runner:
        ids = await runner.app.create(3)
        await runner.wait(ids[-1], PATIENCE)
    del runner
    await eventually(lambda: not left_in_the_background(before))


async def test_no_connection_is_left(
    applications_database: PostgresDatabase, postgres_env: dict[str, str]
) -> None:
    """J28: neither of the application nor of the view."""
    before = count_connections(applications_database)
    await use(postgres_env, AsyncListing)
    await eventually(lambda: count_connections(applications_database) <= before)


async def test_no_connection_is_left_when_construction_fails(
    applications_database: PostgresDatabase, postgres_env: dict[str, str]
) -> None:
    """J28: what was built before is closed."""
    await use(postgres_env, AsyncListing)
    before = set(threading.enumerate())

    class Broken(AsyncListing):
        def __init__(self, view: Any) -> None:
            super().__init__(view)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        runner = make_runner(postgres_env, Broken)
        await runner.start()
    postgres_env["UPSTREAM_POSTGRES_PORT"] = "1"
    postgres_env["POSTGRES_CONNECT_TIMEOUT"] = "1"
    postgres_env["POSTGRES_RECONNECT_TIMEOUT"] = "0"
    with pytest.raises(Exception, match=r"refused|timeout|couldn't get a connection"):
        runner = make_runner(postgres_env)
        async with runner:
            await runner.run_forever(PATIENCE)
    await eventually(lambda: count_connections(applications_database) == 0)
    await eventually(lambda: not left_in_the_background(before))


async def test_no_file_is_left_open(env: dict[str, str]) -> None:
    """J28, issue 5.8: of a database."""
    await use(env, AsyncListing)
    before = count_open_files()
    for _ in range(5):
        await use(env, AsyncListing)
    await eventually(lambda: count_open_files() <= before)


async def test_a_thousand_runners(env: dict[str, str]) -> None:
    """Issue 5.8: a thousand times in memory, fewer times on databases."""
    before = set(threading.enumerate())
    times = {"eventsourcing.popo": 1000, "eventsourcing.sqlite": 100, "eventsourcing.postgres": 15}
    for number in range(times[env["PERSISTENCE_MODULE"]]):
        async with make_runner(env) as runner:
            if number % 5 == 0:
                ids = await runner.app.create()
                await runner.wait(ids[-1], PATIENCE)
    await eventually(lambda: not left_in_the_background(before))


async def test_many_runners_of_event_sourced_partitions(
    env: dict[str, str], tmp_path: Path, applications_database: PostgresDatabase
) -> None:
    """Issue 5.8: no thread, task, file or connection is left."""
    env["JOURNAL_SQLITE_DBNAME"] = str(tmp_path / "journal.db")
    before, files = running(), 0
    runners: list[Any] = []  # nothing waits for being collected
    connections = count_connections(applications_database)
    times = {"eventsourcing.popo": 1000, "eventsourcing.sqlite": 50, "eventsourcing.postgres": 10}
    for number in range(times[env["PERSISTENCE_MODULE"]]):
        async with make_journal(env, 2) as runner:
            if number % 5 == 0:
                ids = await runner.app.create()
                await runner.wait(ids[-1], PATIENCE)
        runners.append(runner)
        if number == 0:
            files = count_open_files()
    await eventually(lambda: running() <= before)
    await eventually(lambda: count_open_files() <= files)
    await eventually(lambda: count_connections(applications_database) <= connections)
