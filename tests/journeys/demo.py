"""The demo's data, loaded once for all portals of a run: a folder, and a database to copy.
`python -m tests.journeys.demo` prepares them (bin/test does, while the sources are checked)."""

import os
import subprocess
import sys
from pathlib import Path

from tests import prepared
from tests.journeys.databases import OwnPostgres

ROOT = Path(__file__).resolve().parents[2]
NAME = "demo"
LOAD = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_demo", verbosity=0)
"""


def load(env):
    env = env | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    subprocess.run([sys.executable, "-c", LOAD], cwd=ROOT, env=env, check=True)


def once():
    """The folder, made by who comes first; None where the server is not this run's own: what is
    there may be another day's."""
    if "PORTAL_OWN_POSTGRES" not in os.environ:
        return None
    with prepared.alone() as folder:
        kept = folder / NAME
        if not kept.exists():
            draft = folder / f"{NAME}.making"
            draft.mkdir()
            database = OwnPostgres(os.environ["DATABASE_URL"], NAME)
            database.create(template=prepared.template_name())
            load(os.environ | {"VAR_DIR": str(draft), "DATABASE_URL": database.url})
            draft.rename(kept)
    return kept


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    once()
