"""A process whose threads append decisions within overlapping boundaries, as fast as they can.

Run as a module by the tests: the arguments are the environment as JSON, a name, and how many
threads append how many decisions each. It prints the data of each event that it has appended.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.dcb.postgres_tt import PostgresDCBRecorderTT
from eventsourcing.persistence import IntegrityError

TAGS = ("a", "b", "c", "d")


def decide(recorder: PostgresDCBRecorderTT, name: str, number: int, choose: random.Random) -> None:
    """Append an event that says on what knowledge it was decided; once it is accepted, print it."""
    items = [DCBQueryItem(tags=choose.sample(TAGS, k=choose.randint(1, 2)))]
    if choose.random() < 0.3:
        items.append(DCBQueryItem(types=[choose.choice("xy")]))
    query = DCBQuery(items)
    while True:
        head = recorder.read(query).head
        condition = DCBAppendCondition(query, head) if choose.random() < 0.8 else None
        event = DCBEvent(choose.choice("xy"), b"", choose.sample(TAGS, k=choose.randint(1, 3)))
        knowledge = condition and [head or 0, [[item.types, item.tags] for item in items]]
        event.data = json.dumps([name, number, knowledge]).encode()
        try:
            recorder.append([event, event], condition)
        except IntegrityError:
            continue
        os.write(1, event.data + b"\n")  # in one piece, unlike `print`
        return


def main(env: dict[str, str], name: str, threads: int, count: int) -> None:
    """Append from several threads that share a recorder."""
    factory = DCBInfrastructureFactory.construct(env)
    recorder = factory.dcb_recorder()

    def write(thread: int) -> None:
        choose = random.Random(f"{name} {thread}")
        for number in range(count):
            decide(recorder, f"{name} {thread}", number, choose)

    running = [threading.Thread(target=write, args=[thread]) for thread in range(threads)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    factory.close()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
