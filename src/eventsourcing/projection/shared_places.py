"""Notices applications that store events in the same tables, so that they follow their own."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

logger: logging.Logger = logging.getLogger(__name__)


def warn_of_shared_places(apps: Iterable[Any]) -> None:
    """Warn of each of these applications that stores events where one before it does.

    An error would be too much: it works with policies that do nothing about each other's events.
    """
    names: dict[str, str] = {}
    for app in apps:
        # Factories of others, such as those written for earlier releases, do not say.
        say = getattr(app.factory, "events_place", None)
        place = say() if say is not None else None
        if place is None:
            continue
        if place in names:
            logger.warning(
                "%s stores events and positions in the tables of %s, in %s: who follows one of "
                "them follows both, also itself, perhaps without end. Give each a database of its "
                "own, with settings that have its name as a prefix",
                app.name,
                names[place],
                place,
            )
        names.setdefault(place, app.name)
