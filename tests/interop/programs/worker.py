"""Does what it is told, one line of JSON each way: a request on stdin, its outcome on stdout."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

os.environ.setdefault("TZINFO_TOPIC", "clock:ZONE")

import clock
from wire import packed, unpacked

from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.utils import Environment

MODEL = import_module(os.environ.get("INTEROP_MODEL", "interop_model"))
FACTORY = getattr(MODEL, "FACTORY", InfrastructureFactory)
LOOP = asyncio.new_event_loop()

things: dict[str, Any] = {}
closers: list[Callable[[], Any]] = []


def settled(value: Any) -> Any:
    """The value, or what comes of it if it is awaitable."""

    async def awaited() -> Any:
        return await value

    return LOOP.run_until_complete(awaited()) if inspect.isawaitable(value) else value


def start(handle: str, application: str, env: dict[str, str], name: str | None = None) -> None:
    """Construct an application, under a name of its own if one is given."""
    cls: Any = MODEL.APPLICATIONS[application]
    if name is not None:
        cls = type(cls.__name__, (cls,), {"name": name})
    things[handle] = cls(env)
    closers.append(things[handle].close)


def recorder(handle: str, kind: str, env: dict[str, str], name: str = "", **kwargs: Any) -> None:
    """Construct a recorder with a factory of its own."""
    factory: Any = FACTORY.construct(Environment(name, env))
    closers.append(factory.close)
    things[handle] = getattr(factory, f"{kind}_recorder")(**kwargs)


def dcb(handle: str, env: dict[str, str], name: str = "") -> None:
    """Construct a recorder of dynamic consistency boundaries."""
    from dcb_store import Store

    things[handle] = Store(env, name)
    closers.append(things[handle].close)


def call(handle: str, path: str, *args: Any, **kwargs: Any) -> Any:
    """Call what `path` names, such as `recorder.select_events`, or tell its value."""
    target = things[handle]
    for name in path.split("."):
        target = getattr(target, name)
    return settled(target(*args, **kwargs)) if callable(target) else target


def reset() -> None:
    """Close everything, and set the clock back."""
    things.clear()
    while closers:
        settled(closers.pop()())
    clock.ZONE.restart()


def outcome(request: dict[str, Any]) -> dict[str, Any]:
    """What the request gives, or how it fails."""
    operation = OPERATIONS[request["operation"]]
    try:
        result = operation(*unpacked(request["args"]), **unpacked({"dict": request["kwargs"]}))
        return {"result": packed(result)}
    except Exception as error:
        kinds = [cls.__name__ for cls in type(error).__mro__]
        return {"error": {"kinds": kinds, "text": str(error)}}


OPERATIONS: dict[str, Callable[..., Any]] = {
    "start": start,
    "recorder": recorder,
    "dcb": dcb,
    "call": call,
    "reset": reset,
}


def main() -> None:
    """Serve until stdin ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        print(json.dumps(outcome(json.loads(line))), file=answers, flush=True)
    reset()


if __name__ == "__main__":
    main()
