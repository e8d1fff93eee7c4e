"""Finds routes in a schedule of voyages. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from examples.cargo_shipping.values import Leg, Port, Route


@dataclass(frozen=True)
class Voyage:
    """A ship that leaves one port and calls at the next."""

    number: str
    start: Port
    departure: date
    end: Port
    arrival: date


SCHEDULE = (
    Voyage("V100", Port.HONG_KONG, date(2031, 3, 1), Port.ROTTERDAM, date(2031, 3, 19)),
    Voyage("V200", Port.HONG_KONG, date(2031, 3, 2), Port.NEW_YORK, date(2031, 3, 14)),
    Voyage("V210", Port.NEW_YORK, date(2031, 3, 15), Port.ROTTERDAM, date(2031, 3, 23)),
    Voyage("V220", Port.NEW_YORK, date(2031, 3, 16), Port.DALLAS, date(2031, 3, 18)),
    Voyage("V300", Port.ROTTERDAM, date(2031, 3, 20), Port.STOCKHOLM, date(2031, 3, 22)),
    Voyage("V310", Port.ROTTERDAM, date(2031, 3, 24), Port.STOCKHOLM, date(2031, 3, 26)),
)


def find_routes(
    origin: Port, destination: Port, deadline: date, schedule: Sequence[Voyage] = SCHEDULE
) -> list[Route]:
    """All routes that arrive by the deadline, the earliest first."""
    routes = [Route(legs) for legs in _extend((), origin, destination, deadline, schedule)]
    return sorted(routes, key=lambda route: (route.arrival, len(route.legs)))


def _extend(
    legs: tuple[Leg, ...],
    port: Port,
    destination: Port,
    deadline: date,
    schedule: Sequence[Voyage],
) -> Iterator[tuple[Leg, ...]]:
    if port is destination:
        yield legs
        return
    for voyage in schedule:
        is_in_time = not legs or voyage.departure > legs[-1].arrival
        if voyage.start is port and is_in_time and voyage.arrival <= deadline:
            leg = Leg(voyage.number, voyage.start, voyage.end, voyage.arrival)
            yield from _extend((*legs, leg), voyage.end, destination, deadline, schedule)
