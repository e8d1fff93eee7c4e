"""Showing people how far a projection has come: for the hook `on_progress` of runners."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from eventsourcing._concurrency.primitives_sync import Lock
from eventsourcing.projection.status import ProjectionStatus

_SECONDS_BETWEEN_LINES = 10.0


class ProgressBar:
    """Shows a bar, the rate, and the time that is left, until the projection has caught up.

    To be given as `on_progress` by programs that people watch. It is drawn by tqdm, for which there
    is the extra `progress`. In a terminal it is one line; elsewhere, as in the log of a service, it
    is a line every ten seconds. `stream` is by default that of errors; `options` are given to tqdm.
    """

    def __init__(self, stream: TextIO | None = None, **options: Any) -> None:
        try:
            from tqdm import tqdm
        except ImportError as error:
            raise ImportError(
                "A progress bar needs tqdm: pip install 'eventsourcing[progress]'"
            ) from error
        file: TextIO = stream or sys.stderr
        defaults: dict[str, Any] = {"unit": " events", "miniters": 1, "dynamic_ncols": True}
        if not file.isatty():
            defaults |= {"file": _Lines(file), "mininterval": _SECONDS_BETWEEN_LINES}
        self._class: Any = type("_Bar", (tqdm,), {"monitor_interval": 0})  # without a thread
        self._options: dict[str, Any] = {"file": file, **defaults, **options}
        self._lock = Lock()  # partitions tell their progress in several threads
        self._bar: Any = None
        self._is_done = False

    def __call__(self, status: ProjectionStatus) -> None:
        """Show the status; does nothing once the projection has caught up."""
        with self._lock:
            if not self._is_done:
                self._show(status)

    def _show(self, status: ProjectionStatus) -> None:
        position, end = status.position or 0, status.end or 0
        if self._bar is None:
            self._bar = self._class(total=end, initial=position, **self._options)
        # While events are being recorded there may always be a few left: those that were there the
        # last time count.
        self._is_done = not status.lag_events or position >= self._bar.total
        self._bar.total = end
        self._bar.update((position if status.lag_events else end) - self._bar.n)
        if self._is_done:
            self._bar.close()


class _Lines:
    """Writes lines where tqdm goes back to the beginning of the line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        text = text.strip()
        if text:
            self._stream.write(f"{text}\n")

    def flush(self) -> None:
        self._stream.flush()
