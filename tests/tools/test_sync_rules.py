"""The rules that turn async code into sync code, one test for each."""

from textwrap import dedent

import pytest

from tools.sync_rules import UnsupportedConstruct, map_name, map_text, to_sync


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("async def f():\n    pass\n", "def f():\n    pass\n"),
        ("async def f():\n    await g()\n", "def f():\n    g()\n"),
        ("async def f():\n    return -await g()\n", "def f():\n    return -g()\n"),
        (
            "async def f():\n    async with a() as b, c():\n        pass\n",
            "def f():\n    with a() as b, c():\n        pass\n",
        ),
        (
            "async def f():\n    async for a in b():\n        pass\n",
            "def f():\n    for a in b():\n        pass\n",
        ),
        (
            "async def f():\n    return [a async for a in b()]\n",
            "def f():\n    return [a for a in b()]\n",
        ),
    ],
)
def test_keywords_are_dropped(source, expected):
    assert to_sync(source) == expected


def test_keyword_and_its_operand_may_be_on_two_lines():
    source = "async def f():\n    return (\n        await \\\n        g()\n    )\n"

    assert to_sync(source) == "def f():\n    return (\n        g()\n    )\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AsyncApplication", "Application"),
        ("_AsyncThing", "_Thing"),
        ("TAsyncRecorder", "TRecorder"),
        ("BaseAsyncThing", "BaseThing"),
        ("AsyncConnectionPool", "ConnectionPool"),
        ("Asynchronous", "Asynchronous"),
        ("AsyncioThing", "AsyncioThing"),
        ("Async", "Async"),
        ("async_thing", "async_thing"),
        ("recorders_async", "recorders_sync"),
        ("_async", "_sync"),
        ("AsyncThing_async", "Thing_sync"),
        ("__aenter__", "__enter__"),
        ("__aexit__", "__exit__"),
        ("__aiter__", "__iter__"),
        ("__anext__", "__next__"),
        ("aclose", "close"),
        ("aclosing", "closing"),
        ("aiter", "iter"),
        ("anext", "next"),
        ("StopAsyncIteration", "StopIteration"),
        ("asynccontextmanager", "contextmanager"),
        ("AsyncExitStack", "ExitStack"),
        ("enter_async_context", "enter_context"),
        ("AsyncIterator", "Iterator"),
        ("AsyncIterable", "Iterable"),
        ("AsyncContextManager", "ContextManager"),
        ("AbstractAsyncContextManager", "AbstractContextManager"),
    ],
)
def test_identifiers_are_renamed(name, expected):
    assert map_name(name) == expected
    assert to_sync(f"x = a.{name}\n") == f"x = a.{expected}\n"


def test_parts_of_dotted_module_names_are_renamed():
    source = "from a.b_async import AsyncThing\nimport a.c_async.d\n"

    assert to_sync(source) == "from a.b_sync import Thing\nimport a.c_sync.d\n"


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("Awaitable[int]", "int"),
        ("Callable[[int], Awaitable[None]]", "Callable[[int], None]"),
        ("typing.Awaitable[list[int]]", "list[int]"),
        ("collections.abc.Awaitable[int] | None", "int | None"),
        ("Coroutine[Any, Any, dict[str, int]]", "dict[str, int]"),
        ("Coroutine[Any, Any, Awaitable[AsyncThing]]", "Thing"),
        ("AsyncGenerator[int, str]", "Generator[int, str, None]"),
        ("AsyncGenerator[int]", "Generator[int]"),
        ("AsyncIterator[AsyncThing]", "Iterator[Thing]"),
    ],
)
def test_annotations_lose_what_is_awaitable(annotation, expected):
    assert to_sync(f"x: {annotation}\n") == f"x: {expected}\n"


def test_import_of_awaitable_is_left_for_the_linter_to_remove():
    source = "from collections.abc import Awaitable, Callable\n"

    assert to_sync(source) == source


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(await a.b(c)).d", "a.b(c).d"),
        ("(await a)[0]", "a[0]"),
        ("f((await a).b)", "f(a.b)"),
        ("f(await a)", "f(a)"),
        ("f(await a).b", "f(a).b"),
        ("(await a or b).c", "(a or b).c"),
        ("(await a.b(\n    c\n)).d", "a.b(\n    c\n).d"),
    ],
)
def test_parentheses_that_were_for_await_only_are_dropped(expression, expected):
    source = f"async def f():\n    return {expression}\n"

    assert to_sync(source) == f"def f():\n    return {expected}\n"


