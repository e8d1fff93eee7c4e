"""Topics of the library's own classes that users' databases and settings contain never change.

`stored_topics.txt` is the list. Lines may be added for new classes; a line that was released is
never changed or removed. To add what is new: `python -m tests.golden.test_stored_topics`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from eventsourcing import application, domain, persistence
from eventsourcing.dcb.application import AsyncDCBApplication, DCBApplication
from eventsourcing.dcb.persistence.mapper import DCBMapper
from eventsourcing.utils import construct_topic, resolve_topic

GOLDEN = Path(__file__).with_name("stored_topics.txt")

PACKAGES = (
    "domain",
    "persistence",
    "application",
    "interface",
    "popo",
    "sqlite",
    "postgres",
    "cipher",
    "cryptography",
    "compressor",
    "dcb.application",
    "dcb.domain",
    "dcb.msgpack",
    "dcb.persistence",
    "dcb.popo",
    "dcb.postgres_tt",
    "dcb.sqlite",
)
STORED = (domain.AbstractDecision, domain.MetaDomainEvent, domain.BaseAggregate)
CONFIGURED = (
    application.Application,
    application.AsyncApplication,
    persistence.AsyncBaseInfrastructureFactory,
    persistence.AsyncRecorder,
    persistence.BaseInfrastructureFactory,
    persistence.Cipher,
    persistence.Compressor,
    persistence.Mapper,
    persistence.Recorder,
    persistence.Transcoder,
    AsyncDCBApplication,
    DCBApplication,
    DCBMapper,
)
# Other names of classes, in the settings of programs that were written for older releases (F17).
ALIASES = {
    "eventsourcing.popo:Factory": "eventsourcing.popo:POPOFactory",
    "eventsourcing.sqlite:Factory": "eventsourcing.sqlite:SQLiteFactory",
    "eventsourcing.postgres:Factory": "eventsourcing.postgres:PostgresFactory",
}


def is_relevant(obj: Any) -> bool:
    if not isinstance(obj, type):
        return False
    return issubclass(obj, (*STORED, *CONFIGURED)) or isinstance(obj, domain.MetaDomainEvent)


def collect_topics() -> Iterator[str]:
    """Yield the topics of exported classes, and of the classes in them."""
    for package in PACKAGES:
        module = import_module(f"eventsourcing.{package}")
        for name in module.__all__:
            exported = getattr(module, name)
            if is_relevant(exported):
                yield construct_topic(exported)
                yield from map(construct_topic, filter(is_relevant, vars(exported).values()))


def read_golden() -> list[str]:
    return GOLDEN.read_text(encoding="utf-8").splitlines()


def test_list_is_unchanged() -> None:
    """Stored names are a public contract."""
    assert sorted(set(collect_topics())) == read_golden()


@pytest.mark.parametrize("topic", read_golden())
def test_topic_resolves(topic: str) -> None:
    """U2, F17: each topic leads to its class, and the class to its topic."""
    assert construct_topic(resolve_topic(topic)) == topic


@pytest.mark.parametrize(("alias", "topic"), ALIASES.items())
def test_alias_resolves(alias: str, topic: str) -> None:
    """F17: the short names resolve to the renamed classes."""
    assert resolve_topic(alias) is resolve_topic(topic)


@pytest.mark.parametrize("package", PACKAGES)
def test_package_resolves(package: str) -> None:
    """F3: persistence modules, and compressors that are modules, are named by their module."""
    topic = f"eventsourcing.{package}"
    assert resolve_topic(topic) is import_module(topic)


@pytest.mark.parametrize(
    ("transcoding", "name"),
    [
        (persistence.UUIDAsHex, "uuid_hex"),
        (persistence.DecimalAsStr, "decimal_str"),
        (persistence.DatetimeAsISO, "datetime_iso"),
    ],
)
def test_names_of_transcodings(transcoding: Any, name: str) -> None:
    """T7: they are stored in each state."""
    assert transcoding.name == name


if __name__ == "__main__":
    GOLDEN.write_text("".join(f"{topic}\n" for topic in sorted(set(collect_topics()))), "utf-8")
