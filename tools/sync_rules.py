"""The rules that turn an async module into its sync twin: pure functions, used by async_to_sync.

In code, tokens decide: `async` and `await` go, identifiers are renamed, annotations lose their
awaitables. In strings and comments, identifiers are renamed too, and the keywords go only where
they are plainly code: in doctest lines, in backticks, before `def`, `with` and `for`, and `await`
before a call. Prose stays as it is.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

SPECIAL_NAMES = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "aclose": "close",
    "aclosing": "closing",
    "aiter": "iter",
    "anext": "next",
    "asend": "send",
    "athrow": "throw",
    "asynccontextmanager": "contextmanager",
    "enter_async_context": "enter_context",
    "push_async_callback": "callback",
    "push_async_exit": "push",
}

UNSUPPORTED_NAMES = {
    "asyncio": "a shell uses eventsourcing._concurrency.primitives_async instead of asyncio",
    "anyio": "a shell uses eventsourcing._concurrency.primitives_async instead of anyio",
    "pytest_asyncio": "write pytest.fixture (pytest-asyncio runs in auto mode)",
    "__await__": "an awaitable object has no sync meaning; write a coroutine method",
    "isawaitable": "a shell cannot ask whether something is awaitable; await it or do not",
    "iscoroutine": "a shell cannot ask for coroutines; await it or do not",
    "iscoroutinefunction": "a shell cannot ask for coroutine functions; await it or do not",
}

_WORD = re.compile(r"[A-Za-z_]\w*")
_INFIX = re.compile(r"Async(?=[A-Z])")
_UNWRAPPED = {"Awaitable": 1, "Coroutine": 3}  # name -> number of type arguments; the last is kept
_GENERIC_IN_STRING = re.compile(r"\b(Awaitable|Coroutine|AsyncGenerator)\[")
_KEYWORD = re.compile(r"\b(?:async|await)[ \t]+(?=[\w(\[{'\"])")
_PLAIN_CODE = re.compile(
    r"\basync[ \t]+(?=(?:def|with|for)\b)|\bawait[ \t]+(?=[A-Za-z_][\w.]*[(\[])"
)
_DOCTEST_LINE = re.compile(r"^[ \t]*(?:>>>|\.\.\.)[ \t].*$", re.MULTILINE)
_BACKTICKS = re.compile(r"`[^`\n]+`")
_REPLACEMENT_FIELD = re.compile(r"(?<!\{)\{(?!\{)[^{}]*")
_LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT}


class UnsupportedConstruct(Exception):
    """Something in an async module that has no sync twin: the line, and what to do instead."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class Edit(NamedTuple):
    """Replace the characters from `start` to `end` of the source."""

    start: int
    end: int
    text: str


class Token(NamedTuple):
    """A token with its offsets in the source; an f-string is one token on every Python version."""

    type: int
    text: str
    start: int
    end: int
    line: int


def to_sync(source: str) -> str:
    """Return the sync twin of `source`, not yet formatted.

    Raises UnsupportedConstruct for what has no twin, SyntaxError for what is not Python.
    """
    check_supported(ast.parse(source))
    tokens = read_tokens(source)
    edits = [*_token_edits(tokens), *_annotation_edits(tokens), *_parenthesis_edits(tokens)]
    result = _apply(source, edits)
    compile(result, "<sync twin>", "exec", dont_inherit=True)
    return result


def map_name(name: str) -> str:
    """Return the sync name for an identifier or a part of a dotted module name."""
    if name in SPECIAL_NAMES:
        return SPECIAL_NAMES[name]
    name = _INFIX.sub("", name)
    return name.removesuffix("_async") + "_sync" if name.endswith("_async") else name


def map_text(text: str, *, is_fstring: bool = False) -> str:
    """Return the text of a string literal or a comment with the rules applied where it is code."""
    text = _DOCTEST_LINE.sub(_without_keywords, text)
    text = _BACKTICKS.sub(_without_keywords, text)
    text = _PLAIN_CODE.sub("", text)
    if is_fstring:
        text = _REPLACEMENT_FIELD.sub(_without_keywords, text)
    return _WORD.sub(lambda match: map_name(match[0]), text)


def _without_keywords(match: re.Match[str]) -> str:
    return _KEYWORD.sub("", match[0])


