"""The two optional steps between serialised state and stored bytes: compression and encryption."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eventsourcing.utils import Environment


class Compressor(ABC):
    """Compresses state; any object or module with these two functions may serve."""

    @abstractmethod
    def compress(self, data: bytes) -> bytes:
        """Return the data compressed."""

    @abstractmethod
    def decompress(self, data: bytes) -> bytes:
        """Return what was compressed."""


class Cipher(ABC):
    """Encrypts state. Used by many threads at once."""

    @abstractmethod
    def __init__(self, environment: Environment) -> None:
        """Read the key from the environment."""

    @abstractmethod
    def encrypt(self, plaintext: bytes) -> bytes:
        """Return the plain text encrypted."""

    @abstractmethod
    def decrypt(self, ciphertext: bytes) -> bytes:
        """Return what was encrypted; `ValueError` if it was damaged or the key is another one."""
