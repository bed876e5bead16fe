"""The demo's data, loaded once for all portals of a run: a folder, and a database to copy.
`python -m tests.journeys.demo` prepares them (bin/test does, while the sources are checked)."""

import os
import shutil
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
    """The folder, made by who comes first; None where VAR_DIR is not this run's own: what is
    there may be another day's."""
    if "PORTAL_OWN_POSTGRES" not in os.environ:
        return None
    url = os.environ.get("DATABASE_URL")
    with prepared.alone() as folder:
        kept = folder / (NAME if url else f"{NAME}-sqlite")
        if not kept.exists():
            draft = folder / f"{kept.name}.making"
            draft.mkdir()
            env = os.environ | {"VAR_DIR": str(draft)}
            if url:
                database = OwnPostgres(url, NAME)
                database.create(template=prepared.template_name())
                env["DATABASE_URL"] = database.url
            elif (migrated := folder / f"{prepared.template_name()}.sqlite3").exists():
                shutil.copy(migrated, draft / "portal.sqlite3")
            load(env)
            draft.rename(kept)
    return kept


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    once()
