"""How many connections and threads the usual set-ups take: what the guide on configuration says."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from uuid import UUID

import pytest

from eventsourcing.application import Application, AsyncApplication
from eventsourcing.domain import Aggregate
from eventsourcing.postgres import AsyncPostgresTrackingRecorder, PostgresTrackingRecorder
from eventsourcing.projection import (
    AsyncProjection,
    AsyncProjectionRunner,
    LeadingProjectionRunner,
    Projection,
    ProjectionRunner,
)
from eventsourcing.system import (
    AsyncMultiThreadedRunner,
    AsyncProcessApplication,
    AsyncSystem,
    MultiThreadedRunner,
    ProcessApplication,
    SingleThreadedRunner,
    System,
)
from tests.support.waiting import eventually

POOL_SIZE = 2
OF_A_POOL = 4  # threads
PATIENCE = 120


@pytest.fixture
def env(postgres_database):
    """Settings with which pools do not grow for a moment of need."""
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_POOL_SIZE": str(POOL_SIZE),
        "POSTGRES_MAX_OVERFLOW": "0",
        **postgres_database.patient_environ(),
    }


@pytest.fixture
def count_connections(postgres_database):
    def count():
        with postgres_database.connect() as connection:
            statement = (
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return int(connection.execute(statement).fetchone()[0])

    return count


@pytest.fixture
def takes(count_connections):
    """Check that, when all has begun, there are so many connections and threads; none later."""
    before = set(threading.enumerate())

    def check(connections, threads):
        eventually(lambda: count_connections() == connections)
        eventually(lambda: len(set(threading.enumerate()) - before) == threads)

    yield check
    check(0, 0)


@pytest.fixture
async def takes_async(count_connections):
    """Check the same for tasks, which need no threads."""
    before = set(threading.enumerate())

    async def check(connections):
        async with asyncio.timeout(PATIENCE):
            while count_connections() != connections:  # noqa: ASYNC110 (the server tells)
                await asyncio.sleep(0.01)
        assert set(threading.enumerate()) <= before

    yield check
    await check(0)


class Shop(Application[UUID]):
    def sell(self):
        return self.save(Aggregate())[-1].notification.id


class Sales(Projection):
    def process_event(self, domain_event, tracking):
        self.view.insert_tracking(tracking)


class Till(ProcessApplication[UUID]):
    def sell(self):
        return self.save(Aggregate())[-1].notification.id


class Ledger(ProcessApplication[UUID]):
    def policy(self, domain_event, processing_event):
        processing_event.collect_events(Aggregate())


def make_runner(runner_class, env):
    return runner_class(
        application_class=Shop,
        projection_class=Sales,
        view_class=PostgresTrackingRecorder,
        env=env,
    )


def test_an_application(env, takes):
    with closing(Shop(env)) as app:
        app.sell()
        takes(POOL_SIZE, OF_A_POOL)


def test_a_runner_of_a_projection(env, takes):
    """J7, J29: one thread listens, one reads ahead, one processes."""
    with make_runner(ProjectionRunner, env) as runner:
        runner.wait(runner.app.sell(), PATIENCE)
        takes(2 * POOL_SIZE + 1, 2 * OF_A_POOL + 3)


def test_a_runner_that_leads_and_one_that_stands_by(env, takes):
    """Issue 5.6"""
    with make_runner(LeadingProjectionRunner, env) as runner:
        runner.wait(runner.app.sell(), PATIENCE)
        of_the_leader = (2 * POOL_SIZE + 2, 2 * OF_A_POOL + 4)
        takes(*of_the_leader)
        with make_runner(LeadingProjectionRunner, env) as standby:
            standby.wait(runner.app.sell(), PATIENCE)
            assert not standby.is_leading
            of_the_other = (2 * POOL_SIZE + 1, 2 * OF_A_POOL + 1)
            takes(*(sum(numbers) for numbers in zip(of_the_leader, of_the_other, strict=True)))


def test_a_system_of_two_applications(env, takes):
    with SingleThreadedRunner(System([[Till, Ledger]]), env) as runner:
        runner.get(Ledger).recorder.wait("Till", runner.get(Till).sell(), PATIENCE)
        takes(2 * POOL_SIZE, 2 * OF_A_POOL)


def test_a_system_of_two_applications_with_threads(env, takes):
    """Y37a: it listens to the application that is followed."""
    with MultiThreadedRunner(System([[Till, Ledger]]), env) as runner:
        runner.get(Ledger).recorder.wait("Till", runner.get(Till).sell(), PATIENCE)
        takes(2 * POOL_SIZE + 1, 2 * OF_A_POOL + 4)


class AsyncShop(AsyncApplication[UUID]):
    async def sell(self):
        return (await self.save(Aggregate()))[-1].notification.id


class AsyncSales(AsyncProjection):
    async def process_event(self, domain_event, tracking):
        await self.view.insert_tracking(tracking)


class AsyncTill(AsyncProcessApplication[UUID]):
    name = "Till"

    async def sell(self):
        return (await self.save(Aggregate()))[-1].notification.id


class AsyncLedger(AsyncProcessApplication[UUID]):
    async def policy(self, domain_event, processing_event):
        processing_event.collect_events(Aggregate())


async def test_a_runner_of_a_projection_with_asyncio(env, takes_async):
    """J7, J29"""
    runner = AsyncProjectionRunner(
        application_class=AsyncShop,
        projection_class=AsyncSales,
        view_class=AsyncPostgresTrackingRecorder,
        env=env,
    )
    async with runner:
        await runner.wait(await runner.app.sell(), PATIENCE)
        await takes_async(2 * POOL_SIZE + 1)


async def test_a_system_of_two_applications_with_asyncio(env, takes_async):
    """Y37a"""
    async with AsyncMultiThreadedRunner(AsyncSystem([[AsyncTill, AsyncLedger]]), env) as runner:
        position = await runner.get(AsyncTill).sell()
        await runner.get(AsyncLedger).recorder.wait("Till", position, PATIENCE)
        await takes_async(2 * POOL_SIZE + 1)
