# ruff: noqa: RUF100, SIM117 (blocks that cannot be merged here, but in the twin)
"""Connections that are lost at each point of the exchange with the server (contract G28, G29)."""

from __future__ import annotations

from contextlib import nullcontext, suppress

import psycopg
import pytest

from eventsourcing._concurrency.primitives_async import sleep, spawn
from eventsourcing.persistence import IntegrityError, OperationalError, Tracking
from eventsourcing.postgres import (
    AsyncPostgresAggregateRecorder,
    AsyncPostgresProcessRecorder,
    CommitOutcomeUnknownError,
    retrying_async,
)
from eventsourcing.postgres.transaction_async import (
    AsyncTransaction,
    CommitInDoubt,
    find_out_outcome,
)
from tests.integration.postgres.proxy import Cut, CuttingProxy, message_ends
from tests.integration.postgres.support_async import (
    make_datastore,
    make_event,
    make_events,
    terminate_connections,
)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(retrying_async, "_PAUSE_SECONDS", 0.001)


@pytest.fixture
def proxy(postgres_database):
    with CuttingProxy(postgres_database) as proxy:
        yield proxy


@pytest.fixture
async def datastore(proxy):
    # One connection, so that the proxy sees one exchange.
    # If it takes too long to end a transaction whose client is gone, the server ends it.
    async with make_datastore(
        proxy.database, max_overflow=0, idle_in_transaction_session_timeout=10
    ) as datastore:
        yield datastore


async def create_recorder(datastore):
    recorder = AsyncPostgresProcessRecorder(datastore)
    await recorder.create_table()
    return recorder


async def cuts_of(proxy, operation):
    """Return a cut for each end of a message, and for the bytes before and after it."""
    await operation()
    recorded = proxy.record()
    await operation()
    cuts = []
    for direction in ("to_server", "to_client"):
        ends = list(message_ends(bytes(recorded[direction])))
        assert len(ends) > 4
        offsets = {*range(0, ends[-1], 17), *ends}
        offsets |= {end + 1 for end in ends} | {end - 1 for end in ends}
        cuts += [Cut(direction, offset) for offset in sorted(offsets) if offset < ends[-1]]
    return cuts


@pytest.mark.parametrize("functions", [False, True], ids=["ordinary", "functions"])
async def test_an_insert_survives_the_loss_of_the_connection_at_each_point(
    proxy, datastore, functions
):
    """G29: it is stored once, and its IDs and tracking are right, wherever the cut is."""
    datastore.enable_db_functions = functions
    recorder = await create_recorder(datastore)
    position = 0

    async def insert():
        nonlocal position
        position += 1
        events = make_events(2)
        ids = await recorder.insert_events(events, tracking=Tracking("up", position))
        return events, ids

    cuts = await cuts_of(proxy, insert)
    for cut in cuts:
        await recorder.max_notification_id()  # on the connection that will be cut
        proxy.arm(cut)
        events, ids = await insert()
        assert proxy.has_cut()
        stored = await recorder.select_notifications(ids[0], 10)
        assert [n.id for n in stored] == ids
        assert [n.originator_version for n in stored] == [1, 2]
        assert [n.originator_id for n in stored] == [e.originator_id for e in events]
        assert await recorder.max_tracking_id("up") == position
    assert len(cuts) > 60
    everything = await recorder.select_notifications(None, 10_000)
    assert len(everything) == 2 * (len(cuts) + 2)


async def test_tracking_survives_the_loss_of_the_connection_at_each_point(proxy, datastore):
    """G29"""
    recorder = await create_recorder(datastore)
    position = 0

    async def track():
        nonlocal position
        position += 1
        await recorder.insert_tracking(Tracking("up", position))

    for cut in await cuts_of(proxy, track):
        await recorder.max_notification_id()
        proxy.arm(cut)
        await track()
        assert proxy.has_cut()
        assert await recorder.max_tracking_id("up") == position


async def test_snapshots_survive_the_loss_of_the_connection_at_each_point(proxy, datastore):
    """G29"""
    recorder = AsyncPostgresAggregateRecorder(datastore)
    await recorder.create_table()

    async def insert():
        events = make_events(2)
        await recorder.insert_events(events)
        return events

    for cut in await cuts_of(proxy, insert):
        await recorder.select_events(make_event().originator_id)
        proxy.arm(cut)
        events = await insert()
        assert proxy.has_cut()
        assert await recorder.select_events(events[0].originator_id) == events


