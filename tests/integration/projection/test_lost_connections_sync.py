# Generated from test_lost_connections_async.py by tools/async_to_sync.py: do not edit.
"""J21: what a runner does when the server ends its connections."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from eventsourcing._concurrency.primitives_sync import spawn
from eventsourcing.persistence import OperationalError
from tests.integration.projection.dcb_engines import join_settings
from tests.integration.projection.decisions_sync import Decisions, make_decisions_runner
from tests.integration.projection.samples_sync import PATIENCE, Upstream, make_runner
from tests.support.databases import PostgresDatabase

DCB_SETTINGS = {"PERSISTENCE_MODULE": "eventsourcing.dcb.postgres_tt"}
FOLLOWED = [
    (Upstream, make_runner, {"UPSTREAM_PERSISTENCE_MODULE": "eventsourcing.postgres"}),
    (Decisions, make_decisions_runner, join_settings("Upstream", DCB_SETTINGS, {})),
]
KINDS = ["aggregates", "decisions"]
THE_SERVER_SAYS = "terminating connection|server closed the connection"


@pytest.fixture
def lost_env(postgres_database: PostgresDatabase) -> dict[str, str]:
    """The settings of a database of its own, with subscriptions that do not reconnect."""
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_RECONNECT_TIMEOUT": "0",
        **postgres_database.patient_environ(),
    }


def terminate_connections(database: PostgresDatabase) -> None:
    with database.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize(("_", "make", "settings"), FOLLOWED, ids=KINDS)
def test_the_runner_fails_with_the_words_of_the_server(
    lost_env: dict[str, str],
    postgres_database: PostgresDatabase,
    _: Any,
    make: Any,
    settings: dict[str, str],
) -> None:
    """J21: in `run_forever()`, when the subscription does not reconnect."""
    with make({**lost_env, **settings}) as runner:
        ids = runner.app.create()
        runner.wait(ids[-1], PATIENCE)
        terminate_connections(postgres_database)
        with pytest.raises(OperationalError, match=THE_SERVER_SAYS):
            runner.run_forever(PATIENCE)


def test_one_who_runs_elsewhere_gets_the_error(
    lost_env: dict[str, str], postgres_database: PostgresDatabase
) -> None:
    """J21: `run_forever()` may be called by another thread (or task) than the runner's."""
    with make_runner(lost_env) as runner:
        ids = runner.app.create()
        runner.wait(ids[-1], PATIENCE)
        running = spawn(runner.run_forever, PATIENCE)
        terminate_connections(postgres_database)
        assert running.join(PATIENCE)
        assert isinstance(running.error, OperationalError)


def test_who_waits_gets_the_error(
    lost_env: dict[str, str], postgres_database: PostgresDatabase
) -> None:
    """J21, J23: or, if they look just then, the error of looking."""
    with make_runner(lost_env) as runner:
        ids = runner.app.create()
        runner.wait(ids[-1], PATIENCE)
        terminate_connections(postgres_database)
        with pytest.raises(OperationalError):
            runner.wait(1000, PATIENCE)
        with suppress(OperationalError):
            runner.run_forever(PATIENCE)


@pytest.mark.parametrize(("app_class", "make", "settings"), FOLLOWED, ids=KINDS)
def test_the_runner_goes_on_when_the_subscription_reconnects(
    lost_env: dict[str, str],
    postgres_database: PostgresDatabase,
    app_class: Any,
    make: Any,
    settings: dict[str, str],
) -> None:
    """README 5: subscriptions reconnect by default, and then nothing has been missed."""
    del lost_env["POSTGRES_RECONNECT_TIMEOUT"]
    env = {**lost_env, **settings, "PERSISTENCE_MODULE": "eventsourcing.popo"}  # for the view
    with make(env) as runner:
        expected = runner.app.create(3)
        runner.wait(expected[-1], PATIENCE)
        for _ in range(2):
            terminate_connections(postgres_database)
            with app_class(env) as app:
                expected += app.create(2)
            runner.wait(expected[-1], PATIENCE)
        assert runner.view.ids() == expected
