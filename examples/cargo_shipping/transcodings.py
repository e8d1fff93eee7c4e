"""How the values of the domain are stored."""

from __future__ import annotations

from datetime import date

from eventsourcing.persistence import Transcoding
from examples.cargo_shipping.values import Handling, Leg, Port, Route, Step


class DateAsISO(Transcoding):
    """Dates as text."""

    type = date
    name = "date_iso"

    def encode(self, obj: date) -> str:
        """The date as text."""
        return obj.isoformat()

    def decode(self, data: str) -> date:
        """The date that the text spells."""
        return date.fromisoformat(data)


class PortAsCode(Transcoding):
    """Ports by their international code, so that members may be renamed."""

    type = Port
    name = "port"

    def encode(self, obj: Port) -> str:
        """The code of the port."""
        code: str = obj.value
        return code

    def decode(self, data: str) -> Port:
        """The port with the code."""
        return Port(data)


class RouteAsLegs(Transcoding):
    """Routes as lists; ports and dates in them are transcoded in turn."""

    type = Route
    name = "route"

    def encode(self, obj: Route) -> list[list[object]]:
        """A list for each leg."""
        return [[leg.voyage, leg.start, leg.end, leg.arrival] for leg in obj.legs]

    def decode(self, data: list[tuple[str, Port, Port, date]]) -> Route:
        """The route of the legs."""
        return Route(tuple(Leg(*leg) for leg in data))


class StepAsList(Transcoding):
    """Steps as lists."""

    type = Step
    name = "step"

    def encode(self, obj: Step) -> list[object]:
        """The fields in their order."""
        return [obj.handling.value, obj.port, obj.voyage]

    def decode(self, data: tuple[str, Port, str | None]) -> Step:
        """The step of the fields."""
        handling, port, voyage = data
        return Step(Handling(handling), port, voyage)
