# Generated from test_dcb_recorder_async.py by tools/async_to_sync.py: do not edit.
"""What recorders of dynamic consistency boundaries do in PostgreSQL, beyond the suites."""

from __future__ import annotations

import re

import pytest

from eventsourcing._concurrency.primitives_sync import sleep, spawn
from eventsourcing.dcb.api import DCBEvent, DCBQuery, DCBQueryItem, plan_selection
from eventsourcing.dcb.postgres_tt import statements
from eventsourcing.persistence import (
    DataError,
    IntegrityError,
    NotSupportedError,
    OperationalError,
)
from tests.integration.postgres.dcb_support_sync import (
    create_recorder,
    read_data,
    tagged,
    unless_tagged,
    wait_for_waiting,
)
from tests.integration.postgres.support_sync import make_datastore

LOCK = "LOCK TABLE dcb_events_tt_main IN EXCLUSIVE MODE"


@pytest.fixture
def datastore(postgres_database):
    with make_datastore(postgres_database) as datastore:
        yield datastore


@pytest.fixture
def recorder(datastore):
    return create_recorder(datastore)


def wait_for_line(recorder, count):
    """Wait until so many wait for each other."""
    while len(recorder._appender._combiner._waiting) < count:
        sleep(0.001)


def append_while_locked(postgres_database, recorder, *appends):
    """Begin the first append, so that the others have to wait and are done together."""
    outcomes = [None] * len(appends)

    def append(place, events, condition):
        try:
            outcomes[place] = recorder.append(events, condition)
        except Exception as error:
            outcomes[place] = error

    with postgres_database.connect(autocommit=False) as connection:
        connection.execute(LOCK)
        tasks = []
        for place, each in enumerate(appends):
            tasks.append(spawn(append, place, *each))
            wait_for_line(recorder, place + 1)
        wait_for_waiting(postgres_database, 1)
    for task in tasks:
        task.join()
    return outcomes


def count_transactions(database):
    """Return how many transactions have written to the main table."""
    with database.connect() as connection:
        return len(
            connection.execute("SELECT DISTINCT xmin::text FROM dcb_events_tt_main").fetchall()
        )


def test_appends_that_wait_for_each_other_are_done_together(postgres_database, recorder):
    """C10, C25: in one transaction, each with its own outcome."""
    recorder.append([tagged("a")])

    outcomes = append_while_locked(
        postgres_database,
        recorder,
        ([tagged("b")], None),
        ([tagged("c"), tagged("c")], unless_tagged("c")),
        ([tagged("a", data=b"refused")], unless_tagged("a")),
        ([tagged("d")], unless_tagged("d", "a")),
        ([tagged("e")], None),
    )

    assert outcomes[:2] == [2, 4]
    assert isinstance(outcomes[2], IntegrityError)
    assert outcomes[3:] == [5, 6]
    assert count_transactions(postgres_database) == 3
    assert len(read_data(recorder)) == 6


def test_appends_that_wait_for_each_other_are_not_blind_to_each_other(postgres_database, recorder):
    """C10: what matches the condition of another is stored, and seen, before it is checked."""
    outcomes = append_while_locked(
        postgres_database,
        recorder,
        ([tagged("a")], None),
        ([tagged("b")], None),
        ([tagged("c")], unless_tagged("b")),
        ([tagged("b", "c")], unless_tagged("b", "c")),
        ([tagged("d")], unless_tagged("a")),
        ([tagged("d")], unless_tagged("d")),
    )

    assert outcomes[:2] == [1, 2]
    assert isinstance(outcomes[2], IntegrityError)  # not done together with the one before it
    assert outcomes[3] == 3
    assert isinstance(outcomes[4], IntegrityError)
    assert outcomes[5] == 4  # what would have been stored before it was refused
    assert count_transactions(postgres_database) == 3


def test_an_append_that_fails_does_not_take_others_with_it(postgres_database, recorder):
    """C10, C30: of those that are done together, each has its own error."""
    outcomes = append_while_locked(
        postgres_database,
        recorder,
        ([tagged("a")], None),
        ([tagged("b")], None),
        ([DCBEvent("null \0", b"")], None),
        ([tagged("lone surrogate \udc80")], None),
        ([tagged("c")], unless_tagged("b")),
        ([tagged("d")], unless_tagged("d")),
    )

    assert [type(each) for each in outcomes] == [
        int,
        int,
        DataError,
        DataError,
        IntegrityError,
        int,
    ]
    assert len(read_data(recorder)) == 3


def test_a_lock_timeout_is_an_error_at_once(postgres_database):
    """C25, C64: it has been waited for as long as it may, and nothing is stored."""
    with make_datastore(postgres_database, lock_timeout=1) as datastore:
        recorder = create_recorder(datastore)
        assert recorder.append([tagged("a")], unless_tagged("a")) == 1
        with postgres_database.connect(autocommit=False) as connection:
            connection.execute(LOCK)
            for condition in (None, unless_tagged("b")):
                with pytest.raises(OperationalError, match="lock timeout"):
                    recorder.append([tagged("b")], condition)
            assert read_data(recorder) == [b""]
        assert recorder.append([tagged("b")]) == 2


