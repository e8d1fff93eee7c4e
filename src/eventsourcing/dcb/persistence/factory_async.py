"""Infrastructure factories of dynamic consistency boundaries (C51, C52)."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Self

from eventsourcing.dcb.api import AsyncDCBRecorder
from eventsourcing.dcb.persistence.factory_selection_async import select_dcb_factory_class
from eventsourcing.dcb.persistence.mapper import DCBMapper, make_mapper
from eventsourcing.persistence.factory_async import (
    AsyncBaseInfrastructureFactory,
    TAsyncTrackingRecorder,
)
from eventsourcing.utils import Environment


class AsyncDCBInfrastructureFactory(AsyncBaseInfrastructureFactory[TAsyncTrackingRecorder]):
    """Builds recorders of dynamic consistency boundaries."""

    MAPPER_TOPIC: ClassVar[str] = "MAPPER_TOPIC"

    @classmethod
    def _select_factory_class(cls, env: Environment) -> type[Self]:
        return select_dcb_factory_class(env, cls)

    def mapper(self) -> DCBMapper[Any] | None:
        """Return a new mapper of the class that `MAPPER_TOPIC` names; `None` if it names none.

        Decisions are stored as the mapper says: compressors and ciphers of the environment are
        not used. Raises `InfrastructureFactoryError` if the topic is that of something else.
        """
        topic = self.env.get(self.MAPPER_TOPIC)
        return make_mapper(topic) if topic else None

    @abstractmethod
    def dcb_recorder(self) -> AsyncDCBRecorder:
        """Return a recorder, whose tables exist unless `CREATE_TABLE` is false."""
