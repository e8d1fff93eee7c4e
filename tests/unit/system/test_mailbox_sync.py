# Generated from test_mailbox_async.py by tools/async_to_sync.py: do not edit.
"""Messages that are handled one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_sync import Lock
from eventsourcing.system.mailbox_sync import Mailbox


class LateLock:
    """A lock, in whose last moment something happens."""

    def __init__(self, before_release: Callable[[], object]) -> None:
        self._lock = Lock()
        self._before_release = before_release

    def acquire(self, *args: Any, **kwargs: Any) -> Any:
        return self._lock.acquire(*args, **kwargs)

    def release(self) -> None:
        self._before_release()
        self._lock.release()


def test_a_message_that_comes_in_the_last_moment_is_handled() -> None:
    """Y42: between "no more messages" and the release of the lock; its sender relies on that."""
    mailbox: Mailbox[int] = Mailbox()
    late = [2, 3]
    handled: list[int] = []

    def send_late() -> None:
        if late:
            mailbox.items.append(late.pop(0))

    mailbox.lock = LateLock(send_late)  # type: ignore[assignment]
    mailbox.items.append(1)

    def handle(message: int) -> None:
        handled.append(message)

    mailbox.drain(handle)

    assert handled == [1, 2, 3]


def test_messages_that_come_while_one_is_handled_are_handled_by_the_same_call() -> None:
    """Y38: recursion does not get deeper."""
    mailbox: Mailbox[int] = Mailbox()
    depth = 0
    depths: list[int] = []

    def handle(message: int) -> None:
        nonlocal depth
        depth += 1
        depths.append(depth)
        if message:
            mailbox.items.append(message - 1)
            mailbox.drain(handle)
        depth -= 1

    mailbox.items.append(3000)
    mailbox.drain(handle)

    assert depths == [1] * 3001


def test_what_ends_a_program_is_raised_at_once() -> None:
    """Y42: the messages after it stay."""
    mailbox: Mailbox[int] = Mailbox()
    mailbox.items += [1, 2]

    def handle(message: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mailbox.drain(handle)
    assert mailbox.items == [2]
    assert not mailbox.lock.locked()
