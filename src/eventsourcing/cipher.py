"""Encryption of the state of events with AES-GCM (the default of applications with a key)."""

from __future__ import annotations

from eventsourcing._aes import BaseAESCipher

__all__ = ["AESCipher"]


class AESCipher(BaseAESCipher):
    """AES-GCM cipher; reads what `eventsourcing.cryptography.AESCipher` wrote, and the reverse."""

    def _describe_wrong_tag(self) -> str:
        return "Cipher text is damaged: MAC check failed"
