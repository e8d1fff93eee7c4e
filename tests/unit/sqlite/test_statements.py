import pytest

from eventsourcing.persistence import ProgrammingError
from eventsourcing.sqlite import schema, statements

SELECT = "SELECT * FROM t WHERE originator_id = ?"
MAX = 2**63 - 1


@pytest.mark.parametrize(
    ("gt", "lte", "desc", "limit", "ending", "params"),
    [
        (None, None, False, None, "ORDER BY originator_version", []),
        (None, None, True, None, "ORDER BY originator_version DESC", []),
        (3, None, False, None, "AND originator_version > ? ORDER BY originator_version", [3]),
        (None, 4, False, None, "AND originator_version <= ? ORDER BY originator_version", [4]),
        (None, None, True, 1, "ORDER BY originator_version DESC LIMIT ?", [1]),
        (
            1,
            2**70,
            False,
            2**70,
            "AND originator_version > ? AND originator_version <= ? "
            "ORDER BY originator_version LIMIT ?",
            [1, MAX, MAX],
        ),
        (None, None, False, -1, "ORDER BY originator_version LIMIT ?", [0]),
    ],
)
def test_plan_for_events(gt, lte, desc, limit, ending, params):
    """B4: range, order and limit of events become conditions; nothing is out of 64 bits."""
    assert statements.plan_select_events(SELECT, "id", gt, lte, desc, limit) == (
        f"{SELECT} {ending}",
        ["id", *params],
    )


@pytest.mark.parametrize(
    ("start", "stop", "topics", "inclusive", "where", "params"),
    [
        (None, None, (), True, "", []),
        (None, None, (), False, "", []),
        (1, None, (), True, " WHERE rowid >= ?", [1]),
        (1, None, (), False, " WHERE rowid > ?", [1]),
        (-5, 2, (), True, " WHERE rowid >= ? AND rowid <= ?", [-5, 2]),
        (None, None, ["a", "b"], True, " WHERE topic IN (?, ?)", ["a", "b"]),
        (
            None,
            None,
            ["a", 'b"'] * 300,
            True,
            " WHERE topic IN (SELECT value FROM json_each(?))",
            ["[" + ", ".join(['"a", "b\\""'] * 300) + "]"],
        ),
    ],
)
def test_plan_for_notifications(start, stop, topics, inclusive, where, params):
    """B5: start, stop and topics of notifications become conditions."""
    statement, found = statements.plan_select_notifications("t", start, 10, stop, topics, inclusive)
    assert statement.partition('"t"')[2] == f"{where} ORDER BY rowid LIMIT ?"
    assert found == [*params, 10]


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("stored_events", '"stored_events"'),
        ('say "hi"; DROP TABLE x', '"say ""hi""; DROP TABLE x"'),
        ("événements", '"événements"'),
    ],
)
def test_table_names_are_quoted(name, quoted):
    """Issue 4.6: hostile names of tables are stored exactly."""
    assert schema.quote_name(name) == quoted


@pytest.mark.parametrize("name", ["nul\0", "lone \ud800 surrogate"])
def test_impossible_table_names_are_refused(name):
    """Issue 4.6: what cannot be the name of a table is refused with a clear error."""
    with pytest.raises(ProgrammingError, match="Invalid table name"):
        schema.quote_name(name)


def test_events_tables_are_declared_exactly():
    """S6: columns and keys of the tables of events, with and without row IDs."""
    columns = (
        'CREATE TABLE IF NOT EXISTS "stored_events" (originator_id TEXT, '
        "originator_version INTEGER, topic TEXT, state BLOB, "
        "PRIMARY KEY (originator_id, originator_version))"
    )
    assert schema.create_events_table("stored_events", has_row_ids=True) == columns
    assert (
        schema.create_events_table("stored_events", has_row_ids=False) == f"{columns} WITHOUT ROWID"
    )


def test_tracking_tables_are_declared_exactly():
    """S6: columns and keys of the tracking table, in both modes."""
    columns = "CREATE TABLE IF NOT EXISTS tracking (application_name TEXT, notification_id INTEGER,"
    assert schema.create_tracking_table(is_single_row=True) == (
        f"{columns} PRIMARY KEY (application_name)) WITHOUT ROWID"
    )
    assert schema.create_tracking_table(is_single_row=False) == (
        f"{columns} PRIMARY KEY (application_name, notification_id)) WITHOUT ROWID"
    )
