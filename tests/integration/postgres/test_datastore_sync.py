# Generated from test_datastore_async.py by tools/async_to_sync.py: do not edit.
# ruff: noqa: RUF100, SIM117 (blocks that cannot be merged here, but in the twin)
"""The datastore: connections, transactions, errors (contract 16.1)."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import (
    DataError,
    InternalError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
)
from eventsourcing.postgres import pool_sync
from tests.integration.postgres.proxy import CuttingProxy
from tests.integration.postgres.support_sync import (
    fails_with,
    make_datastore,
    terminate_connections,
)


def test_nothing_is_connected_before_the_first_use(postgres_database):
    """G3: the pool is opened by the first use."""
    with make_datastore(postgres_database, pool_size=0) as datastore:
        assert datastore.pool.get_stats().get("connections_num", 0) == 0


def test_the_first_use_opens_the_pool(postgres_database):
    """G3"""
    datastore = make_datastore(postgres_database)

    with datastore.get_connection() as connection:
        assert (connection.execute("SELECT 1 AS one").fetchall()) == [{"one": 1}]

    datastore.close()


def test_connections_are_in_autocommit_mode_and_return_dicts(postgres_database):
    """G4"""
    with make_datastore(postgres_database) as datastore:
        with datastore.get_connection() as connection:
            assert connection.autocommit
        with datastore.cursor() as cursor:
            cursor.execute("SELECT 1 AS a, 'x' AS b")
            assert cursor.fetchall() == [{"a": 1, "b": "x"}]


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0"), (5, "5s"), (0.25, "250ms")])
def test_idle_transactions_end_after_the_given_time(postgres_database, seconds, shown):
    """G4"""
    with (
        make_datastore(postgres_database, idle_in_transaction_session_timeout=seconds) as datastore,
        datastore.cursor() as cursor,
    ):
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert [*cursor.fetchall()[0].values()] == [shown]


def test_idle_in_transaction_timeout_is_an_internal_error(postgres_database):
    """X5"""
    with make_datastore(postgres_database, idle_in_transaction_session_timeout=0.05) as datastore:
        with pytest.raises(InternalError, match="idle-in-transaction timeout"):
            with datastore.transaction(commit=True) as cursor:
                with postgres_database.connect() as other:
                    while other.execute(
                        "SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction' "
                        "AND datname = current_database()"
                    ).fetchall():
                        pass
                cursor.execute("SELECT 1")


def test_transaction_commits_if_asked_to(postgres_database):
    """G5"""
    with make_datastore(postgres_database) as datastore:
        with datastore.transaction(commit=True) as cursor:
            cursor.execute("CREATE TABLE t (i int)")

        with datastore.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM t")
            assert cursor.fetchall() == [{"count": 0}]


def test_transaction_accepts_commit_as_a_positional_argument(postgres_database):
    """J2"""
    with make_datastore(postgres_database) as datastore:
        with datastore.transaction(True) as cursor:
            cursor.execute("CREATE TABLE t (i int)")
        with datastore.cursor() as cursor:
            cursor.execute("SELECT * FROM t")


def test_transaction_is_rolled_back_by_default(postgres_database):
    """G5"""
    with make_datastore(postgres_database) as datastore:
        with datastore.transaction() as cursor:
            cursor.execute("CREATE TABLE t (i int)")

        with pytest.raises(ProgrammingError):
            with datastore.cursor() as cursor:
                cursor.execute("SELECT * FROM t")


def test_transaction_is_rolled_back_when_an_exception_leaves_it(postgres_database):
    """X1: other exceptions than the driver's pass through."""
    with make_datastore(postgres_database) as datastore:
        with pytest.raises(ZeroDivisionError):
            with datastore.transaction(commit=True) as cursor:
                cursor.execute("CREATE TABLE t (i int)")
                raise ZeroDivisionError

        with datastore.cursor() as cursor:
            cursor.execute("SELECT to_regclass('t') AS t")
            assert cursor.fetchall() == [{"t": None}]


