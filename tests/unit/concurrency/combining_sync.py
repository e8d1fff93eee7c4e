# Generated from combining_async.py by tools/async_to_sync.py: do not edit.
"""Work for combiners, whose tests it serves."""

from __future__ import annotations

from eventsourcing._concurrency.combining_sync import Combiner
from eventsourcing._concurrency.primitives_sync import Event, sleep, spawn


class Batch:
    """Takes at most three numbers, and none twice."""

    def __init__(self):
        self.numbers = []

    @property
    def is_full(self):
        return len(self.numbers) == 3

    def try_add(self, work):
        if work in self.numbers:
            return False
        self.numbers.append(work)
        return True


class Worker:
    """Divides a hundred by numbers; each batch ends when its gate is opened."""

    def __init__(self):
        self.batches = []
        self.gates = []
        self.are_gates_open = False
        self.outcomes = {}
        self.combiner = Combiner(Batch, self.do)
        self._tasks = []

    def do(self, batch):
        gate = Event()
        self.gates.append(gate)
        self.batches.append(batch.numbers)
        if not self.are_gates_open:
            gate.wait()
        return [divide(each) for each in batch.numbers]

    def submit(self, *numbers):
        """Have each number submitted by a task of its own, in this order."""
        for number in numbers:
            count = len(self.combiner._waiting)
            self._tasks.append(spawn(self._submit, len(self._tasks), number))
            wait_until(lambda count=count: len(self.combiner._waiting) > count)
        wait_until(lambda: self.batches)

    def open_gates(self):
        """Let all work be done."""
        self.are_gates_open = True
        for gate in self.gates:
            gate.set()

    def finish(self):
        """Let all work be done; return what each got."""
        self.open_gates()
        for task in self._tasks:
            task.join()
        return [self.outcomes.get(i) for i in range(len(self._tasks))]

    def _submit(self, place, number):
        try:
            self.outcomes[place] = self.combiner.submit(number)
        except Exception as error:
            self.outcomes[place] = error


def wait_until(condition):
    while not condition():
        sleep(0)


def divide(number):
    try:
        return 100 // number
    except ZeroDivisionError as error:
        return error
