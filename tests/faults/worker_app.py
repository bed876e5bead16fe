"""The portal's Celery application for workers that are going to be killed.

The lease is short, so that a killed worker's orders are taken over within the test; everything
else is the portal's own. KILLS_TWIN=1 takes out one named guard: asking the carrier first.
"""

import os
from datetime import timedelta

import django

django.setup()

from portal.celery import app  # noqa: E402
from postal import sending, tasks  # noqa: E402

tasks.LEASE = timedelta(seconds=float(os.environ.get("KILLS_LEASE", "3")))
if os.environ.get("KILLS_TWIN"):
    sending._ask = lambda carrier, order: None

__all__ = ["app"]
