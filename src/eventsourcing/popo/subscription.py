"""Subscriptions to the in-memory recorders."""

from __future__ import annotations

from collections.abc import Callable

from eventsourcing.persistence import ListenNotifySubscription
from eventsourcing.persistence.listening import listen_to
from eventsourcing.popo.recorders import POPOApplicationRecorder


class POPOSubscription(ListenNotifySubscription[POPOApplicationRecorder]):
    """A subscription that is woken by the recorder after each insert."""

    def _start_listening(self) -> Callable[[], object]:
        return listen_to(self._recorder, self._has_been_notified)
