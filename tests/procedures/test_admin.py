"""The administration of reference tables at hundreds of rows."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Agency, Position, User
from dossiers.models import Dossier, NonWorkingDay
from procedures.models import Procedure, ProcedureVersion, Sector, Service
from tests import factories

pytestmark = pytest.mark.django_db
ROOT = f"/{settings.ADMIN_PATH}"


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("quantri@example.vn", "x"))
    return client


# --- among few rows: before `many` makes its own -------------------------------------------


def test_a_dossier_is_only_looked_at(admin: Client, filed: Dossier) -> None:
    url = f"{ROOT}/dossiers/dossier/{filed.pk}/change/"
    html = admin.get(url).content.decode()
    assert filed.code in html and "020090000123" not in html
    assert admin.post(url, {"status": 10}).status_code == 403


def test_a_holiday_is_added(admin: Client) -> None:
    row = {"date": "2027-02-05", "kind": "off", "name": "Nghỉ Tết"}
    admin.post(f"{ROOT}/dossiers/nonworkingday/add/", row)
    assert NonWorkingDay.objects.get().name == "Nghỉ Tết"


def test_a_service_is_changed_where_it_is_written_down_who_did(admin: Client) -> None:
    service = factories.a_service()
    url = f"{ROOT}/procedures/service/{service.pk}/change/"
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"level": 3, "level_reason": "Thử"}).status_code == 403


# --- among many -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(lasting_rows: None) -> None:
    """300 procedures, services, agencies and positions beside the usual one."""
    usual = factories.a_service()
    sector = Sector.objects.get()
    procedures = Procedure.objects.bulk_create(
        Procedure(code=f"2.{n:06d}", name=f"Thủ tục {n}", sector=sector, search_fold=f"thu tuc {n}")
        for n in range(300)
    )
    agencies = Agency.objects.bulk_create(
        Agency(code=f"000.01.{n}.H99", name=f"Trung tâm {n}", kind="ttpvhcc-xa", level="commune")
        for n in range(300)
    )
    Service.objects.bulk_create(
        Service(procedure=p, receiving_agency=a, deciding_agency=usual.deciding_agency, level=4)
        for p, a in zip(procedures, agencies, strict=True)
    )
    clerk = factories.a_person("Hoàng Thị Lan", "lan@example.vn")
    Position.objects.bulk_create(Position(user=clerk, agency=a, role="clerk") for a in agencies)


LISTS = (
    "procedures/procedure", "procedures/procedureversion", "procedures/service",
    "procedures/sector", "procedures/lifeevent", "accounts/agency", "accounts/position",
    "accounts/user", "accounts/ward", "accounts/province", "accounts/organisation",
    "dossiers/nonworkingday", "dossiers/dossier",
)  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_twelve_queries_at_most(many: None, admin: Client, name: str) -> None:
    with CaptureQueriesContext(connection) as seen:
        response = admin.get(f"{ROOT}/{name}/")
    assert response.status_code == 200
    assert len(seen) <= 12


@pytest.mark.parametrize("name", [name for name in LISTS if name != "dossiers/nonworkingday"])
def test_a_search_answers(many: None, admin: Client, name: str) -> None:
    assert admin.get(f"{ROOT}/{name}/?q=Thủ+tục+299").status_code == 200


def test_procedures_are_found_without_marks_or_with(many: None, admin: Client) -> None:
    for words in ("thu tuc 299", "Thủ tục 299"):
        html = admin.get(f"{ROOT}/procedures/procedure/", {"q": words}).content.decode()
        assert "2.000299" in html and "2.000298" not in html


@pytest.mark.parametrize("name", ["procedure", "procedureversion", "service"])
def test_words_are_found_in_any_order_by_their_beginnings(
    many: None, admin: Client, name: str
) -> None:
    """As in every list of procedures: "khai sin" and "sinh khai" are Đăng ký khai sinh."""
    for words in ("khai sin", "SINH khai", "1.001193"):
        assert "khai sinh" in admin.get(f"{ROOT}/procedures/{name}/", {"q": words}).content.decode()
    html = admin.get(f"{ROOT}/procedures/{name}/", {"q": "hai inh"}).content.decode()
    assert "khai sinh" not in html


@pytest.mark.parametrize("name", ["procedures/procedure", "accounts/agency", "accounts/user"])
def test_one_row_opens_with_few_queries(many: None, admin: Client, name: str) -> None:
    app, model = name.split("/")
    table = {"procedure": Procedure, "agency": Agency, "user": User}[model]
    with CaptureQueriesContext(connection) as seen:
        response = admin.get(f"{ROOT}/{name}/{table.objects.order_by('pk').first().pk}/change/")
    assert response.status_code == 200
    assert len(seen) <= 16


def test_agencies_are_chosen_by_typing(many: None, admin: Client) -> None:
    answer = admin.get(
        f"{ROOT}/autocomplete/",
        {"term": "Trung tâm 29", "app_label": "accounts", "model_name": "position",
         "field_name": "agency"},
    )  # fmt: skip
    assert len(answer.json()["results"]) == 13  # 29, 129, 229, 290–299


def test_a_version_is_only_looked_at(many: None, admin: Client) -> None:
    url = f"{ROOT}/procedures/procedureversion/{ProcedureVersion.objects.get().pk}/change/"
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"conditions": "khác"}).status_code == 403
