"""The asynchronous side of engines that have only a synchronous one."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from eventsourcing.compressor import ZlibCompressor
from eventsourcing.persistence import (
    AsyncInfrastructureFactory,
    ConnectionPoolClosedError,
    DatetimeAsISO,
    InfrastructureFactoryError,
    IntegrityError,
    JSONTranscoder,
    Mapper,
    StoredEvent,
    Tracking,
    WaitInterruptedError,
)
from eventsourcing.persistence.bridge import BridgeApplicationRecorder, BridgeFactory
from eventsourcing.persistence.bridge_base import BridgeRecorder, BridgeRunner
from eventsourcing.popo import POPOApplicationRecorder
from eventsourcing.utils import Environment
from tests.unit.persistence.bridge_engine import (
    Factory,
    Gate,
    MyMapper,
    OldRecorder,
    OtherView,
    View,
)

MODULE = "tests.unit.persistence.bridge_engine"
SECONDS = 120
colour = contextvars.ContextVar("colour", default="none")


@pytest.fixture(autouse=True)
def _fresh_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Factory, "log", [])
    monkeypatch.setattr(Factory, "gate", Gate())
    yield
    Factory.gate.open()


@pytest.fixture
def factory() -> Any:
    return AsyncInfrastructureFactory.construct({"PERSISTENCE_MODULE": f"{MODULE}:Factory"})


@pytest.fixture
def runner() -> Iterator[BridgeRunner]:
    runner = BridgeRunner(3)
    yield runner
    asyncio.run(runner.close(lambda: None))


def new_event() -> StoredEvent:
    return StoredEvent(uuid4(), 1, "topic", b"")


async def reached(gate: Gate, times: int = 1) -> None:
    """Wait until that many threads are at the gate."""
    for _ in range(times):
        assert await asyncio.to_thread(gate.is_reached.acquire, timeout=SECONDS)


# Which factory.


def test_module_with_only_a_synchronous_factory_is_bridged():
    """F5: the module is searched for its factory class."""
    factory = AsyncInfrastructureFactory.construct({"PERSISTENCE_MODULE": "eventsourcing.popo"})

    assert isinstance(factory, BridgeFactory)


def test_default_engine_is_bridged():
    """F3: which is the one in memory."""
    assert isinstance(AsyncInfrastructureFactory.construct(), BridgeFactory)


def test_factory_is_given_the_environment_itself(factory: Any):
    """F2, F7: the very same object."""
    env = Environment("MyApp", {"MYAPP_PERSISTENCE_MODULE": f"{MODULE}:Factory"})

    factory = AsyncInfrastructureFactory.construct(env)

    assert factory.env is env
    assert factory.sync_factory.env is env


def test_topic_that_is_no_factory_is_an_error():
    """F6: in neither flavour."""
    with pytest.raises(InfrastructureFactoryError, match="didn't resolve to a persistence module"):
        AsyncInfrastructureFactory.construct({"PERSISTENCE_MODULE": f"{MODULE}:View"})


def test_configuration_error_of_the_engine_passes_unchanged():
    """X6: a missing variable is an `OSError` at construction."""
    with pytest.raises(OSError, match="SQLite database name not found"):
        AsyncInfrastructureFactory.construct({"PERSISTENCE_MODULE": "eventsourcing.sqlite"})


def test_what_serialises_events_is_that_of_the_synchronous_factory():
    """F8-F11, F15: a factory may override how it is made."""
    factory = AsyncInfrastructureFactory.construct(
        {
            "PERSISTENCE_MODULE": f"{MODULE}:Factory",
            "COMPRESSOR_TOPIC": "eventsourcing.compressor:ZlibCompressor",
            "IS_SNAPSHOTTING_ENABLED": "yes",
        }
    )

    assert isinstance(factory.transcoder(), JSONTranscoder)
    assert isinstance(factory.compressor(), ZlibCompressor)
    assert factory.cipher() is None
    assert type(factory.mapper()) is MyMapper
    assert type(factory.mapper(mapper_class=Mapper)) is Mapper
    assert factory.is_snapshotting_enabled() is True


def test_mapper_is_given_the_transcoder(factory: Any):
    """F11: the given one."""
    transcoder = JSONTranscoder()
    transcoder.register(DatetimeAsISO())

    assert factory.mapper(transcoder=transcoder).transcoder is transcoder


# First use.


async def test_constructing_recorders_does_not_touch_the_engine(factory: Any):
    """F14: tables are created by first use, not in the event loop."""
    factory.aggregate_recorder()
    factory.application_recorder()

    assert Factory.log == ["factory"]


async def test_recorder_is_built_by_its_first_use_in_a_worker_thread(factory: Any):
    """F14: building may block."""
    recorder = factory.aggregate_recorder("snapshots")

    await recorder.select_events(uuid4())
    await recorder.select_events(uuid4())

    assert Factory.log == ["factory", "snapshots in eventsourcing-worker"]


async def test_recorder_is_built_once_by_operations_that_begin_at_the_same_time(factory: Any):
    """F14: the others wait for the first."""
    Factory.gate.close()
    recorder = factory.application_recorder()
    inserts = [asyncio.create_task(recorder.insert_events([new_event()])) for _ in range(4)]
    await reached(Factory.gate)

    Factory.gate.open()

    assert sorted(await asyncio.gather(*inserts)) == [[1], [2], [3], [4]]
    assert Factory.log == ["factory", "application recorder"]


async def test_failure_to_build_is_raised_and_the_next_use_tries_again(runner: BridgeRunner):
    """X4: a database that could not be opened may be there later."""
    attempts: list[int] = []

    def construct() -> POPOApplicationRecorder:
        attempts.append(1)
        if len(attempts) == 1:
            raise OSError("cannot open")
        return POPOApplicationRecorder()

    recorder = BridgeApplicationRecorder(construct, runner)

    with pytest.raises(OSError, match="cannot open"):
        await recorder.max_notification_id()
    assert await recorder.max_notification_id() is None


async def test_open_opens_the_factory_and_builds_all_recorders(factory: Any):
    """F16: eagerly, when the caller has asked for it."""
    factory.aggregate_recorder("snapshots")
    factory.application_recorder()

    async with factory:
        assert Factory.log[1:] == [
            "open",
            "snapshots in eventsourcing-worker",
            "application recorder",
        ]


# Operations.


async def test_operations_run_in_several_threads_at_once(factory: Any):
    """B7: five, unless the factory says otherwise."""
    barrier = threading.Barrier(5)
    recorder = BridgeRecorder(lambda: barrier, factory._runner)

    await asyncio.wait_for(asyncio.gather(*[recorder.wait() for _ in range(5)]), SECONDS)


async def test_factory_says_how_many_threads_there_are(monkeypatch: pytest.MonkeyPatch):
    """B7: with one, operations come one after the other."""
    monkeypatch.setattr(Factory, "bridge_threads", 1, raising=False)
    factory = AsyncInfrastructureFactory.construct({"PERSISTENCE_MODULE": f"{MODULE}:Factory"})
    view = factory.tracking_recorder()

    names = await asyncio.gather(*[view.threads() for _ in range(5)])

    assert set(names) == {"eventsourcing-worker-1"}


async def test_engine_that_never_blocks_needs_no_threads():
    """O1: the in-memory engine works in the calling task."""
    threads_before = set(threading.enumerate())
    factory = AsyncInfrastructureFactory.construct()
    view = factory.tracking_recorder(View)

    assert await view.threads() == threading.current_thread().name
    assert set(threading.enumerate()) <= threads_before


@pytest.mark.parametrize("threads", [0, 2])
async def test_errors_pass_unchanged(threads: int):
    """X1: the same object, whatever its class."""
    error = IntegrityError("conflict")

    class Broken(POPOApplicationRecorder):
        def insert_events(self, *args: Any, **kwargs: Any) -> Any:
            raise error

    recorder = BridgeApplicationRecorder(Broken, BridgeRunner(threads))

    with pytest.raises(IntegrityError) as info:
        await recorder.insert_events([new_event()])

    assert info.value is error
    assert error.__cause__ is None


async def test_operation_sees_the_context_of_its_caller(factory: Any):
    """B3: a recorder may look at context variables."""
    colour.set("green")
    recorder = BridgeRecorder(lambda: colour, factory._runner)

    assert await recorder.get() == "green"


async def test_methods_of_a_view_are_coroutines(factory: Any):
    """O9: also those that no recorder interface knows."""
    view = factory.tracking_recorder()

    first = await view.count("x", tracking=Tracking("upstream", 1))
    second = await view.count("x", by=5, tracking=Tracking("upstream", 2))

    assert (first, second) == (1, 6)
    assert await view.max_tracking_id("upstream") == 2


async def test_tracking_recorder_has_the_given_class(factory: Any):
    """F12: the argument is passed on."""
    view = factory.tracking_recorder(OtherView)
    await view.open()

    assert type(view._recorder) is OtherView


async def test_unknown_method_is_an_attribute_error_when_called(factory: Any):
    """O9: what the view has is known only when it has been built."""
    with pytest.raises(AttributeError, match="no_such_method"):
        await factory.tracking_recorder().no_such_method()


def test_private_names_are_not_bridged(factory: Any):
    """O9: so that copying, pickling and inspecting are not misled."""
    with pytest.raises(AttributeError, match="_no_such_attribute"):
        _ = factory.tracking_recorder()._no_such_attribute


async def test_wait_returns_when_the_view_has_processed_the_notification(factory: Any):
    """B11: waiting itself occupies no thread."""
    view = factory.tracking_recorder()
    waiting = asyncio.create_task(view.wait("upstream", 1, timeout=SECONDS))

    await view.count("x", tracking=Tracking("upstream", 1))

    await asyncio.wait_for(waiting, SECONDS)


async def test_wait_is_interrupted_by_an_event_of_the_event_loop(factory: Any):
    """B11: if the interrupt is set before."""
    interrupt = asyncio.Event()
    view = factory.tracking_recorder()
    waiting = asyncio.create_task(view.wait("upstream", 1, SECONDS, interrupt))

    interrupt.set()

    with pytest.raises(WaitInterruptedError):
        await asyncio.wait_for(waiting, SECONDS)


async def test_process_recorder_stores_events_with_their_tracking(factory: Any):
    """Y1: both or neither."""
    recorder = factory.process_recorder()
    event = new_event()
    await recorder.insert_events([event], tracking=Tracking("upstream", 5))

    with pytest.raises(IntegrityError):
        await recorder.insert_events([new_event()], tracking=Tracking("upstream", 5))
    await recorder.insert_tracking(Tracking("upstream", 7))

    assert await recorder.max_notification_id() == 1
    assert await recorder.select_events(event.originator_id) == [event]
    assert await recorder.has_tracking_id("upstream", 6) is True
    assert await recorder.has_tracking_id("upstream", 8) is False
    assert await recorder.has_tracking_id("upstream", None) is True


async def test_recorder_that_does_not_know_inclusive_of_start(runner: BridgeRunner):
    """B5: recorders written for 9.2 are given the keyword only when it matters."""
    recorder = BridgeApplicationRecorder(OldRecorder, runner)
    await recorder.insert_events([new_event()])

    assert len(await recorder.select_notifications(1, 10, stop=5, topics=["topic"])) == 1


# Cancelling.


async def test_operation_of_a_cancelled_task_completes(factory: Any):
    """B1: cancelling does not cut an insert in two."""
    Factory.gate.close()
    recorder = factory.application_recorder()
    insert = asyncio.create_task(recorder.insert_events([new_event()]))
    await reached(Factory.gate)

    insert.cancel()
    await asyncio.wait([insert])
    Factory.gate.open()

    assert insert.cancelled()
    await factory.close()
    assert recorder._recorder.max_notification_id() == 1


async def test_operation_of_a_task_that_is_cancelled_before_it_starts_does_not_happen(factory: Any):
    """B1: nothing was begun."""
    recorder = factory.aggregate_recorder()
    event = new_event()
    insert = asyncio.create_task(recorder.insert_events([event]))

    insert.cancel()
    await asyncio.wait([insert])

    assert await recorder.select_events(event.originator_id) == []


# Closing.


async def test_closing_closes_the_synchronous_factory_once(factory: Any):
    """F16: `close()` is idempotent."""
    for _ in range(3):
        await factory.close()

    assert Factory.log == ["factory", "close"]


async def test_closing_ends_the_threads(factory: Any):
    """F16: nothing is left."""
    threads_before = set(threading.enumerate())
    await asyncio.gather(*[factory.application_recorder().open() for _ in range(5)])
    threads = set(threading.enumerate()) - threads_before

    await factory.close()

    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()


async def test_closing_waits_for_operations_in_flight(factory: Any):
    """F16: connections are not taken from under them."""
    Factory.gate.close()
    recorders = [factory.application_recorder() for _ in range(3)]
    inserts = [asyncio.create_task(r.insert_events([new_event()])) for r in recorders]
    await reached(Factory.gate, times=3)
    closing = asyncio.create_task(factory.close())
    await asyncio.sleep(0)

    Factory.gate.open()

    assert await asyncio.gather(*inserts) == [[1], [1], [1]]
    await asyncio.wait_for(closing, SECONDS)
    assert Factory.log[-1] == "close"


async def test_closing_waits_for_more_operations_than_there_are_threads(factory: Any):
    """F16: also those that wait for a thread."""
    Factory.gate.close()
    recorders = [factory.application_recorder() for _ in range(12)]
    inserts = [asyncio.create_task(r.insert_events([new_event()])) for r in recorders]
    await reached(Factory.gate, times=5)
    closing = asyncio.create_task(factory.close())
    await asyncio.sleep(0)

    Factory.gate.open()

    assert await asyncio.gather(*inserts) == [[1]] * 12
    await asyncio.wait_for(closing, SECONDS)
    assert Factory.log[-1] == "close"


async def test_closing_waits_for_operations_of_cancelled_tasks(factory: Any):
    """F16: they still run."""
    Factory.gate.close()
    recorder = factory.application_recorder()
    insert = asyncio.create_task(recorder.insert_events([new_event()]))
    await reached(Factory.gate)
    insert.cancel()
    closing = asyncio.create_task(factory.close())
    await asyncio.sleep(0)

    Factory.gate.open()
    await asyncio.wait_for(closing, SECONDS)

    assert Factory.log == ["factory", "application recorder", "close"]
    assert recorder._recorder.max_notification_id() == 1


async def test_closed_factory_runs_nothing_more(factory: Any):
    """C7: the error is that of a closed pool."""
    recorder = factory.application_recorder()
    await factory.close()

    with pytest.raises(ConnectionPoolClosedError):
        await recorder.max_notification_id()


async def test_error_while_closing_is_raised_and_the_threads_end(
    factory: Any, monkeypatch: pytest.MonkeyPatch
):
    """F16: nothing is left even so."""

    def close(self: Factory) -> None:
        raise OSError("cannot close")

    monkeypatch.setattr(Factory, "close", close)
    threads_before = set(threading.enumerate())
    await factory.application_recorder().open()

    with pytest.raises(OSError, match="cannot close"):
        await factory.close()

    for thread in set(threading.enumerate()) - threads_before:
        thread.join(SECONDS)
        assert not thread.is_alive()


async def test_cancelled_closing_still_closes(factory: Any):
    """F16: as soon as what is running is done."""
    threads_before = set(threading.enumerate())
    Factory.gate.close()
    opening = asyncio.create_task(factory.application_recorder().open())
    await reached(Factory.gate)
    closing = asyncio.create_task(factory.close())
    await asyncio.sleep(0)
    workers = {t for t in set(threading.enumerate()) - threads_before if "worker" in t.name}

    closing.cancel()
    await asyncio.wait([closing])
    Factory.gate.open()
    await opening

    for thread in workers:
        await asyncio.to_thread(thread.join, SECONDS)
    assert Factory.log[-1] == "close"


async def test_leaving_the_block_closes_the_factory(factory: Any):
    """F16: factories are context managers returning themselves."""
    async with factory as entered:
        assert entered is factory

    assert Factory.log == ["factory", "open", "close"]


async def test_two_factories_are_independent():
    """O8: each has its own threads and its own end."""
    env = {"PERSISTENCE_MODULE": f"{MODULE}:Factory"}
    one = AsyncInfrastructureFactory.construct(env)
    other = AsyncInfrastructureFactory.construct(env)
    recorder = other.application_recorder()

    await one.close()

    assert await recorder.insert_events([new_event()]) == [1]
    await other.close()
