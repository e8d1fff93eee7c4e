"""Closed tracking records: nothing more can be tracked under their name. Pure functions.

A record is closed by tracking a number beyond all notification IDs, from which its position can
still be told. Used when a projection is split into partitions, or into another number of them.
"""

from __future__ import annotations

from eventsourcing.persistence.errors import ProgrammingError

_CLOSED = 1 << 62


def is_closed(tracked: int | None) -> bool:
    """Say whether the tracked number says that tracking under its name has ended."""
    return tracked is not None and tracked >= _CLOSED


def close_position(position: int | None) -> int:
    """Return the number to be tracked instead of the position, after which there is no other."""
    return _CLOSED + (position or 0)


def read_position(tracked: int | None) -> int:
    """Return the position that was tracked, whether it is closed or not; 0 if there is none."""
    if tracked is None:
        return 0
    return tracked - _CLOSED if tracked >= _CLOSED else tracked


def check_open(name: str, tracked: int | None) -> None:
    """Raise `ProgrammingError` if tracking under the name has ended."""
    if is_closed(tracked):
        raise ProgrammingError(
            f"Tracking under the name '{name}' has ended at {read_position(tracked)}: the "
            "projection has been split into partitions, or into another number of them. Use "
            "PartitionedProjectionRunner, or PartitionedEventSourcedProjectionRunner, with that "
            "number"
        )
