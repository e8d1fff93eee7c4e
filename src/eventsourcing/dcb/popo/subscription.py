"""Subscriptions to the in-memory recorder of dynamic consistency boundaries."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from eventsourcing.dcb.persistence import DCBListenNotifySubscription
from eventsourcing.dcb.popo.recorder import InMemoryDCBRecorder
from eventsourcing.persistence.listening import listen_to

TInMemoryDCBRecorder_co = TypeVar(
    "TInMemoryDCBRecorder_co", bound=InMemoryDCBRecorder, covariant=True
)


class InMemorySubscription(DCBListenNotifySubscription[TInMemoryDCBRecorder_co]):
    """A subscription that is woken by the recorder after each append."""

    def _start_listening(self) -> Callable[[], object]:
        return listen_to(self._recorder, self._has_been_notified)
