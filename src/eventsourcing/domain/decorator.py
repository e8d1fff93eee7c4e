"""The `@event` decorator and the descriptor that it makes of a method or property.

Nothing here knows aggregates: any class whose instances have `trigger_event()` may use it,
once somebody has wired its decorators to event classes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from itertools import count
from types import FunctionType, MethodType
from typing import Any, cast, overload

from eventsourcing.domain.commands import (
    BoundCommandMethodDecorator,
    Command,
    UnboundCommandMethodDecorator,
    refuse_underscore,
    trigger_on_first_argument,
)
from eventsourcing.domain.mixins import AbstractDecision, CanMutateAggregate
from eventsourcing.domain.protocols import TDecoratableType
from eventsourcing.domain.signatures import (
    CommandSignature,
    read_signature,
    refuse_unsupported_parameters,
)

EventSpecType = str | type[AbstractDecision]

# Public views of what the decorators know; the library itself reads the decorators.
all_func_decorators: list[CommandMethodDecorator] = []
decorated_func_callers: dict[CommandMethodDecorator, type[Any]] = {}

_GIVEN_MARK = "__es_given__"
_numbers = count()


class CommandMethodDecorator:
    """What `@event` makes of a function or property: a data descriptor that triggers an event."""

    __module__ = "eventsourcing.domain"

    def __init__(
        self,
        event_spec: EventSpecType | None,
        decorated_obj: Any,
        event_topic: str | None = None,
    ) -> None:
        """Take the name or class of the event, or nothing, and a function or property.

        Raises `TypeError` and `ValueError` when the decorated object, the event or both together
        cannot be used.
        """
        self.number: int = next(_numbers)  # so that those of one class can be put in order
        self.decorated_obj = decorated_obj
        self.event_topic = event_topic
        self.event_cls_name: str | None = None
        self.given_event_cls: type[Any] | None = None
        self.decorated_property: property | None = None
        self.is_property_setter: bool = False
        self.property_setter_arg_name: str | None = None
        self.is_name_inferred_from_method: bool = False
        self._command: Command | None = None
        self._is_called_on_instances = False

        if isinstance(decorated_obj, FunctionType):
            self.decorated_func: Callable[..., Any] = decorated_obj
        elif isinstance(decorated_obj, property):
            self._take_property(decorated_obj, event_spec)
        else:
            msg = f"{decorated_obj} is not a function or property"
            raise TypeError(msg)
        self.__module__ = self.decorated_func.__module__
        self.signature: CommandSignature = read_signature(self.decorated_func)
        _refuse_missing_receiver(self.decorated_func, self.signature)
        _refuse_deferred_body(self.decorated_func)
        self._take_event(event_spec)
        if self.is_property_setter:
            self.property_setter_arg_name = _read_setter_argument(self)
        else:
            all_func_decorators.append(self)

    def _take_property(self, decorated: property, event_spec: EventSpecType | None) -> None:
        name = cast("Any", decorated.fget).__name__ if decorated.fget else "?"
        if decorated.fset is None:
            msg = f"@event can't decorate {name}() property getter"
            raise TypeError(msg)
        if event_spec is None:
            msg = f"@event decorator on @{name}.setter requires event name or class"
            raise TypeError(msg)
        if not isinstance(decorated.fset, FunctionType):
            msg = f"@event can't decorate the setter of {name}: it is not a plain function"
            raise TypeError(msg)
        self.decorated_func = decorated.fset
        self.decorated_property = decorated
        self.is_property_setter = True

    def _take_event(self, event_spec: EventSpecType | None) -> None:
        func_name = self.decorated_func.__name__
        if isinstance(event_spec, str):
            if not event_spec:
                msg = "Can't use empty string as name of event class"
                raise ValueError(msg)
            self.event_cls_name = event_spec
        elif event_spec is not None:
            self.given_event_cls = _use_once(event_spec)
            return
        elif func_name != "__init__":
            self.event_cls_name = _infer_event_name(func_name)
            self.is_name_inferred_from_method = True
        refuse_unsupported_parameters(func_name, self.signature)

    @property
    def is_projection(self) -> bool:
        """Tell whether the function only applies events, as it is called `_`."""
        return self.decorated_func.__name__ == "_"

    @property
    def is_on_init(self) -> bool:
        """Tell whether the event is that which constructs an object."""
        return self.decorated_func.__name__ == "__init__"

    @property
    def __isabstractmethod__(self) -> bool:
        return bool(getattr(self.decorated_obj, "__isabstractmethod__", False))

    @property
    def is_wired(self) -> bool:
        """Tell whether calls trigger events already."""
        return self._command is not None

    def wire(
        self, event_class: type[Any], parameters_of_trigger: Collection[str] = ("event_class",)
    ) -> None:
        """Make calls trigger events of the given class; done when the owner is defined.

        The parameters are those of the owner's `trigger_event()` that come before the attributes.
        """
        self._command = Command(
            self.decorated_func, self.signature, event_class, parameters_of_trigger
        )
        self._is_called_on_instances = not (self.is_property_setter or self.is_projection)
        decorated_func_callers[self] = event_class

    def get_command(self) -> Command:
        """Return the command that triggers; raises `KeyError` when it is not wired."""
        command = self._command
        if command is None:
            event_class = decorated_func_callers.get(self)
            if event_class is None:
                name = self.decorated_func.__qualname__
                msg = f"Event class not registered for event decorator on {name}"
                raise KeyError(msg)
            self.wire(event_class)
            return self.get_command()
        return command

    def __call__(self, /, *args: Any, **kwargs: Any) -> None:
        """Trigger the event on the first argument, as a property does that has it as setter."""
        trigger_on_first_argument(self, args, kwargs)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is not None and self._is_called_on_instances:
            return BoundCommandMethodDecorator(self, instance)
        return self._read(instance, owner)

    def _read(self, instance: Any, owner: type | None) -> Any:
        func = self.decorated_func
        if self.decorated_property is not None:
            return self.decorated_property.__get__(instance, owner)
        if func.__name__ == "_":
            raise refuse_underscore()
        if func.__name__ == "__init__":
            return func if instance is None else MethodType(func, instance)
        if instance is not None:
            return BoundCommandMethodDecorator(self, instance)
        if "SPHINX_BUILD" in os.environ:
            return func
        return UnboundCommandMethodDecorator(self)

    def __set__(self, instance: Any, value: Any) -> None:
        if self.decorated_property is None:
            name = self.decorated_func.__name__
            msg = (
                f"Can't assign to {name!r} of {type(instance).__qualname__}: it is decorated with "
                f"@event; call it, or decorate a property setter"
            )
            raise TypeError(msg)
        self.get_command().trigger(instance, (value,), {})


def _infer_event_name(func_name: str) -> str:
    name = "".join(part.capitalize() for part in func_name.split("_"))
    if not name:
        msg = f"@event on {func_name}() requires event class: no name can be made from the method's"
        raise TypeError(msg)
    return name


def _use_once(event_class: type[Any]) -> type[Any]:
    if issubclass(event_class, CanMutateAggregate):
        if _GIVEN_MARK in vars(event_class):
            msg = f"{event_class.__name__} event class used in more than one decorator"
            raise TypeError(msg)
        setattr(event_class, _GIVEN_MARK, True)
    return event_class


def _refuse_missing_receiver(func: Callable[..., Any], signature: CommandSignature) -> None:
    if not signature.has_receiver:
        msg = (
            f"@event can't decorate {func.__qualname__}(): it has no parameter for the object "
            f"itself; write 'self' as the first one"
        )
        raise TypeError(msg)


def _refuse_deferred_body(func: Callable[..., Any]) -> None:
    if iscoroutinefunction(func) or isgeneratorfunction(func) or isasyncgenfunction(func):
        msg = (
            f"@event can't decorate {func.__qualname__}(): it is a coroutine function or "
            f"generator, and its body would never run; use a plain function"
        )
        raise TypeError(msg)


def _read_setter_argument(decorator: CommandMethodDecorator) -> str:
    signature = decorator.signature
    if len(signature.positional) != 1 or signature.keyword_only:
        msg = (
            f"@event can't decorate the setter {decorator.decorated_func.__qualname__}(): "
            f"it must have exactly one parameter for the value"
        )
        raise TypeError(msg)
    return signature.positional[0].name


@overload
def event(
    arg: TDecoratableType,
    /,
) -> TDecoratableType: ...


@overload
def event(
    arg: str | type[AbstractDecision] | None = None,
    /,
    *,
    topic: str | None = None,
) -> Callable[[TDecoratableType], TDecoratableType]: ...


def event(arg: Any = None, /, *, topic: str | None = None) -> Any:
    """Make a method or property setter trigger an event; its body then applies the event.

    The event is given by the name of a class to be defined from the signature, by an event class,
    or by nothing: then the name is made from the method's. `topic` is the topic of a class that is
    defined. A method called `_` only applies events.
    """
    if isinstance(arg, FunctionType | property):
        return CommandMethodDecorator(None, arg)
    if not (
        arg is None
        or isinstance(arg, str)
        or (isinstance(arg, type) and issubclass(arg, AbstractDecision))
    ):
        msg = f"{arg} is not a str, function, property, or subclass of CanMutateAggregate"
        raise TypeError(msg)

    def decorate(decorated_obj: Any) -> CommandMethodDecorator:
        return CommandMethodDecorator(arg, decorated_obj, topic)

    return decorate


triggers = event
