"""Texts as both databases can store them, and the words of a search."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Hit:
    """A note that was found, with the part of its text that fits best; [words] are marked."""

    note_id: UUID
    title: str
    excerpt: str


def clean(text: str) -> str:
    """Replace what PostgreSQL cannot store; a projection must not fail for what users type."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")


def find_words(text: str) -> list[str]:
    """The words to search for. Nothing else is left, so none of it is read as an operator."""
    return re.findall(r"\w+", clean(text))
