"""A TCP proxy in front of the server that cuts a connection at a chosen byte of the exchange."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal, Self

from tests.support.databases import PostgresDatabase

Direction = Literal["to_server", "to_client"]


@dataclass
class Cut:
    """Where to cut: before the byte with this offset, counted since the proxy was armed.

    A connection that lingers is cut on the client's side only: the server does not notice.
    """

    direction: Direction
    offset: int
    linger: bool = False


class CuttingProxy:
    """Forwards connections to the server of a database, and cuts one when its time has come."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._server = (database.host, database.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._cut: Cut | None = None
        self._counts = {"to_server": 0, "to_client": 0}
        self._recorded: dict[str, bytearray] | None = None
        self._refusing = False
        self.database = replace(
            database, host="127.0.0.1", port=int(self._listener.getsockname()[1])
        )

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        _close(self._listener)
        self.cut_all()

    def record(self) -> dict[str, bytearray]:
        """Keep what is forwarded from now on, until armed; return where it is kept."""
        with self._lock:
            self._recorded = {"to_server": bytearray(), "to_client": bytearray()}
            return self._recorded

    def arm(self, cut: Cut) -> None:
        """Cut the connection that next gets to the point."""
        with self._lock:
            self._recorded = None
            self._cut = cut
            self._counts = {"to_server": 0, "to_client": 0}

    def has_cut(self) -> bool:
        """Say whether the connection has been cut since the proxy was armed."""
        return self._cut is None

    def disarm(self) -> None:
        """Cut nothing."""
        with self._lock:
            self._cut = None

    def cut_all(self, *, refuse: bool = False) -> None:
        """Cut all connections at once, and refuse new ones if asked to."""
        with self._lock:
            self._refusing = refuse
            sockets = list(self._sockets)
            self._sockets.clear()
        for each in sockets:
            _close(each)

    def accept_again(self) -> None:
        """Forward new connections again."""
        with self._lock:
            self._refusing = False

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = None if self._refusing else socket.create_connection(self._server)
                except OSError:
                    server = None
                if server is None:
                    _close(client)
                    continue
                with self._lock:
                    self._sockets |= {client, server}
                link = _Link(self, client, server)
                for direction in ("to_server", "to_client"):
                    threading.Thread(target=link.pump, args=[direction], daemon=True).start()

    def apply(self, direction: Direction, data: bytes) -> tuple[bytes, Cut | None]:
        """Return what is to be forwarded, and the cut if this is where it happens."""
        with self._lock:
            if self._recorded is not None:
                self._recorded[direction] += data
            count = self._counts[direction]
            self._counts[direction] += len(data)
            cut = self._cut
            if cut is None or cut.direction != direction or count + len(data) <= cut.offset:
                return data, None
            self._cut = None
            return data[: max(0, cut.offset - count)], cut


class _Link:
    """One connection through the proxy."""

    def __init__(self, proxy: CuttingProxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._lingers = False

    def pump(self, direction: Direction) -> None:
        """Forward what comes from one side, until it is closed or cut."""
        source, target = self._client, self._server
        if direction == "to_client":
            source, target = target, source
        with suppress(OSError):
            while data := source.recv(65536):
                data, cut = self._proxy.apply(direction, data)
                if data:
                    target.sendall(data)
                if cut is not None:
                    self._lingers = cut.linger
                    break
        _close(self._client)
        if not self._lingers:
            _close(self._server)


def message_ends(stream: bytes) -> Iterator[int]:
    """Yield the offsets at which the messages of a recorded stream end."""
    position = 0
    while position < len(stream):
        position += 1 + int.from_bytes(stream[position + 1 : position + 5], "big")
        yield position


def _close(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
