"""Feeds bytes to the reading side: transcoder, compressor, ciphers, mapper, section IDs.

    python -m fuzz.decoders -max_total_time=60 [more options of libFuzzer]

Whatever the bytes are, reading ends in an event or in one of the errors of the contract. Atheris
reports any other exception as a crash, and a reading that needs too much memory or time.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import atheris

with atheris.instrument_imports(include=["eventsourcing"]):
    from eventsourcing.application import Application
    from eventsourcing.cipher import AESCipher
    from eventsourcing.compressor import ZlibCompressor
    from eventsourcing.domain import Aggregate
    from eventsourcing.persistence import (
        DatetimeAsISO,
        DecimalAsStr,
        JSONTranscoder,
        Mapper,
        MapperDeserialisationError,
        StoredEvent,
        UUIDAsHex,
    )
    from eventsourcing.utils import Environment, TopicError, get_topic

ID = UUID(int=1)
TOPICS = [
    get_topic(Aggregate.Created),
    get_topic(Aggregate.Event),
    "eventsourcing.domain:Snapshot",
    "eventsourcing.domain:Aggregate",
    "eventsourcing.domain:Aggregate.Missing",
    "subprocess:Popen",
]


def make_transcoder() -> JSONTranscoder:
    """Return the transcoder of an application."""
    transcoder = JSONTranscoder()
    for transcoding in (UUIDAsHex(), DecimalAsStr(), DatetimeAsISO()):
        transcoder.register(transcoding)
    return transcoder


CIPHER = AESCipher(Environment(env={"CIPHER_KEY": AESCipher.create_key(num_bytes=16)}))
COMPRESSOR = ZlibCompressor(max_size=1_000_000)
MAPPERS: list[Mapper[UUID]] = [
    Mapper(make_transcoder()),
    Mapper(make_transcoder(), compressor=COMPRESSOR),
    Mapper(make_transcoder(), cipher=CIPHER),
    Mapper(make_transcoder(), compressor=COMPRESSOR, cipher=CIPHER),
]
LOG = Application[UUID]().notification_log


def read(data: bytes) -> None:
    """Read the data in a way that their first two bytes choose."""
    if len(data) < 2:
        return
    mapper, topic = MAPPERS[data[0] % len(MAPPERS)], TOPICS[data[1] % len(TOPICS)]
    state = data[2:]
    if data[0] & 0x80:  # what is below compression and encryption, too
        state = mapper.compressor.compress(state) if mapper.compressor else state
        state = mapper.cipher.encrypt(state) if mapper.cipher else state
    try:
        mapper.to_domain_event(StoredEvent(ID, 1, topic, state))
    except (MapperDeserialisationError, TopicError):
        pass
    except TypeError as error:  # the topic names something that is no event class
        if topic in TOPICS[:3]:
            raise AssertionError(topic) from error
    with suppress(ValueError, IndexError):  # the errors of N5
        _ = LOG[state.decode("utf-8", "replace")]


def write_seeds(folder: Path) -> None:
    """Write valid states of each kind, from which the fuzzer starts."""
    aggregate = Aggregate()
    aggregate.trigger_event(Aggregate.Event)
    snapshot = Aggregate.Snapshot.take(aggregate)
    for i, domain_event in enumerate([*aggregate.collect_events(), snapshot]):
        state = MAPPERS[0].to_stored_event(domain_event).state
        for j in range(len(MAPPERS)):
            (folder / f"{i}-{j}").write_bytes(bytes([0x80 | j, i]) + state)


def main() -> None:
    """Fuzz until told to stop."""
    with TemporaryDirectory() as folder:
        write_seeds(Path(folder))
        atheris.Setup([*sys.argv, folder], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
