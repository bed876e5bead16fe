"""What migrations, generated documents and background work must agree with."""

import os
import secrets
import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from portal.lib.outbox import OutboxRow
from tests.house.tree import ROOT

# By hand: who empties which table, beside the hints (portal.lib.outbox).
DRAINS = {
    "dossiers.Paper": "dossiers.tasks.check_papers",
    "dossiers.MessageFile": "dossiers.tasks.check_papers",
    "dossiers.Slip": "dossiers.tasks.render_slips",
    "dossiers.RegisterVolume": "dossiers.tasks.write_registers",
    "notices.Notice": "notices.tasks.drain_notices",
    "postal.Order": "postal.tasks.drain_orders",
    "dossiers.Batch": "dossiers.tasks.work_batches",
    "dossiers.Bulk": "dossiers.tasks.work_bulk",
    "procedures.ImportJob": "procedures.tasks.work_imports",
    "procedures.Export": "procedures.tasks.write_exports",
    "procedures.Handout": "procedures.tasks.render_handouts",
}


@pytest.mark.both
def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_state_diagram_is_the_one_of_the_code():
    call_command("draw_workflow", check=True)


def test_every_outbox_has_a_drain():
    tables = {model._meta.label for model in apps.get_models() if issubclass(model, OutboxRow)}
    assert tables - {"outbox_app.Row"} == set(DRAINS)
    beaten = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert set(DRAINS.values()) <= beaten


def production(**changes):
    """The environment of deploy/, with values of no meaning."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return (
        kept
        | {
            "PRODUCTION": "True",
            "SECRET_KEY": secrets.token_hex(40),
            "LOOKUP_KEYS": f"1:{secrets.token_hex(32)}",
            "SITE_URL": "https://dichvucong.example.vn",
            "ALLOWED_HOSTS": "dichvucong.example.vn",
            "ADMIN_PATH": secrets.token_hex(8),
            "DATABASE_URL": "postgresql://portal_app@127.0.0.1/portal",
            "REDIS_URL": "redis://127.0.0.1:6379/0",
            "EMAIL_HOST": "mail.example.vn",
            "POSTAL_VNPOST_URL": "https://vnpost.example.vn",
            "POSTAL_VNPOST_KEY": "key",
            "POSTAL_VNPOST_SECRET": secrets.token_hex(32),
            "POSTAL_VNPOST_CUSTOMER": "H37",
            "POSTAL_VNPOST_CALLBACK_SECRET": secrets.token_hex(32),
        }
        | changes
    )


def deploy_check(environment):
    return run(environment, "manage.py", "check", "--deploy", "--fail-level", "WARNING")


def run(environment, *arguments):
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.slow
def test_production_settings_pass_djangos_own_check(tmp_path):
    found = deploy_check(production(VAR_DIR=str(tmp_path)))
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "LOOKUP_KEYS", "ADMIN_PATH", "REDIS_URL"])
def test_a_missing_value_is_named(name, tmp_path):
    environment = production(VAR_DIR=str(tmp_path))
    del environment[name]
    found = run(environment, "-c", "import portal.settings")
    assert found.returncode != 0 and f"Set {name} " in found.stderr


@pytest.mark.slow
def test_the_pretended_carrier_is_refused_in_production(tmp_path):
    found = deploy_check(
        production(VAR_DIR=str(tmp_path), POSTAL_VNPOST_URL="http://127.0.0.1:8090")
    )
    assert found.returncode != 0 and "postal.E002" in found.stderr
