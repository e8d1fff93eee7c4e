"""Random declarations of aggregate classes, as source code, and random calls of their commands."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from hypothesis import strategies as st

from eventsourcing.domain import event
from tests.property.kinds import BASES, PlainObject, leave_alone

MODULE = ModuleType("declared_at_random")  # importable, so that objects can be pickled
sys.modules[MODULE.__name__] = MODULE
_numbers = itertools.count(1)

NAMES = ["a", "b", "name", "value", "obj", "func", "cls", "event_class", "aggregate", "args"]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=3),
    st.decimals(allow_nan=False, places=2),
    st.uuids(),
)


@dataclass(frozen=True)
class Param:
    """A parameter of `__init__` or of a command."""

    name: str
    is_keyword_only: bool
    default: str | None  # as source code

    def __str__(self) -> str:
        return self.name if self.default is None else f"{self.name}={self.default}"


@dataclass(frozen=True)
class Method:
    """A command: decorated in some form, or undecorated and calling one that is."""

    name: str
    form: str
    params: tuple[Param, ...]

    def signature(self) -> str:
        """Parameters as source code."""
        positional = [str(p) for p in self.params if not p.is_keyword_only]
        keyword_only = [str(p) for p in self.params if p.is_keyword_only]
        return ", ".join(["self", *positional, *(["*", *keyword_only] if keyword_only else [])])

    def record(self) -> str:
        """The value that the body appends to the log."""
        return f"({', '.join([repr(self.name), *(p.name for p in self.params)])},)"


@dataclass(frozen=True)
class Declaration:
    """A class, perhaps with a subclass."""

    kind: str
    created: str
    init: Method
    methods: tuple[Method, ...]
    inherited: tuple[Method, ...] = ()
    subclass: Declaration | None = None
    number: int = field(default_factory=lambda: next(_numbers))

    @property
    def name(self) -> str:
        """Name of the class; unique, as topics are."""
        return f"Declared{self.number}"

    def source(self, base: str = "Base") -> str:
        """The class statement."""
        argument = ', created_event_name="Opened"' if self.created == "argument" else ""
        lines = [f"class {self.name}({base}{argument}):", *self._init_lines()]
        for method in self.methods:
            lines += self._method_lines(method)
        if self.subclass is not None:
            return "\n".join(lines) + "\n" + self.subclass.source(self.name)
        return "\n".join(lines) + "\n"

    def _event_lines(self, name: str, base: str, params: Sequence[Param]) -> list[str]:
        frozen = ", frozen=True" if self.kind == "msgspec" else ""
        fields = [f"        {p.name}: Any" for p in params] or ["        pass"]
        return [f"    class {name}(Base.{base}{frozen}):", *fields]

    def _init_lines(self) -> list[str]:
        if self.created == "inherited":
            return ["    pass"]
        if self.created == "dataclass":
            fields = [
                f"    {p.name}: Any" + ("" if p.default is None else f" = {p.default}")
                for p in self.init.params
            ]
            return [*fields, "    log: Any = field(init=False, default_factory=list)"]
        lines = []
        if self.created == "class":
            lines += self._event_lines("Opened", "Created", self.init.params)
        if self.created in {"class", "name"}:
            lines.append(f"    @event({'Opened' if self.created == 'class' else repr('Opened')})")
        return [
            *lines,
            f"    def __init__({self.init.signature()}):",
            f"        self.log = [{self.init.record()}]",
        ]

    def _method_lines(self, method: Method) -> list[str]:
        name, params = method.name, method.params
        body = [f"        self.log.append({method.record()})"]
        head = [f"    def {name}({method.signature()}):", *body]
        match method.form:
            case "bare":
                return ["    @event()", *head]
            case "name":
                return [f"    @event('{name.title()}Done')", *head]
            case "class":
                event_name = f"{name.title()}Done"
                return [
                    *self._event_lines(event_name, "Event", params),
                    f"    @event({event_name})",
                    *head,
                ]
            case "super":
                passed = ", ".join(
                    f"{p.name}={p.name}" if p.is_keyword_only else p.name for p in params
                )
                return [
                    f"    def {name}({method.signature()}):",
                    f"        super().{name}({passed})",
                ]
        passed = ", ".join(f"{p.name}={p.name}" for p in params)
        return [
            f"    def {name}({method.signature()}):",
            f"        self._{name}({passed})",
            "    @event()",
            f"    def _{name}({method.signature()}):",
            *body,
        ]

    def all_methods(self) -> dict[str, Method]:
        """The commands of the class and those that it inherits, by name."""
        return {m.name: m for m in (*self.inherited, *self.methods)}

    def make(self) -> tuple[type[Any], type[Any]]:
        """Define the last class of the declaration: as an aggregate, and as a plain class."""
        last = self.subclass or self
        source = "from typing import Any\nfrom dataclasses import field\n" + self.source()
        namespaces: list[dict[str, Any]] = [
            MODULE.__dict__,
            {"__name__": MODULE.__name__, "Base": PlainObject, "event": leave_alone},
        ]
        MODULE.__dict__.update(Base=BASES[self.kind], event=event)
        for namespace in namespaces:
            exec(source, namespace)  # noqa: S102
        aggregate_class, plain_class = (namespace[last.name] for namespace in namespaces)
        return aggregate_class, plain_class


@st.composite
def params(draw: st.DrawFn, *, is_dataclass: bool = False) -> tuple[Param, ...]:
    """Parameters whose order Python accepts."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
    made = [
        Param(
            name,
            not is_dataclass and draw(st.booleans()),
            draw(st.one_of(st.none(), st.sampled_from(["0", "'x'", "None"]))),
        )
        for name in names
    ]
    return tuple(
        sorted(made, key=lambda p: (p.is_keyword_only, not p.is_keyword_only and bool(p.default)))
    )