def test_a_transaction_with_a_failed_statement_is_not_said_to_be_committed(
    postgres_database,
):
    """COMMIT would roll back silently."""
    with make_datastore(postgres_database) as datastore:
        with pytest.raises(InternalError, match="cannot be committed"):
            with datastore.transaction(commit=True) as cursor:
                cursor.execute("CREATE TABLE t (i int)")
                with pytest.raises(psycopg.Error):
                    cursor.execute("BLAH")


def test_an_error_at_commit_is_translated(postgres_database):
    """X1"""
    with make_datastore(postgres_database) as datastore:
        with datastore.transaction(commit=True) as cursor:
            cursor.execute("CREATE TABLE t (i int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        with pytest.raises(PersistenceError, match="duplicate key"):
            with datastore.transaction(commit=True) as cursor:
                cursor.execute("INSERT INTO t VALUES (1), (1)")


def test_errors_of_the_driver_are_translated_and_chained(postgres_database):
    """X1"""
    with make_datastore(postgres_database) as datastore:
        with pytest.raises(ProgrammingError) as info:
            with datastore.get_connection() as connection:
                connection.execute("BLAH")

    assert isinstance(info.value.__cause__, psycopg.ProgrammingError)
    assert info.value.args == (str(info.value.__cause__),)


def test_close_is_idempotent_and_final(postgres_database):
    """G5"""
    datastore = make_datastore(postgres_database)
    datastore.open()

    datastore.close()
    datastore.close()

    with pytest.raises(OperationalError):
        with datastore.get_connection():
            pass


def test_a_datastore_closed_before_its_first_use_stays_closed(postgres_database):
    """G5"""
    datastore = make_datastore(postgres_database)
    datastore.close()

    with pytest.raises(OperationalError, match="closed"):
        datastore.open()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"port": 1}, "Connection refused"),
        ({"password": "wrong"}, "password authentication failed"),
        ({"dbname": "nosuch"}, '"nosuch" does not exist'),
    ],
)
def test_failing_to_connect_is_an_operational_error_with_the_reason(
    postgres_database, options, words
):
    """X4"""
    database = replace(postgres_database, **options)
    with make_datastore(database, connect_timeout=0.5) as datastore:

        def connect():
            with datastore.get_connection():
                pass

        fails_with(words, connect)


def test_opening_waits_for_connections_if_asked_to(postgres_database):
    """G3"""
    with make_datastore(postgres_database, pool_size=2, pool_open_timeout=60) as datastore:
        assert datastore.pool.get_stats()["pool_size"] == 2


def test_many_may_be_the_first_to_use_it(postgres_database):
    """G3: the pool is opened once, and all wait for its connections."""
    datastore = make_datastore(postgres_database, pool_open_timeout=20)

    def use():
        with datastore.cursor() as cursor:
            cursor.execute("SELECT 1")

    users = [spawn(use) for _ in range(10)]
    for user in users:
        user.join()

    assert [user.error for user in users] == [None] * 10
    datastore.close()


def test_a_datastore_closed_while_it_is_opened_is_closed(postgres_database):
    """G3: it leaves no connection, and no thread (or task) of the pool."""
    datastore = make_datastore(postgres_database)
    open_and_wait = datastore.pool.open_and_wait

    def close_and_open():
        datastore.close()
        open_and_wait()

    datastore.pool.open_and_wait = close_and_open

    with pytest.raises(OperationalError, match="closed"):
        datastore.open()
    assert datastore.pool.closed
    datastore.close()


def test_opening_fails_if_connections_cannot_be_made_in_time(postgres_database):
    """G3"""

    def open_datastore():
        with make_datastore(replace(postgres_database, port=1), pool_open_timeout=0.1):
            pass

    fails_with("Connection refused", open_datastore)


