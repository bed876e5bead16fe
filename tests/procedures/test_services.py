"""Which agency accepts what: opening, closing, a level of its own."""

import re

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import Agency, User
from accounts.places import load_places
from portal.demo.agencies import accepting, load_agencies
from procedures import actions, desks
from procedures.models import CatalogueChange, Service, ServiceChange
from tests import factories
from tests.factories import MORNING
from tests.procedures.drafts import LATER, a_published
from tests.procedures.records import a_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(db) -> Service:
    return factories.a_service(a_published())


@pytest.fixture
def seen(client, cuc):
    """`seen(name, *args, data)`: the page's words as Cúc sees them."""
    client.force_login(cuc)

    def go(name, *args, data=None, query=""):
        address = reverse(name, args=args) + query
        answer = (
            client.post(address, data, follow=True) if data is not None else client.get(address)
        )
        assert answer.status_code in (200, 409)
        return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())

    return go


def an_editor():
    return User.objects.filter(email="cuc@example.vn").first() or factories.an_officer(
        "Đào Thị Cúc", "cuc@example.vn", "catalogue", factories.an_agency()
    )


def close(service):
    return actions.close_service(service, by=an_editor(), at=LATER)


def reopen(service):
    return actions.reopen_service(service, by=an_editor(), at=LATER)


def open_at(service, agency):
    wanted = [(service.procedure, agency, factories.a_committee())]
    return actions.open_services(wanted, by=an_editor(), at=LATER)


def change(service, **fields):
    given = {"level": 4, "level_reason": "", "deciding_agency": factories.a_committee()}
    return actions.change_service(service, by=an_editor(), at=LATER, **(given | fields))


# --- actions --------------------------------------------------------------------------------------


def test_another_level_needs_a_reason(service) -> None:
    with pytest.raises(actions.ServiceRefused, match="Mức chung của thủ tục là 4"):
        change(service, level=2)
    found = change(service, level=2, level_reason="Chưa có chữ ký số")
    assert (found.level, found.level_reason) == (2, "Chưa có chữ ký số")


def test_a_level_of_its_own_stays_when_the_procedures_changes(service) -> None:
    change(service, level=2, level_reason="Chưa có chữ ký số")
    actions.publish(a_record(level=3, service_type="PARTIAL"), by=None, at=LATER)
    service.refresh_from_db()
    assert service.level == 2


def test_back_at_the_usual_level_the_reason_goes_and_it_follows_again(service) -> None:
    change(service, level=2, level_reason="Chưa có chữ ký số")
    assert change(service, level=4, level_reason="Đã có").level_reason == ""
    actions.publish(a_record(level=3, service_type="PARTIAL"), by=None, at=LATER)
    service.refresh_from_db()
    assert service.level == 3


def test_a_level_is_one_of_four(service) -> None:
    with pytest.raises(actions.ServiceRefused, match="từ 1 đến 4"):
        change(service, level=7, level_reason="Thử")


def test_the_database_knows_four_levels_too(service) -> None:
    with pytest.raises(IntegrityError, match="service_level_known"):
        Service.objects.update(level=7)


def test_closing_and_opening_again(service) -> None:
    assert not close(service).active
    with pytest.raises(actions.ServiceRefused, match="đã dừng tiếp nhận"):
        close(service)
    assert reopen(service).active
    with pytest.raises(actions.ServiceRefused, match="đang tiếp nhận"):
        reopen(service)


def test_what_is_retired_is_not_opened_again(service) -> None:
    close(service)
    actions.retire(service.procedure, at=MORNING, decision_no="2/QĐ-UBND")
    with pytest.raises(actions.ServiceRefused, match="không còn phiên bản áp dụng"):
        reopen(service)


def test_who_did_what_is_written_down(service, seen, cuc) -> None:
    change(service, level=2, level_reason="Chưa có chữ ký số")
    close(service)
    reopen(service)
    told = service.changes.order_by("pk").values_list("step", "note", "by__email", "at")
    note = "Mức độ 4 → 2. Lý do: Chưa có chữ ký số"
    who = "cuc@example.vn", LATER
    assert list(told) == [
        ("changed", note, *who),
        ("closed", "", *who),
        ("reopened", "", *who),
    ]
    page = seen("editor-service", service.pk)
    assert note in page and "Dừng tiếp nhận" in page and cuc.full_name in page


def test_what_is_opened_says_by_whom_and_what_was_there_says_nothing(service) -> None:
    fresh = factories.an_agency("000.9", name="Trung tâm Chín")
    assert (open_at(service, fresh), open_at(service, fresh)) == (1, 0)
    told = ServiceChange.objects.values_list("service__receiving_agency", "step", "by__email")
    assert list(told) == [(fresh.pk, "opened", "cuc@example.vn")]


