"""The text of errors as it is stored in dead letters: of limited length, and always storable."""

from __future__ import annotations

import traceback

_LONGEST_ERROR = 2_000
_LONGEST_TRACEBACK = 16_000
_MOST_FRAMES = 50
_GAP = "\n[…]\n"


def describe_error(error: BaseException) -> tuple[str, str]:
    """Return the error in a line or a few, and with its traceback. Never raises."""
    try:
        text = "".join(traceback.format_exception_only(error)).strip()
    except Exception as another:
        text = f"{type(error).__qualname__} (not printable: {type(another).__qualname__})"
    try:
        whole = "".join(traceback.format_exception(error, limit=-_MOST_FRAMES))
    except Exception:
        whole = ""
    return _storable(text, _LONGEST_ERROR), _storable(whole, _LONGEST_TRACEBACK)


def _storable(text: str, longest: int) -> str:
    """Cut the middle out of a long text, and write what not every database stores as escapes."""
    return _shorten(_escape(_shorten(text, longest)), longest)


def _shorten(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    half = (longest - len(_GAP)) // 2
    return text[:half] + _GAP + text[-half:]


def _escape(text: str) -> str:
    return text.replace("\0", "\\x00").encode(errors="backslashreplace").decode()
