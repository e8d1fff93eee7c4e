"""Runs the tests of a suite against an engine with a fault, and says what they find."""

from __future__ import annotations

import gc
import inspect
import re
import threading
import time
from typing import Any

from eventsourcing.popo import POPOFactory
from eventsourcing.popo.capabilities import CAPABILITIES
from eventsourcing.testing import EngineSuite
from eventsourcing.tests.suite_test_case import expand_cases
from eventsourcing.utils import get_topic
from tests.support.waiting import eventually

RULE = re.compile(r"[A-Z]\d+|section (\d+|'[a-z ]+')", re.IGNORECASE)


def find_failures(
    suite_class: type[EngineSuite],
    recorder_class: Any = None,
    factory_class: type[POPOFactory] = POPOFactory,
) -> dict[str, str]:
    """Return what the tests of a suite say that fail with this class of recorders, or factories."""
    failures: dict[str, str] = {}
    threads = set(threading.enumerate())
    for name, method in inspect.getmembers(suite_class, inspect.isfunction):
        if not name.startswith("test_"):
            continue
        for case in expand_cases(method):
            suite: Any = suite_class()
            suite.capabilities = CAPABILITIES
            suite._environ = {"PERSISTENCE_MODULE": get_topic(factory_class)}
            suite._factories = []
            if recorder_class is not None:
                suite.create_recorder = recorder_class
            try:
                getattr(suite, name)(**case)
            except AssertionError as error:
                failures[name] = str(error)
            except Exception as error:
                # What an engine raises where it should not has its own words; the rule is in the
                # docstring of the test.
                assert RULE.search(method.__doc__ or "")
                failures[name] = f"B0: {error!r}"
            finally:
                suite.close_factories()
    for thread in set(threading.enumerate()) - threads:
        # One that goes on would fill the memory of later tests.
        eventually(lambda thread=thread: has_ended(thread))
    return failures


def has_ended(thread: threading.Thread) -> bool:
    """Say whether the thread has ended; what the fault has left open is collected before."""
    if thread in threading.enumerate():
        time.sleep(0.01)  # one that is just being started cannot be joined
    if thread in threading.enumerate():
        gc.collect()
    return thread not in threading.enumerate()


def check_found(failures: dict[str, str]) -> None:
    """Something is found, and what the suite itself says about it begins with the rule."""
    assert failures
    assert all(map(RULE.match, failures.values())), failures
