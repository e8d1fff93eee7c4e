"""A time zone whose clock ticks by one second at each look: TZINFO_TOPIC=clock:ZONE."""

from datetime import UTC, datetime, timedelta, tzinfo

_START = datetime(2026, 1, 31, 12, 0, 0, 123, tzinfo=UTC)


class TickingZone(tzinfo):
    """UTC; `datetime.now(ZONE)` gives a moment one second after the one that it gave before."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self._next = _START

    def fromutc(self, _: datetime) -> datetime:
        moment = self._next
        self._next += timedelta(seconds=1)
        return moment

    def utcoffset(self, _: datetime | None) -> timedelta:
        return timedelta(0)

    def dst(self, _: datetime | None) -> None:
        return None

    def tzname(self, _: datetime | None) -> str:
        return "ticking"


ZONE = TickingZone()