def test_opening_waits_for_a_server_that_comes_late(postgres_database, monkeypatch):
    """G3: for the given time, not for that in which a connection is replaced."""
    monkeypatch.setattr(pool_sync, "_REPLACE_SECONDS", 0.1)
    with CuttingProxy(postgres_database) as proxy:
        proxy.cut_all(refuse=True)
        datastore = make_datastore(proxy.database, pool_open_timeout=60)
        opening = spawn(datastore.open)
        assert not opening.join(0.3)
        proxy.accept_again()
        assert opening.join(60)
        assert opening.error is None
        datastore.close()


def test_the_pool_has_the_given_limits(postgres_database):
    """G2, G3"""
    datastore = make_datastore(
        postgres_database,
        pool_size=2,
        max_overflow=3,
        max_waiting=4,
        connect_timeout=6,
        conn_max_age=7.5,
    )

    pool = datastore.pool
    assert (pool.min_size, pool.max_size, pool.max_waiting) == (2, 5, 4)
    assert (pool.timeout, pool.max_lifetime) == (6, 7.5)
    assert pool.get_password_func is None
    datastore.close()


def test_a_negative_pool_size_is_refused(postgres_database):
    """G3"""
    with pytest.raises(ValueError, match="min_size"):
        make_datastore(postgres_database, pool_size=-1)


def test_an_unknown_type_of_ids_is_refused(postgres_database):
    """G2"""
    with pytest.raises(
        ValueError, match="Invalid originator_id_type 'int', must be 'uuid' or 'text'"
    ):
        make_datastore(postgres_database, originator_id_type="int")


def test_the_type_of_ids_is_lower_cased_and_the_schema_stripped(postgres_database):
    """G2"""
    with make_datastore(postgres_database, originator_id_type="TEXT", schema=" mine ") as datastore:
        assert datastore.originator_id_type == "text"
        assert datastore.schema == "mine"


def test_attributes_have_their_defaults(postgres_database):
    """G2"""
    with make_datastore(postgres_database) as datastore:
        assert datastore.schema == "public"
        assert datastore.lock_timeout == 0
        assert datastore.idle_in_transaction_session_timeout == 0
        assert datastore.pre_ping is False
        assert datastore.single_row_tracking is True
        assert datastore.originator_id_type == "uuid"
        assert datastore.enable_db_functions is False
        assert datastore.db_type_names == set()
        assert datastore.psycopg_type_adapters == {}
        assert datastore.psycopg_python_types == {}


def test_the_password_is_asked_for_each_new_connection(postgres_database):
    """G6"""
    calls: list[str] = []

    def get_password() -> str:
        calls.append("asked")
        return postgres_database.password

    with make_datastore(
        replace(postgres_database, password="wrong"), get_password_func=get_password
    ) as datastore:
        with datastore.get_connection(), datastore.get_connection():
            made = datastore.pool.get_stats()["connections_num"]
            assert len(calls) == made >= 2
        assert datastore.pool.get_password_func is get_password


def test_the_password_is_asked_for_again_when_it_was_refused(postgres_database):
    """G6"""
    passwords = iter(["wrong", postgres_database.password])
    with make_datastore(
        replace(postgres_database, password=""), get_password_func=lambda: next(passwords)
    ) as datastore:
        with datastore.cursor() as cursor:
            cursor.execute("SELECT 1")


def test_a_function_for_the_password_that_fails_is_an_error_of_connecting(postgres_database):
    """G6: which says what happened, and after which it is called again."""
    passwords = iter([None, postgres_database.password])

    def get_password():
        return next(passwords) or {}["vault"]

    datastore = make_datastore(postgres_database, get_password_func=get_password)

    with pytest.raises(psycopg.OperationalError, match=r"KeyError.*vault"):
        datastore.pool.connect_beside()
    connection = datastore.pool.connect_beside()

    connection.close()
    datastore.close()


