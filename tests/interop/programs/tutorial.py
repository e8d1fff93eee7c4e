"""The tutorial of the project, as a program.

With POSTGRES_HOST and the other settings of PostgreSQL it uses that database too.
"""

import os
import tempfile
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import IntegrityError


class DogSchool(Application):
    def register_dog(self, name):
        dog = Dog(name)
        self.save(dog)
        return dog.id

    def add_trick(self, dog_id, trick):
        dog = self.repository.get(dog_id)
        dog.add_trick(trick)
        self.save(dog)

    def get_dog(self, dog_id):
        dog = self.repository.get(dog_id)
        return {"name": dog.name, "tricks": tuple(dog.tricks)}


class Dog(Aggregate):
    @event("Registered")
    def __init__(self, name):
        self.name = name
        self.tricks = []

    @event("TrickAdded")
    def add_trick(self, trick):
        self.tricks.append(trick)


def walk_through():
    application = DogSchool()
    assert isinstance(application, Application)
    assert application.repository
    assert application.repository.get
    assert application.notification_log

    dog_id = application.register_dog("Fido")
    assert isinstance(dog_id, UUID)
    application.add_trick(dog_id, trick="roll over")
    application.add_trick(dog_id, trick="fetch ball")
    application.add_trick(dog_id, trick="play dead")

    dog_details = application.get_dog(dog_id)
    assert dog_details["name"] == "Fido"
    assert dog_details["tricks"] == ("roll over", "fetch ball", "play dead")

    # First "page" of event notifications.
    notifications = application.notification_log.select(start=1, limit=2)
    assert [n.id for n in notifications] == [1, 2]
    assert "Dog.Registered" in notifications[0].topic
    assert b"Fido" in notifications[0].state
    assert dog_id == notifications[0].originator_id
    assert "Dog.TrickAdded" in notifications[1].topic
    assert b"roll over" in notifications[1].state
    assert dog_id == notifications[1].originator_id

    # Next "page" of event notifications.
    notifications = application.notification_log.select(start=notifications[-1].id + 1, limit=2)
    assert [n.id for n in notifications] == [3, 4]
    assert b"fetch ball" in notifications[0].state
    assert b"play dead" in notifications[1].state


def test(app: DogSchool, expect_visible_in_db: bool):
    # Check app has zero event notifications.
    assert len(app.notification_log.select(start=1, limit=10)) == 0

    # Create a new aggregate.
    dog_id = app.register_dog("Fido")

    # Execute application commands.
    app.add_trick(dog_id, "roll over")
    app.add_trick(dog_id, "fetch ball")

    # Check recorded state of the aggregate.
    dog_details = app.get_dog(dog_id)
    assert dog_details["name"] == "Fido"
    assert dog_details["tricks"] == ("roll over", "fetch ball")

    # Execute another command.
    app.add_trick(dog_id, "play dead")

    # Check recorded state of the aggregate.
    dog_details = app.get_dog(dog_id)
    assert dog_details["name"] == "Fido"
    assert dog_details["tricks"] == ("roll over", "fetch ball", "play dead")

    # Check values are (or aren't visible) in the database.
    tricks = [b"roll over", b"fetch ball", b"play dead"]
    expected_num_visible = len(tricks) if expect_visible_in_db else 0
    actual_num_visible = 0
    notifications = app.notification_log.select(start=1, limit=10)
    for notification in notifications:
        for trick in tricks:
            if trick in notification.state:
                actual_num_visible += 1
                break
    assert expected_num_visible == actual_num_visible

    # Get historical state (at version 3, before 'play dead' happened).
    old = app.repository.get(dog_id, version=3)
    assert len(old.tricks) == 2
    assert old.tricks[-1] == "fetch ball"  # last thing to have happened was 'fetch ball'

    # Check app has four event notifications.
    notifications = app.notification_log.select(start=1, limit=10)
    assert len(notifications) == 4

    # Optimistic concurrency control (no branches).
    old.add_trick("future")
    try:
        app.save(old)
    except IntegrityError:
        pass
    else:
        raise Exception("Shouldn't get here")

    # Check app still has only four event notifications.
    notifications = app.notification_log.select(start=1, limit=10)
    assert len(notifications) == 4

    # Create eight more aggregate events.
    dog_id = app.register_dog("Millie")
    app.add_trick(dog_id, "shake hands")
    app.add_trick(dog_id, "fetch ball")
    app.add_trick(dog_id, "sit pretty")

    dog_id = app.register_dog("Scrappy")
    app.add_trick(dog_id, "come")
    app.add_trick(dog_id, "spin")
    app.add_trick(dog_id, "stay")

    # Get the new event notifications from the reader.
    last_id = notifications[-1].id
    notifications = app.notification_log.select(start=last_id + 1, limit=10)
    assert len(notifications) == 8


def main():
    environments = 1
    # Development environment: plain old Python objects.
    walk_through()
    test(DogSchool(), expect_visible_in_db=True)

    # SQLite environment.
    os.environ["PERSISTENCE_MODULE"] = "eventsourcing.sqlite"
    with tempfile.TemporaryDirectory() as folder:
        for dbname in (
            os.path.join(folder, "dog-school.db"),
            ":memory:",
            "file::memory:?mode=memory&cache=shared",
            "file:application1?mode=memory&cache=shared",
        ):
            os.environ["SQLITE_DBNAME"] = dbname
            os.environ["SQLITE_LOCK_TIMEOUT"] = "10"  # seconds
            app = DogSchool()
            test(app, expect_visible_in_db=True)
            app.close()
            environments += 1

    # PostgreSQL environment, compressed and encrypted.
    if os.environ.get("POSTGRES_HOST"):
        from eventsourcing.cipher import AESCipher

        os.environ["CIPHER_KEY"] = AESCipher.create_key(num_bytes=32)
        os.environ["CIPHER_TOPIC"] = "eventsourcing.cipher:AESCipher"
        os.environ["COMPRESSOR_TOPIC"] = "eventsourcing.compressor:ZlibCompressor"
        os.environ["PERSISTENCE_MODULE"] = "eventsourcing.postgres"
        app = DogSchool()
        test(app, expect_visible_in_db=False)
        app.close()
        environments += 1
    print(f"tutorial: {environments} environments passed")


if __name__ == "__main__":
    main()