async def test_selections_survive_the_loss_of_the_connection_at_each_point(proxy, datastore):
    """G28"""
    recorder = await create_recorder(datastore)
    await recorder.insert_events(make_events(3), tracking=Tracking("up", 4))

    async def select():
        assert len(await recorder.select_notifications(1, 10)) == 3
        assert await recorder.max_notification_id() == 3
        assert await recorder.max_tracking_id("up") == 4
        assert await recorder.has_tracking_id("up", 4)

    for cut in await cuts_of(proxy, select):
        await recorder.max_notification_id()
        proxy.arm(cut)
        await select()
        assert proxy.has_cut()


async def test_conflicts_are_reported_wherever_the_connection_is_lost(proxy, datastore):
    """X2, G29: a conflict with another's event is never taken for the own event."""
    recorder = await create_recorder(datastore)
    event = make_event()
    await recorder.insert_events([event])

    async def conflict():
        with pytest.raises(IntegrityError):
            await recorder.insert_events(
                [make_event(), make_event(event.originator_id, 1, "topic:Other")]
            )

    for cut in await cuts_of(proxy, conflict):
        await recorder.max_notification_id()
        proxy.arm(cut)
        await conflict()
        assert proxy.has_cut()
    assert len(await recorder.select_notifications(1, 10)) == 1


