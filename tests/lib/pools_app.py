"""A Celery application whose one task exercises run_guarded inside a real worker."""

import json
import os
from pathlib import Path

from celery import Celery

from portal.lib import jobs
from tests.lib import guarded

folder = Path(os.environ.get("POOLS_FOLDER", "/nonexistent"))
app = Celery("pools", broker="filesystem://")
app.conf.update(
    broker_transport_options={
        "data_folder_in": str(folder / "q"),
        "data_folder_out": str(folder / "q"),
        "control_folder": str(folder / "c"),
        "polling_interval": 0.1,
    },
    task_ignore_result=True,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)


def attempt(func, *args, timeout=20):
    try:
        return jobs.run_guarded(func, *args, timeout=timeout)
    except jobs.JobError as error:
        return type(error).__name__


@app.task
def exercise():
    found = [
        attempt(guarded.double, 21),
        attempt(guarded.sleep, 60, timeout=1),
        attempt(guarded.double, 4),
        attempt(guarded.segfault),
        attempt(guarded.double, 5),
        attempt(guarded.who),
    ]
    draft = folder / "found.tmp"
    draft.write_text(json.dumps(found))
    draft.rename(folder / "found.json")
