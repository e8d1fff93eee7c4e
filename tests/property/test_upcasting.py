"""Random changes of a class: what any version stored reaches the newest. D195 D196 D197."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from types import new_class
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eventsourcing.domain import Aggregate, Snapshot
from eventsourcing.persistence import DatetimeAsISO, JSONTranscoder, Mapper, UUIDAsHex
from eventsourcing.utils import get_topic

bounded = settings(max_examples=100, deadline=None)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Change:
    """What was done to a class from one version to the next."""

    kind: str
    name: str
    other: str = ""

    def upcast(self, state: dict[str, Any]) -> None:
        """Bring a state to the next version."""
        match self.kind:
            case "add":
                state[self.name] = self.other
            case "remove":
                del state[self.name]
            case "rename":
                state[self.other] = state.pop(self.name)
            case _:
                state[self.name] = [state[self.name]]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[str], list[Change]]:
    """The fields of the first version, and the changes since then."""
    first = draw(st.lists(st.sampled_from("abc"), unique=True))
    fields = list(first)
    changes = []
    for _ in range(draw(st.integers(0, 5))):
        free = [n for n in "abcdefgh" if n not in fields]
        kinds = ["add"] + (["remove", "rename", "wrap"] if fields else [])
        kind = draw(st.sampled_from(kinds))
        name = draw(st.sampled_from(free if kind == "add" else fields))
        other = draw(st.sampled_from(free)) if kind == "rename" else "new"
        changes.append(Change(kind, name, other))
        if kind in {"remove", "rename"}:
            fields.remove(name)
        if kind in {"add", "rename"}:
            fields.append(name if kind == "add" else other)
    return first, changes


def fields_after(first: list[str], changes: list[Change]) -> dict[str, Any]:
    state: dict[str, Any] = {name: f"old {name}" for name in first}
    for change in changes:
        change.upcast(state)
    return state


def versioned(changes: list[Change]) -> dict[str, Any]:
    """The attributes that tell the version of a class, and its upcasting."""
    members: dict[str, Any] = {"class_version": len(changes) + 1} if changes else {}
    for number, change in enumerate(changes, 1):
        members[f"upcast_v{number}_v{number + 1}"] = staticmethod(change.upcast)
    return members


def make_class(name: str, base: type[Any], annotations: dict[str, Any], **members: Any) -> Any:
    body = {"__module__": __name__, "__annotations__": annotations, **members}
    return new_class(name, (base,), exec_body=lambda namespace: namespace.update(body))


def make_version(first: list[str], changes: list[Change]) -> Any:
    """An aggregate class with an event class, as they were after these changes."""
    fields = dict.fromkeys(fields_after(first, changes), Any)

    def set_attributes(event: Any, aggregate: Any) -> None:
        aggregate.__dict__.update({name: getattr(event, name) for name in fields})

    changed = make_class(
        "Changed", Aggregate.Event, fields, apply=set_attributes, **versioned(changes)
    )
    name = f"Versioned{next(_numbers)}"
    return make_class(name, Aggregate, {}, Changed=changed, **versioned(changes))


def make_mapper() -> Mapper[Any]:
    transcoder = JSONTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    return Mapper(transcoder)


def check_generations(
    first: list[str],
    changes: list[Change],
    write: Callable[[Any, dict[str, Any]], Any],
    read: Callable[[Any, Any], dict[str, Any]],
) -> None:
    """Store with each version, and read with the newest."""
    newest = make_version(first, changes)
    for number in range(len(changes) + 1):
        stored = write(make_version(first, changes[:number]), fields_after(first, changes[:number]))
        before = copy.deepcopy(stored)
        assert read(newest, stored) == fields_after(first, changes)
        assert stored == before


@bounded
@given(histories())
def test_events_of_every_version_reach_the_newest(history: tuple[list[str], list[Change]]) -> None:
    """D195 D197"""
    mapper = make_mapper()

    def write(cls: Any, attributes: dict[str, Any]) -> Any:
        aggregate = cls()
        aggregate.trigger_event(cls.Changed, **attributes)
        return mapper.to_stored_event(aggregate.pending_events[-1])

    def read(newest: Any, stored: Any) -> dict[str, Any]:
        renamed = type(stored)(
            stored.originator_id,
            stored.originator_version,
            get_topic(newest.Changed),
            stored.state,
        )
        event = mapper.to_domain_event(renamed)
        assert type(event) is newest.Changed
        attributes = dict(vars(event))
        for name in ("originator_id", "originator_version", "timestamp"):
            del attributes[name]
        return attributes

    check_generations(*history, write, read)


@bounded
@given(histories())
def test_snapshots_of_every_version_reach_the_newest(
    history: tuple[list[str], list[Change]],
) -> None:
    """D195 D196"""

    def write(cls: Any, attributes: dict[str, Any]) -> Any:
        aggregate = cls()
        aggregate.trigger_event(cls.Changed, **attributes)
        return Snapshot.take(aggregate)

    def read(newest: Any, stored: Any) -> dict[str, Any]:
        renamed = Snapshot(
            stored.originator_id,
            stored.originator_version,
            stored.timestamp,
            get_topic(newest),
            stored.state,
        )
        aggregate = renamed.mutate(None)
        assert (aggregate.id, aggregate.version) == (stored.originator_id, 2)
        return {name: value for name, value in vars(aggregate).items() if name[0] != "_"}

    check_generations(*history, write, read)
