"""The environment variables of the engine (contract section 17, H1, H2)."""

from __future__ import annotations

import pytest

from eventsourcing.postgres import AsyncPostgresFactory, PostgresFactory
from eventsourcing.utils import Environment

REQUIRED = {
    "POSTGRES_DBNAME": "db",
    "POSTGRES_HOST": "127.0.0.1",
    "POSTGRES_USER": "me",
    "POSTGRES_PASSWORD": "secret",
    "CREATE_TABLE": "no",
}
FACTORIES = pytest.mark.parametrize("factory_class", [PostgresFactory, AsyncPostgresFactory])


def get_password() -> str:
    return "fresh"


def datastore(**variables):
    return PostgresFactory({**REQUIRED, **variables}).datastore


@FACTORIES
def test_defaults(factory_class):
    """Section 17"""
    factory = factory_class(REQUIRED)

    datastore = factory.datastore
    pool = datastore.pool
    assert (pool.min_size, pool.max_size, pool.max_waiting) == (5, 15, 0)
    assert (pool.timeout, pool.max_lifetime) == (30, 3600)
    assert pool.get_password_func is None
    assert pool.kwargs["port"] == "5432"
    assert datastore.idle_in_transaction_session_timeout == 5
    assert datastore.lock_timeout == 0
    assert datastore.reconnect_timeout == 30
    assert datastore.schema == "public"
    assert datastore.pre_ping is False
    assert datastore.single_row_tracking is True
    assert datastore.originator_id_type == "uuid"
    assert datastore.enable_db_functions is False


def test_all_variables_are_read():
    """Section 17"""
    store = datastore(
        POSTGRES_PORT="5433",
        POSTGRES_CONNECT_TIMEOUT="8",
        POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT="9",
        POSTGRES_POOL_SIZE="1",
        POSTGRES_MAX_OVERFLOW="2",
        POSTGRES_MAX_WAITING="3",
        POSTGRES_CONN_MAX_AGE="1.5",
        POSTGRES_PRE_PING="y",
        POSTGRES_LOCK_TIMEOUT="4",
        POSTGRES_RECONNECT_TIMEOUT="2.5",
        POSTGRES_SCHEMA=" mine ",
        POSTGRES_ENABLE_DB_FUNCTIONS="on",
        SINGLE_ROW_TRACKING="f",
        ORIGINATOR_ID_TYPE="TEXT",
    )

    assert store.pool.kwargs["port"] == "5433"
    assert (store.pool.min_size, store.pool.max_size, store.pool.max_waiting) == (1, 3, 3)
    assert (store.pool.timeout, store.pool.max_lifetime) == (8, 1.5)
    assert store.idle_in_transaction_session_timeout == 9
    assert store.pre_ping is True
    assert store.lock_timeout == 4
    assert store.reconnect_timeout == 2.5
    assert store.schema == "mine"
    assert store.enable_db_functions is True
    assert store.single_row_tracking is False
    assert store.originator_id_type == "text"


def test_empty_values_mean_the_defaults():
    """Section 17"""
    keys = [
        "PORT CONNECT_TIMEOUT IDLE_IN_TRANSACTION_SESSION_TIMEOUT POOL_SIZE MAX_OVERFLOW",
        "MAX_WAITING CONN_MAX_AGE PRE_PING LOCK_TIMEOUT RECONNECT_TIMEOUT SCHEMA",
        "ENABLE_DB_FUNCTIONS POOL_TIMEOUT POOL_MAX_OVERFLOW",
    ]
    store = datastore(**{f"POSTGRES_{key}": "" for line in keys for key in line.split()})

    assert (store.pool.min_size, store.pool.max_size, store.pool.timeout) == (5, 15, 30)
    assert store.schema == "public"
    assert PostgresFactory({**REQUIRED, "CREATE_TABLE": ""}).env_create_table() is True


def test_values_of_the_named_application_come_first():
    """Section 17"""
    env = Environment("App", {**REQUIRED, "APP_POSTGRES_POOL_SIZE": "7"})

    assert PostgresFactory(env).datastore.pool.min_size == 7


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("POSTGRES_DBNAME", "database name"),
        ("POSTGRES_HOST", "host"),
        ("POSTGRES_USER", "user"),
        ("POSTGRES_PASSWORD", "password"),
    ],
)
def test_required_variables_may_be_empty_but_not_missing(key, what):
    """Section 17, X6"""
    PostgresFactory({**REQUIRED, key: ""})

    with pytest.raises(
        OSError, match=f"^Postgres {what} not found in environment with key '{key}'$"
    ):
        PostgresFactory({k: v for k, v in REQUIRED.items() if k != key})


