# Generated from test_dcb_lost_connections_async.py by tools/async_to_sync.py: do not edit.
"""Connections that are lost while events are appended or read (contract C10, C12, C32, G29)."""

from __future__ import annotations

from contextlib import suppress
from itertools import count

import psycopg
import pytest

from eventsourcing._concurrency.primitives_sync import sleep, spawn
from eventsourcing.persistence import IntegrityError
from eventsourcing.postgres import CommitOutcomeUnknownError, retrying_sync
from tests.integration.postgres.dcb_support_sync import (
    create_recorder,
    read_data,
    tagged,
    unless_tagged,
    wait_for_waiting,
)
from tests.integration.postgres.proxy import Cut, CuttingProxy, message_ends
from tests.integration.postgres.support_sync import make_datastore, terminate_connections


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(retrying_sync, "_PAUSE_SECONDS", 0.001)


@pytest.fixture
def proxy(postgres_database):
    with CuttingProxy(postgres_database) as proxy:
        yield proxy


@pytest.fixture
def datastore(proxy):
    # One connection, so that the proxy sees one exchange.
    with make_datastore(proxy.database, max_overflow=0) as datastore:
        yield datastore


@pytest.fixture
def recorder(datastore):
    return create_recorder(datastore)


def cuts_of(proxy, operation):
    """Return a cut for each end of a message, and for the bytes around it, in both directions."""
    operation()
    recorded = proxy.record()
    operation()
    cuts = []
    for direction in ("to_server", "to_client"):
        stream = bytes(recorded[direction])
        ends = list(message_ends(stream))
        offsets = {*range(0, ends[-1], 67), *ends, *(end - 1 for end in ends)}
        cuts += [Cut(direction, offset) for offset in sorted(offsets) if offset < ends[-1]]
    return cuts, bytes(recorded["to_client"])


@pytest.mark.parametrize("linger", [False, True], ids=["noticed", "unnoticed"])
def test_an_append_is_done_once_wherever_the_connection_is_lost(proxy, recorder, linger):
    """C10, G29: also if the server does not notice the loss.

    It is said not to be known only if the announcement of the server has not come.
    """
    names = map(str, count())

    def append():
        name = next(names)
        position = recorder.append([tagged(name), tagged(name)], unless_tagged(name))
        return name, position

    cuts, answer = cuts_of(proxy, append)
    announcement = answer.index(b"eventsourcing append")
    announced = next(end for end in message_ends(answer) if end > announcement)
    unknown = 0
    for cut in cuts[:: 4 if linger else 1]:
        read_data(recorder, "none")  # on the connection that will be cut
        proxy.arm(Cut(cut.direction, cut.offset, linger))
        try:
            name, position = append()
        except CommitOutcomeUnknownError:
            assert cut.direction == "to_client"
            assert cut.offset < announced + 10  # numbers become longer
            unknown += 1
            continue
        assert proxy.has_cut()
        assert len(read_data(recorder, name)) == 2
        assert (recorder.head()) == position
    assert unknown > 0
    assert len(read_data(recorder)) == 2 * int(next(names))


def test_refusals_are_reported_wherever_the_connection_is_lost(proxy, recorder):
    """C10"""
    recorder.append([tagged("a")])

    def conflict():
        with pytest.raises(IntegrityError):
            recorder.append([tagged("a", data=b"other")], unless_tagged("a"))

    cuts, _ = cuts_of(proxy, conflict)
    for cut in cuts:
        read_data(recorder, "none")
        proxy.arm(cut)
        conflict()
        assert proxy.has_cut()
    assert recorder.head() == 1


def test_reads_survive_the_loss_of_the_connection_at_each_point(proxy, recorder):
    """C32, G28"""
    recorder.append([tagged("a", data=b"1"), tagged("b"), tagged("a", data=b"2")])

    def read():
        assert read_data(recorder, "a") == [b"1", b"2"]

    cuts, _ = cuts_of(proxy, read)
    for cut in cuts:
        read_data(recorder, "none")
        proxy.arm(cut)
        read()
        assert proxy.has_cut()


def test_events_like_those_of_others_are_not_taken_for_the_own_ones(proxy, recorder):
    """G29: without an announcement, nobody can tell whose they are."""
    other = create_recorder(recorder.datastore)
    recorder.append([tagged("a")])
    proxy.record()
    recorder.append([tagged("b")])
    assert other.append([tagged("c")]) == 3

    proxy.arm(Cut("to_server", 10))
    with pytest.raises(CommitOutcomeUnknownError, match="equal events are recorded after position"):
        recorder.append([tagged("c")])

    assert recorder.head() == 3


def test_an_outcome_that_cannot_be_asked_for_is_said_to_be_unknown(postgres_database, proxy):
    """G29: neither success nor failure is made up, and nothing is attempted again."""
    with make_datastore(proxy.database, max_overflow=0, reconnect_timeout=0.1) as datastore:
        recorder = create_recorder(datastore)
        with make_datastore(postgres_database) as other, other.transaction() as curs:
            curs.execute("LOCK TABLE dcb_events_tt_main IN EXCLUSIVE MODE")
            task = spawn(recorder.append, [tagged("a")])
            wait_for_waiting(postgres_database)
            datastore.pool.timeout = 1.0
            proxy.cut_all(refuse=True)
        task.join()
        assert isinstance(task.error, CommitOutcomeUnknownError)
        proxy.accept_again()


def test_appends_survive_connections_that_are_killed_all_the_time(postgres_database):
    """C5, C10, G28, G29: by the server, at moments that nobody chooses."""
    with make_datastore(postgres_database, pool_size=4) as datastore:
        recorders = [create_recorder(datastore) for _ in range(2)]
        appended: list[int] = []
        done: list[bool] = []

        def write(name):
            after = None
            for number in range(40):
                event = tagged(name, data=str(number).encode())
                recorder = recorders[number % 2]
                after = recorder.append([event, event], unless_tagged(name, after=after))
                appended.append(after)

        def kill():
            while not done:
                so_far = len(appended)
                with suppress(psycopg.Error):
                    terminate_connections(postgres_database, 1)
                while len(appended) < so_far + 2 and not done:  # the machine may be slow
                    sleep(0.001)

        writers = [spawn(write, f"w{n}") for n in range(4)]
        killer = spawn(kill)
        for writer in writers:
            writer.join()
        done.append(True)
        killer.join()

        assert [writer.error for writer in writers] == [None] * 4
        assert len(set(appended)) == 160
        for n in range(4):
            numbers = [int(each) for each in read_data(recorders[0], f"w{n}")]
            assert numbers == sorted([*range(40), *range(40)])
