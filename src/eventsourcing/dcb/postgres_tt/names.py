"""Names of the database objects: how they follow from the name that a recorder is given (C21)."""

from __future__ import annotations

from typing import NamedTuple

from eventsourcing.postgres import names

EVENT_TYPE = "dcb_event_tt"
QUERY_ITEM_TYPE = "dcb_query_item_tt"


class Names(NamedTuple):
    """What the objects of one recorder are called, in their schema."""

    schema: str
    main_table: str
    tag_table: str
    main_index: str
    tag_index: str
    append_function: str
    channel: str


def derive_names(schema: str, events_table_name: str) -> Names:
    """Return the names; `ProgrammingError` if one is too long, for names of more than 40 bytes."""
    base = f"{events_table_name}_tt"
    derived = Names(
        schema=schema,
        main_table=f"{base}_main",
        tag_table=f"{base}_tag",
        main_index=f"{base}_main_idx_id_type",
        tag_index=f"{base}_tag_idx_tag_main_id",
        append_function=f"{base}_append",
        channel=names.channel_name(f"{base}_main"),
    )
    for name in derived:
        names.check_identifier(name)
    return derived


def default_table_name(application_name: str) -> str:
    """Return what a factory names the tables after."""
    return f"{application_name.lower() or 'dcb'}_events"
