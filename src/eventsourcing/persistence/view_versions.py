"""Versions of views: which there are of one, and where each stands. Values, for all engines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from eventsourcing.persistence.errors import ProgrammingError

ViewVersionState: TypeAlias = Literal["building", "live", "retired"]

FIRST_VERSION = 1
"""The version that is where the settings say: the view as it was before it had versions."""


@dataclass(frozen=True)
class ViewVersion:
    """One version of a view: its number, and whether it is being built, live, or was live."""

    number: int
    state: ViewVersionState


class PlacedView(NamedTuple):
    """A version of a view, and the recorder with which its positions are read."""

    version: int
    recorder: Any


def as_view_versions(rows: Iterable[Any]) -> list[ViewVersion]:
    """Return versions from pairs of numbers and states; the first one is live if there are none."""
    return [ViewVersion(number, state) for number, state in rows] or [
        ViewVersion(FIRST_VERSION, "live")
    ]


def check_version(version: int) -> None:
    """Raise `ProgrammingError` for what is not the number of a version."""
    if type(version) is not int or version < FIRST_VERSION:  # `True` is an integer, too
        raise ProgrammingError(f"{version!r} is not a version of a view: expected 1, 2, 3, …")


def check_droppable(name: str, version: int) -> None:
    """Raise `ProgrammingError` for the first version, whose place may hold other things, too."""
    check_version(version)
    if version == FIRST_VERSION:
        raise ProgrammingError(
            f"Version 1 of the view '{name}' is where the settings say, perhaps with other "
            "tables: drop its tables yourself"
        )


def refuse_taken_place(name: str, version: int, place: str) -> ProgrammingError:
    """Return the error for a place where something is that was not put there as this version."""
    return ProgrammingError(
        f"There is something already where version {version} of the view '{name}' would be: "
        f"{place}. Remove that if it is left from an earlier time, or build another version"
    )


def refuse_to_drop_live(name: str, version: int) -> ProgrammingError:
    """Return the error for dropping the version that is live."""
    return ProgrammingError(
        f"Version {version} of the view '{name}' is live: another one has to take its place first"
    )
