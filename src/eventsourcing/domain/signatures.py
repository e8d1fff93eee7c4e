"""Signatures of commands and of event classes, read once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter
from typing import Any

MISSING: Any = Parameter.empty


@dataclass(frozen=True)
class CommandSignature:
    """What can be passed to a function after its receiver."""

    positional: tuple[Parameter, ...] = ()
    keyword_only: tuple[Parameter, ...] = ()
    positional_only: tuple[str, ...] = ()
    var_positional: str | None = None
    var_keyword: str | None = None
    has_receiver: bool = True

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters that can be passed by keyword, in order."""
        return self.positional + self.keyword_only

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters that can be passed by keyword, in order."""
        return tuple(p.name for p in self.parameters)

    def __str__(self) -> str:
        return f"({', '.join(self.names)})"


def read_signature(func: Callable[..., Any]) -> CommandSignature:
    """Read the signature of a function; its first parameter is the receiver, whatever its name."""
    if func is object.__init__:
        return CommandSignature()
    parameters = list(inspect.signature(func).parameters.values())
    receivers = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    takes_any = bool(parameters) and parameters[0].kind is Parameter.VAR_POSITIONAL
    has_named_receiver = bool(parameters) and parameters[0].kind in receivers
    if has_named_receiver:
        del parameters[0]
    by_kind: dict[Any, list[Parameter]] = {}
    for parameter in parameters:
        by_kind.setdefault(parameter.kind, []).append(parameter)
    var_positional = by_kind.get(Parameter.VAR_POSITIONAL)
    var_keyword = by_kind.get(Parameter.VAR_KEYWORD)
    return CommandSignature(
        positional=tuple(by_kind.get(Parameter.POSITIONAL_OR_KEYWORD, ())),
        keyword_only=tuple(by_kind.get(Parameter.KEYWORD_ONLY, ())),
        positional_only=tuple(p.name for p in by_kind.get(Parameter.POSITIONAL_ONLY, ())),
        var_positional=var_positional[0].name if var_positional else None,
        var_keyword=var_keyword[0].name if var_keyword else None,
        has_receiver=has_named_receiver or takes_any,
    )


def read_keyword_names(func: Callable[..., Any]) -> frozenset[str]:
    """Return the names that can be passed by keyword to a callable without receiver."""
    return frozenset(
        p.name
        for p in inspect.signature(func).parameters.values()
        if p.kind in {Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY}
    )


def read_constructor_names(event_class: type) -> frozenset[str]:
    """Return the names that the constructor of an event class takes."""
    struct_fields: tuple[str, ...] | None = getattr(event_class, "__struct_fields__", None)
    if struct_fields is not None:
        # The signature of a msgspec struct fails on annotations that cannot be evaluated yet.
        return frozenset(struct_fields)
    return read_keyword_names(event_class) - {"self"}


def refuse_unsupported_parameters(func_name: str, signature: CommandSignature) -> None:
    """Raise `TypeError` for parameters of which an event class cannot have a field."""
    if signature.var_positional is not None:
        msg = f"*{signature.var_positional} not supported by decorator on {func_name}()"
        raise TypeError(msg)
    if signature.var_keyword is not None:
        msg = f"**{signature.var_keyword} not supported by decorator on {func_name}()"
        raise TypeError(msg)
    if signature.positional_only:
        names = ", ".join(signature.positional_only)
        msg = (
            f"positional only args arg not supported by @event decorator on {func_name}(): {names}"
        )
        raise TypeError(msg)


def filter_kwargs_for_method_params(
    kwargs: dict[str, Any], method: Callable[..., Any]
) -> dict[str, Any]:
    """Return those of the keyword arguments that the signature of the method names."""
    names = inspect.signature(method).parameters
    return {name: value for name, value in kwargs.items() if name in names}
