"""AES-GCM on whichever crypto package is installed; used by `cipher` and `cryptography` (K3-K9)."""

from __future__ import annotations

import base64
import binascii
import os
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Protocol

from eventsourcing.persistence import Cipher

if TYPE_CHECKING:
    from eventsourcing.utils import Environment

NONCE_SIZE = 12
TAG_SIZE = 16

_MISSING = (
    "AES encryption needs the package 'cryptography' (or 'pycryptodome'): "
    "install it with pip install 'eventsourcing[crypto]'"
)


class AuthenticationError(Exception):
    """The tag does not fit: the data were damaged, or encrypted with another key."""


class Sealer(Protocol):
    """Authenticated encryption with one key. Used by many threads at once."""

    @abstractmethod
    def seal(self, nonce: bytes, plaintext: bytes) -> tuple[bytes, bytes]:
        """Return the tag and the cipher text."""

    @abstractmethod
    def unseal(self, nonce: bytes, tag: bytes, ciphertext: bytes) -> bytes:
        """Return the plain text; `AuthenticationError` if the tag does not fit."""


class CryptographySealer:
    """AES-GCM of the package `cryptography`."""

    def __init__(self, key: bytes) -> None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._aes = AESGCM(key)
        self._invalid_tag = InvalidTag

    def seal(self, nonce: bytes, plaintext: bytes) -> tuple[bytes, bytes]:
        """Return the tag and the cipher text."""
        sealed = self._aes.encrypt(nonce, plaintext, None)
        return sealed[-TAG_SIZE:], sealed[:-TAG_SIZE]

    def unseal(self, nonce: bytes, tag: bytes, ciphertext: bytes) -> bytes:
        """Return the plain text; `AuthenticationError` if the tag does not fit."""
        try:
            return self._aes.decrypt(nonce, ciphertext + tag, None)
        except self._invalid_tag as error:
            raise AuthenticationError from error


class PycryptodomeSealer:
    """AES-GCM of the package `pycryptodome`."""

    def __init__(self, key: bytes) -> None:
        from Crypto.Cipher import AES

        self._aes = AES
        self._key = key

    def seal(self, nonce: bytes, plaintext: bytes) -> tuple[bytes, bytes]:
        """Return the tag and the cipher text."""
        # One object for each message: these are not thread-safe and good for one use.
        message = self._aes.new(self._key, self._aes.MODE_GCM, nonce=nonce, mac_len=TAG_SIZE)
        ciphertext, tag = message.encrypt_and_digest(plaintext)
        return tag, ciphertext

    def unseal(self, nonce: bytes, tag: bytes, ciphertext: bytes) -> bytes:
        """Return the plain text; `AuthenticationError` if the tag does not fit."""
        message = self._aes.new(self._key, self._aes.MODE_GCM, nonce=nonce, mac_len=TAG_SIZE)
        try:
            return message.decrypt_and_verify(ciphertext, tag)
        except ValueError as error:
            raise AuthenticationError from error


def make_sealer(key: bytes) -> Sealer:
    """Return a sealer on the crypto package that is installed; `ImportError` if none is."""
    for sealer_class in (CryptographySealer, PycryptodomeSealer):
        try:
            return sealer_class(key)
        except ImportError:
            continue
    raise ImportError(_MISSING)


class BaseAESCipher(Cipher):
    """Encrypts state with AES-GCM; a random nonce and the tag come before the cipher text.

    With random nonces, one key should encrypt no more than 2**32 messages (NIST SP 800-38D).
    """

    CIPHER_KEY: ClassVar[str] = "CIPHER_KEY"
    KEY_SIZES: ClassVar[tuple[int, ...]] = (16, 24, 32)

    @staticmethod
    def create_key(num_bytes: int) -> str:
        """Return a new random key of 16, 24 or 32 bytes, in base64 (a value for `CIPHER_KEY`)."""
        BaseAESCipher.check_key_size(num_bytes)
        return base64.b64encode(BaseAESCipher.random_bytes(num_bytes)).decode("ascii")

    @staticmethod
    def check_key_size(num_bytes: int) -> None:
        """Raise `ValueError` if AES has no keys of that size."""
        if num_bytes not in BaseAESCipher.KEY_SIZES:
            raise ValueError(f"Invalid key size: {num_bytes} not in {BaseAESCipher.KEY_SIZES}")

    @staticmethod
    def random_bytes(num_bytes: int) -> bytes:
        """Return bytes from the random source of the operating system."""
        return os.urandom(num_bytes)

    def __init__(self, environment: Environment) -> None:
        """Read the key from the environment variable `CIPHER_KEY`.

        Raises `OSError` if it is not set, `ValueError` if it is not the base64 of a key,
        `ImportError` if no crypto package is installed. The texts never tell the key.
        """
        text = environment.get(self.CIPHER_KEY)
        if not text:
            raise OSError(f"'{self.CIPHER_KEY}' not in env")
        self.key: bytes = _decode_key(text)
        self.check_key_size(len(self.key))
        self._sealer = make_sealer(self.key)

    def encrypt(self, plaintext: bytes) -> bytes:
        """Return nonce, tag and cipher text: 28 bytes more than the plain text."""
        nonce = os.urandom(NONCE_SIZE)
        tag, ciphertext = self._sealer.seal(nonce, plaintext)
        return nonce + tag + ciphertext

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Return the plain text; `ValueError` if it was damaged or the key is another one."""
        nonce = ciphertext[:NONCE_SIZE]
        if len(nonce) < NONCE_SIZE:
            raise ValueError("Damaged cipher text: invalid nonce length")
        tag = ciphertext[NONCE_SIZE : NONCE_SIZE + TAG_SIZE]
        if len(tag) < TAG_SIZE:
            raise ValueError("Damaged cipher text: invalid tag length")
        try:
            return self._sealer.unseal(nonce, tag, ciphertext[NONCE_SIZE + TAG_SIZE :])
        except AuthenticationError as error:
            raise ValueError(self._describe_wrong_tag()) from error

    @abstractmethod
    def _describe_wrong_tag(self) -> str:
        """Return the text of the error for data that do not fit their tag."""


def _decode_key(text: str) -> bytes:
    # Characters outside the alphabet are ignored. The errors of `encode()` would hold the key.
    try:
        return base64.b64decode(text.encode("ascii", "ignore"))
    except binascii.Error as error:
        raise ValueError(f"The cipher key is not valid base64: {error}") from None
