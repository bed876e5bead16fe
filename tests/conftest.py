"""The people and the things most tests are about (see tests/factories.py)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from accounts.models import User
from dossiers.models import Dossier
from procedures.models import Service
from procedures.search import keeping
from tests import factories, prepared
from tests.running import (  # noqa: F401 - hooks of pytest, a fixture
    chromium,
    pytest_collection_finish,
    pytest_configure,
    pytest_itemcollected,
)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    """Every test keeps its files to itself."""
    for name, value in prepared.places(tmp_path).items():
        setattr(settings, name, value)


@pytest.fixture(scope="session", autouse=True)
def shared_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where fixtures of a module put theirs."""
    with override_settings(**prepared.places(tmp_path_factory.mktemp("shared"))):
        yield


@pytest.fixture(scope="session", autouse=True)
def connections_stay() -> Iterator[None]:
    """Closing a response ends a request, and that closes a connection found in a transaction:
    in a test it is the test's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_is_made_twice() -> Iterator[None]:
    with prepared.once():
        yield


@pytest.fixture(scope="session", autouse=True)
def fast_passwords() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="module")
def lasting_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For a module's own fixtures: rows that all of its tests see, each in a savepoint of its
    own, and that are gone after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def no_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker in unit tests: hints go nowhere, as when Redis is away."""
    monkeypatch.setattr("portal.lib.hints.send", lambda name, kwargs: None)


@pytest.fixture(autouse=True)
def empty_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    # A journey's portal has a cache of its own, and another worker may be at work with this one.
    if request.node.get_closest_marker("browser"):
        yield
        return
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def fresh_index() -> None:
    """Rows of one test are gone in the next, and no stamp says so."""
    keeping.forget()


@pytest.fixture
def binh(db: None) -> User:
    return factories.binh()


@pytest.fixture
def lan(db: None) -> User:
    return factories.lan()


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
