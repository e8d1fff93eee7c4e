"""The management command of the Django package; prints JSON."""

import json
import os
import sys

import django
import django_worker  # noqa: F401 (configures Django)
from django.conf import settings
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)
os.environ["PERSISTENCE_MODULE"] = "eventsourcing_django"

from eventsourcing.application import Application  # noqa: E402
from eventsourcing.domain import Aggregate, event  # noqa: E402
from eventsourcing.system import ProcessApplication, SingleThreadedRunner, System  # noqa: E402


class Counter(Aggregate):
    @event("Counted")
    def count(self):
        pass


class Upstream(Application):
    pass


class Downstream(ProcessApplication):
    def policy(self, domain_event, processing_event):
        counter = Counter()
        counter.count()
        processing_event.collect_events(counter)


runner = SingleThreadedRunner(System([[Upstream, Downstream]]))
sys.modules["django_followers"] = sys.modules[__name__]


def get_runner():
    return runner


def processed():
    """How many notifications of the upstream application were processed."""
    return len(runner.get(Downstream).notification_log.select(1, 10)) // 2


told = {}
settings.EVENTSOURCING_RUNNER = "django_followers.get_runner"
runner.start()
Upstream().save(Aggregate(), Aggregate(), Aggregate())  # its followers are not prompted
told["before"] = processed()
call_command("sync_followers", "--dry-run", verbosity=0)
told["dry run"] = processed()
call_command("sync_followers", verbosity=0)
told["after"] = processed()
call_command("sync_followers", verbosity=0)
told["again"] = processed()
told["tracked"] = runner.get(Downstream).recorder.max_tracking_id("Upstream")
runner.stop()
json.dump(told, sys.stdout)
