"""Checks of what users hand over: a mistake is told at once, and says what was expected."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import singledispatchmethod
from inspect import iscoroutinefunction
from typing import Any, get_origin


def check_projection_class(projection_class: Any, base: type[Any], *others: type[Any]) -> None:
    """Raise `TypeError` for what is no class of projections, or one of the other kinds.

    Classes that do not derive from the base, but have what it takes, will do.
    """
    origin = get_origin(projection_class) or projection_class
    is_class = isinstance(origin, type)
    if is_class and hasattr(origin, "process_event") and not issubclass(origin, others):
        return
    hint = ""
    if is_class and issubclass(origin, others):
        other = next(each for each in others if issubclass(origin, each))
        hint = f". What is derived from {other.__name__} is run by {other.__name__}Runner"
    raise TypeError(
        f"projection_class is {projection_class!r}: expected a subclass of {base.__name__}{hint}"
    )


def check_view_class(view_class: Any) -> None:
    """Raise `TypeError` if there is none: the engine's own recorder is no view."""
    if view_class is None:
        raise TypeError(
            "view_class is None: expected the class of the view, which derives from the tracking "
            "recorder of an engine"
        )


def check_app(app: Any, expected: type[Any], recorder_class: type[Any]) -> None:
    """Raise `TypeError` for what has no such recorder, as applications of that kind have."""
    if not isinstance(getattr(app, "recorder", None), recorder_class):
        raise TypeError(
            f"app is {app!r}: expected an object of {expected.__name__} or a subclass of it"
        )


def check_position(name: str, position: Any) -> None:
    """Raise `TypeError` for what is no position of an event, `None` being before the first."""
    if not (position is None or isinstance(position, int)):
        raise TypeError(f"{name} is {position!r}: expected the ID of a notification, or None")


def check_topics(owner: str, topics: Any) -> None:
    """Raise `TypeError` for topics that are not a sequence of texts: no event would have them."""
    if isinstance(topics, str):
        raise TypeError(f"{owner} is {topics!r}: expected a sequence of topics, [{topics!r}]")
    if not isinstance(topics, Collection):
        raise TypeError(f"{owner} is {topics!r}: expected a sequence of topics")
    for topic in topics:
        if isinstance(topic, type):
            raise TypeError(
                f"{owner} has {topic!r}: expected the topic of that class, "
                f"get_topic({topic.__qualname__})"
            )
        if not isinstance(topic, str):
            raise TypeError(f"{owner} has {topic!r}: expected topics, which are texts")


def check_on_progress(on_progress: Any) -> None:
    """Raise `TypeError` for what cannot be called, or would have to be awaited."""
    if not (on_progress is None or callable(on_progress)) or iscoroutinefunction(on_progress):
        raise TypeError(f"on_progress is {on_progress!r}: expected a plain function of the status")


def check_whole_number(name: str, value: Any) -> None:
    """Raise `TypeError` for what is no whole number."""
    if not isinstance(value, int):
        raise TypeError(f"{name} is {value!r}: expected a whole number")


def find_coroutine_function(cls: type[Any], name: str) -> Any:
    """Return the method of that name, or one of its handlers, if it is to be awaited."""
    declared = next((vars(each)[name] for each in cls.__mro__ if name in vars(each)), None)
    return next((each for each in _handlers(declared) if iscoroutinefunction(each)), None)


def _handlers(declared: Any) -> Iterator[Any]:
    if isinstance(declared, singledispatchmethod):
        yield declared.func
        yield from declared.dispatcher.registry.values()
        yield from getattr(declared, "deferred_registrations", ())
    else:
        yield declared