def test_with_pre_ping_a_dead_connection_is_replaced(postgres_database):
    """G3"""
    with make_datastore(postgres_database, max_overflow=0, pre_ping=True) as datastore:
        with datastore.cursor() as cursor:
            cursor.execute("SELECT 1")

        assert terminate_connections(postgres_database) == 1

        with datastore.cursor() as cursor:
            cursor.execute("SELECT 1")


def test_with_pre_ping_many_dead_connections_are_replaced_together(postgres_database):
    """G3: the driver alone pauses after each, twice as long as before: there is no time for all."""
    with make_datastore(postgres_database, pool_size=8, pre_ping=True) as datastore:
        datastore.open()
        datastore.pool.wait()

        assert terminate_connections(postgres_database) == 8

        with datastore.cursor() as cursor:
            cursor.execute("SELECT 1")


def test_a_new_connection_that_cannot_be_set_up_is_closed(postgres_database):
    """Issue 5.8"""
    with make_datastore(postgres_database) as datastore:
        connection = datastore.pool.connect_beside()

        with pytest.raises(psycopg.errors.SyntaxError):
            connection.set_up("NONSENSE")

        assert connection.closed


def test_text_that_has_no_utf8_form_is_a_data_error(postgres_database):
    """X1: lone surrogates, on SQLite too; what the block itself encodes is its own business."""
    text = "lone \ud800 surrogate"
    with make_datastore(postgres_database) as datastore:
        with pytest.raises(DataError, match="surrogates not allowed"):
            with datastore.get_connection() as connection:
                connection.execute("SELECT %s", [text])
        with pytest.raises(DataError, match="surrogates not allowed"):
            with datastore.transaction(commit=True) as cursor:
                cursor.execute("SELECT %s::text[]", [[text]])
        with pytest.raises(DataError, match="surrogates not allowed"):
            with datastore.cursor() as cursor:
                cursor.executemany("SELECT %s", [[text]])
        with pytest.raises(UnicodeEncodeError):
            with datastore.cursor():
                text.encode()


def test_composite_types_are_registered_once_their_names_are_known(postgres_database):
    """G7: on connections made before, and on those made after a loss."""
    with postgres_database.connect() as connection:
        connection.execute("CREATE TYPE pair AS (a int, b text)")
    with make_datastore(postgres_database, max_overflow=0) as datastore:
        with datastore.cursor() as cursor:
            cursor.execute("SELECT 1")
        datastore.db_type_names.add("pair")
        for _ in range(2):
            with datastore.cursor() as cursor:
                cursor.execute("SELECT (1, 'x')::pair AS p")
                pair = cursor.fetchall()[0]["p"]
                assert (pair.a, pair.b) == (1, "x")
                assert type(pair) is datastore.psycopg_python_types["pair"]
                assert datastore.psycopg_type_adapters["pair"].name == "pair"
            terminate_connections(postgres_database)
            with pytest.raises(OperationalError):
                with datastore.cursor() as cursor:
                    cursor.execute("SELECT 1")


def test_names_of_types_that_do_not_exist_do_no_harm(postgres_database):
    """G7: "once known"."""
    with make_datastore(postgres_database) as datastore:
        datastore.db_type_names.add("nosuch")
        with datastore.cursor() as cursor:
            cursor.execute("SELECT 1")


def test_an_exhausted_pool_is_an_operational_error_after_one_wait(postgres_database):
    """X4, C2: nothing is attempted again after that."""
    with make_datastore(postgres_database, max_overflow=0) as datastore:
        patience = datastore.pool.timeout
        with datastore.get_connection():
            datastore.pool.timeout = 0.1
            with pytest.raises(OperationalError, match="couldn't get a connection after 0\\.10"):
                with datastore.get_connection():
                    pass
        datastore.pool.timeout = patience
        with datastore.cursor() as cursor:
            cursor.execute("SELECT 1")
