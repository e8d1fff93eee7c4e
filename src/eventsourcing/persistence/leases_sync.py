# Generated from leases_async.py by tools/async_to_sync.py: do not edit.
"""Leases: by which one of several processes, threads or tasks leads. For runners, and engines."""

from __future__ import annotations

from abc import ABC, abstractmethod


class Lease(ABC):
    """The right to do something that, of all who share a database, one is to do at a time.

    Made by `InfrastructureFactory.lease(name)`. Each object is a contender of its own: of all
    leases of one name on one database, at most one is held. It is free again when its holder
    releases it, closes the factory, or dies; a machine that vanishes from the network may take some
    seconds to be missed. No clock is involved, and nothing needs to be renewed.

    A holder may lose its lease, with the connection for instance, and learns so only when it asks
    `is_held()`. Until then, two may believe that they lead. So what is done under a lease must be
    right even then; recording tracking positions is.
    """

    def __init__(self, name: str) -> None:
        if not name:
            raise ValueError(
                "The name of a lease is empty: say what is to be done by one at a time"
            )
        self.name: str = name

    @abstractmethod
    def try_acquire(self) -> bool:
        """Take the lease if nobody holds it; return whether this object holds it now.

        Does not wait for a holder. Raises `OperationalError` if the database cannot be asked.
        """

    @abstractmethod
    def release(self) -> None:
        """Give up the lease, and what was needed to try for it; harmless if it is not held.

        It may be acquired again later.
        """

    @abstractmethod
    def is_held(self) -> bool:
        """Ask the engine whether this object holds the lease; a lease that was lost stays lost.

        When the engine cannot be asked, the answer is no.
        """

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({self.name!r})"
