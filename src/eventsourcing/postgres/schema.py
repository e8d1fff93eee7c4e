"""The statements that create tables, indexes, the composite type and functions (G11-G18, G31)."""

from __future__ import annotations

from psycopg.sql import SQL, Composed, Identifier, Literal

# A table of events is only ever appended to: vacuuming it early is wasted work.
_STORAGE = SQL(
    "WITH (autovacuum_enabled=true, autovacuum_vacuum_threshold=100000000, "
    "autovacuum_vacuum_scale_factor=0.5, autovacuum_analyze_threshold=1000, "
    "autovacuum_analyze_scale_factor=0.01)"
)
_ID_TYPES = {"uuid": SQL("uuid"), "text": SQL("text")}


def create_aggregate_table(table: Identifier, id_type: str) -> Composed:
    """Return the statement for a table of snapshots, or of events without a total order."""
    return SQL(
        "CREATE TABLE IF NOT EXISTS {table} ("
        "originator_id {id_type} NOT NULL, "
        "originator_version bigint NOT NULL, "
        "topic text, "
        "state bytea, "
        "PRIMARY KEY (originator_id, originator_version)) {storage}"
    ).format(table=table, id_type=_ID_TYPES[id_type], storage=_STORAGE)


def create_application_table(table: Identifier, id_type: str) -> Composed:
    """Return the statement for a table of events with notification IDs."""
    return SQL(
        "CREATE TABLE IF NOT EXISTS {table} ("
        "originator_id {id_type} NOT NULL, "
        "originator_version bigint NOT NULL, "
        "topic text, "
        "state bytea, "
        "notification_id bigserial, "
        "PRIMARY KEY (originator_id, originator_version)) {storage}"
    ).format(table=table, id_type=_ID_TYPES[id_type], storage=_STORAGE)


def create_notification_id_index(index_name: str, table: Identifier) -> Composed:
    """Return the statement for the unique index on notification IDs."""
    return SQL("CREATE UNIQUE INDEX IF NOT EXISTS {} ON {} (notification_id ASC)").format(
        Identifier(index_name), table
    )


def create_tracking_table(table: Identifier, *, single_row: bool) -> Composed:
    """Return the statement for the tracking table of the mode.

    It has the server's own vacuum settings: the rows of single-row mode are updated all the time.
    """
    key = SQL("application_name" if single_row else "application_name, notification_id")
    return SQL(
        "CREATE TABLE IF NOT EXISTS {} "
        "(application_name text, notification_id bigint, PRIMARY KEY ({}))"
    ).format(table, key)


def create_stored_event_type(type_: Identifier, id_type: str) -> Composed:
    """Return the statement for the composite type, which programs of 9.5 need to insert."""
    return SQL(
        "CREATE TYPE {} AS (originator_id {}, originator_version bigint, topic text, state bytea)"
    ).format(type_, _ID_TYPES[id_type])


def create_insert_function(
    function: Identifier, table: Identifier, channel: str, id_type: str
) -> Composed:
    """Return the statement for the function that does what writers of this table do (G23)."""
    body = SQL(
        "#variable_conflict use_column\n"
        "BEGIN\n"
        "  PERFORM set_config('lock_timeout', timeout, true);\n"
        "  LOCK TABLE {table} IN EXCLUSIVE MODE;\n"
        "  NOTIFY {channel};\n"
        "  RETURN QUERY\n"
        "    INSERT INTO {table} (originator_id, originator_version, topic, state)\n"
        "    SELECT * FROM unnest(ids, versions, topics, states)\n"
        "    RETURNING notification_id;\n"
        "END"
    ).format(table=table, channel=Identifier(channel))
    return SQL(
        "CREATE OR REPLACE FUNCTION {function} (ids {id_type}[], versions bigint[], "
        "topics text[], states bytea[], timeout text) "
        "RETURNS TABLE (notification_id bigint) LANGUAGE plpgsql AS {body}"
    ).format(function=function, id_type=_ID_TYPES[id_type], body=Literal(body.as_string(None)))
