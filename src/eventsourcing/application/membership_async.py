# Hand-written pair: the operator `in` cannot wait.
"""What `aggregate_id in repository` does for asyncio: say what to write instead."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NoReturn


class AsyncMembership(ABC):
    """Base of the repository: refuses the operator `in`."""

    @abstractmethod
    async def contains(self, aggregate_id: Any) -> bool:
        """Say whether there is an aggregate with the ID."""

    def __contains__(self, item: object) -> NoReturn:
        raise TypeError(f"The operator 'in' cannot wait: use 'await repository.contains({item!r})'")
