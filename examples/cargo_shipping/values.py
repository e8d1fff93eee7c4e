"""The values of the domain: ports, what is done to a cargo, and the route that it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Port(Enum):
    """Where ships call."""

    AUCKLAND = "NZAKL"
    DALLAS = "USDAL"
    HONG_KONG = "CNHKG"
    NEW_YORK = "USNYC"
    ROTTERDAM = "NLRTM"
    STOCKHOLM = "SESTO"


class Handling(Enum):
    """What is done to a cargo."""

    RECEIVE = "RECEIVE"
    LOAD = "LOAD"
    UNLOAD = "UNLOAD"
    CLAIM = "CLAIM"


@dataclass(frozen=True)
class Leg:
    """One voyage of a route, from port to port."""

    voyage: str
    start: Port
    end: Port
    arrival: date


@dataclass(frozen=True)
class Route:
    """Legs, each of which begins where the one before it ends."""

    legs: tuple[Leg, ...]

    @property
    def start(self) -> Port:
        """Where the route begins."""
        return self.legs[0].start

    @property
    def end(self) -> Port:
        """Where the route ends."""
        return self.legs[-1].end

    @property
    def arrival(self) -> date:
        """When the route ends."""
        return self.legs[-1].arrival

    def steps(self) -> list[Step]:
        """What must be done to a cargo on this route, in order."""
        steps = [Step(Handling.RECEIVE, self.start)]
        for leg in self.legs:
            steps.append(Step(Handling.LOAD, leg.start, leg.voyage))
            steps.append(Step(Handling.UNLOAD, leg.end, leg.voyage))
        steps.append(Step(Handling.CLAIM, self.end))
        return steps


@dataclass(frozen=True)
class Step:
    """Something that is done to a cargo, at a port, perhaps with a ship."""

    handling: Handling
    port: Port
    voyage: str | None = None
