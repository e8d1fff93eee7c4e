"""Where versions of views are on each engine, and what becomes of these places: issue 5.5."""

from __future__ import annotations

import gc
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL

from eventsourcing.persistence import ProgrammingError, Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import ViewVersions
from eventsourcing.sqlite import SQLiteTrackingRecorder
from tests.integration.application.engines import ENGINES
from tests.integration.projection.ledgers import SQLiteLedger
from tests.integration.projection.rebuilds_sync import build, make_rebuild, make_versions, opened
from tests.support.waiting import eventually


@pytest.fixture
def sqlite_env(request: pytest.FixtureRequest) -> dict[str, str]:
    return ENGINES["sqlite"](request)


class Unqualified(PostgresTrackingRecorder):
    """A view whose table is wherever the server looks first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sql_create_statements.append(SQL("CREATE TABLE IF NOT EXISTS totals (n int)"))


def connect(env: dict[str, str]) -> psycopg.Connection:
    keys = {"POSTGRES_HOST": "host", "POSTGRES_PORT": "port", "POSTGRES_DBNAME": "dbname",
            "POSTGRES_USER": "user", "POSTGRES_PASSWORD": "password"}  # fmt: skip
    return psycopg.connect(**{key: env[name] for name, key in keys.items()}, autocommit=True)


def schemas(env: dict[str, str]) -> list[str]:
    with connect(env) as connection:
        rows = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE %s ORDER BY 1",
            [f"{env['POSTGRES_SCHEMA']}%"],
        )
        return [row[0] for row in rows]


def test_a_version_in_sqlite_is_a_file_until_it_is_dropped(sqlite_env, tmp_path) -> None:
    """Issue 5.5: with all that belongs to it."""
    with opened(sqlite_env) as (app, versions):
        app.create(3)
        build(app, versions, 2)
        build(app, versions, 3)
        assert (tmp_path / "application.listing.v2.db").exists()
        assert versions.environment(3)["LISTING_SQLITE_DBNAME"] == str(
            tmp_path / "application.listing.v3.db"
        )
        versions.drop(2)
    assert list(tmp_path.glob("*.v2.*")) == []
    assert len(list(tmp_path.glob("*.v3.*"))) > 0


def test_dropping_a_version_that_was_interrupted_is_finished_later(sqlite_env, tmp_path) -> None:
    """Issue 5.5: what is built anew does not begin with what was left."""
    with opened(sqlite_env) as (app, versions):
        app.create(3)
        build(app, versions, 2)
        build(app, versions, 3)
        with sqlite3.connect(tmp_path / "application.db") as connection:
            connection.execute("UPDATE view_versions SET state = 'dropping' WHERE version = 2")
        connection.close()
    with make_versions(sqlite_env) as versions:
        assert [each.number for each in versions.known()] == [1, 3]
        versions.add(2)
        assert versions.view(2).ids() == []


def test_a_file_that_is_left_from_another_database_is_not_taken_for_a_version(
    sqlite_env, tmp_path
) -> None:
    """Issue 5.5: its positions would be those of other events."""
    with opened(sqlite_env) as (app, versions):
        app.create(3)
        build(app, versions, 2)
    for path in tmp_path.glob("application.db*"):
        path.unlink()
    with make_versions(sqlite_env) as versions:
        with pytest.raises(ProgrammingError, match=r"something already .*listing\.v2\.db"):
            versions.add(2)
        assert [each.number for each in versions.known()] == [1]


def test_versions_in_memory_of_sqlite_are_those_of_one_object(tmp_path) -> None:
    """Issue 5.5: shared or private."""
    for db_name in (":memory:", "file:rebuilds?mode=memory&cache=shared"):
        env = {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(tmp_path / "events.db"),
            "LISTING_SQLITE_DBNAME": db_name,
        }
        with opened(env) as (app, versions):
            ids = app.create(3)
            build(app, versions, 1)
            build(app, versions, 2)
            assert versions.live_version() == 2
            assert versions.view(1) is not versions.live_view()
            assert versions.live_view().ids() == list(range(1, ids[-1] + 1))


def test_a_version_in_postgres_is_a_schema_until_it_is_dropped(postgres_env) -> None:
    """Issue 5.5: made and removed together with its record."""
    base = postgres_env["POSTGRES_SCHEMA"]
    with opened(postgres_env) as (app, versions):
        app.create(3)
        build(app, versions, 2)
        build(app, versions, 3)
        assert schemas(postgres_env) == [base, f"{base}_listing_v2", f"{base}_listing_v3"]
        assert versions.environment(3)["LISTING_POSTGRES_SCHEMA"] == f"{base}_listing_v3"
        versions.drop(2)
        assert schemas(postgres_env) == [base, f"{base}_listing_v3"]


def test_a_schema_with_other_tables_is_not_taken_for_a_version(postgres_env) -> None:
    """Issue 5.5: nobody's tables are dropped with the version."""
    schema = f"{postgres_env['POSTGRES_SCHEMA']}_listing_v2"
    with connect(postgres_env) as connection:
        connection.execute(f"CREATE SCHEMA {schema} CREATE TABLE own (n int)")
    with make_versions(postgres_env) as versions:
        with pytest.raises(ProgrammingError, match=f"something already .*schema {schema}"):
            versions.add(2)
        versions.drop(2)
        assert schema in schemas(postgres_env)


