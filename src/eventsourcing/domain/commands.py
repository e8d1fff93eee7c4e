"""What a decorated method looks like on an instance and on a class, and how it triggers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from eventsourcing.domain.binding import CallBinder
from eventsourcing.domain.signatures import CommandSignature, read_constructor_names
from eventsourcing.errors import ProgrammingError

if TYPE_CHECKING:
    from eventsourcing.domain.decorator import CommandMethodDecorator


class Command:
    """A decorated function wired to an event class: binds the arguments and triggers the event."""

    __slots__ = ("_bind", "_collides", "_dropped", "event_class")

    def __init__(
        self,
        func: Callable[..., Any],
        signature: CommandSignature,
        event_class: type,
        parameters_of_trigger: Collection[str],
    ) -> None:
        self.event_class: type[Any] = event_class
        self._bind = CallBinder(func.__qualname__, signature).bind
        self._dropped = tuple(set(signature.names) - read_constructor_names(event_class))
        self._collides = not set(parameters_of_trigger).isdisjoint(signature.names)

    def trigger(self, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Trigger the event on the object, with the arguments as attributes."""
        attributes = self._bind(args, kwargs)
        for name in self._dropped:
            del attributes[name]
        if self._collides:
            # `trigger_event()` has a parameter of one of these names itself.
            obj._trigger_event(self.event_class, attributes)
        else:
            obj.trigger_event(self.event_class, **attributes)


class _Documentation:
    """Gives the docstring of the function on instances, and the class's own on the class."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __get__(self, obj: Any, owner: type | None = None) -> str | None:
        if obj is None:
            return self._text
        doc: str | None = obj.event_decorator.decorated_obj.__doc__
        return doc


class _CommandMethod:
    """Common base: shows the attributes of the decorated function as its own."""

    __module__ = "eventsourcing.domain"

    def __init__(self, event_decorator: CommandMethodDecorator) -> None:
        self.event_decorator: CommandMethodDecorator = event_decorator
        self.__module__ = event_decorator.__module__

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Only reached by names that the wrapper does not have, such as `__qualname__`.
            if name == "event_decorator":
                raise AttributeError(name)
            return getattr(self.event_decorator.decorated_func, name)


class BoundCommandMethodDecorator(_CommandMethod):
    """What a decorated method looks like on an instance: calling it triggers the event."""

    __module__ = "eventsourcing.domain"
    if not TYPE_CHECKING:
        __doc__ = _Documentation(__doc__)

    def __init__(self, event_decorator: CommandMethodDecorator, obj: Any) -> None:
        self.event_decorator: CommandMethodDecorator = event_decorator
        self.obj: Any = obj
        # An instance attribute, as a class has no other way to show another module.
        self.__module__ = event_decorator.__module__

    def __call__(self, /, *args: Any, **kwargs: Any) -> None:
        """Trigger the event; see `trigger()`."""
        self.event_decorator.get_command().trigger(self.obj, args, kwargs)

    def trigger(self, /, *args: Any, **kwargs: Any) -> None:
        """Bind the arguments to the method's signature, and trigger the event with them."""
        self.event_decorator.get_command().trigger(self.obj, args, kwargs)

    @property
    def __signature__(self) -> inspect.Signature:
        signature = inspect.signature(self.event_decorator.decorated_func)
        return signature.replace(parameters=list(signature.parameters.values())[1:])


class UnboundCommandMethodDecorator(_CommandMethod):
    """What a decorated method looks like on the class: `Cls.method(obj, ...)` triggers."""

    __module__ = "eventsourcing.domain"
    if not TYPE_CHECKING:
        __doc__ = _Documentation(__doc__)

    def __call__(self, /, *args: Any, **kwargs: Any) -> None:
        """Trigger the event on the first argument."""
        trigger_on_first_argument(self.event_decorator, args, kwargs)

    @property
    def __signature__(self) -> inspect.Signature:
        return inspect.signature(self.event_decorator.decorated_func)


def trigger_on_first_argument(
    event_decorator: CommandMethodDecorator, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """Trigger the event of a decorated method on the aggregate that is the first argument."""
    if not args or not hasattr(type(args[0]), "trigger_event"):
        msg = "Expected aggregate as first argument"
        raise TypeError(msg)
    event_decorator.get_command().trigger(args[0], args[1:], kwargs)


def refuse_underscore() -> ProgrammingError:
    """Return the error of reading a method called `_`."""
    return ProgrammingError("Underscore 'non-command' methods cannot be used to trigger events.")
