"""The text of errors that dead letters keep: issue 5.3."""

from __future__ import annotations

from eventsourcing.projection.error_texts import describe_error


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def test_the_error_and_where_it_was_raised() -> None:
    """Issue 5.3: who lists dead letters sees what went wrong."""
    text, traceback = describe_error(raised(ValueError("wrong")))
    assert text == "ValueError: wrong"
    assert traceback.startswith("Traceback")
    assert "in raised" in traceback
    assert traceback.endswith("ValueError: wrong\n")


def test_causes_and_notes_are_told() -> None:
    """Issue 5.3"""
    try:
        try:
            raise KeyError("cause")
        except KeyError as cause:
            raise ValueError("effect") from cause
    except ValueError as error:
        error.add_note("a note")
        text, traceback = describe_error(error)
    assert text == "ValueError: effect\na note"
    assert "KeyError: 'cause'" in traceback


def test_texts_are_bounded() -> None:
    """Issue 5.3: a dead letter does not grow with what the error quotes."""
    text, traceback = describe_error(raised(ValueError("begin" + "\0" * 10_000_000 + "end")))
    assert len(text) <= 2_000
    assert len(traceback) <= 16_000
    assert text.startswith("ValueError: begin")
    assert text.endswith("end")
    assert "[…]" in text
    assert traceback.endswith("end\n")


def test_what_databases_do_not_store_is_escaped() -> None:
    """Issue 5.3: NUL (PostgreSQL), and halves of surrogate pairs (UTF-8)."""
    text, _ = describe_error(raised(ValueError("\0 \ud800 ü")))
    assert text == "ValueError: \\x00 \\ud800 ü"


def test_errors_that_cannot_be_printed() -> None:
    """Issue 5.3: an error about the error would help nobody."""

    class Broken(ValueError):
        def __str__(self) -> str:
            raise RuntimeError

    text, traceback = describe_error(raised(Broken()))
    assert "Broken" in text
    assert "Traceback" in traceback


def test_errors_that_refer_to_each_other() -> None:
    """Issue 5.3"""
    one, other = raised(ValueError("one")), raised(KeyError("other"))
    one.__cause__, other.__cause__ = other, one
    text, traceback = describe_error(one)
    assert text == "ValueError: one"
    assert "KeyError" in traceback
