"""The Celery application: `celery -A portal worker`."""

import os
from pathlib import Path

from celery import Celery, signals
from django.db import close_old_connections
from kombu.transport import TRANSPORT_ALIASES

# Before any connection: our variant does not let workers read half-written messages.
TRANSPORT_ALIASES["filesystem"] = "portal.lib.filebroker:Transport"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def keep_logging(**kwargs: object) -> None:
    """With a receiver Celery leaves logging alone: LOGGING and LOG_LEVEL rule workers too."""


@signals.task_prerun.connect
def leave_lost_connections(**kwargs: object) -> None:
    """Celery keeps connections over a thousand tasks (DB_REUSE_MAX); one that a restart of the
    database has cut would fail every one of them. In a request Django looks itself."""
    close_old_connections()


def make_broker_folders() -> None:
    """The filesystem broker of the embedded default does not make its own folders."""
    for path in app.conf.broker_transport_options.values():
        if isinstance(path, str) and path.startswith("/"):
            Path(path).mkdir(parents=True, exist_ok=True)


make_broker_folders()
