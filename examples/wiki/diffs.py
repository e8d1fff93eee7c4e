"""Differences between two texts, line by line. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from pydantic import BaseModel, ConfigDict


class Change(BaseModel):
    """Lines from `start` up to `stop` of a text are replaced by others."""

    model_config = ConfigDict(frozen=True)

    start: int
    stop: int
    lines: tuple[str, ...]


def diff(old: str, new: str) -> tuple[Change, ...]:
    """What changes one text into another, from the end to the beginning."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        Change(start=start, stop=stop, lines=tuple(after[first:last]))
        for tag, start, stop, first, last in reversed(matcher.get_opcodes())
        if tag != "equal"
    )


def patch(old: str, changes: Sequence[Change]) -> str:
    """The text after the changes."""
    lines = old.splitlines(keepends=True)
    for change in changes:
        lines[change.start : change.stop] = change.lines
    return "".join(lines)
