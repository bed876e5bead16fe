"""The ledger's tables and those of issued papers without their triggers: for Django's flush, and
for attackers in tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import connection as default
from django.db import transaction

from portal.lib.appendonly import freeze, guard, unguard

made = import_module("dossiers.migrations.0008_append_only")
issued = import_module("dossiers.migrations.0020_issued_as_is")
volumes = import_module("dossiers.migrations.0022_volume_content")


@contextmanager
def unguarded(connection: Any = default) -> Iterator[None]:
    """As the owner of the tables may do, the portal's role not (tests/house/test_setup.py)."""
    names = (*made.TABLES, *volumes.TABLES, *issued.FIXED)
    models = {name: apps.get_model("dossiers", name) for name in names}
    with transaction.atomic(using=connection.alias):
        _settle(connection)
        for model in models.values():
            unguard(connection, model)
        yield
        _settle(connection)
        for name, model in models.items():
            if name in issued.FIXED:
                freeze(connection, model, issued.FIXED[name], issued.ONCE)
            else:
                guard(connection, model, made.EMPTIED.get(name))


def _settle(connection: Any) -> None:
    """PostgreSQL alters no table whose foreign keys are still to be looked at."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
