"""What one library wrote, the other reads and continues; on each engine, with each codec."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.interop.conftest import Places
from tests.interop.libraries import App, Library, Refused, zoo
from tests.interop.places import CODECS, ENCRYPTED, Place, comparable

Pair = tuple[Library, Library]


def everything(depot: App) -> list[object]:
    """What an application can tell of the depot that `furnish` made."""
    return [
        depot("things", "zoo"),
        depot("things", "zoo", version=9),
        depot("events_of", "zoo"),
        depot("snapshots_of", "zoo"),
        depot("parcel", 1),
        depot("seal", 2),
        depot("log_lines"),
        depot("recorder.max_notification_id"),
        depot("recorder.select_notifications", 1, 100),
        depot("notification_log.select", start=5, limit=10),
    ]


def furnish(depot: App) -> None:
    depot("fill_with_zoo", "zoo")
    depot("snapshot", "zoo", 20)
    depot("snapshot", "zoo")
    depot("new_parcel", 1, "Ulm", "Köln")
    depot("new_seal", 2, "red")
    depot("write_line", "first")


def go_on(depot: App) -> None:
    depot("fill", "zoo", "once more", zoo("basket"))
    depot("snapshot", "zoo")
    depot("move_parcel", 1, "Łódź")
    depot("snapshot_parcel", 1)
    depot("break_seal", 2, "me")
    depot("write_line", "next")


@pytest.mark.parametrize("codec", CODECS)
def test_one_reads_and_continues_what_the_other_wrote(pair: Pair, place: Place, codec: str) -> None:
    """T1-T7, M2-M9, K1-K4, S6-S9, G9-G12: databases are exchangeable, with snapshots."""
    first, second = (library.start("Depot", place.env(**CODECS[codec])) for library in pair)
    furnish(first)
    assert everything(second) == everything(first)
    go_on(second)
    assert everything(first) == everything(second)
    go_on(first)
    assert everything(second) == everything(first)
    assert second("things", "zoo")["version"] == first("things", "zoo")["version"]


def test_state_that_either_encrypted_is_read_with_the_other_cipher_class(
    pair: Pair, place: Place
) -> None:
    """K4: data of `eventsourcing.cipher` decrypts with `eventsourcing.cryptography`."""
    with_cryptography = {**ENCRYPTED, "CIPHER_TOPIC": "eventsourcing.cryptography:AESCipher"}
    first = pair[0].start("Depot", place.env(**ENCRYPTED))
    second = pair[1].start("Depot", place.env(**with_cryptography))
    furnish(first)
    go_on(second)
    assert everything(second) == everything(first)


def test_encrypted_and_compressed_state_shows_no_plain_text(pair: Pair, place: Place) -> None:
    """M4: state is compressed, then encrypted, in events and snapshots."""
    first = pair[0].start("Depot", place.env(**CODECS["compressed and encrypted"]))
    furnish(first)
    for name, rows in place.rows().items():
        states = [value for row in rows for value in row if isinstance(value, bytes)]
        assert not any(b"timestamp" in state for state in states), name


def test_a_database_of_one_is_used_by_the_other_without_creating_tables(
    pair: Pair, place: Place
) -> None:
    """F14, G15, G18: with CREATE_TABLE=n nothing is created, and nothing is missing."""
    furnish(pair[0].start("Depot", place.env()))
    schema = place.schema()
    second = pair[1].start("Depot", place.env(CREATE_TABLE="n"))
    go_on(second)
    assert place.schema() == schema
    assert everything(pair[0].start("Depot", place.env(CREATE_TABLE="n"))) == everything(second)


def test_opening_a_database_of_the_other_changes_no_schema(pair: Pair, place: Place) -> None:
    """G16: everything is created "if not exists" (G31: but for the published function)."""
    pair[0].start("Depot", place.env())
    schema = place.schema()
    pair[1].start("Depot", place.env())
    assert comparable(place.schema()) == comparable(schema)


def test_text_ids_are_exchangeable(pair: Pair, place: Place) -> None:
    """S8, G11, G21: the same with ORIGINATOR_ID_TYPE=text."""
    first, second = (library.start("Atlas", place.env()) for library in pair)
    names = ["Ulm", "São Paulo", "", "x' OR 1=1 --", "Łódź 🦊", "k" * 500]
    for name in names:
        first("found", name)
        second("build", name, "Gasse")
        first("town_snapshot", name)
        first("build", name, "Straße")
    assert [second("town", name) for name in names] == [first("town", name) for name in names]
    notifications = [app("recorder.select_notifications", 1, 100) for app in (first, second)]
    assert notifications[0] == notifications[1]
    assert [n.originator_id for n in notifications[0][::3]] == [f"town-{name}" for name in names]


def test_uuids_that_are_stored_as_text_are_exchangeable(pair: Pair, place: Place) -> None:
    """M11: text IDs are converted to the type that the event class declares."""
    text = {"ORIGINATOR_ID_TYPE": "text"}
    first, second = (library.start("Depot", place.env(**text)) for library in pair)
    first("recorder.insert_events", [])
    first("new_seal", 2, "red")
    (notification,) = second("recorder.select_notifications", 1, 9)
    assert notification.originator_id == "00000000000000000000000000000002"


@pytest.mark.parametrize("places", ["postgres"], indirect=True)
def test_named_schemas_are_exchangeable(pair: Pair, places: Places) -> None:
    """G34: the same with POSTGRES_SCHEMA; nothing appears elsewhere."""
    place = places.make("museum")
    first, second = (library.start("Depot", place.env()) for library in pair)
    furnish(first)
    go_on(second)
    assert everything(second) == everything(first)
    assert {fact[1] for fact in place.schema()} == {"museum"}


@pytest.mark.parametrize("name", ["", "Depot", "DEPOT_2", "Gärten & Höfe", "d" * 53])
@pytest.mark.parametrize("places", ["postgres"], indirect=True)
def test_names_of_applications_give_the_same_tables(pair: Pair, place: Place, name: str) -> None:
    """G9: tables, index and channel are named after the application."""
    first, second = (library.start("Depot", place.env(), name=name) for library in pair)
    first("new_seal", 1, "red")
    second("break_seal", 1, "you")
    assert first("seal", 1) == second("seal", 1)
    assert len([name for name in place.rows() if name.endswith("_events")]) == 1


@pytest.mark.parametrize(
    ("app_name", "prefix"), [("Depot", "DEPOT_"), ("My Depot", "MY DEPOT_"), ("", "")]
)
def test_settings_with_the_name_of_the_application_are_found(
    pair: Pair, place: Place, app_name: str, prefix: str
) -> None:
    """A6: the same settings serve both libraries."""
    env = {f"{prefix}{key}": value for key, value in place.env(**ENCRYPTED).items()}
    first, second = (library.start("Depot", env, name=app_name) for library in pair)
    first("new_seal", 1, "red")
    assert second("seal", 1) == first("seal", 1)


def test_events_of_an_earlier_release_of_the_model_are_upcast(
    pair: Pair, next_release_pair: Pair, place: Place
) -> None:
    """M8, W1: what one library wrote, the other upcasts, from events and from snapshots."""
    old = pair[0].start("Depot", place.env())
    old("new_parcel", 1, "a", "b")
    old("new_parcel", 2, "c")
    old("snapshot_parcel", 2)
    new, other = (library.start("Depot", place.env()) for library in next_release_pair)
    assert "grams=500, places=['A', 'B']" in new("parcel", 1)
    assert "places=['c'], grams=501" in new("parcel", 2)
    new("move_parcel", 1, "ü")
    other("move_parcel", 2, "d")
    new("snapshot_parcel", 1)
    other("move_parcel", 1, "e")
    assert [new("parcel", n) for n in (1, 2)] == [other("parcel", n) for n in (1, 2)]
    states = [n.state for n in new("recorder.select_notifications", 6, 9)]
    assert all(state.endswith(b'"class_version":3}') for state in states)


def test_a_conflict_with_an_event_of_the_other_is_an_integrity_error(
    pair: Pair, place: Place
) -> None:
    """B1, X2: versions are unique, whoever wrote them; nothing is stored."""
    first, second = (library.start("Depot", place.env()) for library in pair)
    first("new_seal", 1, "red")
    first("new_seal", 2, "red")
    (stored,) = first("recorder.select_events", UUID(int=1))
    (other,) = first("recorder.select_events", UUID(int=2))
    fresh = type(stored)(stored.originator_id, 2, other.topic, other.state)
    with pytest.raises(Refused) as refused:
        second("recorder.insert_events", [fresh, stored])
    assert "IntegrityError" in refused.value.kinds
    assert second("recorder.max_notification_id") == 2
    second("break_seal", 1, "you")
    assert first("seal", 1) == second("seal", 1)


@pytest.mark.parametrize("codec", ["encrypted", "compressed"])
def test_what_cannot_be_read_is_refused_alike(pair: Pair, place: Place, codec: str) -> None:
    """M9: plain state for an application with a cipher or compressor; the text names the event."""
    pair[0].start("Depot", place.env())("new_seal", 1, "red")
    texts = []
    for library in pair:
        with pytest.raises(Refused) as refused:
            library.start("Depot", place.env(**CODECS[codec]))("seal", 1)
        assert "MapperDeserialisationError" in refused.value.kinds
        assert "ValueError" in refused.value.kinds
        texts.append(refused.value.text)
    assert texts[0] == texts[1]
