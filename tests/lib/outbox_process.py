"""One process of tests/lib/test_outbox_crowd.py: `python outbox_process.py DB fill N` or
`… DB drain JOURNAL`, on a SQLite file with the options of the embedded portal."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

os.environ["DATABASE_URL"] = f"sqlite:///{sys.argv[1]}"
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.INSTALLED_APPS = ["tests.lib.outbox_app"]
django.setup()

from django.db import connection  # noqa: E402

from portal.lib.outbox import drain  # noqa: E402
from tests.lib.outbox_app.models import Letter  # noqa: E402


def fill(count: str) -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Letter)
    Letter.objects.bulk_create(Letter(key=f"thu-{n}") for n in range(int(count)))


def drain_all(journal: str) -> None:
    """One line per row handled, straight to the file: two processes may write at once."""
    with open(journal, "ab", buffering=0) as lines:
        drain(
            Letter.objects.all(),
            lambda row: lines.write(f"{os.getpid()} {row.key}\n".encode()),
            limit=1000,
        )


{"fill": fill, "drain": drain_all}[sys.argv[2]](sys.argv[3])
