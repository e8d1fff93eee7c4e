"""Packages that extend the published library work on ours, as they come from the package index."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eventsourcing.persistence import StoredEvent, Tracking
from tests.interop.libraries import PROGRAMS, App, Library, Refused, environ_for_programs
from tests.interop.places import CODECS
from tests.interop.test_exchange import everything, furnish, go_on
from tests.interop.test_tracking import event
from tests.support.databases import PostgresDatabase
from tests.support.environments import EnvironmentSpec, python_of

SQLALCHEMY = EnvironmentSpec(
    "sqlalchemy",
    (
        "eventsourcing_sqlalchemy==1.0.1",
        "SQLAlchemy>=2.0.40,<3",
        "psycopg[binary,pool]>=3.2,<4",
        "cryptography>=42",
    ),
)
# Requires a published version below 9.5; all else that it requires is in the list.
DJANGO = EnvironmentSpec(
    "django",
    ("Django>=5.1,<5.2", "cryptography>=42"),
    without_dependencies=("eventsourcing_django==0.6",),
)
# eventsourcing_dynamodb requires a published version below 9.4.
ADAPTERS = EnvironmentSpec(
    "adapters",
    ("eventsourcing_kurrentdb==1.2.2", "eventsourcing_axonserver==0.2", "boto3>=1.36,<2"),
    without_dependencies=("eventsourcing_dynamodb==0.1.0",),
)
# Requires a published version below 9.3, and grpcio 1.44, which has no wheels for Python 3.11.
GRPC = EnvironmentSpec(
    "grpc",
    ("grpcio>=1.60", "protobuf>=3.20,<3.21"),
    without_dependencies=("eventsourcing_grpc==0.1.2",),
)


def told_by(spec: EnvironmentSpec, program: str, *arguments: str, **environ: str) -> Any:
    done = subprocess.run(
        [str(python_of(spec)), str(PROGRAMS / program), *arguments],
        env=environ_for_programs(**environ),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(params=["sqlalchemy on sqlite", "sqlalchemy on postgres", "django"])
def extension(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Library, dict[str, str]]]:
    """Our library with an extension, and the settings that select it."""
    if request.param == "django":
        path = tmp_path / "django.sqlite"
        program = "django_worker.py"
        library = Library("django", python_of(DJANGO), program=program, DJANGO_DATABASE=str(path))
        env = {"PERSISTENCE_MODULE": "eventsourcing_django"}
    else:
        library = Library("sqlalchemy", python_of(SQLALCHEMY))
        url = f"sqlite:///{tmp_path / 'alchemy.sqlite'}"
        if "postgres" in request.param:
            database: PostgresDatabase = request.getfixturevalue("postgres_database")
            url = (
                f"postgresql+psycopg://{database.user}:{database.password}"
                f"@{database.host}:{database.port}/{database.dbname}"
            )
        env = {"PERSISTENCE_MODULE": "eventsourcing_sqlalchemy", "SQLALCHEMY_URL": url}
    yield library, {**env, "IS_SNAPSHOTTING_ENABLED": "y"}
    library.do("reset")
    library.close()


@pytest.mark.parametrize("codec", ["plain", "compressed and encrypted"])
def test_applications_store_and_read_through_an_extension(
    extension: tuple[Library, dict[str, str]], codec: str
) -> None:
    """N-SA, N-DJ: events, snapshots, notifications, logs."""
    library, env = extension
    first, second = (library.start("Depot", {**env, **CODECS[codec]}) for _ in range(2))
    furnish(first)
    assert everything(second) == everything(first)
    go_on(second)
    assert everything(first) == everything(second)
    assert second("recorder.max_notification_id") >= 60


def test_conflicts_through_an_extension_are_integrity_errors(
    extension: tuple[Library, dict[str, str]],
) -> None:
    """N-SA, N-DJ: errors are raised as ours; nothing is stored."""
    library, env = extension
    app = library.start("Depot", env)
    app("recorder.insert_events", [event(1), event(2)])
    for stored_events in ([event(1)], [event(3), event(2)]):
        with pytest.raises(Refused) as refused:
            app("recorder.insert_events", stored_events)
        assert "IntegrityError" in refused.value.kinds
        assert "RecordConflictError" in refused.value.kinds
    notifications = app("recorder.select_notifications", 1, 10)
    assert [n.originator_id.int for n in notifications] == [1, 2]


def test_selections_through_an_extension(extension: tuple[Library, dict[str, str]]) -> None:
    """B4-B6: ranges, limits, topics."""
    library, env = extension
    recorder = library.recorder("application", env)
    stored = [StoredEvent(event(1).originator_id, n, f"topic{n}", b"x") for n in (1, 2, 3)]
    assert list(recorder("insert_events", stored)) == [1, 2, 3]

    def ids(*args: object, **kwargs: object) -> list[int]:
        return [n.id for n in recorder("select_notifications", *args, **kwargs)]

    assert ids(1, 10) == [1, 2, 3]
    assert ids(None, 10, stop=2) == [1, 2]
    assert ids(1, 10, inclusive_of_start=False) == [2, 3]
    assert ids(1, 3, topics=["topic1", "topic3"]) == [1, 3]
    assert recorder("select_events", stored[0].originator_id, gt=1, desc=True, limit=1) == [
        stored[2]
    ]


def test_tracking_through_an_extension(extension: tuple[Library, dict[str, str]]) -> None:
    """Y1: events and tracking are stored together or not at all."""
    library, env = extension
    recorder = library.recorder("process", env)
    assert recorder("max_tracking_id", "upstream") in (None, 0)
    recorder("insert_events", [event(1)], tracking=Tracking("upstream", 5))
    recorder("wait", "upstream", 5, 1.0)
    with pytest.raises(Refused) as refused:
        recorder("insert_events", [event(2)], tracking=Tracking("upstream", 5))
    assert "IntegrityError" in refused.value.kinds
    assert recorder("max_tracking_id", "upstream") == 5
    assert recorder("has_tracking_id", "upstream", 5) is True
    assert recorder("has_tracking_id", "upstream", 6) is False
    assert [n.originator_id.int for n in recorder("select_notifications", 1, 9)] == [1]


def test_subscriptions_through_an_extension(extension: tuple[Library, dict[str, str]]) -> None:
    """N-SA: on PostgreSQL the package's subscription gives what is stored; others have none."""
    library, env = extension
    app: App = library.start("Depot", env)
    app("save_in_blocks", "before", 2, 3)
    if env.get("SQLALCHEMY_URL", "").startswith("postgresql"):
        assert [n.id for n in app("follow", 4, 2)] == [3, 4, 5, 6]
    else:
        with pytest.raises(Refused) as refused:
            app("follow", 1)
        assert "NotImplementedError" in refused.value.kinds


