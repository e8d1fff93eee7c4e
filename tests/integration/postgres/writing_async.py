"""What the writing processes of the tests do until they are killed."""

from __future__ import annotations

import os
from typing import Any
from uuid import uuid4

from eventsourcing.persistence import AsyncInfrastructureFactory, StoredEvent, Tracking

EVENTS_PER_SAVE = 3


async def write(env: dict[str, str], name: str) -> None:
    """Save events and tracking together, and acknowledge each save by a line on stdout."""
    factory = AsyncInfrastructureFactory[Any].construct(env)
    recorder = factory.process_recorder()
    for position in range(1, 1_000_000):
        originator_id = uuid4()
        events = [
            StoredEvent(originator_id, version, name, bytes(100 * version))
            for version in range(1, EVENTS_PER_SAVE + 1)
        ]
        await recorder.insert_events(events, tracking=Tracking(name, position))
        os.write(1, f"{originator_id.hex}\n".encode())
