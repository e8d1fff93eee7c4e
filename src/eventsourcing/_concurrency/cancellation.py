"""For tasks that run code which swallows cancellation. Only the asynchronous side has such."""

import asyncio


def raise_if_cancelled() -> None:
    """Raise `CancelledError` if the current task was told to end, and somebody has caught that."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
