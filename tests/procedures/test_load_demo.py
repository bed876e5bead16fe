"""`manage.py load_demo`: whole, the same twice, never in production."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from accounts.models import Agency, Province, User, Ward
from accounts.places import load_places
from dossiers.models import Dossier, NonWorkingDay
from dossiers.official_days import load_days
from dossiers.workflow import Status
from portal.demo import accounts
from portal.demo.accounts import PASSWORD, PEOPLE
from portal.lib.codes import citizen_id_problem
from procedures.models import Procedure, Service
from tests.procedures.test_catalogue import LABELS

FAST_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # as tests/conftest.py has it
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[None]:
    """Loaded once for this file, undone at its end."""
    folder = tmp_path_factory.mktemp("demo")
    with (
        django_db_blocker.unblock(),
        override_settings(
            PRIVATE_ROOT=folder / "private", VAR_DIR=folder, PASSWORD_HASHERS=FAST_HASHERS
        ),
        transaction.atomic(),
    ):
        call_command("load_demo", stdout=io.StringIO())
        yield
        transaction.set_rollback(True)


def counts() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def test_twice_is_the_same_and_cheap() -> None:
    before = counts()
    with CaptureQueriesContext(connection) as seen:
        call_command("load_demo", stdout=io.StringIO())
    assert counts() == before
    assert len(seen) <= 27


def test_what_was_edited_since_stays() -> None:
    Agency.objects.filter(code="000.01.15.H37").update(phone="0205 111")
    User.objects.filter(email="binh@example.vn").update(full_name="Bình đổi tên")
    call_command("load_demo", stdout=io.StringIO())
    assert Agency.objects.get(code="000.01.15.H37").phone == "0205 111"
    assert User.objects.get(email="binh@example.vn").full_name == "Bình đổi tên"


@pytest.mark.parametrize("switch", [{"PRODUCTION": True}, {"DEMO": False}])
def test_production_is_refused_with_a_sentence(switch: dict[str, bool]) -> None:
    with override_settings(**switch), pytest.raises(CommandError, match="cổng thật"):
        call_command("load_demo")


# QĐ 19/2025/QĐ-TTg
def test_34_provinces_and_3321_wards() -> None:
    assert (Province.objects.count(), Ward.objects.count()) == (34, 3321)


def test_places_are_named_in_full() -> None:
    assert Province.objects.get(code="20").full_name == "Tỉnh Lạng Sơn"
    assert Province.objects.get(code="01").name == "Hà Nội"
    # The package writes it "xã Bắc Sơn".
    assert Ward.objects.get(code="06325").full_name == "Xã Bắc Sơn"


def test_loading_places_again_changes_none() -> None:
    assert load_places() == (0, 0)


def test_holidays_of_six_years() -> None:
    assert {day.year for day in NonWorkingDay.objects.dates("date", "year")} == set(
        range(2025, 2031)
    )
    assert NonWorkingDay.objects.get(date="2026-09-02").kind == "off"


# Công văn of 2025: Saturday 26/4/2025 was worked for Friday 2/5/2025.
def test_a_make_up_day_is_a_working_day() -> None:
    assert NonWorkingDay.objects.get(date="2025-04-26").kind == "work"


def test_a_day_somebody_took_out_does_not_come_back() -> None:
    NonWorkingDay.objects.filter(date="2026-09-01").delete()
    assert load_days() == 0


def test_every_procedure_is_open_somewhere() -> None:
    closed = Procedure.objects.published().exclude(services__active=True)
    assert Procedure.objects.published().count() >= 40 and not closed.exists()


def test_receiving_and_deciding_agencies_fit() -> None:
    for service in Service.objects.select_related("receiving_agency", "deciding_agency"):
        receiving, deciding = service.receiving_agency, service.deciding_agency
        assert receiving.receives
        if deciding.kind == "ubnd-xa":
            assert receiving.parent_id == deciding.pk


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.email)
def test_everybody_signs_in_with_the_shown_password(person: accounts.Person) -> None:
    user = User.objects.get(email=person.email)
    assert user.check_password(PASSWORD)
    assert not user.citizen_id or citizen_id_problem(user.citizen_id) is None


def test_the_list_of_accounts_names_everybody(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    text = accounts.write_list().read_text("utf-8")
    assert PASSWORD in text and all(person.email in text for person in PEOPLE)


def test_queues_hold_dossiers_in_many_states() -> None:
    states = set(Dossier.objects.values_list("status", flat=True))
    assert Dossier.objects.count() >= 12
    assert states >= {
        Status.DRAFT,
        Status.SUBMITTED,
        Status.ACCEPTED,
        Status.REFUSED,
        Status.PROCESSING,
        Status.ADDITIONS,
        Status.FINISHED,
        Status.RETURNED,
    }


def test_a_dossier_is_late_and_none_is_from_tomorrow() -> None:
    now = timezone.now()
    assert Dossier.objects.open().filter(due_at__lt=now).exists()
    assert not Dossier.objects.filter(submitted_at__gt=now).exists()


def test_a_parcel_waits_for_the_carrier() -> None:
    posted = Dossier.objects.filter(return_method="post", status=Status.FINISHED)
    assert posted.get().parcels.count() == 1


def test_every_page_has_every_block() -> None:
    client, always = Client(), [label for label in LABELS if not label.startswith("Thủ tục hành")]
    for code in Procedure.objects.values_list("code", flat=True):
        html = client.get(f"/thu-tuc/{code}/").content.decode()
        assert [label for label in always if label not in html] == [], code
        assert "<dd></dd>" not in html and "None" not in html, code