async def test_an_insert_survives_when_the_server_does_not_notice_the_loss(proxy, datastore):
    """G29: its old connection lingers, with the transaction and its lock."""
    recorder = await create_recorder(datastore)

    async def insert():
        events = make_events(2)
        return events, await recorder.insert_events(events)

    cuts = await cuts_of(proxy, insert)
    number = 2
    for cut in cuts[:: max(1, len(cuts) // 12)] + cuts[-9:]:
        await recorder.max_notification_id()
        proxy.arm(Cut(cut.direction, cut.offset, linger=True))
        events, ids = await insert()
        number += 1
        assert [n.originator_id for n in await recorder.select_notifications(ids[0], 10)] == [
            e.originator_id for e in events
        ]
    assert len(await recorder.select_notifications(1, 1000)) == 2 * number


async def test_an_answer_that_cannot_be_had_is_said_to_be_unknown(proxy, postgres_database):
    """G29: neither success nor failure is made up, and nothing is attempted again."""
    async with make_datastore(proxy.database, max_overflow=0, reconnect_timeout=0.1) as datastore:
        recorder = await create_recorder(datastore)
        events = make_events(1)
        patience, datastore.pool.timeout = datastore.pool.timeout, 1.0
        with pytest.raises(CommitOutcomeUnknownError, match="not known whether") as info:
            async with datastore.transaction(commit=True) as curs:
                await recorder._insert_stored_events(curs, events)
                proxy.cut_all(refuse=True)
        assert isinstance(info.value, OperationalError)

        proxy.accept_again()
        datastore.pool.timeout = patience
        assert await recorder.select_events(events[0].originator_id) == []


@pytest.mark.parametrize(
    ("end", "evidence", "stored"),
    [
        (b"COMMIT", None, True),
        (b"COMMIT", True, True),
        (b"COMMIT", False, False),
        (b"ROLLBACK", None, False),
        (None, None, False),
    ],
)
async def test_the_server_is_asked_what_became_of_a_transaction(
    postgres_database, end, evidence, stored
):
    """G29: one that is still open is ended, because nobody can commit it any more."""
    connection = postgres_database.connect()
    connection.execute("CREATE TABLE t (i int)")
    connection.execute("BEGIN")
    connection.execute("INSERT INTO t VALUES (1)")
    lost = AsyncTransaction(commit=True)
    lost.backend_pid = connection.info.backend_pid
    ((lost.number,),) = connection.execute("SELECT pg_current_xact_id()::text").fetchall()
    if end is not None:
        connection.execute(end)
    doubt = CommitInDoubt(lost, psycopg.OperationalError("lost"))

    async def say(curs):
        return evidence

    async with make_datastore(postgres_database) as datastore:
        with nullcontext() if stored else pytest.raises(OperationalError, match=r"^lost$"):
            await find_out_outcome(datastore, doubt, None if evidence is None else say)
        async with datastore.cursor() as cursor:
            await cursor.execute("SELECT count(*) FROM t")
            assert (await cursor.fetchall())[0]["count"] == (end == b"COMMIT")
    connection.close()


async def test_a_number_that_a_crashed_server_has_forgotten_was_not_committed(datastore):
    """G29: the server says that it is in the future."""
    lost = AsyncTransaction(commit=True)
    lost.number = "99999999"

    with pytest.raises(OperationalError, match=r"^lost$"):
        await find_out_outcome(
            datastore, CommitInDoubt(lost, psycopg.OperationalError("lost")), None
        )


async def test_a_killed_connection_is_replaced_without_an_error(postgres_database):
    """G28"""
    async with make_datastore(postgres_database, pool_size=3) as datastore:
        recorder = await create_recorder(datastore)
        for position in range(1, 6):
            assert terminate_connections(postgres_database) > 0
            assert await recorder.insert_events(
                [make_event()], tracking=Tracking("up", position)
            ) == [position]
            terminate_connections(postgres_database)
            assert await recorder.max_tracking_id("up") == position


async def test_inserts_survive_connections_that_are_killed_all_the_time(postgres_database):
    """G28, G29: by the server, at moments that nobody chooses."""
    async with make_datastore(postgres_database, pool_size=4) as datastore:
        recorder = await create_recorder(datastore)
        saved: list[int] = []
        done: list[bool] = []

        async def write(name):
            for position in range(1, 40):
                ids = await recorder.insert_events(
                    make_events(3), tracking=Tracking(name, position)
                )
                saved.extend(ids)

        async def kill():
            while not done:
                so_far = len(saved)
                with suppress(psycopg.Error):
                    terminate_connections(postgres_database, 1)
                while len(saved) < so_far + 2 * 3 and not done:  # the machine may be slow
                    await sleep(0.001)

        writers = [spawn(write, f"w{n}") for n in range(3)]
        killer = spawn(kill)
        for writer in writers:
            await writer.join()
        done.append(True)
        await killer.join()

        assert [writer.error for writer in writers] == [None] * 3
        stored = [n.id for n in await recorder.select_notifications(None, 10_000)]
        assert stored == sorted(saved)
        assert len(stored) == 3 * 39 * 3
        for n in range(3):
            assert await recorder.max_tracking_id(f"w{n}") == 39


async def test_operations_are_attempted_ten_times(datastore, monkeypatch):
    """G28, G29: also `has_tracking_id()`, which calls `max_tracking_id()`."""
    recorder = await create_recorder(datastore)
    attempts: list[str] = []

    async def fail(application_name, curs):
        attempts.append(application_name)
        raise OperationalError("out of order")

    monkeypatch.setattr(recorder, "_max_tracking_id", fail)
    with pytest.raises(OperationalError, match="out of order"):
        await recorder.has_tracking_id("up", 1)

    assert len(attempts) == 10


async def test_operations_are_not_attempted_again_when_the_pool_is_closed(datastore, monkeypatch):
    """G29"""
    recorder = await create_recorder(datastore)
    await datastore.close()
    attempts: list[float] = []

    async def count(seconds):
        attempts.append(seconds)

    monkeypatch.setattr(retrying_async, "sleep", count)
    with pytest.raises(OperationalError):
        await recorder.insert_events([make_event()])
    with pytest.raises(OperationalError):
        await recorder.max_notification_id()
    assert attempts == []


async def test_operations_are_not_attempted_again_when_the_pool_is_exhausted(
    postgres_database, monkeypatch
):
    """G29: that has been waited for once."""
    attempts: list[float] = []

    async def count(seconds):
        attempts.append(seconds)

    monkeypatch.setattr(retrying_async, "sleep", count)
    async with make_datastore(postgres_database, max_overflow=0, max_waiting=1) as datastore:
        recorder = AsyncPostgresProcessRecorder(datastore)
        async with datastore.get_connection():
            datastore.pool.timeout = 0.1
            with pytest.raises(OperationalError, match="couldn't get a connection"):
                await recorder.max_notification_id()
    assert attempts == []
