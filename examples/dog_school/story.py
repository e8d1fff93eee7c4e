"""What the demo does and shows, step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast
from uuid import UUID

from eventsourcing.persistence import IntegrityError, Notification
from eventsourcing.utils import get_topic
from examples.dog_school.school import Dog, DogSchool
from examples.dog_school.stores import Store

NAMES = ("Fido", "Millie", "Scrappy", "Rex", "Bella")
TRICKS = ("roll over", "fetch ball", "play dead")
PAGE = 5
PAGES_SHOWN = 3


def tell(store: Store, say: Callable[[str], None]) -> None:
    """Run the dog school on a store, and say what happens."""
    say(f"The dog school on {store.place}")
    school = DogSchool(store.env)
    try:
        earlier = _earlier_dogs(school)
        _say_earlier(school, earlier, say)
        if earlier:
            _teach_again(school, earlier[-1], say)
        dog_id = _commands(school, NAMES[len(earlier) % len(NAMES)], say)
        _old_version(school, dog_id, say)
        _conflict(school, dog_id, say)
        _pages(school, say)
        # Before closing: a last connection that only reads would leave SQLite's side files.
        _rows(store, say)
    finally:
        school.close()


def _earlier_dogs(school: DogSchool) -> list[UUID]:
    topic = get_topic(Dog.Registered)  # type: ignore[attr-defined]  # defined by the decorator
    dogs: list[UUID] = []
    start = 1
    while page := school.notification_log.select(start=start, limit=10, topics=[topic]):
        dogs += [cast("UUID", notification.originator_id) for notification in page]
        start = page[-1].id + 1
    return dogs


def _say_earlier(school: DogSchool, earlier: Sequence[UUID], say: Callable[[str], None]) -> None:
    say("\nFrom earlier runs")
    if not earlier:
        say("    nothing: this is the first run")
        return
    dogs = "1 dog" if len(earlier) == 1 else f"{len(earlier)} dogs"
    left_out = f" (the last {PAGE} are shown)" if len(earlier) > PAGE else ""
    say(f"    {dogs}{left_out}; the log ends with event {school.recorder.max_notification_id()}")
    for dog_id in earlier[-PAGE:]:
        say(f"    {describe(school.get_dog(dog_id))}")


def _teach_again(school: DogSchool, dog_id: UUID, say: Callable[[str], None]) -> None:
    say("\nA new trick for the last of them")
    trick = f"trick {school.get_dog(dog_id).version}"
    school.add_trick(dog_id, trick)
    say(f"    school.add_trick(dog_id, {trick!r})")
    say(f"        {describe(school.get_dog(dog_id))}")


def _commands(school: DogSchool, name: str, say: Callable[[str], None]) -> UUID:
    say("\nCommands, and the aggregate after each")
    dog_id = school.register_dog(name)
    say(f"    dog_id = school.register_dog({name!r})")
    say(f"        {describe(school.get_dog(dog_id))}")
    for trick in TRICKS:
        school.add_trick(dog_id, trick)
        say(f"    school.add_trick(dog_id, {trick!r})")
        say(f"        {describe(school.get_dog(dog_id))}")
    return dog_id


def _old_version(school: DogSchool, dog_id: UUID, say: Callable[[str], None]) -> None:
    say("\nAn old version of it")
    say("    old = school.get_dog(dog_id, version=3)")
    say(f"        {describe(school.get_dog(dog_id, version=3))}")


def _conflict(school: DogSchool, dog_id: UUID, say: Callable[[str], None]) -> None:
    say("\nA change of the old version, which cannot be saved: version 4 is taken")
    old = school.get_dog(dog_id, version=3)
    before = school.recorder.max_notification_id()
    old.add_trick("future")
    say("    old.add_trick('future')")
    say("    school.save(old)")
    try:
        school.save(old)
    except IntegrityError as error:
        say(f"        {type(error).__name__}: {shortened(str(error), 68)}")
    else:
        raise AssertionError("a stale aggregate was saved")
    if school.recorder.max_notification_id() != before:
        raise AssertionError("the log has grown, although nothing was saved")
    say(f"    Nothing was stored: the log ends with event {before}, as before.")


def _pages(school: DogSchool, say: Callable[[str], None]) -> None:
    last = school.recorder.max_notification_id() or 0
    first_page = max(0, (last - 1) // PAGE + 1 - PAGES_SHOWN)
    say(f"\nThe notification log, in pages of {PAGE}")
    if first_page:
        say(f"    (the pages before event {first_page * PAGE + 1} are left out)")
    start = first_page * PAGE + 1
    while page := school.notification_log.select(start=start, limit=PAGE):
        say(f"    school.notification_log.select(start={start}, limit={PAGE})")
        for notification in page:
            say(f"        {describe_notification(school, notification)}")
        start = page[-1].id + 1


def _rows(store: Store, say: Callable[[str], None]) -> None:
    say("\nThe last rows in the database, as they are stored")
    for number, originator_id, version, topic, state in store.last_rows(PAGE):
        say(f"    {number}  {originator_id}  {version}  {topic}")
        say(f"        {state}")
    say("\nLook at them yourself")
    for line in store.how_to_look():
        say(f"    {line}")
    say("\nThe events stay there: the next run continues with them.")


def describe(dog: Dog) -> str:
    """A dog in one line."""
    tricks = ", ".join(dog.tricks) or "no tricks"
    return f"Dog {str(dog.id)[:8]} version {dog.version}: {dog.name}, {tricks}"


def describe_notification(school: DogSchool, notification: Notification) -> str:
    """A notification in one line: its number, aggregate and version, and the event in it."""
    event = school.mapper.to_domain_event(notification)
    values = [
        f"{name}={value!r}"
        for name, value in vars(event).items()
        if name not in {"originator_id", "originator_version", "originator_topic", "timestamp"}
    ]
    return (
        f"{notification.id:>4}  {str(notification.originator_id)[:8]} "
        f"version {notification.originator_version:<3} {type(event).__qualname__}"
        f"({', '.join(values)})"
    )


def shortened(text: str, width: int) -> str:
    """The text, or the beginning of it and three dots."""
    return text if len(text) <= width else f"{text[: width - 3]}..."
