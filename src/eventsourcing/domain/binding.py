"""Binding of call arguments to names, with Python's own error texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import Parameter
from typing import Any

from eventsourcing.domain.signatures import MISSING, CommandSignature


class CallBinder:
    """Binds the arguments of calls of one function, whose signature is read beforehand."""

    __slots__ = (
        "_defaults",
        "_factories",
        "_func_name",
        "_keyword_only",
        "_names",
        "_num_names",
        "_positional",
    )

    def __init__(
        self,
        func_name: str,
        signature: CommandSignature,
        *,
        first: tuple[str, ...] = (),
        factories: Mapping[str, Callable[[], Any]] | None = None,
    ) -> None:
        """Take the qualified name of the function, its signature, and what goes beyond it.

        `first` names required parameters before those of the signature; `factories` make the
        defaults of the parameters that they are given for.
        """
        self._func_name = func_name
        self._positional = first + tuple(
            p.name for p in signature.positional if p.name not in first
        )
        self._keyword_only = tuple(p.name for p in signature.keyword_only if p.name not in first)
        self._names = frozenset(self._positional + self._keyword_only)
        self._num_names = len(self._names)
        self._factories = dict(factories or {})
        self._defaults = _read_defaults(signature.parameters, {*first, *self._factories})

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return a value for every parameter, or raise `TypeError` as Python would."""
        positional = self._positional
        if not kwargs and len(args) == self._num_names == len(positional):
            return dict(zip(positional, args, strict=True))
        if not args and kwargs.keys() == self._names:
            return kwargs
        bound = {**self._defaults, **dict(zip(positional, args, strict=False)), **kwargs}
        for name, factory in self._factories.items():
            if name not in bound:
                bound[name] = factory()
        if (
            len(args) <= len(positional)
            and bound.keys() == self._names
            and (not args or not kwargs or kwargs.keys().isdisjoint(positional[: len(args)]))
        ):
            return bound
        raise TypeError(f"{self._func_name}() {self._explain(args, kwargs)}")

    def _explain(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        for name in kwargs:
            if name not in self._names:
                return f"got an unexpected keyword argument '{name}'"
        positional = self._positional
        if len(args) > len(positional):
            taken = len(positional) + 1
            plural = "" if taken == 1 else "s"
            return f"takes {taken} positional argument{plural} but {len(args) + 1} were given"
        optional = {*self._defaults, *self._factories}
        missing = [n for n in positional[len(args) :] if n not in kwargs and n not in optional]
        if missing:
            return _explain_missing("positional", missing)
        for name in positional[: len(args)]:
            if name in kwargs:
                return f"got multiple values for argument '{name}'"
        missing = [n for n in self._keyword_only if n not in kwargs and n not in optional]
        return _explain_missing("keyword-only", missing)


def _read_defaults(parameters: Iterable[Parameter], excluded: set[str]) -> dict[str, Any]:
    return {
        p.name: p.default for p in parameters if p.default is not MISSING and p.name not in excluded
    }


def _explain_missing(kind: str, names: list[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    plural = "" if len(names) == 1 else "s"
    if len(names) > 2:
        quoted = [", ".join(quoted[:-1]) + ",", quoted[-1]]
    return f"missing {len(names)} required {kind} argument{plural}: {' and '.join(quoted)}"
