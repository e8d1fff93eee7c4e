"""What `aggregate_id in repository` does for threads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any


class Membership(ABC):
    """Base of the repository: offers the operator `in`."""

    @abstractmethod
    def contains(self, aggregate_id: Any) -> bool:
        """Say whether there is an aggregate with the ID."""

    def __contains__(self, item: Any) -> bool:
        return self.contains(item)
