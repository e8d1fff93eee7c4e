from contextlib import closing

import pytest

from eventsourcing.sqlite.settings import read_create_table, read_settings
from eventsourcing.utils import Environment


def read(name: str = "", **variables: str):
    return read_settings(Environment(name, {"SQLITE_DBNAME": ":memory:", **variables}))


def test_defaults():
    """17: the defaults of the variables for SQLite."""
    settings = read()
    assert settings.db_name == ":memory:"
    assert settings.lock_timeout is None
    assert settings.single_row_tracking is True
    assert settings.originator_id_type == "uuid"
    assert settings.synchronous == "FULL"


@pytest.mark.parametrize("variables", [{}, {"SQLITE_DBNAME": ""}])
def test_missing_database_name_of_a_named_application(variables):
    """S14: the keys that were tried are named in the order of lookup."""
    with pytest.raises(OSError, match="SQLite database name not found") as caught:
        read_settings(Environment("MyApp", variables))
    assert str(caught.value) == (
        "SQLite database name not found in environment with keys: "
        "MYAPP_SQLITE_DBNAME, SQLITE_DBNAME"
    )


def test_missing_database_name_without_application_name():
    """S14: an unnamed environment has one key."""
    with pytest.raises(OSError, match=r"with keys: SQLITE_DBNAME$"):
        read_settings(Environment())


def test_variables_with_the_name_of_the_application_win():
    """17: every key is tried with the application's name first."""
    assert read("MyApp", MYAPP_SQLITE_DBNAME="mine.db").db_name == "mine.db"


@pytest.mark.parametrize(("value", "expected"), [("", None), ("  ", None), ("0", 0), (" 10 ", 10)])
def test_lock_timeout(value, expected):
    """17: the lock timeout is an integer; blanks are stripped, empty means default."""
    assert read(SQLITE_LOCK_TIMEOUT=value).lock_timeout == expected


@pytest.mark.parametrize(("value", "seconds"), [("", 5), ("0", 5), ("2", 5), ("60", 60)])
def test_writers_of_a_process_wait_for_each_other_as_long_as_for_those_of_others(value, seconds):
    """17, S1: in the pool, and at least as long as it does by default."""
    with closing(read(SQLITE_LOCK_TIMEOUT=value).open_datastore()) as datastore:
        assert datastore.pool.pool_timeout == seconds


@pytest.mark.parametrize("value", ["abc", "1.5"])
def test_malformed_lock_timeout(value):
    """17: a malformed lock timeout is an OSError that names it."""
    with pytest.raises(OSError, match="SQLITE_LOCK_TIMEOUT") as caught:
        read(SQLITE_LOCK_TIMEOUT=value)
    assert str(caught.value) == (
        "SQLite environment value for key 'SQLITE_LOCK_TIMEOUT' is invalid. "
        f"If set, an int or empty string is expected: '{value}'"
    )


@pytest.mark.parametrize(("value", "expected"), [("t", True), ("no", False)])
def test_single_row_tracking(value, expected):
    """17: SINGLE_ROW_TRACKING is a boolean."""
    assert read(SINGLE_ROW_TRACKING=value).single_row_tracking is expected


@pytest.mark.parametrize("value", ["", "maybe"])
def test_malformed_single_row_tracking(value):
    """17: an empty or malformed SINGLE_ROW_TRACKING is a ValueError."""
    with pytest.raises(ValueError, match="invalid truth value"):
        read(SINGLE_ROW_TRACKING=value)


@pytest.mark.parametrize(
    ("value", "expected"), [("uuid", "uuid"), ("UUID", "uuid"), ("Text", "text")]
)
def test_originator_id_type(value, expected):
    """17, S8: ORIGINATOR_ID_TYPE is case-insensitive."""
    assert read(ORIGINATOR_ID_TYPE=value).originator_id_type == expected


@pytest.mark.parametrize("value", ["", "int"])
def test_malformed_originator_id_type(value):
    """17: an empty or unknown ORIGINATOR_ID_TYPE is an OSError."""
    with pytest.raises(OSError, match="ORIGINATOR_ID_TYPE") as caught:
        read(ORIGINATOR_ID_TYPE=value)
    assert str(caught.value) == f"Invalid ORIGINATOR_ID_TYPE '{value}', must be 'uuid' or 'text'"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", "FULL"), ("full", "FULL"), ("Normal", "NORMAL"), (" NORMAL ", "NORMAL")],
)
def test_synchronous(value, expected):
    """Issue 4.3: SQLITE_SYNCHRONOUS is FULL by default, or NORMAL, in any case."""
    assert read(SQLITE_SYNCHRONOUS=value).synchronous == expected


@pytest.mark.parametrize("value", ["OFF", "EXTRA", "1; DROP TABLE stored_events"])
def test_malformed_synchronous(value):
    """Issue 4.3: other words for SQLITE_SYNCHRONOUS are an OSError with a clear text."""
    with pytest.raises(OSError, match="SQLITE_SYNCHRONOUS") as caught:
        read(SQLITE_SYNCHRONOUS=value)
    assert str(caught.value) == f"Invalid SQLITE_SYNCHRONOUS '{value}', must be 'FULL' or 'NORMAL'"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, True),
        ({"CREATE_TABLE": ""}, True),
        ({"CREATE_TABLE": "y"}, True),
        ({"CREATE_TABLE": "n"}, False),
    ],
)
def test_create_table(variables, expected):
    """F14: tables are created by default, also when CREATE_TABLE is empty."""
    assert read_create_table(Environment("", variables)) is expected


def test_malformed_create_table():
    """F14: CREATE_TABLE is a boolean."""
    with pytest.raises(ValueError, match="invalid truth value"):
        read_create_table(Environment("", {"CREATE_TABLE": "perhaps"}))
