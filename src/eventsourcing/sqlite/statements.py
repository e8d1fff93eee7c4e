"""SQL of the recorders, and plans for their selections: pure functions."""

# Names of tables are quoted identifiers, everything else is a parameter.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from eventsourcing.sqlite.schema import TRACKING_TABLE, quote_name

_MAX_INTEGER = 2**63 - 1
_MIN_INTEGER = -(2**63)

# SQLite allows 999 parameters in a statement, more in newer releases.
_MAX_TOPIC_PARAMETERS = 500

# The row is changed only if the ID is greater than the one in it; the count of rows tells.
UPSERT_TRACKING = (
    f"INSERT INTO {TRACKING_TABLE} (application_name, notification_id) VALUES (?, ?) "
    "ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id "
    "WHERE excluded.notification_id > notification_id"
)
INSERT_TRACKING = f"INSERT INTO {TRACKING_TABLE} (application_name, notification_id) VALUES (?, ?)"
SELECT_MAX_TRACKING_ID = (
    f"SELECT MAX(notification_id) FROM {TRACKING_TABLE} WHERE application_name = ?"
)


def insert_events(table_name: str) -> str:
    """Return the statement that inserts one event."""
    return (
        f"INSERT INTO {quote_name(table_name)} "
        "(originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?)"
    )


def select_events(table_name: str) -> str:
    """Return the statement that selects all events of one aggregate, in no order."""
    return (
        "SELECT originator_id, originator_version, topic, state "
        f"FROM {quote_name(table_name)} WHERE originator_id = ?"
    )


def select_max_row_id(table_name: str) -> str:
    """Return the statement that selects the greatest row ID."""
    return f"SELECT MAX(rowid) FROM {quote_name(table_name)}"


def check_row_ids(table_name: str) -> str:
    """Return a statement that fails if the table has no row IDs, and selects nothing."""
    return f"SELECT rowid FROM {quote_name(table_name)} LIMIT 0"


def plan_select_events(
    select_statement: str,
    originator_id: str,
    gt: int | None,
    lte: int | None,
    desc: bool,
    limit: int | None,
) -> tuple[str, list[Any]]:
    """Return statement and parameters for events in the order of their versions."""
    parts = [select_statement]
    params: list[Any] = [originator_id]
    if gt is not None:
        parts.append("AND originator_version > ?")
        params.append(_clamp(gt))
    if lte is not None:
        parts.append("AND originator_version <= ?")
        params.append(_clamp(lte))
    parts.append("ORDER BY originator_version DESC" if desc else "ORDER BY originator_version")
    if limit is not None:
        parts.append("LIMIT ?")
        params.append(_clamp_limit(limit))
    return " ".join(parts), params


def plan_select_notifications(
    table_name: str,
    start: int | None,
    limit: int,
    stop: int | None,
    topics: Collection[str],
    inclusive_of_start: bool,
) -> tuple[str, list[Any]]:
    """Return statement and parameters for notifications in the order of their IDs."""
    conditions = []
    params: list[Any] = []
    if start is not None:
        conditions.append("rowid >= ?" if inclusive_of_start else "rowid > ?")
        params.append(_clamp(start))
    if stop is not None:
        conditions.append("rowid <= ?")
        params.append(_clamp(stop))
    if 0 < len(topics) <= _MAX_TOPIC_PARAMETERS:
        conditions.append(f"topic IN ({', '.join('?' * len(topics))})")
        params.extend(topics)
    elif topics:
        conditions.append("topic IN (SELECT value FROM json_each(?))")
        params.append(json.dumps(list(topics)))
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    statement = (
        "SELECT rowid, originator_id, originator_version, topic, state "
        f"FROM {quote_name(table_name)}{where} ORDER BY rowid LIMIT ?"
    )
    return statement, [*params, _clamp_limit(limit)]


def _clamp(value: int) -> int:
    """Return the integer of SQLite, which has 64 bits, that is nearest to the value."""
    return max(_MIN_INTEGER, min(value, _MAX_INTEGER))


def _clamp_limit(limit: int) -> int:
    """Return the limit as SQLite understands it, where a negative one would mean none."""
    return max(0, min(limit, _MAX_INTEGER))