def test_who_may_not_create_schemas_is_told_what_to_do(postgres_env) -> None:
    """Issue 5.5: an empty schema that somebody has made will do."""
    base = postgres_env["POSTGRES_SCHEMA"]
    role = f"{base}_role"
    env = {**postgres_env, "POSTGRES_USER": role, "POSTGRES_PASSWORD": "secret"}
    with connect(postgres_env) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'secret'")
        connection.execute(f"GRANT ALL ON SCHEMA {base} TO {role}")
    with make_versions(env) as versions, connect(postgres_env) as connection:
        with pytest.raises(ProgrammingError, match=f"needs the schema {base}_listing_v2.* Grant"):
            versions.add(2)
        connection.execute(f"CREATE SCHEMA {base}_listing_v2 AUTHORIZATION {role}")
        versions.add(2)
        assert versions.view(2).ids() == []


def test_a_view_that_would_leave_its_schema_is_refused(postgres_env) -> None:
    """Issue 5.5: two versions must not write into one table."""
    with ViewVersions("Listing", Unqualified, postgres_env) as versions:
        versions.add(2)
        with pytest.raises(ProgrammingError, match="does not name its schema"):
            versions.view(2)


def test_places_are_not_made_where_tables_must_not_be_created(postgres_env) -> None:
    """Issue 5.5: `CREATE_TABLE` is false where somebody else makes them."""
    with make_versions({**postgres_env, "CREATE_TABLE": "no"}) as versions:
        assert versions.live_version() == 1
        with pytest.raises(ProgrammingError):
            versions.add(2)
    assert schemas(postgres_env) == [postgres_env["POSTGRES_SCHEMA"]]


def test_reading_creates_nothing(sqlite_env) -> None:
    """Issue 5.5: who only asks which version is live needs no right to write."""
    with make_versions(sqlite_env) as versions:
        assert versions.live_version() == 1
        versions.drop(2)
    connection = sqlite3.connect(sqlite_env["SQLITE_DBNAME"])
    tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()
    assert tables == []


def test_each_projection_has_versions_of_its_own(sqlite_env, tmp_path) -> None:
    """Issue 5.5: in one database."""
    with (
        ViewVersions("One", SQLiteLedger, sqlite_env) as one,
        ViewVersions("Other", SQLiteTrackingRecorder, sqlite_env) as other,
    ):
        one.add(2)
        other.add(2)
        assert one.switch(1, 2, "Upstream", 0.0)
        one.view(2).insert_tracking(Tracking("Upstream", 1))
        assert (one.live_version(), other.live_version()) == (2, 1)
        assert other.view(2).max_tracking_id("Upstream") is None
    assert sorted(path.name for path in Path(tmp_path).glob("*.v2.db")) == [
        "application.one.v2.db",
        "application.other.v2.db",
    ]


def test_the_old_version_waits_until_the_new_one_has_arrived_where_it_is(durable_env) -> None:
    """Issue 5.5: so nobody reads what is not in the new version yet."""
    with make_versions(durable_env) as versions, make_versions(durable_env) as others:
        versions.add(2)
        old, new = others.view(1), versions.view(2)
        old.insert_tracking(Tracking("Upstream", 5))
        has_looked = threading.Event()
        look = new.max_tracking_id

        def look_and_tell(application_name: str) -> int | None:
            has_looked.set()
            return look(application_name)

        new.max_tracking_id = look_and_tell
        with ThreadPoolExecutor(2) as threads:
            switched = threads.submit(versions.switch, 1, 2, "Upstream", 60.0)
            assert has_looked.wait(60)
            tracked = threads.submit(old.insert_tracking, Tracking("Upstream", 6))
            assert wait([tracked], timeout=0.1).done == set()
            assert old.max_tracking_id("Upstream") == 5  # who reads does not wait
            assert others.live_version() == 1
            new.insert_tracking(Tracking("Upstream", 5))
            assert switched.result(60)
            tracked.result(60)
        assert others.live_version() == 2
        assert old.max_tracking_id("Upstream") == 6


def test_the_old_version_does_not_wait_longer_than_that(durable_env) -> None:
    """Issue 5.5: it goes on, and nothing has changed."""
    with make_versions(durable_env) as versions, make_versions(durable_env) as others:
        versions.add(2)
        old = others.view(1)
        old.insert_tracking(Tracking("Upstream", 5))
        with ThreadPoolExecutor(1) as threads:
            switched = threads.submit(versions.switch, 1, 2, "Upstream", 0.2)
            while not switched.done():
                old.insert_tracking(Tracking("Upstream", old.max_tracking_id("Upstream") + 1))
            assert not switched.result()
        assert others.live_version() == 1


def test_nothing_is_left_running(env) -> None:
    """Issue 5.8: no thread, whether the version has become live or not."""
    threads = set(threading.enumerate())
    with opened(env) as (app, versions):
        app.create(30)
        build(app, versions, 2)
        with make_rebuild(app, versions, 3):
            pass
        rebuild = make_rebuild(app, versions, 4)
        rebuild.start()
        del rebuild
        gc.collect()
    # Not joined: one that is just being started cannot be.
    eventually(lambda: set(threading.enumerate()) <= threads)
