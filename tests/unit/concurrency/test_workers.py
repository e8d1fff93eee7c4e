"""The worker threads that run a sync engine's operations for asyncio."""

import asyncio
import contextvars
import gc
import logging
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from unittest.mock import Mock

import pytest

from eventsourcing._concurrency.workers import Worker

colour = contextvars.ContextVar("colour", default="none")


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    worker.close()


async def test_run_returns_the_result_of_the_function(worker):
    assert await worker.run(divmod, 7, 2) == (3, 1)


async def test_run_passes_keywords(worker):
    assert await worker.run(int, "ff", base=16) == 255


async def test_run_uses_a_daemon_thread_of_its_own(worker):
    thread = await worker.run(threading.current_thread)

    assert thread is not threading.current_thread()
    assert thread.daemon
    assert thread.name == "eventsourcing-worker-1"


def test_a_program_ends_although_an_operation_does_not():
    program = """
import asyncio, threading
from eventsourcing._concurrency.workers import Worker

worker = Worker()
has_started = threading.Event()

def operate():
    has_started.set()
    threading.Event().wait()

async def interrupted():
    asyncio.ensure_future(worker.run(operate))
    await asyncio.to_thread(has_started.wait)

asyncio.run(interrupted())
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


async def test_run_raises_the_exception_of_the_function(worker):
    with pytest.raises(ZeroDivisionError):
        await worker.run(divmod, 1, 0)

    assert await worker.run(divmod, 1, 1) == (1, 0)


async def test_end_of_an_iterator_is_the_end_of_an_async_iterator(worker):
    with pytest.raises(StopAsyncIteration):
        await worker.run(next, iter([]))


async def test_function_sees_the_context_variables_of_its_caller(worker):
    colour.set("green")

    assert await worker.run(colour.get) == "green"


async def test_one_thread_runs_operations_in_the_order_in_which_they_were_given(worker):
    order = []

    await asyncio.gather(*(worker.run(order.append, number) for number in range(20)))

    assert order == list(range(20))


async def test_no_thread_is_started_before_it_is_needed():
    worker = Worker(threads=3, name="lazy")

    assert [t.name for t in threading.enumerate() if t.name.startswith("lazy")] == []
    worker.close()


async def test_operations_run_side_by_side_in_several_threads():
    worker = Worker(threads=3)
    barrier = threading.Barrier(3, timeout=60)

    await asyncio.gather(*(worker.run(barrier.wait) for _ in range(3)))

    assert not barrier.broken
    worker.close()


async def test_no_more_threads_are_started_than_allowed():
    worker = Worker(threads=2)

    threads = await asyncio.gather(*(worker.run(threading.current_thread) for _ in range(50)))

    assert len(set(threads)) <= 2
    worker.close()


async def test_operation_completes_although_its_caller_was_cancelled(worker):
    has_started, release, has_ended = (threading.Event() for _ in range(3))

    def operate():
        has_started.set()
        release.wait(60)
        has_ended.set()

    caller = asyncio.ensure_future(worker.run(operate))
    await asyncio.to_thread(has_started.wait, 60)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    release.set()

    assert await worker.run(has_ended.is_set)


async def test_error_of_an_operation_whose_caller_was_cancelled_is_logged(worker, caplog):
    release = threading.Event()

    def fail():
        release.wait(60)
        raise ValueError("broken")

    caller = asyncio.ensure_future(worker.run(fail))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    release.set()
    with caplog.at_level(logging.ERROR):
        await worker.run(int)

    (record,) = caplog.records
    assert record.getMessage() == "An operation failed after its caller was cancelled"
    assert isinstance(record.exc_info[1], ValueError)


def test_error_of_an_operation_whose_event_loop_was_closed_is_logged(worker, caplog):
    release = threading.Event()

    def fail():
        release.wait(60)
        raise ValueError("broken")

    async def start_and_leave():
        caller = asyncio.ensure_future(worker.run(fail))
        await asyncio.sleep(0)
        caller.cancel()

    asyncio.run(start_and_leave())
    with caplog.at_level(logging.ERROR):
        release.set()
        asyncio.run(worker.run(int))

    assert [type(record.exc_info[1]) for record in caplog.records] == [ValueError]


async def test_closed_worker_refuses_to_run():
    worker = Worker(name="mine")
    worker.close()
    worker.close()

    with pytest.raises(RuntimeError, match="worker 'mine' is closed"):
        await worker.run(int)


async def test_closing_lets_accepted_operations_complete():
    worker = Worker()
    release = threading.Event()
    first = asyncio.ensure_future(worker.run(release.wait, 10))
    second = asyncio.ensure_future(worker.run(str, "second"))
    await asyncio.sleep(0)

    worker.close()
    release.set()

    assert await first is True
    assert await second == "second"


async def test_threads_end_after_close():
    worker = Worker()
    thread = await worker.run(threading.current_thread)

    worker.close()
    await asyncio.to_thread(thread.join, 60)

    assert not thread.is_alive()


async def test_threads_end_when_the_worker_is_collected():
    worker = Worker()
    thread = await worker.run(threading.current_thread)

    del worker
    gc.collect()
    await asyncio.to_thread(thread.join, 60)

    assert not thread.is_alive()


async def test_what_is_to_be_run_last_waits_for_all_threads():
    worker = Worker(threads=2)
    release = threading.Event()
    order = []

    def operate():
        release.wait(10)
        order.append("operation")

    first = asyncio.ensure_future(worker.run(operate))
    await worker.run(int)
    last = asyncio.ensure_future(worker.run_last(lambda: order.append("last")))
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="is closed"):
        await worker.run(int)
    release.set()
    await asyncio.gather(first, last)

    assert order == ["operation", "last"]


async def test_what_is_to_be_run_last_runs_although_nothing_was_run_before(worker):
    order = []

    await worker.run_last(lambda: order.append("last"))

    assert order == ["last"]


@pytest.mark.parametrize("attempts", [1, 3])
async def test_a_thread_that_cannot_be_started_does_no_harm(worker, monkeypatch, attempts):
    """What was to be run in it is not run, and what comes later is."""
    order = []
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", Mock(side_effect=RuntimeError("no thread")))
        for _ in range(attempts):
            with pytest.raises(RuntimeError, match="no thread"):
                await worker.run(order.append, "first")

    await worker.run(order.append, "second")
    await worker.run_last(lambda: order.append("last"))

    assert order == ["second", "last"]


def test_a_forked_process_has_threads_of_its_own():
    program = """
import asyncio, os
from eventsourcing._concurrency.workers import Worker

worker = Worker()
asyncio.run(worker.run(int))
if os.fork() == 0:
    asyncio.run(worker.run(int))
    asyncio.run(worker.run_last(int))
    os._exit(7)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 7
asyncio.run(worker.run(int))
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


async def test_results_are_not_kept_alive(worker):
    class Result:
        pass

    reference = weakref.ref(await worker.run(Result))
    await worker.run(int)

    assert reference() is None


async def test_errors_are_not_kept_alive(worker):
    """The garbage collector is not needed: what an error's traceback refers to is released."""

    class Result:
        pass

    def fail():
        result = Result()
        references.append(weakref.ref(result))
        raise ValueError

    references = []
    gc.disable()
    try:
        with suppress(ValueError):
            await worker.run(fail)
        await worker.run(int)

        assert references[0]() is None
    finally:
        gc.enable()


def test_worker_can_be_used_from_several_event_loops(worker):
    assert asyncio.run(worker.run(str, 1)) == "1"
    assert asyncio.run(worker.run(str, 2)) == "2"


def test_worker_without_threads_is_refused():
    with pytest.raises(ValueError, match="threads is 0"):
        Worker(threads=0)
