"""What to do with a message: which events to take from it, which to read from the log (Y44, Y46).

A leader's messages do not tell of all events: other processes may save, too, and a process may end
between saving and telling. So an event object is taken from a message only when it is the very next
one after those that are covered, by their IDs. All others are read from the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from eventsourcing.application import RecordingEvent
from eventsourcing.persistence import Recording


class Read(NamedTuple):
    """Read from the log all events up to and including `stop`, or else to its end.

    `visible` is an ID that must be visible in the log before: then all lower ones are (D4).
    """

    stop: int | None
    visible: int | None = None


class Take(NamedTuple):
    """Take these events from the message."""

    recordings: list[Recording[Any]]

    @property
    def last_id(self) -> int:
        """The ID of the last one."""
        return self.recordings[-1].notification.id


class Contiguity:
    """Knows which events of one leader are covered, and which were told.

    All events up to `covered` were handed on, or need not be. The last one in a message that was
    not ignored is `told`.
    """

    def __init__(self, covered: int | None = None) -> None:
        self.covered: int = covered or 0
        self.told: int = 0

    def plan(self, message: RecordingEvent[Any]) -> Iterator[Read | Take]:
        """Yield the steps to be taken; the caller sets `covered` after each one.

        A message that says of itself that it came before one that was handled is ignored. One
        without recordings tells to read to the end of the log.
        """
        previous = message.previous_max_notification_id
        if not message.recordings:
            yield Read(None)
            return
        if previous is not None and previous < self.told:
            return
        expected = self.covered + 1
        ready: list[Recording[Any]] = []
        for recording in message.recordings:
            id_ = recording.notification.id
            if id_ < expected:
                continue
            if id_ > expected:
                if ready:
                    yield Take(ready)
                    ready = []
                yield Read(id_ - 1, visible=id_)
            ready.append(recording)
            expected = id_ + 1
        if ready:
            yield Take(ready)
        self.told = max(self.told, message.recordings[-1].notification.id)
