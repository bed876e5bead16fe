"""The Celery application: `celery -A portal worker`."""

import os
from pathlib import Path

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def make_broker_folders() -> None:
    """The filesystem broker of the embedded default does not make its own folders."""
    for path in app.conf.broker_transport_options.values():
        if isinstance(path, str) and path.startswith("/"):
            Path(path).mkdir(parents=True, exist_ok=True)


make_broker_folders()
