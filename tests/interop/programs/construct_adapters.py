"""Constructs what packages for other stores offer, without their servers; prints JSON."""

import json
import sys

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.utils import Environment

KINDS = ("application", "aggregate", "process", "tracking")
SETTINGS = {
    "eventsourcing_kurrentdb": {"KURRENTDB_URI": "kdb://127.0.0.1:1?Tls=false"},
    "eventsourcing_axonserver": {"AXONSERVER_URI": "127.0.0.1:1"},
    "eventsourcing_dynamodb": {
        "DYNAMO_TABLE": "events",
        "DYNAMO_ENDPOINT_URL": "http://127.0.0.1:1",
    },
}


def outcome(function):
    try:
        return type(function()).__name__
    except Exception as error:
        return [cls.__name__ for cls in type(error).__mro__] + [str(error)]


def constructed(module):
    without_settings = Environment("app", {"PERSISTENCE_MODULE": module})
    environment = Environment("app", {**without_settings, **SETTINGS[module]})
    factory = InfrastructureFactory.construct(environment)
    told = {
        "refused": outcome(lambda: InfrastructureFactory.construct(without_settings)),
        "factory": type(factory).__name__,
    }
    for kind in KINDS:
        told[kind] = outcome(getattr(factory, f"{kind}_recorder"))
    application = Application({**environment})
    told["of an application"] = type(application.recorder).__name__
    told["mapper"] = type(application.mapper).__name__
    factory.close()
    application.close()
    return told


json.dump({module: constructed(module) for module in sys.argv[1:]}, sys.stdout)
