"""How other threads and the garbage collector reach into an event loop: for contract U3, U7, U9."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest

from eventsourcing._concurrency.async_signals import CleanUp, ThreadSafeEvent
from eventsourcing._concurrency.reentrant_event import ReentrantEvent
from tests.unit.persistence.interleavings import Injection, explore

SECONDS = 120


def in_another_thread(func: Callable[[], Any]) -> None:
    thread = threading.Thread(target=func)
    thread.start()
    thread.join()


async def test_event_that_is_set_is_not_waited_for():
    event = ThreadSafeEvent()
    event.set()

    await event.wait()

    assert event.is_set()


async def test_setting_the_event_wakes_all_waiters():
    event = ThreadSafeEvent()
    waiters = [asyncio.create_task(event.wait()) for _ in range(3)]
    await asyncio.sleep(0)

    event.set()

    await asyncio.wait_for(asyncio.gather(*waiters), SECONDS)


async def test_event_can_be_waited_for_again_once_cleared():
    event = ThreadSafeEvent()
    event.set()
    event.clear()
    waiter = asyncio.create_task(event.wait())
    await asyncio.sleep(0)
    is_done_before = waiter.done()

    event.set()

    await asyncio.wait_for(waiter, SECONDS)
    assert not is_done_before


async def test_waiter_that_was_woken_returns_also_when_the_event_was_cleared_again():
    event = ThreadSafeEvent()
    waiter = asyncio.create_task(event.wait())
    await asyncio.sleep(0)

    event.set()
    event.clear()

    await asyncio.wait_for(waiter, SECONDS)


async def test_cancelled_waiter_is_forgotten():
    event = ThreadSafeEvent()
    waiter = asyncio.create_task(event.wait())
    await asyncio.sleep(0)

    waiter.cancel()
    await asyncio.wait([waiter])

    assert event._waiters == {}


def test_event_set_by_another_thread_at_any_line_of_waiting_is_noticed():
    """U7: no wake-up is lost."""

    def run(line: int) -> bool:
        event = ThreadSafeEvent()
        injection = Injection([ThreadSafeEvent.wait], line, lambda: in_another_thread(event.set))

        async def main() -> None:
            with injection.in_this_thread():
                waiter = asyncio.create_task(event.wait())
                for _ in range(3):
                    await asyncio.sleep(0)
                if not injection.has_happened.is_set():
                    injection.is_armed = False
                    event.set()
                await asyncio.wait_for(waiter, SECONDS)

        asyncio.run(main())
        return injection.has_happened.is_set()

    explore(run, at_least=5)


def test_task_that_begins_to_wait_at_any_line_of_setting_is_woken():
    """U7: however setting and waiting overlap."""

    def run(line: int) -> bool:
        event = ThreadSafeEvent()
        waiters: list[asyncio.Task[None]] = []

        async def start_waiting() -> None:
            waiters.append(asyncio.create_task(event.wait()))
            await asyncio.sleep(0)

        async def main() -> bool:
            loop = asyncio.get_running_loop()
            injection = Injection(
                [ThreadSafeEvent.set],
                line,
                lambda: asyncio.run_coroutine_threadsafe(start_waiting(), loop).result(),
            )
            await start_waiting()
            with injection.in_new_threads():
                thread = threading.Thread(target=event.set)
                thread.start()
            await asyncio.to_thread(thread.join)
            await asyncio.wait_for(asyncio.gather(*waiters), SECONDS)
            return injection.has_happened.is_set()

        return asyncio.run(main())

    explore(run, at_least=4)


def test_waiters_of_several_event_loops_are_woken():
    event = ThreadSafeEvent()
    threads = [threading.Thread(target=lambda: asyncio.run(event.wait())) for _ in range(4)]
    for thread in threads:
        thread.start()

    event.set()

    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()


def test_waiter_whose_event_loop_was_closed_is_harmless():
    """O7: an insert goes well whatever became of those who listened."""
    event = ThreadSafeEvent()
    loop = asyncio.new_event_loop()
    waiter = loop.create_future()
    event._waiters[waiter] = None
    loop.close()

    event.set()

    assert event.is_set()


class Owner:
    pass


async def test_clean_up_runs_soon_after_it_was_told_to_and_only_once():
    """U3: a signal handler may have told it to, between any two lines."""
    called: list[int] = []
    owner = Owner()
    clean_up = CleanUp(owner, lambda: called.append(1))

    clean_up.run()
    clean_up.run()
    called_at_once = bool(called)
    del owner
    gc.collect()
    await asyncio.sleep(0)

    assert not called_at_once
    assert called == [1]


async def test_clean_up_runs_in_its_loop_soon_after_the_owner_was_collected():
    """U9: never while the garbage collector runs, because that interrupts any line."""
    threads: list[threading.Thread] = []
    owner = Owner()
    CleanUp(owner, lambda: threads.append(threading.current_thread()))

    del owner
    gc.collect()
    called_at_once = bool(threads)
    await asyncio.sleep(0)

    assert not called_at_once
    assert threads == [threading.current_thread()]


async def test_clean_up_told_by_another_thread_runs_in_its_loop():
    done = asyncio.get_running_loop().create_future()
    owner = Owner()
    clean_up = CleanUp(owner, lambda: done.set_result(threading.current_thread()))

    in_another_thread(clean_up.run)

    assert await asyncio.wait_for(done, SECONDS) is threading.current_thread()


@pytest.mark.parametrize("is_collected", [False, True])
def test_clean_up_after_its_loop_was_closed_is_done_at_once(is_collected: bool):
    """U9: else nobody would do it."""
    called: list[int] = []
    owners = [Owner()]

    async def main() -> CleanUp:
        return CleanUp(owners[0], lambda: called.append(1))

    clean_up = asyncio.run(main())
    if is_collected:
        owners.clear()
        gc.collect()
    else:
        clean_up.run()

    assert called == [1]


def test_clean_up_that_needs_its_closed_loop_is_harmless():
    """O7: there is nothing to clean up in it."""
    owner = Owner()

    async def main() -> CleanUp:
        loop = asyncio.get_running_loop()
        return CleanUp(owner, lambda: loop.call_soon(print))

    asyncio.run(main()).run()


def test_reentrant_event_is_a_threading_event():
    """U12: `_has_been_notified`."""
    event = ReentrantEvent()
    is_set_at_first = event.is_set()
    event.set()

    assert isinstance(event, threading.Event)
    assert (is_set_at_first, event.is_set()) == (False, True)
    assert "set" in repr(event)


def test_reentrant_event_is_waited_for_until_the_time_is_up():
    """U12: as other events are."""
    event = ReentrantEvent()

    assert event.wait(0) is False
    assert event.wait(-1) is False
    assert event.wait(0.001) is False


def test_reentrant_event_can_be_waited_for_again_once_cleared():
    """U12: as other events can."""
    event = ReentrantEvent()
    event.set()
    is_set = event.wait()
    event.clear()

    assert is_set is True
    assert event.wait(0) is False


def test_setting_a_reentrant_event_wakes_all_waiters():
    """U12: as other events do."""
    event = ReentrantEvent()
    threads = [threading.Thread(target=event.wait) for _ in range(4)]
    for thread in threads:
        thread.start()

    event.set()

    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    "set_event", [ReentrantEvent.set, lambda event: in_another_thread(event.set)]
)
def test_reentrant_event_set_at_any_line_after_clearing_is_noticed(
    set_event: Callable[[ReentrantEvent], Any],
):
    """U7: set by the thread itself, that is by a handler, or by another thread."""

    def run(line: int) -> bool:
        event = ReentrantEvent()
        event.set()
        injection = Injection(
            [ReentrantEvent.clear, ReentrantEvent.wait], line, lambda: set_event(event)
        )
        with injection.in_this_thread():
            event.clear()
            is_set = event.wait(0.001)
        # Before the first line of `clear()`, setting it is undone by that.
        assert is_set is (injection.has_happened.is_set() and line > 1)
        return injection.has_happened.is_set()

    explore(run, at_least=8)


def test_reentrant_event_set_while_it_is_being_set_wakes_the_waiter():
    """U3: a handler may interrupt any line of `set()`."""

    def run(line: int) -> bool:
        event = ReentrantEvent()
        waiter = threading.Thread(target=event.wait)
        waiter.start()
        injection = Injection([ReentrantEvent.set], line, event.set)
        with injection.in_this_thread():
            event.set()
        waiter.join(SECONDS)
        assert not waiter.is_alive()
        return injection.has_happened.is_set()

    explore(run, at_least=2)