@st.composite
def methods(draw: st.DrawFn, names: Sequence[str], forms: Sequence[str]) -> tuple[Method, ...]:
    """Commands of these names, or some of them."""
    chosen = draw(st.lists(st.sampled_from(names), unique=True))
    return tuple(Method(n, draw(st.sampled_from(forms)), draw(params())) for n in chosen)


FORMS = ["bare", "name", "class", "undecorated"]


@st.composite
def declarations(draw: st.DrawFn) -> Declaration:
    """Declarations of aggregates, with and without a subclass."""
    kind = draw(st.sampled_from(sorted(BASES)))
    created = draw(st.sampled_from(["plain", "dataclass", "name", "class", "argument"]))
    init = Method("__init__", "", draw(params(is_dataclass=created == "dataclass")))
    own = draw(methods(["buy", "sell", "move"], FORMS))
    subclass = None
    if draw(st.booleans()):
        overridable = [m for m in own if m.form != "undecorated"]
        chosen = draw(st.lists(st.sampled_from(overridable), unique=True)) if overridable else []
        overriding = [Method(m.name, "super", m.params) for m in chosen]
        new = draw(methods(["lend", "keep"], FORMS))
        subclass = Declaration(kind, "inherited", init, (*overriding, *new), inherited=own)
    return Declaration(kind, created, init, own, subclass=subclass)


@dataclass(frozen=True)
class Call:
    """A call of a method."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


@st.composite
def calls(draw: st.DrawFn, method: Method) -> Call:
    """Calls that fit the signature, some arguments by position and some by name."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    by_position = draw(st.integers(0, len(method.params)))
    for number, param in enumerate(method.params):
        if param.is_keyword_only or number >= by_position:
            if param.default is None or draw(st.booleans()):
                kwargs[param.name] = draw(VALUES)
        else:
            args.append(draw(VALUES))
    return Call(method.name, tuple(args), kwargs)


@dataclass(frozen=True)
class Story:
    """A declaration, and what happens to one object of the class."""

    declaration: Declaration
    creation: Call
    commands: tuple[Call, ...]

    def __repr__(self) -> str:
        return f"{self.declaration.source()}\n{self.creation}\n{self.commands}"


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Declarations with calls."""
    declaration = draw(declarations())
    last = declaration.subclass or declaration
    creation = draw(calls(last.init))
    available = list(last.all_methods().values())
    commands: list[Call] = []
    if available:
        chosen = draw(st.lists(st.sampled_from(available), max_size=6))
        commands = [draw(calls(method)) for method in chosen]
    return Story(declaration, creation, tuple(commands))
