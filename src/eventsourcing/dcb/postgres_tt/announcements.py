"""What the append function announces before its transaction is committed, in a notice."""

from __future__ import annotations

from typing import NamedTuple

from psycopg.errors import Diagnostic

from eventsourcing.dcb.postgres_tt.batches import Positions

# A notice begins with this; the number of the transaction, the process ID and the positions follow.
KEYWORD = "eventsourcing append"


class Announcement(NamedTuple):
    """The result of a call, provided that its transaction is committed."""

    number: str
    backend_pid: int
    positions: Positions


class Announcements:
    """Listens to the notices of a call. They are only looked at if its answer does not come."""

    def __init__(self) -> None:
        self._messages: list[str] = []

    def take(self, diagnostic: Diagnostic) -> None:
        """Keep a notice."""
        self._messages.append(diagnostic.message_primary or "")

    def read(self) -> Announcement | None:
        """Return what was announced."""
        for message in self._messages:
            if message.startswith(KEYWORD):
                number, backend_pid, positions = message.removeprefix(KEYWORD).split()
                return Announcement(number, int(backend_pid), _read_positions(positions))
        return None


def _read_positions(array: str) -> Positions:
    return [None if each == "NULL" else int(each) for each in array.strip("{}").split(",")]
