"""A migrated database is made once and copied: migrating takes a processor eight seconds, and
each process of each run would pay them. `python -m tests.prepared` does it ahead of them."""

import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.base.operations import BaseDatabaseOperations
from whitenoise.middleware import WhiteNoiseMiddleware

ROOT = Path(__file__).resolve().parents[1]
MADE_FROM = ["*/migrations/*", "*/models/**/*.py", "*/models.py", "portal/lib/**/*.py"]
MADE_FROM += ["*/search/*.csv"]
_migrate = BaseDatabaseCreation.create_test_db
_flush = BaseDatabaseOperations.execute_sql_flush
_held = []  # a database in memory lives as long as somebody is connected


@cache
def digest() -> str:
    """Of everything that decides what migrations make: they, and what they may import."""
    found = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for pattern in MADE_FROM:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                found.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return found.hexdigest()[:16]


def template_name() -> str:
    return f"migrated_{digest()}"


@contextmanager
def alone() -> Iterator[Path]:
    """One process at a time; the others find what it made."""
    folder = settings.VAR_DIR / "tests"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def create_test_db(creation: Any, *args: Any, **kwargs: Any) -> str:
    """In place of Django's."""
    connection = creation.connection
    postgresql = connection.vendor == "postgresql"
    # A server that is not this run's own (bin/_servers.sh) shall keep nothing of ours.
    if postgresql and "PORTAL_OWN_POSTGRES" not in os.environ:
        return _migrate(creation, *args, **kwargs)
    with alone() as folder:
        kept = _OnPostgres(creation) if postgresql else _OnSqlite(creation, folder)
        if found := kept.exists():
            kept.use()
            connection.settings_dict["TEST"]["MIGRATE"] = False
        name = _migrate(creation, *args, **kwargs)
        if not found:
            kept.make()
    return name


class _OnPostgres:
    def __init__(self, creation: Any) -> None:
        self.creation = creation

    def exists(self) -> bool:
        with self.creation._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template_name()])
            return cursor.fetchone() is not None

    def use(self) -> None:
        self.creation.connection.settings_dict["TEST"]["TEMPLATE"] = template_name()

    def make(self) -> None:
        connection = self.creation.connection
        connection.close()
        with self.creation._nodb_cursor() as cursor:
            name = connection.settings_dict["NAME"]
            cursor.execute(f'CREATE DATABASE {template_name()} TEMPLATE "{name}"')


class _OnSqlite:
    def __init__(self, creation: Any, folder: Path) -> None:
        self.creation = creation
        self.path = folder / f"{template_name()}.sqlite3"

    def exists(self) -> bool:
        return self.path.exists()

    def use(self) -> None:
        target = sqlite3.connect(self.creation._get_test_db_name(), uri=True)
        _held.append(target)
        with sqlite3.connect(self.path) as source:
            source.backup(target)
        source.close()

    def make(self) -> None:
        for old in self.path.parent.glob("migrated_*"):
            old.unlink()
        draft = self.path.with_suffix(".making")
        target = sqlite3.connect(draft)
        self.creation.connection.connection.backup(target)
        target.close()
        draft.rename(self.path)


def flush(operations: Any, statements: Any) -> None:
    """In place of Django's, which empties the tables after a test that commits: the ledger's
    own triggers refuse that."""
    from tests.ledgers import unguarded

    with unguarded(operations.connection):
        _flush(operations, statements)


@contextmanager
def once() -> Iterator[None]:
    """What every test would pay for anew: a migrated database, the list of static files that
    each test client's WhiteNoise makes, and a disk that survives a power cut."""
    listed: dict[Any, Any] = {}
    listing = WhiteNoiseMiddleware.add_files_from_finders

    def add_files(self: Any) -> None:
        place = (self.static_prefix, *map(str, settings.STATICFILES_DIRS))
        if place not in listed:
            before, self.files = self.files, {}
            listing(self)
            listed[place], self.files = self.files, before
        self.files = self.files | listed[place]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseCreation, "create_test_db", create_test_db)
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_files)
        patch.setattr(os, "fsync", lambda handle: None)
        yield


def places(folder: Path) -> dict[str, Any]:
    place = {"location": str(folder / "private"), "base_url": None}
    backend = "django.core.files.storage.FileSystemStorage"
    stores = settings.STORAGES | {"default": {"BACKEND": backend, "OPTIONS": place}}
    return {
        "PRIVATE_ROOT": folder / "private",
        "EMAIL_FILE_PATH": folder / "mail",
        "STORAGES": stores,
    }


def prepare() -> None:
    """The copy, by way of a test database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django
    from django.db import connection

    django.setup()
    with once():
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    prepare()
