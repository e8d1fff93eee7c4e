"""The interfaces of compressors and ciphers: contract K1, K2."""

from __future__ import annotations

from typing import Any

import pytest

from eventsourcing.persistence import Cipher, Compressor
from eventsourcing.utils import Environment


@pytest.mark.parametrize(
    ("base", "names"),
    [(Compressor, {"compress", "decompress"}), (Cipher, {"__init__", "encrypt", "decrypt"})],
)
def test_interfaces_are_abstract(base: Any, names: set[str]) -> None:
    """K1, K2: exactly these are to be implemented."""
    assert base.__abstractmethods__ == names


def test_a_compressor_needs_two_functions_only() -> None:
    """K1: a subclass with the two functions can be made without arguments."""

    class Reverser(Compressor):
        def compress(self, data: bytes) -> bytes:
            return data[::-1]

        def decompress(self, data: bytes) -> bytes:
            return data[::-1]

    assert Reverser().decompress(Reverser().compress(b"abc")) == b"abc"


def test_a_cipher_is_made_with_the_environment() -> None:
    """K2: the only argument of the constructor."""

    class Adder(Cipher):
        def __init__(self, environment: Environment) -> None:
            self.number = int(environment.get("NUMBER", "0") or 0)

        def encrypt(self, plaintext: bytes) -> bytes:
            return bytes((byte + self.number) % 256 for byte in plaintext)

        def decrypt(self, ciphertext: bytes) -> bytes:
            return bytes((byte - self.number) % 256 for byte in ciphertext)

    cipher = Adder(Environment(env={"NUMBER": "7"}))
    assert cipher.decrypt(cipher.encrypt(b"abc")) == b"abc" != cipher.encrypt(b"abc")
