"""Tasks that are cancelled while they handle the messages of others: Y38."""

from __future__ import annotations

import asyncio

import pytest

from eventsourcing.system.mailbox_async import AsyncMailbox


async def test_messages_of_others_are_handled_when_the_task_is_cancelled() -> None:
    """Y38, Y42: who sent them has left, and nobody may send another one for a long time."""
    mailbox: AsyncMailbox[int] = AsyncMailbox()
    is_handling, is_handled = asyncio.Event(), asyncio.Event()

    async def handle(message: int) -> None:
        if message == 1:
            is_handling.set()
            await asyncio.Event().wait()
        is_handled.set()

    mailbox.items.append(1)
    task = asyncio.create_task(mailbox.drain(handle))
    await is_handling.wait()
    mailbox.items.append(2)
    await mailbox.drain(handle)
    assert mailbox.items == [2]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await is_handled.wait()
    assert mailbox.items == []
