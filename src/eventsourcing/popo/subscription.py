"""Subscriptions to the in-memory recorders."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from eventsourcing.persistence import ListenNotifySubscription
from eventsourcing.popo.recorders import POPOApplicationRecorder


class POPOSubscription(ListenNotifySubscription[POPOApplicationRecorder]):
    """A subscription that is woken by the recorder after each insert."""

    def _start_listening(self) -> Callable[[], object]:
        self._recorder.listen(self._has_been_notified)
        return partial(self._recorder.unlisten, self._has_been_notified)
