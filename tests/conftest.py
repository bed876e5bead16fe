"""The people and the things most tests are about (see tests/factories.py)."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.core.cache import cache
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.creation import BaseDatabaseCreation
from whitenoise.middleware import WhiteNoiseMiddleware

from accounts.models import User
from dossiers.models import Dossier
from procedures.models import Service
from procedures.search import keeping
from tests import factories, prepared


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    """Every test keeps its files to itself."""
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "private"), "base_url": None},
        }
    }


@pytest.fixture(scope="session", autouse=True)
def connections_stay() -> Iterator[None]:
    """Closing a response ends a request, and that closes a connection found in a transaction:
    in a test it is the test's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_is_made_twice() -> Iterator[None]:
    """What every test would pay for anew: a migrated database, the list of static files that
    each test client's WhiteNoise makes, and a disk that survives a power cut."""
    listed: dict[Any, Any] = {}
    listing = WhiteNoiseMiddleware.add_files_from_finders

    def add_files(self: Any) -> None:
        place = (self.static_prefix, *map(str, portal_settings.STATICFILES_DIRS))
        if place not in listed:
            before, self.files = self.files, {}
            listing(self)
            listed[place], self.files = self.files, before
        self.files = self.files | listed[place]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseCreation, "create_test_db", prepared.create_test_db)
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_files)
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(autouse=True)
def fast_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker in unit tests: hints go nowhere, as when Redis is away."""
    monkeypatch.setattr("portal.lib.hints.send", lambda name, kwargs: None)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def fresh_index() -> None:
    """Rows of one test are gone in the next, and no stamp says so."""
    keeping.forget()


@pytest.fixture
def binh(db: None) -> User:
    """Files. His account was checked at a desk."""
    return factories.a_person(
        "Nguyễn Văn Bình",
        "binh@example.vn",
        phone="0912345678",
        citizen_id="020090000123",
        auth_level=1,
    )


@pytest.fixture
def lan(db: None) -> User:
    """Receives at the one-stop desk."""
    return factories.an_officer(
        "Hoàng Thị Lan", "lan@example.vn", "reception", factories.an_agency()
    )


@pytest.fixture
def hung(db: None) -> User:
    """Decides at the committee."""
    return factories.an_officer("Lý Văn Hùng", "hung@example.vn", "leader", factories.a_committee())


@pytest.fixture
def mai(db: None) -> User:
    """Posts results."""
    return factories.an_officer("Nông Thị Mai", "mai@example.vn", "postal", factories.an_agency())


@pytest.fixture
def cuc(db: None) -> User:
    """Writes procedures."""
    return factories.an_editor("Đào Thị Cúc", "cuc@example.vn")


@pytest.fixture
def dung(db: None) -> User:
    """Approves them."""
    return factories.an_editor("Vương Tiến Dũng", "dung@example.vn")


@pytest.fixture
def stranger(db: None) -> User:
    return factories.a_person("Người Lạ", "la@example.vn")


@pytest.fixture
def service(db: None) -> Service:
    return factories.a_service()


@pytest.fixture
def draft(binh: User, service: Service) -> Dossier:
    return factories.a_full_draft(binh, service)


@pytest.fixture
def filed(binh: User, service: Service) -> Dossier:
    return factories.a_filed(binh, service)