def test_saving_what_is_there_is_no_change(service) -> None:
    change(service, deciding_agency=service.deciding_agency)
    assert not service.changes.exists()


def test_an_open_dossier_keeps_its_level(service, binh) -> None:
    dossier = factories.a_draft(binh, service)
    change(service, level=2, level_reason="Chưa có chữ ký số")
    close(service)
    dossier.refresh_from_db()
    assert dossier.level == 4


@pytest.mark.parametrize(
    "act",
    [
        close,
        lambda service: change(service, level=2, level_reason="Lý do"),
        lambda service: open_at(service, factories.a_committee()),
    ],
    ids=["close", "change", "open"],
)
def test_public_pages_are_told(service, act) -> None:
    before = CatalogueChange.objects.count()
    act(service)
    assert CatalogueChange.objects.count() == before + 1


def test_opening_what_is_open_tells_nobody(service) -> None:
    before = CatalogueChange.objects.count()
    assert open_at(service, service.receiving_agency) == 0
    assert CatalogueChange.objects.count() == before


def test_what_was_closed_stays_closed_when_all_are_opened(service) -> None:
    close(service)
    open_at(service, service.receiving_agency)
    service.refresh_from_db()
    assert not service.active


@pytest.mark.parametrize("kind", ["ubnd-xa", "so-tu-phap", "ubnd-tinh", "cong-an-xa", "thue-tinh"])
def test_desks_of_a_kind_are_those_of_the_demo(kind) -> None:
    """The demo's own list says by code who receives for whom."""
    load_places()
    agencies = load_agencies()
    assert desks.pairs(kind) == sorted(accepting(kind, agencies), key=lambda pair: pair[1].code)


def test_an_agency_without_any_desk_is_left_out() -> None:
    factories.a_committee()
    assert desks.pairs("ubnd-xa") == []


# --- pages ----------------------------------------------------------------------


def test_the_list_counts_by_procedure(seen, service) -> None:
    page = seen("editor-services")
    assert "Đăng ký khai sinh 1.001193 4 – Dịch vụ công trực tuyến toàn trình 1 nơi không" in page


def test_a_procedure_nobody_accepts_is_said(seen) -> None:
    a_published()
    assert "chưa nơi nào" in seen("editor-services")


def test_one_agency_shows_what_it_accepts(seen, service) -> None:
    change(service, level=2, level_reason="Chưa có chữ ký số")
    page = seen("editor-services", query=f"?co-quan={service.receiving_agency.code}")
    assert "khác mức chung 4: Chưa có chữ ký số" in page


@pytest.mark.parametrize(("text", "found"), [("khai+sinh", True), ("ket+hon", False)])
def test_the_list_is_searched_without_marks(seen, service, text, found) -> None:
    for query in (f"?tim={text}", f"?tim={text}&co-quan={service.receiving_agency.code}"):
        assert ("Đăng ký khai sinh" in seen("editor-services", query=query)) is found


def test_a_level_is_changed_on_its_page(seen, service) -> None:
    typed = {"level": 2, "level_reason": "", "deciding_agency": service.deciding_agency_id}
    assert "hãy ghi lý do khác mức chung" in seen("editor-service", service.pk, data=typed)
    page = seen("editor-service", service.pk, data=typed | {"level_reason": "Chưa có chữ ký số"})
    assert "khác mức chung 4: Chưa có chữ ký số" in page


def test_closing_asks_first_and_names_open_dossiers(seen, binh) -> None:
    service = factories.a_service()
    factories.a_filed(binh, service)
    page = seen("editor-service-close", service.pk)
    assert "còn hồ sơ đang giải quyết" in page and "Đang giải quyết tại đây: 1 hồ sơ" in page
    service.refresh_from_db()
    assert service.active
    assert "dừng tiếp nhận hồ sơ mới" in seen("editor-service-close", service.pk, data={})
    assert "tiếp nhận trở lại" in seen("editor-service-reopen", service.pk, data={})


def test_opening_by_kind_shows_where_before_it_does(seen) -> None:
    procedure = a_published()
    committee = factories.a_committee()
    desk = factories.an_agency()
    Agency.objects.filter(pk=desk.pk).update(parent=committee)
    query = "?loai=ubnd-xa"
    page = seen("editor-services-open", procedure.code, query=query)
    assert desk.name in page and not Service.objects.exists()
    assert "Đã mở tại 1 nơi tiếp nhận" in seen(
        "editor-services-open", procedure.code, data={"loai": "ubnd-xa"}
    )
    assert Service.objects.get().deciding_agency == committee
    assert "Không còn nơi nào" in seen("editor-services-open", procedure.code, query=query)