def read_tokens(source: str) -> list[Token]:
    """Return the tokens of `source`, each f-string joined to one."""
    starts = [0]  # not splitlines(), which also splits at form feeds and other separators
    starts += [match.end() for match in re.finditer(r"\n|\Z", source)]
    fstring_start = getattr(tokenize, "FSTRING_START", None)  # Python 3.12 and later
    fstring_end = getattr(tokenize, "FSTRING_END", None)
    tokens: list[Token] = []
    open_fstrings: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        start = min(starts[min(token.start[0], len(starts)) - 1] + token.start[1], len(source))
        end = min(starts[min(token.end[0], len(starts)) - 1] + token.end[1], len(source))
        if token.type == fstring_start:
            open_fstrings.append(start)
        elif token.type == fstring_end:
            start = open_fstrings.pop()
            if not open_fstrings:
                text = source[start:end]
                tokens.append(Token(tokenize.STRING, text, start, end, token.start[0]))
        elif not open_fstrings:
            tokens.append(Token(token.type, token.string, start, end, token.start[0]))
    return tokens


def _token_edits(tokens: list[Token]) -> Iterator[Edit]:
    """Yield the edits that need no more context than the next token."""
    for index, token in enumerate(tokens):
        if token.type == tokenize.NAME and token.text in ("async", "await"):
            yield Edit(token.start, tokens[index + 1].start, "")
        elif token.type == tokenize.NAME:
            yield Edit(token.start, token.end, map_name(token.text))
        elif token.type == tokenize.STRING:
            prefix = token.text[: re.search("['\"]", token.text).start()]  # type: ignore[union-attr]
            text = map_text(token.text, is_fstring="f" in prefix.lower())
            yield Edit(token.start, token.end, text)
        elif token.type == tokenize.COMMENT:
            yield Edit(token.start, token.end, map_text(token.text))


def _annotation_edits(tokens: list[Token]) -> Iterator[Edit]:
    """Yield the edits for `Awaitable[X]`, `Coroutine[Any, Any, X]` and `AsyncGenerator[A, B]`.

    The imports of the names that are not used any more are left for the linter to remove.
    """
    in_import = False
    for index, token in enumerate(tokens):
        if token.type == tokenize.NEWLINE or token.text == ";":
            in_import = False
        elif token.text in ("import", "from"):
            in_import |= (
                not index or tokens[index - 1].type in _LAYOUT or tokens[index - 1].text == ";"
            )
        is_name = token.type == tokenize.NAME and not in_import
        if is_name and token.text == "AsyncGenerator" and tokens[index + 1].text == "[":
            close = _closing(tokens, index + 1)
            if len(_arguments(tokens, index + 1, close)) == 2:
                yield Edit(tokens[close].start, tokens[close].start, ", None")
        elif is_name and token.text in _UNWRAPPED:
            yield from _unwrap(tokens, index)


def _unwrap(tokens: list[Token], index: int) -> Iterator[Edit]:
    """Yield the edits that leave only the last type argument of the generic at `index`."""
    token = tokens[index]
    expected = _UNWRAPPED[token.text]
    if tokens[index + 1].text != "[":
        raise UnsupportedConstruct(
            token.line, f"{token.text} is only supported in annotations, with type arguments"
        )
    close = _closing(tokens, index + 1)
    arguments = _arguments(tokens, index + 1, close)
    if len(arguments) != expected:
        raise UnsupportedConstruct(
            token.line, f"{token.text} takes {expected} type argument(s), not {len(arguments)}"
        )
    first = index
    while tokens[first - 1].text == "." and tokens[first - 2].type == tokenize.NAME:
        first -= 2
    kept_first, kept_last = arguments[-1]
    yield Edit(tokens[first].start, tokens[kept_first].start, "")
    yield Edit(tokens[kept_last].end, tokens[close].end, "")


def _parenthesis_edits(tokens: list[Token]) -> Iterator[Edit]:
    """Yield the edits that turn `(await a.b(c)).d` into `a.b(c).d`."""
    for index, token in enumerate(tokens[:-2]):
        if token.text != "(" or tokens[index + 1].text != "await":
            continue
        before = tokens[index - 1] if index else token
        if before.text in (")", "]", "}") or _is_callee(before):
            continue
        close = _closing(tokens, index)
        if tokens[close + 1].text in (".", "[") and _is_primary(tokens, index + 2, close):
            yield Edit(token.start, token.end, "")
            yield Edit(tokens[close].start, tokens[close].end, "")


