"""Encryption of the state of events with AES-GCM (the same as `eventsourcing.cipher`)."""

from __future__ import annotations

from eventsourcing._aes import BaseAESCipher

__all__ = ["AESCipher"]


class AESCipher(BaseAESCipher):
    """AES-GCM cipher; reads what `eventsourcing.cipher.AESCipher` wrote, and the reverse.

    The key comes from the environment variable `CIPHER_KEY`; `create_key()` makes one. With its
    random nonces, one key should encrypt no more than 2**32 events (NIST SP 800-38D).
    """

    def _describe_wrong_tag(self) -> str:
        return "Invalid cipher tag"
