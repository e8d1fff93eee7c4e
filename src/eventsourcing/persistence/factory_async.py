"""Infrastructure factories: they build what an application needs from its environment (F1-F17)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, Self, TypeVar, cast
from uuid import UUID

from eventsourcing.persistence.codecs import Cipher, Compressor
from eventsourcing.persistence.event_store_async import AsyncEventStore
from eventsourcing.persistence.factory_lookup import as_environment, check_subclass
from eventsourcing.persistence.factory_selection_async import select_factory_class
from eventsourcing.persistence.leases_async import AsyncLease
from eventsourcing.persistence.mapper import Mapper
from eventsourcing.persistence.recorders_async import (
    AsyncAggregateRecorder,
    AsyncApplicationRecorder,
    AsyncProcessRecorder,
    AsyncTrackingRecorder,
)
from eventsourcing.persistence.transcoding import JSONTranscoder, Transcoder
from eventsourcing.persistence.view_version_recorder_async import AsyncViewVersionRecorder
from eventsourcing.utils import Environment, resolve_topic, strtobool

TAsyncTrackingRecorder = TypeVar("TAsyncTrackingRecorder", bound=AsyncTrackingRecorder)
TAggregateID = TypeVar("TAggregateID", bound=UUID | str)

_DEFAULT_CIPHER_TOPIC = "eventsourcing.cipher:AESCipher"


class AsyncBaseInfrastructureFactory(ABC, Generic[TAsyncTrackingRecorder]):
    """Reads the environment, and builds what serialises the state of events."""

    PERSISTENCE_MODULE: ClassVar[str] = "PERSISTENCE_MODULE"
    TRANSCODER_TOPIC: ClassVar[str] = "TRANSCODER_TOPIC"
    CIPHER_TOPIC: ClassVar[str] = "CIPHER_TOPIC"
    COMPRESSOR_TOPIC: ClassVar[str] = "COMPRESSOR_TOPIC"

    def __init__(self, env: Environment | Mapping[str, str] | None) -> None:
        self.env: Environment = as_environment(env)

    @classmethod
    def construct(cls, env: Environment | Mapping[str, str] | None = None) -> Self:
        """Return the factory that the environment variable `PERSISTENCE_MODULE` names.

        The value is the topic of a module that has exactly one factory class, or of such a class;
        the default is `eventsourcing.popo`. The process environment is not read. Raises
        `InfrastructureFactoryError` if there is no such factory, `OSError` if a variable that it
        needs is missing or malformed.
        """
        environment = as_environment(env)
        return cls._select_factory_class(environment)(env=environment)

    @classmethod
    def _select_factory_class(cls, env: Environment) -> type[Self]:
        return select_factory_class(env, cls)

    def transcoder(self) -> Transcoder:
        """Return a new transcoder, of the class that `TRANSCODER_TOPIC` names (default: JSON)."""
        topic = self.env.get(self.TRANSCODER_TOPIC)
        return cast("Transcoder", resolve_topic(topic)()) if topic else JSONTranscoder()

    def cipher(self) -> Cipher | None:
        """Return the cipher that `CIPHER_TOPIC` names; AES if there is only a `CIPHER_KEY`."""
        topic = self.env.get(self.CIPHER_TOPIC)
        if not topic and self.env.get("CIPHER_KEY"):
            topic = _DEFAULT_CIPHER_TOPIC
        return cast("Cipher", resolve_topic(topic)(self.env)) if topic else None

    def compressor(self) -> Compressor | None:
        """Return the compressor that `COMPRESSOR_TOPIC` names: an instance, or a module."""
        topic = self.env.get(self.COMPRESSOR_TOPIC)
        if not topic:
            return None
        resolved = resolve_topic(topic)
        return cast("Compressor", resolved() if isinstance(resolved, type) else resolved)

    async def open(self) -> None:
        """Open what the engine needs now, rather than by its first use."""

    async def close(self) -> None:
        """Release all connections. May be called repeatedly."""

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *args: object) -> None:
        await self.close()


class AsyncInfrastructureFactory(AsyncBaseInfrastructureFactory[TAsyncTrackingRecorder]):
    """Builds recorders, and the mappers and event stores that use them."""

    MAPPER_TOPIC: ClassVar[str] = "MAPPER_TOPIC"
    IS_SNAPSHOTTING_ENABLED: ClassVar[str] = "IS_SNAPSHOTTING_ENABLED"
    APPLICATION_RECORDER_TOPIC: ClassVar[str] = "APPLICATION_RECORDER_TOPIC"
    TRACKING_RECORDER_TOPIC: ClassVar[str] = "TRACKING_RECORDER_TOPIC"
    PROCESS_RECORDER_TOPIC: ClassVar[str] = "PROCESS_RECORDER_TOPIC"

    def mapper(
        self,
        transcoder: Transcoder | None = None,
        mapper_class: type[Mapper[TAggregateID]] | None = None,
    ) -> Mapper[TAggregateID]:
        """Return a mapper with the configured cipher and compressor.

        Its class is `mapper_class`, or what `MAPPER_TOPIC` names, or `Mapper`; `AssertionError` if
        that is something else than a mapper class.
        """
        topic = self.env.get(self.MAPPER_TOPIC)
        selected: Any = mapper_class or (resolve_topic(topic) if topic else Mapper)
        check_subclass(selected, Mapper)
        return cast(
            "Mapper[TAggregateID]",
            selected(
                transcoder=transcoder or self.transcoder(),
                cipher=self.cipher(),
                compressor=self.compressor(),
            ),
        )

    def event_store(
        self,
        mapper: Mapper[TAggregateID] | None = None,
        recorder: AsyncAggregateRecorder | None = None,
    ) -> AsyncEventStore[TAggregateID]:
        """Return an event store; a mapper and an application recorder are made if not given."""
        return AsyncEventStore(
            mapper=mapper if mapper is not None else self.mapper(),
            recorder=recorder if recorder is not None else self.application_recorder(),
        )

    @abstractmethod
    def aggregate_recorder(self, purpose: str = "events") -> AsyncAggregateRecorder:
        """Return a recorder for events of aggregates; the purpose names the table."""

    @abstractmethod
    def application_recorder(self) -> AsyncApplicationRecorder:
        """Return a recorder for the events of an application."""

    @abstractmethod
    def process_recorder(self) -> AsyncProcessRecorder:
        """Return a recorder for the events and tracking records of an application."""

    def tracking_recorder(
        self, tracking_recorder_class: type[TAsyncTrackingRecorder] | None = None
    ) -> TAsyncTrackingRecorder:
        """Return a tracking recorder (a view), of the given class or that in the environment."""
        raise NotImplementedError(
            f"{type(self).__qualname__} does not support tracking recorders"
            + (f" ({tracking_recorder_class})" if tracking_recorder_class else "")
        )

    def events_place(self) -> str | None:
        """Return where events are stored: the same for all who store them in the same tables.

        `None` if nobody else does, or if the engine does not say.
        """
        return None

    def lease(self, name: str) -> AsyncLease:
        """Return a lease of that name, not held yet; those of one database exclude each other.

        Raises `NotImplementedError` if the engine has no leases (capability `leases`).
        """
        raise NotImplementedError(f"{type(self).__qualname__} does not support leases ('{name}')")

    def view_versions(self) -> AsyncViewVersionRecorder:
        """Return what records the versions of the view that the environment is named after.

        Raises `NotImplementedError` if the engine has no versions of views.
        """
        raise NotImplementedError(f"{type(self).__qualname__} does not support versions of views")

    def is_snapshotting_enabled(self) -> bool:
        """Say whether `IS_SNAPSHOTTING_ENABLED` is true; `ValueError` if it is not a truth word."""
        return strtobool(self.env.get(self.IS_SNAPSHOTTING_ENABLED, "no"))


TAsyncInfrastructureFactory = TypeVar(
    "TAsyncInfrastructureFactory", bound=AsyncInfrastructureFactory[Any]
)