def test_text_in_docstrings_follows_the_rules_where_it_is_code():
    source = dedent('''\
        """AsyncApplication in recorders_async:

        >>> async with AsyncApplication() as app:
        ...     dog = await app.repository.get(dog_id)
        >>> await app

        Use `await app.save(dog)`, ``async with app:`` or:

            async def f():
                async for x in y:
                    return await app.save(dog)
        """
        ''')

    assert to_sync(source) == dedent('''\
        """Application in recorders_sync:

        >>> with Application() as app:
        ...     dog = app.repository.get(dog_id)
        >>> app

        Use `app.save(dog)`, ``with app:`` or:

            def f():
                for x in y:
                    return app.save(dog)
        """
        ''')


@pytest.mark.parametrize(
    "prose",
    [
        "callers await the outcome in an asyncio task",
        "async code and sync code",
        "an asynchronous call, awaited",
        "wait for the async side... await it",
    ],
)
def test_prose_is_left_alone(prose):
    assert map_text(prose) == prose


def test_comments_and_other_strings_follow_the_rules():
    source = "__all__ = ['AsyncThing']  # AsyncThing of x_async\n"

    assert to_sync(source) == "__all__ = ['Thing']  # Thing of x_sync\n"


def test_code_in_fstrings_follows_the_rules():
    source = 'async def f():\n    return f"{await x} {{await}} {(await y(a))!r} é {z:>{w}}"\n'

    assert to_sync(source) == 'def f():\n    return f"{x} {{await}} {(y(a))!r} é {z:>{w}}"\n'


def test_code_behind_an_fstring_of_many_lines_is_found_in_its_place():
    source = 'x = f"""é\n{a}\n"""; y = AsyncThing\nz = AsyncThing\n'

    assert to_sync(source) == 'x = f"""é\n{a}\n"""; y = Thing\nz = Thing\n'


def test_form_feeds_and_missing_last_newline_do_not_confuse_the_places():
    assert to_sync("x = 1\n\x0c\ny = AsyncThing\nz = AsyncThing") == (
        "x = 1\n\x0c\ny = Thing\nz = Thing"
    )


def test_comments_and_layout_are_kept():
    source = "x = [  # why\n    1,\n\n    AsyncThing,   # what\n]\n"

    assert to_sync(source) == "x = [  # why\n    1,\n\n    Thing,   # what\n]\n"


def test_sync_code_is_left_as_it_is():
    source = dedent("""\
        class Thing:
            def f(self, x: int) -> int:
                return (x)  # done
        """)

    assert to_sync(source) == source


def test_result_does_not_change_when_the_rules_are_applied_again():
    source = dedent('''\
        class AsyncThing(BaseAsyncThing):
            """AsyncThing, `await x`."""

            async def f(self) -> AsyncGenerator[int, str]:
                yield (await self.x_async()).y
        ''')
    once = to_sync(source)

    assert to_sync(once) == once


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("import asyncio\n", 1, "primitives_async instead of asyncio"),
        ("import asyncio.tasks as t\n", 1, "primitives_async instead of asyncio"),
        ("x = 1\nfrom asyncio import sleep\n", 2, "primitives_async instead of asyncio"),
        ("x = 1\n\ny = asyncio.sleep\n", 3, "primitives_async instead of asyncio"),
        ("@pytest.mark.asyncio\ndef f(): ...\n", 1, "primitives_async instead of asyncio"),
        ("import pytest_asyncio\n", 1, "write pytest.fixture"),
        ("import anyio\n", 1, "instead of anyio"),
        ("class A:\n    def __await__(self): ...\n", 2, "write a coroutine method"),
        ("x = inspect.iscoroutine(y)\n", 1, "cannot ask for coroutines"),
        ("x = inspect.iscoroutinefunction(y)\n", 1, "cannot ask for coroutine functions"),
        ("x = inspect.isawaitable(y)\n", 1, "cannot ask whether something is awaitable"),
        ("x = isinstance(y, Awaitable)\n", 1, "only supported in annotations"),
        ("x: Coroutine[int]\n", 1, r"takes 3 type argument\(s\), not 1"),
        ("x = 1\ny: 'Awaitable[int]'\n", 2, "write this annotation without quotes"),
        (
            "class A:\n    async def aclose(self): ...\n    def close(self): ...\n",
            3,
            "close and aclose would both be close",
        ),
        ("class A: ...\nclass AsyncA: ...\n", 2, "AsyncA and A would both be A"),
        ("from x import A\nclass AsyncA(A): ...\n", 2, "AsyncA and A would both be A"),
    ],
)
def test_what_has_no_twin_is_refused_with_its_line(source, line, reason):
    with pytest.raises(UnsupportedConstruct, match=reason) as caught:
        to_sync(source)

    assert caught.value.line == line


def test_text_that_is_not_python_is_refused():
    with pytest.raises(SyntaxError):
        to_sync("async def f(:\n")


def test_overloads_and_properties_may_have_the_same_name():
    source = dedent("""\
        class A:
            @property
            def x(self): ...
            @x.setter
            def x(self, value): ...
        """)

    assert to_sync(source) == source
