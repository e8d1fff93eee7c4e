# Generated from factory_async.py by tools/async_to_sync.py: do not edit.
"""Infrastructure factories of dynamic consistency boundaries (C51, C52)."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Self

from eventsourcing.dcb.api import DCBRecorder
from eventsourcing.dcb.persistence.factory_selection_sync import select_dcb_factory_class
from eventsourcing.persistence.factory_sync import (
    BaseInfrastructureFactory,
    TTrackingRecorder,
)
from eventsourcing.utils import Environment


class DCBInfrastructureFactory(BaseInfrastructureFactory[TTrackingRecorder]):
    """Builds recorders of dynamic consistency boundaries."""

    MAPPER_TOPIC: ClassVar[str] = "MAPPER_TOPIC"

    @classmethod
    def _select_factory_class(cls, env: Environment) -> type[Self]:
        return select_dcb_factory_class(env, cls)

    @abstractmethod
    def dcb_recorder(self) -> DCBRecorder:
        """Return a recorder, whose tables exist unless `CREATE_TABLE` is false."""
