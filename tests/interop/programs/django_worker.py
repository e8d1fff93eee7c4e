"""The worker in a Django project of its own: DJANGO_DATABASE names the SQLite file."""

import os

import django
from django.conf import settings
from django.core.management import call_command

settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["DJANGO_DATABASE"],
        }
    },
    INSTALLED_APPS=["eventsourcing_django"],
    USE_TZ=True,
)

if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)

    import worker

    worker.main()
