"""How the values of the domain are stored."""

from __future__ import annotations

from typing import Any

from eventsourcing.persistence import Transcoding
from examples.wiki.diffs import Change


class ChangeAsList(Transcoding):
    """Changes as lists."""

    type = Change
    name = "change"

    def encode(self, obj: Change) -> list[Any]:
        """The fields in their order."""
        return [obj.start, obj.stop, *obj.lines]

    def decode(self, data: list[Any]) -> Change:
        """The change of the fields, validated."""
        start, stop, *lines = data
        return Change(start=start, stop=stop, lines=tuple(lines))
