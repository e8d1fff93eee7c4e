"""The statements that create tables, indexes, types, and the function that appends (C21, C22)."""

from __future__ import annotations

from psycopg.sql import SQL, Composed, Identifier, Literal

from eventsourcing.dcb.postgres_tt import announcements, statements
from eventsourcing.dcb.postgres_tt.names import EVENT_TYPE, QUERY_ITEM_TYPE, Names

# Tables of events are only ever appended to: vacuuming them early is wasted work.
_STORAGE = SQL(
    "WITH (autovacuum_enabled=true, autovacuum_vacuum_threshold=100000000, "
    "autovacuum_vacuum_scale_factor=0.5, autovacuum_analyze_threshold=1000, "
    "autovacuum_analyze_scale_factor=0.01)"
)

# Conditions that go further back than this are checked before the table is locked.
_NEAR = 1000

_ITEMS = SQL("""(
    SELECT append, after, types::text[] AS types, tags::text[] AS tags
    FROM unnest(item_appends, item_afters, item_types, item_tags)
      AS given (append, after, types, tags)
    OFFSET 0
) AS item""")

_APPEND = SQL("""
DECLARE
  refused int[] := '{{}}';
  near bigint := 0;
  ids bigint[];
  positions bigint[] := '{{}}';
  number int := 0;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'Events can be appended only with the isolation level "read committed": '
      'the setting "default_transaction_isolation" of the database or role is "%"',
      current_setting('transaction_isolation') USING ERRCODE = 'feature_not_supported';
  END IF;
  IF cardinality(item_appends) > 0 THEN
    SELECT max(id) - {near} INTO near FROM {main_table};
    IF near > ANY (item_afters) THEN
      SELECT COALESCE(array_agg(item.append), '{{}}') INTO refused FROM {items}
      WHERE item.after < near AND {is_matched};
      IF (SELECT every(each = ANY (refused)) FROM generate_series(1, cardinality(sizes)) AS each)
      THEN
        RETURN array_fill(NULL::bigint, ARRAY[cardinality(sizes)]);
      END IF;
    END IF;
  END IF;
  PERFORM set_config('lock_timeout', timeout, true);
  LOCK TABLE {main_table} IN EXCLUSIVE MODE;
  IF cardinality(item_appends) > 0 THEN
    SELECT refused || COALESCE(array_agg(item.append), '{{}}') INTO refused FROM {items}
    WHERE item.append <> ALL (refused) AND {is_matched_near};
  END IF;
  WITH stored AS (
    INSERT INTO {main_table} (type, data, tags)
    SELECT event.type, event.data, event.tags::text[]
    FROM unnest(event_appends, event_types, event_datas, event_tags)
      WITH ORDINALITY AS event (append, type, data, tags, number)
    WHERE event.append <> ALL (refused) ORDER BY event.number
    RETURNING id, tags
  ), tagged AS (
    INSERT INTO {tag_table} (tag, main_id)
    SELECT each.tag, stored.id FROM stored CROSS JOIN unnest(stored.tags) AS each (tag)
  )
  SELECT array_agg(id ORDER BY id) INTO ids FROM stored;
  IF ids IS NOT NULL THEN
    NOTIFY {channel};
  END IF;
  FOR append IN 1 .. cardinality(sizes) LOOP
    IF append = ANY (refused) THEN
      positions := positions || NULL::bigint;
    ELSE
      number := number + sizes[append];
      positions := positions || ids[number];
    END IF;
  END LOOP;
  RAISE INFO '{keyword} % % %', pg_current_xact_id(), pg_backend_pid(), positions;
  RETURN positions;
END
""")


def create_types(schema: str) -> dict[str, Composed]:
    """Return the statements for the composite types, which programs of 9.5 use, by their names."""
    return {
        EVENT_TYPE: SQL("CREATE TYPE {} AS (type text, data bytea, tags text[])").format(
            Identifier(schema, EVENT_TYPE)
        ),
        QUERY_ITEM_TYPE: SQL("CREATE TYPE {} AS (types text[], tags text[])").format(
            Identifier(schema, QUERY_ITEM_TYPE)
        ),
    }


def create_tables(names: Names) -> list[Composed]:
    """Return the statements for both tables and their indexes."""
    main_table = Identifier(names.schema, names.main_table)
    tag_table = Identifier(names.schema, names.tag_table)
    return [
        SQL(
            "CREATE TABLE IF NOT EXISTS {} "
            "(id bigserial, type text NOT NULL, data bytea, tags text[] NOT NULL) {}"
        ).format(main_table, _STORAGE),
        SQL("CREATE UNIQUE INDEX IF NOT EXISTS {} ON {} (id) INCLUDE (type)").format(
            Identifier(names.main_index), main_table
        ),
        SQL(
            "CREATE TABLE IF NOT EXISTS {} (tag text, main_id bigint REFERENCES {} (id)) {}"
        ).format(tag_table, main_table, _STORAGE),
        SQL("CREATE INDEX IF NOT EXISTS {} ON {} (tag, main_id)").format(
            Identifier(names.tag_index), tag_table
        ),
    ]


def create_append_function(names: Names, schema: str) -> Composed:
    """Return the statement for the function that appends events to the tables.

    The schema is that of the tables, or `pg_temp` for a function that only one connection has.
    Its plans do not depend on the arguments, so they are made once for each connection.
    """
    tables = {
        "main_table": Identifier(names.schema, names.main_table),
        "tag_table": Identifier(names.schema, names.tag_table),
    }
    body = _APPEND.format(
        **tables,
        channel=Identifier(names.channel),
        near=Literal(_NEAR),
        keyword=SQL(announcements.KEYWORD),
        items=_ITEMS,
        is_matched=statements.is_matched(names, SQL("item.after")),
        is_matched_near=statements.is_matched(names, SQL("GREATEST(item.after, near)")),
    )
    return SQL(
        "CREATE OR REPLACE FUNCTION {function} (sizes int[], event_appends int[], "
        "event_types text[], event_datas bytea[], event_tags text[], item_appends int[], "
        "item_afters bigint[], item_types text[], item_tags text[], timeout text) "
        "RETURNS bigint[] LANGUAGE plpgsql "
        "SET plan_cache_mode = force_generic_plan SET jit = off AS {body}"
    ).format(function=Identifier(schema, names.append_function), body=Literal(body.as_string(None)))
