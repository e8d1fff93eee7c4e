"""Topics (names of classes in stored data), settings, truth words, retries."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from importlib import import_module
from threading import RLock
from time import sleep
from types import FunctionType, ModuleType
from typing import Any, ParamSpec, TypeVar, cast, overload

from eventsourcing._public import publish
from eventsourcing.errors import TopicError

__all__ = [
    "EnvType",
    "Environment",
    "SupportsTopic",
    "TopicError",
    "clear_topic_cache",
    "construct_topic",
    "get_method_name",
    "get_topic",
    "register_topic",
    "resolve_topic",
    "retry",
    "reversed_keys",
    "strtobool",
]

SupportsTopic = type | Callable[..., Any] | ModuleType
EnvType = Mapping[str, str]

P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K")
D = TypeVar("D")

# The registry of topics is process-wide by nature: it mirrors `sys.modules`.
_type_cache: dict[SupportsTopic, str] = {}
_topic_cache: dict[str, Any] = {}
_topic_cache_lock = RLock()

_UNBOUND = object()


# -- topics -----------------------------------------------------------------------------------


def get_topic(obj: SupportsTopic, /) -> str:
    """Return the topic of a class or function, and register it on the first call.

    Raises `TopicError` if the topic is registered for another object.
    """
    try:
        return _type_cache[obj]
    except KeyError:
        topic = construct_topic(obj)
        register_topic(topic, obj)
        _type_cache[obj] = topic
        return topic


def construct_topic(obj: SupportsTopic, /) -> str:
    """Return the topic of a class or function without registering it."""
    topic: str | None = getattr(obj, "TOPIC", None)
    return topic or f"{obj.__module__}:{cast('Any', obj).__qualname__}"


def register_topic(topic: str, obj: Any) -> None:
    """Bind a topic to an object, e.g. an old name to a renamed class, or to a moved module.

    Raises `TopicError` if the topic is bound to another object. Thread safe.
    """
    with _topic_cache_lock:
        bound = _topic_cache.get(topic, _UNBOUND)
        if bound is _UNBOUND:
            _topic_cache[topic] = obj
        elif bound is not obj and bound != obj:
            msg = (
                f"Refusing to cache {obj} (oid {id(obj)}): {bound} (oid {id(bound)}) "
                f"is already registered for topic '{topic}'"
            )
            raise TopicError(msg)


def resolve_topic(topic: str) -> Any:
    """Return the object that a topic locates, importing its module if necessary.

    Raises `TopicError` if the module cannot be imported or the attribute does not exist.
    """
    try:
        return _topic_cache[topic]
    except (KeyError, TypeError):  # TypeError: not hashable, so not a string either
        obj = _locate(topic)
    with _topic_cache_lock:
        return _topic_cache.setdefault(topic, obj)


def clear_topic_cache() -> None:
    """Forget which objects topics are bound to, also those given to `register_topic()`."""
    with _topic_cache_lock:
        _topic_cache.clear()


def _locate(topic: str) -> Any:
    module_name, _, attr_path = topic.partition(":")
    attr_names = attr_path.split(".") if attr_path else []
    try:
        # Registered outer classes come first, then registered modules, then the import system.
        for i in range(len(attr_names) - 1, 0, -1):
            bound = _bound_object(f"{module_name}:{'.'.join(attr_names[:i])}")
            if bound is not _UNBOUND:
                return _follow(bound, attr_names[i:])
        module = _bound_object(module_name)
        if module is _UNBOUND:
            module = import_module(_current_module_name(module_name))
        return _follow(module, attr_names)
    except (ImportError, AttributeError) as e:
        msg = f"Failed to resolve topic '{topic}': {e}"
        raise TopicError(msg) from e


def _bound_object(topic: str) -> Any:
    with _topic_cache_lock:
        return _topic_cache.get(topic, _UNBOUND)


def _current_module_name(module_name: str) -> str:
    parts = module_name.split(".")
    for i in range(len(parts) - 1, 0, -1):
        package = _bound_object(".".join(parts[:i]))
        if isinstance(package, ModuleType):
            return ".".join([package.__name__, *parts[i:]])
    return module_name


def _follow(obj: Any, attr_names: Iterable[str]) -> Any:
    for name in attr_names:
        obj = getattr(obj, name)
    return obj


# -- settings ---------------------------------------------------------------------------------


class Environment(dict[str, str]):
    """Settings, looked up first under the upper-cased name of their owner, then without it."""

    name: str

    def __init__(self, name: str = "", env: EnvType | None = None) -> None:
        super().__init__(env or {})
        self.name = name

    @overload
    def get(self, key: str, /, default: None = None) -> str | None: ...

    @overload
    def get(self, key: str, /, default: str) -> str: ...

    @overload
    def get(self, key: str, /, default: D) -> str | D: ...

    def get(self, key: str, /, default: Any = None) -> Any:
        """Return the value of `NAME_key`, else of `key`, else the default."""
        for candidate in self.create_keys(key):
            value = super().get(candidate)
            if value is not None:
                return value
        return default

    def create_keys(self, key: str) -> list[str]:
        """Return the keys under which a setting is looked up, in order."""
        if self.name:
            return [f"{self.name.upper()}_{key}", key]
        return [key]


_TRUE_WORDS = frozenset({"y", "yes", "t", "true", "on", "1"})
_FALSE_WORDS = frozenset({"n", "no", "f", "false", "off", "0"})


def strtobool(val: str) -> bool:
    """Parse a truth word: y, yes, t, true, on, 1 or n, no, f, false, off, 0 in any case.

    Raises `ValueError` for other strings and `TypeError` for anything that is not a string.
    """
    word = _checked_str(val).lower()
    if word in _TRUE_WORDS:
        return True
    if word in _FALSE_WORDS:
        return False
    msg = f"invalid truth value {word!r}"
    raise ValueError(msg)


def _checked_str(val: object) -> str:
    if not isinstance(val, str):
        msg = f"{val} is not a str"
        raise TypeError(msg)
    return val


# -- retry ------------------------------------------------------------------------------------


@overload
def retry(  # type: ignore[overload-overlap] # exception classes are callable too
    exc: type[Exception] | Sequence[type[Exception]] = Exception,
    max_attempts: int = 1,
    wait: float = 0,
    stall: float = 0,
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


@overload
def retry(exc: Callable[P, R], /) -> Callable[P, R]: ...


def retry(
    exc: Any = Exception,
    max_attempts: int = 1,
    wait: float = 0,
    stall: float = 0,
) -> Any:
    """Call the decorated function again when it raises one of the given exceptions.

    It is called at most `max_attempts` times, with about `wait` seconds (varied by at most 5 %)
    between the calls, and once `stall` seconds before the first. The last exception propagates.
    """
    if isinstance(exc, FunctionType):
        return retry()(exc)
    exc_types = _check_exception_classes(exc)
    _check_number("max_attempts", max_attempts, "an int", int)
    _check_number("wait", wait, "a float", (float, int))
    _check_number("stall", stall, "a float", (float, int))

    def decorate(func: Callable[P, R]) -> Callable[P, R]:
        @wraps(func)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            if stall:
                sleep(stall)
            for _ in range(max_attempts - 1):
                try:
                    return func(*args, **kwargs)
                except exc_types:
                    if wait:
                        sleep(wait * random.uniform(0.95, 1.05))  # noqa: S311 - only jitter
            return func(*args, **kwargs)

        return wrapper

    return decorate


def _check_exception_classes(exc: Any) -> tuple[type[Exception], ...]:
    exc_types = tuple(exc) if isinstance(exc, (tuple, list)) else (exc,)
    for exc_type in exc_types:
        if not (isinstance(exc_type, type) and issubclass(exc_type, Exception)):
            msg = f"not an exception class: {exc_type}"
            raise TypeError(msg)
    return exc_types


def _check_number(name: str, value: Any, what: str, types: type | tuple[type, ...]) -> None:
    if not isinstance(value, types):
        msg = f"'{name}' must be {what}: {value}"
        raise TypeError(msg)


# -- others -----------------------------------------------------------------------------------


def reversed_keys(d: dict[K, Any]) -> Iterator[K]:
    """Iterate over the keys of a dict in reverse insertion order."""
    return reversed(d)


def get_method_name(method: Callable[..., Any]) -> str:
    """Return the qualified name of a function or method."""
    return method.__qualname__


publish(__name__, __all__)
