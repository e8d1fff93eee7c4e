"""What engines can do: read by the conformance suites and the documentation's table of engines."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


def _capability(text: str, *, default: bool) -> Any:
    return field(default=default, metadata={"text": text})


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What an engine can do, beyond what each engine must.

    Each engine package declares its own as `CAPABILITIES` in its module `capabilities`. Whoever
    asks what can be done with an engine asks for these, never for the engine's name.
    """

    native_sync: bool = _capability(
        "has recorders for threads of its own, rather than through a bridge", default=True
    )
    native_async: bool = _capability(
        "has recorders for asyncio of its own, rather than through a bridge", default=False
    )
    durable: bool = _capability(
        "what is stored is there again after a restart of the process", default=True
    )
    shared: bool = _capability(
        "all recorders that are configured alike work on the same data", default=True
    )
    shared_by_processes: bool = _capability(
        "several processes may work on the same data at the same time", default=True
    )
    concurrent_writers: bool = _capability(
        "writers of different aggregates do not wait for each other's transactions", default=False
    )
    contiguous_ids: bool = _capability(
        "notification IDs have no gaps: a failed insert consumes none", default=False
    )
    subscriptions: bool = _capability(
        "recorders can be subscribed to, so that projections can follow them", default=True
    )
    uuid_ids: bool = _capability("originator IDs may be UUIDs", default=True)
    text_ids: bool = _capability(
        "originator IDs may be text (in SQL engines, with ORIGINATOR_ID_TYPE=text)", default=True
    )
    multi_row_tracking: bool = _capability(
        "keeps all tracking records with SINGLE_ROW_TRACKING=no, as releases before 9.4 did",
        default=False,
    )
    leases: bool = _capability(
        "has leases, by which one of several processes (or of the threads of one) leads",
        default=False,
    )
    dead_letters: bool = _capability(
        "keeps events that could not be processed as dead letters, to be retried or dropped",
        default=False,
    )
    dcb: bool = _capability(
        "records decisions within dynamic consistency boundaries, with a module in "
        "`eventsourcing.dcb`",
        default=False,
    )
    view_versions: bool = _capability(
        "has versions of views, of which one is live and others are built beside it",
        default=False,
    )


def describe_capabilities() -> dict[str, str]:
    """Return what each capability means, by its name, in the order of the documentation's table."""
    return {each.name: each.metadata["text"] for each in fields(Capabilities)}
