"""Encryption of the state of events with AES-GCM (the same as `eventsourcing.cipher`)."""

from __future__ import annotations

from eventsourcing._aes import BaseAESCipher

__all__ = ["AESCipher"]


class AESCipher(BaseAESCipher):
    """AES-GCM cipher; reads what `eventsourcing.cipher.AESCipher` wrote, and the reverse."""

    def _describe_wrong_tag(self) -> str:
        return "Invalid cipher tag"