def test_appends_do_not_wait_for_readers(postgres_database, recorder):
    """C25"""
    with postgres_database.connect(autocommit=False) as connection:
        connection.execute("SELECT FROM dcb_events_tt_main")
        assert recorder.append([tagged("a")], unless_tagged("a")) == 1


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_isolation_levels_that_hide_what_others_append_are_refused(postgres_database, level):
    """C10: the check would not see what was committed while it waited for the lock."""
    with postgres_database.connect() as connection:
        connection.execute(
            f"ALTER DATABASE {postgres_database.dbname} "
            f"SET default_transaction_isolation TO '{level}'"
        )
    with make_datastore(postgres_database) as datastore:
        recorder = create_recorder(datastore)
        with pytest.raises(NotSupportedError, match=f'"default_transaction_isolation".* "{level}"'):
            recorder.append([tagged("a")], unless_tagged("a"))
        assert read_data(recorder) == []


def test_conditions_that_go_far_back_are_checked_wholly(recorder):
    """C6, C10: the first part without the lock, the last part with it."""
    recorder.append([tagged("first", "both")])
    recorder.append([tagged("all") for _ in range(2500)])
    recorder.append([tagged("last", "both")])
    for tag, after in [
        ("first", None),
        ("first", 0),
        ("all", 0),
        ("all", 2500),
        ("both", None),
        ("both", 2501),
        ("last", None),
        ("last", 10),
        ("last", 2501),
    ]:
        with pytest.raises(IntegrityError):
            recorder.append([tagged("new")], unless_tagged(tag, after=after))
    for tag, after in [("first", 1), ("all", 2501), ("last", 2502), ("both", 2502), ("new", None)]:
        recorder.append([tagged("other")], unless_tagged(tag, after=after))
    assert len(read_data(recorder, "other")) == 5
    assert read_data(recorder, "new") == []


def test_what_is_refused_without_the_lock_does_not_wait_for_it(postgres_database, recorder):
    """C25: an event far back decides."""
    recorder.append([tagged("first")])
    recorder.append([tagged("all") for _ in range(2500)])
    with postgres_database.connect(autocommit=False) as connection:
        connection.execute(LOCK)
        with pytest.raises(IntegrityError):
            recorder.append([tagged("new")], unless_tagged("first"))


@pytest.mark.parametrize("count", [999, 1000, 1001, 2000, 2500])
@pytest.mark.parametrize("query", [None, DCBQuery([DCBQueryItem(tags=["a"])])])
def test_long_reads_take_pages_and_end_at_their_head(postgres_database, count, query):
    """C8, C9: no connection is kept, and what is appended meanwhile is not seen."""
    with make_datastore(postgres_database, max_overflow=0) as datastore:
        recorder = create_recorder(datastore)
        recorder.append([tagged("a") for _ in range(count)])

        response = recorder.read(query)
        positions = []
        for event in response:
            if event.position % 500 == 1:
                recorder.append([tagged("a")])
            positions.append(event.position)

        assert response.head == count
        assert positions == list(range(1, count + 1))


def test_a_pool_of_one_connection_is_enough(postgres_database):
    """C31 [fix]: subscriptions listen beside the pool."""
    with make_datastore(postgres_database, pool_size=1, max_overflow=0) as datastore:
        recorder = create_recorder(datastore)
        query = DCBQuery([DCBQueryItem(tags=["a"])])
        with recorder.subscribe(query) as subscription:
            for number in range(1, 4):
                assert recorder.append([tagged("a")]) == number
                assert next(subscription).position == number


def test_events_without_data_that_others_have_stored_can_be_read(postgres_database, recorder):
    """C21: the column may be null."""
    with postgres_database.connect() as connection:
        connection.execute(
            "INSERT INTO dcb_events_tt_main (type, data, tags) VALUES ('t', NULL, '{}')"
        )

    events = [each.event for each in recorder.read()]

    assert events == [DCBEvent("t", None, [])]


@pytest.mark.parametrize("limit", [None, 10])
def test_tags_are_found_through_their_index(postgres_database, recorder, limit):
    """C24: of several, those of the rarest."""
    recorder.append([tagged(f"n{n % 300}", "all", f"m{n % 7}") for n in range(3000)])
    with postgres_database.connect() as connection:
        connection.execute("VACUUM ANALYZE")
    for items in (
        [DCBQueryItem(tags=["n7"])],
        [DCBQueryItem(tags=["all", "n7"])],
        [DCBQueryItem(["t"], ["m2", "n7", "all"])],
        [DCBQueryItem(tags=["n7"]), DCBQueryItem(["t"], ["n8", "m1"])],
    ):
        plan = explain(recorder, DCBQuery(items), limit)
        assert "Seq Scan" not in plan
        assert "dcb_events_tt_tag_idx_tag_main_id" in plan
        numbers = [float(each) for each in re.findall(r"actual rows=([0-9.]+)", plan)]
        assert 10 <= max(numbers) < 100


def explain(recorder, query, limit):
    """Return the plan of a read, with the numbers of rows that were met."""
    statement, params = statements.select_events(
        recorder._names, plan_selection(query, None, limit), with_head=limit is None
    )
    with recorder.datastore.get_connection() as connection:
        cursor = connection.execute(b"EXPLAIN (ANALYZE, TIMING OFF) " + statement, params)
        return "\n".join(row["QUERY PLAN"] for row in cursor.fetchall())
