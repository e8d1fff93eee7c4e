"""What applications read from the environment."""

from __future__ import annotations

from collections.abc import Mapping

from eventsourcing.utils import Environment


def merge_env(
    name: str,
    class_env: Mapping[str, str],
    is_snapshotting_enabled: bool,
    process_env: Mapping[str, str],
    env: Mapping[str, str] | None,
) -> Environment:
    """Return a new environment of that name; later arguments win over earlier ones."""
    merged = Environment(name, class_env)
    if is_snapshotting_enabled:
        merged["IS_SNAPSHOTTING_ENABLED"] = "y"
    merged.update(process_env)
    if env is not None:
        merged.update(env)
    return merged


def parse_cache_maxsize(text: str | None) -> int | None:
    """Return the number, or `None` (no cache) for no or empty text; `ValueError` for other text."""
    return int(text) if text else None
