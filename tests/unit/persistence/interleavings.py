"""Runs an action at every line of some functions in turn, as another thread might."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from types import CodeType, FrameType
from typing import Any


class Injection:
    """Runs an action once, just before the n-th line that the functions execute when armed.

    The action runs in the thread that executes the line, so whatever it does happens as a whole
    between two lines, and the test is deterministic.
    """

    def __init__(
        self, functions: Iterable[Callable[..., Any]], line: int, action: Callable[[], object]
    ) -> None:
        self.is_armed = True
        self.has_happened = threading.Event()
        self._codes: set[CodeType] = {function.__code__ for function in functions}
        self._remaining = line
        self._action = action

    def trace(self, frame: FrameType, event: str, arg: object) -> Any:
        return self._trace_line if frame.f_code in self._codes else None

    def _trace_line(self, frame: FrameType, event: str, arg: object) -> Any:
        if event == "line" and self.is_armed:
            self._remaining -= 1
            if self._remaining == 0:
                self._action()
                self.has_happened.set()
        return self._trace_line

    @contextmanager
    def in_new_threads(self) -> Iterator[None]:
        """Watch the threads that are started in the block, as long as they live."""
        previous = threading.gettrace()
        threading.settrace(self.trace)
        try:
            yield
        finally:
            threading.settrace(previous)

    @contextmanager
    def in_this_thread(self) -> Iterator[None]:
        """Watch this thread in the block."""
        previous = sys.gettrace()
        sys.settrace(self.trace)
        try:
            yield
        finally:
            sys.settrace(previous)


def explore(run: Callable[[int], bool], at_least: int) -> None:
    """Call the function with 1, 2, 3, … until it says that there was no such line.

    There must have been at least so many, or nothing has been explored.
    """
    for line in count(1):
        if not run(line):
            break
    assert line > at_least
