"""Compression of the state of events with zlib."""

from __future__ import annotations

import zlib
from typing import ClassVar

from eventsourcing.persistence import Compressor

__all__ = ["ZlibCompressor"]


class ZlibCompressor(Compressor):
    """Writes the zlib container format at the default level, and reads any zlib stream.

    State of more than `max_size` bytes, uncompressed, is refused in both directions: a few
    kilobytes of hostile data could otherwise fill the memory, as zlib packs up to a thousand bytes
    into one (and decoded JSON may take twenty times the memory of its text). To have another
    limit, subclass with another `MAX_SIZE` and name the subclass in `COMPRESSOR_TOPIC`.
    """

    MAX_SIZE: ClassVar[int] = 256 * 1024 * 1024

    def __init__(self, max_size: int | None = None) -> None:
        self.max_size: int = self.MAX_SIZE if max_size is None else max_size

    def compress(self, data: bytes) -> bytes:
        """Return the data compressed; `ValueError` if there are more than `max_size` bytes."""
        self._check_size(len(data))
        return zlib.compress(data)

    def decompress(self, data: bytes) -> bytes:
        """Return what was compressed.

        Raises `ValueError` if that is more than `max_size` bytes, of which no more than that are
        ever held in memory, `zlib.error` if the stream is damaged or incomplete.
        """
        stream = zlib.decompressobj()
        # With one byte to spare, a stream of exactly `max_size` bytes still reaches its end.
        result = stream.decompress(data, self.max_size + 1)
        self._check_size(len(result))
        if not stream.eof:
            raise zlib.error("incomplete or truncated stream")
        return result

    def _check_size(self, size: int) -> None:
        if size > self.max_size:
            raise ValueError(
                f"State is larger than {self.max_size} bytes when it is not compressed, which "
                f"{type(self).__name__} refuses: use a subclass with a greater MAX_SIZE"
            )