@pytest.mark.parametrize(
    "key",
    [
        "POSTGRES_CONNECT_TIMEOUT",
        "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT",
        "POSTGRES_POOL_SIZE",
        "POSTGRES_MAX_OVERFLOW",
        "POSTGRES_POOL_MAX_OVERFLOW",
        "POSTGRES_MAX_WAITING",
        "POSTGRES_LOCK_TIMEOUT",
    ],
)
def test_malformed_integers_are_refused(key):
    """H1"""
    with pytest.raises(OSError) as info:
        datastore(**{key: "abc"})

    assert str(info.value) == (
        f"Postgres environment value for key '{key}' is invalid. "
        "If set, an integer or empty string is expected: 'abc'"
    )


@pytest.mark.parametrize(
    "key", ["POSTGRES_CONN_MAX_AGE", "POSTGRES_POOL_TIMEOUT", "POSTGRES_RECONNECT_TIMEOUT"]
)
def test_malformed_floats_are_refused(key):
    """H1"""
    with pytest.raises(OSError) as info:
        datastore(**{key: "abc"})

    assert str(info.value) == (
        f"Postgres environment value for key '{key}' is invalid. "
        "If set, a float or empty string is expected: 'abc'"
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("POSTGRES_PRE_PING", "maybe"),
        ("POSTGRES_ENABLE_DB_FUNCTIONS", "maybe"),
        ("SINGLE_ROW_TRACKING", "maybe"),
        ("SINGLE_ROW_TRACKING", ""),
    ],
)
def test_malformed_truth_words_are_refused(key, value):
    """X6"""
    with pytest.raises(ValueError, match="invalid truth value"):
        datastore(**{key: value})


@pytest.mark.parametrize("value", ["int", ""])
def test_unknown_types_of_ids_are_refused(value):
    """Section 17"""
    with pytest.raises(
        OSError, match=f"^Invalid ORIGINATOR_ID_TYPE '{value}', must be 'uuid' or 'text'$"
    ):
        datastore(ORIGINATOR_ID_TYPE=value)


def test_the_password_may_come_from_a_function():
    """Section 17"""
    env = {key: value for key, value in REQUIRED.items() if key != "POSTGRES_PASSWORD"}

    factory = PostgresFactory({**env, "POSTGRES_GET_PASSWORD_TOPIC": f"{__name__}:get_password"})

    assert factory.datastore.pool.get_password_func() == "fresh"


def test_names_of_9_2_are_used_when_the_new_ones_are_not_set():
    """Section 17, H2"""
    old = {"POSTGRES_POOL_MAX_OVERFLOW": "2", "POSTGRES_POOL_TIMEOUT": "2.5"}
    new = {"POSTGRES_MAX_OVERFLOW": "3", "POSTGRES_CONNECT_TIMEOUT": "4"}

    assert (datastore(**old).pool.max_size, datastore(**old).pool.timeout) == (7, 2.5)
    both = datastore(**old, **new)
    assert (both.pool.max_size, both.pool.timeout) == (8, 4)


@FACTORIES
def test_class_attributes_are_named_like_the_variables(factory_class):
    """H2"""
    for name in [
        "POSTGRES_DBNAME",
        "POSTGRES_HOST",
        "POSTGRES_PORT",
        "POSTGRES_USER",
        "POSTGRES_PASSWORD",
        "POSTGRES_GET_PASSWORD_TOPIC",
        "POSTGRES_CONNECT_TIMEOUT",
        "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT",
        "POSTGRES_POOL_SIZE",
        "POSTGRES_MAX_OVERFLOW",
        "POSTGRES_POOL_MAX_OVERFLOW",
        "POSTGRES_MAX_WAITING",
        "POSTGRES_POOL_TIMEOUT",
        "POSTGRES_CONN_MAX_AGE",
        "POSTGRES_PRE_PING",
        "POSTGRES_LOCK_TIMEOUT",
        "POSTGRES_RECONNECT_TIMEOUT",
        "POSTGRES_SCHEMA",
        "POSTGRES_ENABLE_DB_FUNCTIONS",
        "ORIGINATOR_ID_TYPE",
        "CREATE_TABLE",
    ]:
        assert getattr(factory_class, name) == name
    assert factory_class.POSTGRES_SINGLE_ROW_TRACKING == "SINGLE_ROW_TRACKING"


def test_the_password_does_not_appear_in_reprs():
    store = datastore(POSTGRES_PASSWORD="open sesame")

    assert "sesame" not in repr(store)
    assert "sesame" not in repr(store.pool)
