"""How the values of the domain are stored."""

from __future__ import annotations

from typing import Any

from eventsourcing.persistence import Transcoding
from examples.shopping_basket.domain import Line


class LineAsDict(Transcoding):
    """Lines as dicts; the decimals in them are transcoded in turn."""

    type = Line
    name = "line"

    def encode(self, obj: Line) -> dict[str, Any]:
        """The fields by name."""
        return obj.model_dump()

    def decode(self, data: dict[str, Any]) -> Line:
        """The line of the fields, validated."""
        return Line.model_validate(data)