def test_sessions_of_sqlalchemy(tmp_path: Path) -> None:
    """N-SA: transactions of the caller, `session=`, scoped sessions."""
    url = f"sqlite:///{tmp_path / 'alchemy.sqlite'}"
    assert told_by(SQLALCHEMY, "use_sqlalchemy.py", url) == {
        "in the transaction": 1,
        "committed": 1,
        "rolled back": 1,
        "mine": 1,
        "session given": True,
        "kept": True,
        "dropped": True,
        "unknown": False,
    }


def test_django_before_and_after_setup(tmp_path: Path) -> None:
    """N-DJ: the placeholder says what to do; the real factory replaces it."""
    told = told_by(DJANGO, "use_django.py", DJANGO_DATABASE=str(tmp_path / "django.sqlite"))
    kind, text = told.pop("before setup")
    assert kind == "OperationalError"
    assert text.startswith("Django app not ready")
    assert told == {
        "replaced": True,
        "before migration": ["OperationalError", "no such table: stored_events"],
        "after migration": 2,
        "factory": "Factory",
        "no tracking recorder": ["NotImplementedError", ""],
        "not subscribed": ["NotImplementedError", ""],
        "tracking": "None",
    }


def test_followers_are_synchronised_by_the_django_command(tmp_path: Path) -> None:
    """N-DJ: `sync_followers` processes what the followers have not seen."""
    path = str(tmp_path / "django.sqlite")
    told = told_by(DJANGO, "django_followers.py", DJANGO_DATABASE=path)
    assert told == {"before": 0, "dry run": 0, "after": 3, "again": 3, "tracked": 3}


@pytest.mark.parametrize(
    ("module", "refusal"),
    [
        ("eventsourcing_kurrentdb", "InfrastructureFactoryError"),
        ("eventsourcing_axonserver", "OSError"),
        ("eventsourcing_dynamodb", "OSError"),
    ],
)
def test_packages_for_other_stores_construct(module: str, refusal: str) -> None:
    """N-KD, N-AX, N-DY: factories are found, recorders constructed, settings missed by name."""
    told = told_by(
        ADAPTERS,
        "construct_adapters.py",
        module,
        AWS_DEFAULT_REGION="eu-west-1",
        AWS_ACCESS_KEY_ID="x",
        AWS_SECRET_ACCESS_KEY="x",
    )[module]
    assert refusal == told["refused"][0]
    assert told["factory"].endswith("Factory")
    assert told["application"] == told["of an application"]
    assert told["application"].endswith("ApplicationRecorder")
    assert told["aggregate"].endswith("AggregateRecorder")
    assert told["mapper"] == "Mapper"
    assert told["tracking"][0] == "NotImplementedError"
    if module == "eventsourcing_dynamodb":
        assert told["process"] == "DynamoProcessRecorder"
    else:
        assert told["process"][0] == "NotImplementedError"


def test_the_grpc_package_constructs() -> None:
    """N-GR: all of its modules can be imported, and its runner constructed."""
    told = told_by(GRPC, "construct_grpc.py")
    assert told["modules"]
    assert told["runner"] == "GrpcRunner"
