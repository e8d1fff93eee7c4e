"""How a recorder in this process tells others that it has recorded something.

Implemented by engines that can be subscribed to without a server that sends notifications.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol, runtime_checkable


class Listener(Protocol):
    """Something that can be told that events were recorded, such as a `threading.Event`."""

    def set(self) -> object:
        """Take notice. Called by any thread, so it must be safe for threads; must not block."""


@runtime_checkable
class ListenableRecorder(Protocol):
    """A recorder that sets the listeners it knows after each commit."""

    def listen(self, event: Listener) -> None:
        """Have the event set after each commit from now on; harmless when repeated."""

    def unlisten(self, event: Listener) -> None:
        """Leave the event alone from now on; does not block, and is harmless when repeated."""


def listen_to(recorder: ListenableRecorder, event: Listener) -> Callable[[], object]:
    """Have the event set after each commit from now on; return what undoes that."""
    recorder.listen(event)
    return partial(recorder.unlisten, event)