def _is_callee(token: Token) -> bool:
    keywords = {"return", "yield", "in", "not", "and", "or", "if", "else", "is", "await", "from"}
    keywords |= {"assert", "raise", "lambda", "for", "while", "with", "elif", "del"}
    return token.type in (tokenize.NAME, tokenize.STRING) and token.text not in keywords


def _is_primary(tokens: list[Token], first: int, close: int) -> bool:
    """Return whether the tokens are one name with attributes, calls and subscripts, on one line."""
    if tokens[first].type != tokenize.NAME:
        return False
    index = first + 1
    while index < close:
        if tokens[index].text == "." and tokens[index + 1].type == tokenize.NAME:
            index += 2
        elif tokens[index].text in ("(", "["):
            index = _closing(tokens, index) + 1
        else:
            return False
    return index == close


def _closing(tokens: list[Token], opening: int) -> int:
    """Return the index of the bracket that closes the one at `opening`."""
    depth = 0
    for index in range(opening, len(tokens)):
        if tokens[index].type != tokenize.OP:
            continue
        if tokens[index].text in ("(", "[", "{"):
            depth += 1
        elif tokens[index].text in (")", "]", "}"):
            depth -= 1
            if not depth:
                return index
    raise UnsupportedConstruct(tokens[opening].line, "bracket is never closed")


def _arguments(tokens: list[Token], opening: int, close: int) -> list[tuple[int, int]]:
    """Return the first and last token index of each type argument between two brackets."""
    arguments: list[tuple[int, int]] = []
    inside: list[int] = []
    index = opening + 1
    while index <= close:
        token = tokens[index]
        if index == close or token.text == ",":
            if inside:
                arguments.append((inside[0], inside[-1]))
            inside = []
        elif token.text in ("(", "[", "{"):
            inside.append(index)
            index = _closing(tokens, index)
            inside.append(index)
        elif token.type not in _LAYOUT:
            inside.append(index)
        index += 1
    return arguments


def _apply(source: str, edits: list[Edit]) -> str:
    """Apply the edits; one that lies inside a removed span goes with it."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, -edit.end, edit.text)):
        if edit.start < position:
            continue
        parts.append(source[position : edit.start])
        parts.append(edit.text)
        position = edit.end
    parts.append(source[position:])
    return "".join(parts)


def check_supported(tree: ast.Module) -> None:
    """Raise UnsupportedConstruct for the first thing in the module that has no sync twin."""
    docstrings = {id(node) for node in _docstrings(tree)}
    for node in ast.walk(tree):
        for name in _names(node):
            if name in UNSUPPORTED_NAMES:
                line = getattr(node, "lineno", 1)
                raise UnsupportedConstruct(line, f"{name}: {UNSUPPORTED_NAMES[name]}")
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and _GENERIC_IN_STRING.search(node.value)
        ):
            raise UnsupportedConstruct(
                node.lineno, f"{node.value!r}: write this annotation without quotes"
            )
        if isinstance(node, ast.Module | ast.ClassDef):
            _check_collisions(node)


def _docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _names(node: ast.AST) -> list[str]:
    """Return the names that a node states."""
    if isinstance(node, ast.Import):
        return [part for alias in node.names for part in alias.name.split(".")]
    if isinstance(node, ast.ImportFrom):
        names = [alias.name for alias in node.names]
        return [*(node.module or "").split("."), *names]
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    return []


def _check_collisions(scope: ast.Module | ast.ClassDef) -> None:
    """Raise when two things that have different names here would have the same name in the twin."""
    seen: dict[str, str] = {}
    for node in scope.body:
        if isinstance(node, ast.ImportFrom):
            seen.update((map_name(a.asname or a.name), a.asname or a.name) for a in node.names)
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        other = seen.setdefault(map_name(node.name), node.name)
        if other != node.name:
            raise UnsupportedConstruct(
                node.lineno, f"{node.name} and {other} would both be {map_name(node.name)}"
            )
