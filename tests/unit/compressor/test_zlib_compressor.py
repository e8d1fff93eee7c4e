"""Compression with zlib: contract K1, and the limit against compressed bombs."""

from __future__ import annotations

import tracemalloc
import zlib
from typing import Any

import pytest

from eventsourcing.compressor import ZlibCompressor
from eventsourcing.persistence import (
    Compressor,
    JSONTranscoder,
    Mapper,
    MapperDeserialisationError,
    StoredEvent,
)


def test_compressor_is_a_compressor() -> None:
    """K1: it implements the interface and needs no arguments."""
    assert isinstance(ZlibCompressor(), Compressor)


@pytest.mark.parametrize("data", [b"", b"x", b"abc" * 10_000, bytes(range(256))])
def test_what_was_compressed_is_decompressed(data: bytes) -> None:
    """K1: any data go both ways."""
    assert ZlibCompressor().decompress(ZlibCompressor().compress(data)) == data


def test_stored_bytes_are_those_of_zlib_at_default_level() -> None:
    """K1: the zlib container format, level 6 as `zlib.compress` has it."""
    data = b'{"a":1}' * 50
    assert ZlibCompressor().compress(data) == zlib.compress(data)


@pytest.mark.parametrize("level", range(10))
def test_streams_of_any_level_are_read(level: int) -> None:
    """K1: it reads any zlib stream."""
    data = b"some state" * 100
    assert ZlibCompressor().decompress(zlib.compress(data, level)) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"not a stream",
        b"x\x9c",
        zlib.compress(b"abc" * 99)[:-1],
        zlib.compress(b"a")[2:],
    ],
)
def test_damaged_streams_are_refused(data: bytes) -> None:
    """K1: as `zlib.decompress` refuses them."""
    with pytest.raises(zlib.error):
        ZlibCompressor().decompress(data)


def test_wrong_checksum_is_refused() -> None:
    """K1: the end of the stream is always read, also when all the data are there already."""
    stream = bytearray(zlib.compress(b"some state"))
    stream[-1] ^= 1
    with pytest.raises(zlib.error):
        ZlibCompressor(max_size=10).decompress(bytes(stream))


def test_limit_is_inclusive() -> None:
    """K1: exactly as many bytes as the limit says pass, in both directions."""
    compressor = ZlibCompressor(max_size=1000)
    assert compressor.decompress(compressor.compress(b"x" * 1000)) == b"x" * 1000


def test_a_bomb_is_refused() -> None:
    """Issue 4.6: what would become larger than the limit is a ValueError that says the limit."""
    with pytest.raises(ValueError, match="larger than 1000 bytes"):
        ZlibCompressor(max_size=1000).decompress(zlib.compress(b"x" * 1001))


def test_what_could_not_be_read_again_is_not_written() -> None:
    """Issue 4.6: the limit holds for writing too, so nothing stored becomes unreadable."""
    with pytest.raises(ValueError, match="larger than 1000 bytes"):
        ZlibCompressor(max_size=1000).compress(b"x" * 1001)


def test_a_bomb_takes_no_more_memory_than_the_limit() -> None:
    """Issue 4.6: small input never needs unbounded memory."""
    bomb = zlib.compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="larger than"):
            ZlibCompressor(max_size=1_000_000).decompress(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000


def test_limit_by_default_is_256_mib() -> None:
    """Issue 4.6: the documented limit."""
    assert ZlibCompressor().max_size == ZlibCompressor.MAX_SIZE == 268_435_456


def test_subclass_sets_the_limit() -> None:
    """Issue 4.6: a class attribute is the default, as factories pass no arguments."""

    class SmallStates(ZlibCompressor):
        MAX_SIZE = 10

    with pytest.raises(ValueError, match="SmallStates refuses"):
        SmallStates().decompress(zlib.compress(b"x" * 11))


def test_bomb_in_a_stored_event_ends_in_the_error_of_the_mapper() -> None:
    """Issue 4.6, M9: a compressed bomb is a MapperDeserialisationError."""
    mapper: Mapper[Any] = Mapper(JSONTranscoder(), ZlibCompressor(max_size=1000))
    bomb = zlib.compress(b" " * 10_000 + b"{}")
    event = StoredEvent("a", 1, "eventsourcing.domain:Snapshot", bomb)
    with pytest.raises(MapperDeserialisationError, match="larger than 1000 bytes"):
        mapper.to_domain_event(event)
