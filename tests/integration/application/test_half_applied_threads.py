"""Callers that skip waiting, while another thread is in the middle of applying events."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

from tests.integration.application.conftest import Apps
from tests.integration.application.dog_school_sync import DogSchool
from tests.integration.application.dogs import Dog


def test_no_caller_gets_a_half_applied_state(make_sync: Apps) -> None:
    """R12 [fix]: it gets the state before, and so does a thread that is just copying."""
    app = make_sync(DogSchool, AGGREGATE_CACHE_MAXSIZE="5")
    dog_id = app.register_dog("Fido")
    app.repository.get(dog_id)
    app.add_trick(dog_id, "roll over")
    app.repository.get(dog_id)
    dog = app.repository.get(dog_id, version=2)
    dog.add_trick("fetch ball")
    dog.add_trick("play dead")
    app.save(dog)
    is_half_way, may_go_on = Event(), Event()

    def project(aggregate: Dog, domain_events: Any) -> Dog:
        for number, domain_event in enumerate(domain_events):
            if number == 1:
                is_half_way.set()
                assert may_go_on.wait(60)
            domain_event.mutate(aggregate)
        return aggregate

    thread = Thread(target=app.repository.get, args=(dog_id,), kwargs={"projector_func": project})
    thread.start()
    assert is_half_way.wait(60)
    meanwhile = app.repository.get(dog_id, fastforward_skipping=True)
    may_go_on.set()
    thread.join(60)

    assert (meanwhile.version, meanwhile.tricks) == (2, ["roll over"])
    assert app.repository.get(dog_id).tricks == ["roll over", "fetch ball", "play dead"]
