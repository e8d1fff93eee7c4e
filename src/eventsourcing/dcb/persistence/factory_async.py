"""Infrastructure factories of dynamic consistency boundaries (C51, C52)."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Self

from eventsourcing.dcb.api import AsyncDCBRecorder
from eventsourcing.dcb.persistence.factory_selection_async import select_dcb_factory_class
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

    @abstractmethod
    def dcb_recorder(self) -> AsyncDCBRecorder:
        """Return a recorder, whose tables exist unless `CREATE_TABLE` is false."""
