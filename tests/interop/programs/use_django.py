"""The Django package before and after Django is set up; prints JSON."""

import json
import sys

import django
import django_worker  # noqa: F401 (configures Django)
import eventsourcing_django
from django.core.management import call_command

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.utils import Environment

ENV = {"PERSISTENCE_MODULE": "eventsourcing_django"}
told = {}


def outcome(function):
    try:
        return str(function())
    except Exception as error:
        return [type(error).__name__, str(error)]


told["before setup"] = outcome(lambda: Application(ENV))
placeholder = eventsourcing_django.Factory
django.setup()
told["replaced"] = eventsourcing_django.Factory is not placeholder
told["before migration"] = outcome(lambda: Application(ENV).save(Aggregate()))
call_command("migrate", verbosity=0)
application = Application(ENV)
told["after migration"] = len(application.save(Aggregate(), Aggregate()))
factory = InfrastructureFactory.construct(Environment("app", ENV))
told["factory"] = type(factory).__name__
told["no tracking recorder"] = outcome(factory.tracking_recorder)
told["not subscribed"] = outcome(application.recorder.subscribe)
told["tracking"] = outcome(lambda: factory.process_recorder().max_tracking_id("upstream"))
json.dump(told, sys.stdout)
