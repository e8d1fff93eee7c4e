"""The statements that select and append events, as bytes ready for the driver.

All of them find tags through their index, whatever the server knows about how often a tag comes.
What might have the planner scan a whole table instead is written so that it cannot: a query with
`LATERAL` and `LIMIT` is executed for one row at a time, as it stands. And where only the first few
events of a tag are wanted, they are those after the row `(tag, position)`: unlike for `tag = …`,
the planner then expects so many that it reads them in the order of the index.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from psycopg.sql import SQL, Composable, Composed, Identifier, Placeholder

from eventsourcing.dcb.api import Selection
from eventsourcing.dcb.postgres_tt.names import Names
from eventsourcing.postgres.statements import Name

# Of several tags, the one that the fewest events have: looking through these takes the least time.
# All tags race through their events, sixteen at a time; the first to come to the end wins.
_RAREST_TAG = SQL("""(
    WITH RECURSIVE race (tag, position) AS (
        SELECT each.tag, {after} FROM unnest({tags}) AS each (tag)
        UNION ALL
        SELECT race.tag, (
            SELECT tagged.main_id FROM {tag_table} AS tagged
            WHERE (tagged.tag, tagged.main_id) > (race.tag, race.position)
                AND tagged.tag <= race.tag
            ORDER BY tagged.tag, tagged.main_id OFFSET 15 LIMIT 1
        ) FROM race WHERE race.position IS NOT NULL
    ) SELECT race.tag FROM race WHERE race.position IS NULL LIMIT 1
)""")

_TAGGED = SQL("""SELECT found.main_id AS id
FROM (SELECT {tag} AS tag OFFSET 0) AS wanted CROSS JOIN LATERAL (
    SELECT DISTINCT candidate.tag, candidate.main_id FROM {tag_table} AS candidate {filter}
    WHERE (candidate.tag, candidate.main_id) > (wanted.tag, {after})
        AND candidate.tag <= wanted.tag
    ORDER BY candidate.tag, candidate.main_id LIMIT {limit}
) AS found ORDER BY id""")

_FILTER = SQL("""CROSS JOIN LATERAL (
    SELECT FROM {main_table} AS event WHERE event.id = candidate.main_id AND {conditions} LIMIT 1
) AS event""")

_HAS_TAGS = SQL("event.tags @> {tags}")
_HAS_TYPE = SQL("event.type = ANY({types})")

_UNTAGGED = SQL("""SELECT event.id FROM {main_table} AS event
WHERE event.id > {after} AND event.type = ANY({types}) ORDER BY id LIMIT {limit}""")

_ANY_OF = SQL("SELECT DISTINCT id FROM ({branches}) AS branches ORDER BY id LIMIT {limit}")

_FOUND = SQL("""SELECT found.id, event.type, event.data, event.tags FROM ({found}) AS found
CROSS JOIN LATERAL (SELECT * FROM {main_table} AS event WHERE event.id = found.id LIMIT 1) AS event
ORDER BY id""")

_ALL = SQL(
    "SELECT id, type, data, tags FROM {main_table} WHERE id > {after} ORDER BY id LIMIT {limit}"
)

_WITH_HEAD = SQL("""({events}) UNION ALL (
    SELECT max(id), NULL, NULL, NULL FROM {main_table}
) ORDER BY id""")

_IS_MATCHED = SQL("""(EXISTS (
    SELECT FROM {tag_table} AS candidate {filter}
    WHERE item.tags <> '{{}}' AND candidate.tag = CASE cardinality(item.tags)
        WHEN 1 THEN item.tags[1] ELSE {rarest_tag} END AND candidate.main_id > {after}
) OR EXISTS (
    SELECT FROM {main_table} AS event
    WHERE item.tags = '{{}}' AND event.id > {after} AND (item.types = '{{}}' OR {has_type})
))""")

_CALL = SQL("""SELECT {function}(%(sizes)b::int[], %(appends)b::int[], %(types)b::text[],
%(datas)b::bytea[], %(tags)b::text[], %(item_appends)b::int[], %(item_afters)b::bigint[],
%(item_types)b::text[], %(item_tags)b::text[], %(lock_timeout)b::text) AS positions""")

_EQUAL = SQL("""SELECT EXISTS (
    SELECT FROM unnest(%(types)b::text[], %(datas)b::bytea[], %(tags)b::text[])
        AS lost (type, data, tags)
    JOIN {main_table} AS event ON event.type = lost.type AND event.data = lost.data
        AND event.tags = lost.tags::text[]
    WHERE event.id > %(after)b::bigint
) AS found""")


class Shape(NamedTuple):
    """What the text of a statement that selects depends on; all else are parameters."""

    tagged: tuple[tuple[bool, bool], ...]
    """Of each criterion with tags, whether it has more than one, and whether it has types."""

    is_everything: bool
    has_untagged: bool
    with_head: bool


def select_events(
    names: Names, selection: Selection, *, with_head: bool = False
) -> tuple[bytes, dict[str, Any]]:
    """Return the statement that selects events, in order of position, and its parameters.

    The selection must have a limit. With the head, there is one more row, whose type is `NULL`,
    with the last position of all.
    """
    tagged = [each for each in selection.criteria if each.tags]
    untagged = [each for each in selection.criteria if not each.tags]
    params: dict[str, Any] = {"after": selection.after, "limit": selection.limit}
    for number, (types, tags) in enumerate(tagged):
        if len(tags) == 1:
            params[f"tag_{number}"] = tags[0]
        else:
            params[f"tags_{number}"] = list(tags)
        if types:
            params[f"types_{number}"] = list(types)
    if untagged:
        params["types"] = list({each for types, _ in untagged for each in types})
    shape = Shape(
        tagged=tuple((len(tags) > 1, bool(types)) for types, tags in tagged),
        is_everything=not selection.criteria,
        has_untagged=bool(untagged),
        with_head=with_head,
    )
    return _render_select(names, shape), params


@lru_cache(maxsize=256)
def _render_select(names: Names, shape: Shape) -> bytes:
    tables: dict[str, Composable] = {
        "main_table": Name(names.schema, names.main_table),
        "tag_table": Name(names.schema, names.tag_table),
        "after": _param("after", "bigint"),
        "limit": _param("limit", "bigint"),
    }
    if shape.is_everything:
        events = _ALL.format(**tables)
    else:
        branches: list[Composable] = [
            _TAGGED.format(**tables, **_tag_and_filter(tables, number, *each))
            for number, each in enumerate(shape.tagged)
        ]
        if shape.has_untagged:
            branches.append(_UNTAGGED.format(**tables, types=_param("types", "text[]")))
        found = branches[0]
        if len(branches) > 1:
            union = SQL(" UNION ALL ").join(SQL("({})").format(each) for each in branches)
            found = _ANY_OF.format(**tables, branches=union)
        events = _FOUND.format(**tables, found=found)
    if shape.with_head:
        events = _WITH_HEAD.format(**tables, events=events)
    return events.as_bytes(None)


def _tag_and_filter(
    tables: dict[str, Composable], number: int, has_many_tags: bool, has_types: bool
) -> dict[str, Composable]:
    """Return of which tag to look through the events, and what is left to look for in them."""
    tag: Composable = _param(f"tag_{number}", "text")
    conditions: list[Composable] = []
    if has_many_tags:
        tags = _param(f"tags_{number}", "text[]")
        tag = _RAREST_TAG.format(**tables, tags=tags)
        conditions.append(_HAS_TAGS.format(tags=tags))
    if has_types:
        conditions.append(_HAS_TYPE.format(types=_param(f"types_{number}", "text[]")))
    filter_: Composable = SQL("")
    if conditions:
        filter_ = _FILTER.format(**tables, conditions=SQL(" AND ").join(conditions))
    return {"tag": tag, "filter": filter_}


def is_matched(names: Names, after: SQL) -> Composed:
    """Return the expression that says whether an event matches `item`, in the append function."""
    tables: dict[str, Composable] = {
        "main_table": Identifier(names.schema, names.main_table),
        "tag_table": Identifier(names.schema, names.tag_table),
        "after": after,
    }
    tags, has_type = SQL("item.tags"), _HAS_TYPE.format(types=SQL("item.types"))
    conditions = SQL("{} AND (item.types = '{{}}' OR {})").format(
        _HAS_TAGS.format(tags=tags), has_type
    )
    return _IS_MATCHED.format(
        **tables,
        filter=_FILTER.format(**tables, conditions=conditions),
        rarest_tag=_RAREST_TAG.format(**tables, tags=tags),
        has_type=has_type,
    )


def call_append_function(schema: str, function_name: str) -> bytes:
    """Return the statement that appends events through the function of that name."""
    return _CALL.format(function=Name(schema, function_name)).as_bytes(None)


def max_position(names: Names) -> bytes:
    """Return the statement that selects the last position."""
    table = Identifier(names.schema, names.main_table)
    return SQL("SELECT max(id) AS head FROM {}").format(table).as_bytes(None)


def count_positions(names: Names) -> bytes:
    """Return the statement that counts which of the given positions there are."""
    table = Name(names.schema, names.main_table)
    return SQL("SELECT count(*) FROM {} WHERE id = ANY(%b)").format(table).as_bytes(None)


def has_equal_events(names: Names) -> bytes:
    """Return the statement that looks for events like those given, after a position."""
    return _EQUAL.format(main_table=Name(names.schema, names.main_table)).as_bytes(None)


def _param(name: str, type_: Any) -> Composed:
    return SQL("{}::{}").format(Placeholder(name, format="b"), SQL(type_))
