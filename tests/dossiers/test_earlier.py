"""What was answered before is offered and taken by one tap: of the same owner only, and never over
what was typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from dossiers.models import Dossier, FiledFor, Relation
from procedures.models import Service
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import text_of, url
from tests.factories import MORNING

PERSON = ["full_name", "citizen_id", "ethnicity", "nationality"]


def block(key: str, parts: list[str] = PERSON, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": "person", "label": key, "parts": parts} | more


def eform(*fields: dict[str, Any]) -> dict[str, Any]:
    section = {"key": "chung", "title": "Nội dung", "fields": list(fields)}
    return {"title": "Tờ khai khác", "sections": [section]}


@pytest.fixture
def draft(binh: User, filed: Dossier) -> Dossier:
    """A second one, after `filed`, which answers SMALL_ANSWERS."""
    return factories.a_draft(binh, filed.service)


def take(browser: Client, draft: Dossier, source: Dossier, **typed: str) -> dict[str, Any]:
    browser.post(url("filing-eform", draft), typed | {"viec": f"lay:{source.code}"})
    return answers(draft)


def answers(draft: Dossier) -> dict[str, Any]:
    found: dict[str, Any] = Dossier.objects.get(pk=draft.pk).answers
    return found


def shown(browser: Client, draft: Dossier) -> str:
    return text_of(browser.get(url("filing-eform", draft)))


def test_what_was_answered_before_is_offered_with_its_source(browser, draft, filed):
    page = shown(browser, draft)
    assert f"Dùng thông tin từ hồ sơ {filed.code} ngày 10/03/2026" in page
    assert "Sẽ điền vào 2 câu" in page and "Họ tên con Nguyễn Thị Ánh" in page


def test_nothing_is_filled_before_the_tap(browser, draft):
    assert 'value="Nguyễn Thị Ánh"' not in browser.get(url("filing-eform", draft)).content.decode()
    assert answers(draft) == {}


def test_one_tap_fills_and_says_whence(browser, draft, filed):
    assert take(browser, draft, filed) == factories.SMALL_ANSWERS
    page = shown(browser, draft)
    assert f"Đã điền 2 câu từ hồ sơ {filed.code} ngày 10/03/2026" in page
    assert "Dùng thông tin từ hồ sơ" not in page


def test_what_was_typed_stays(browser, draft, filed):
    taken = take(browser, draft, filed, ho_ten_con="Lê Văn Tí", ngay_sinh="")
    assert taken == {"ho_ten_con": "Lê Văn Tí", "ngay_sinh": "2026-02-20"}


def test_it_is_undone_as_it_was(browser, draft, filed):
    take(browser, draft, filed, ho_ten_con="Lê Văn Tí")
    sent = factories.SMALL_ANSWERS | {"ho_ten_con": "Lê Văn Tí", "viec": "bo"}
    browser.post(url("filing-eform", draft), sent)
    assert answers(draft) == {"ho_ten_con": "Lê Văn Tí"}
    assert "Đã điền" not in shown(browser, draft)


def test_undoing_leaves_what_was_changed_since(browser, draft, filed):
    take(browser, draft, filed)
    changed = {"ho_ten_con": "Lê Văn Tí", "ngay_sinh": "2026-02-20", "viec": "bo"}
    browser.post(url("filing-eform", draft), changed)
    assert answers(draft) == {"ho_ten_con": "Lê Văn Tí"}


def test_enter_still_goes_on(browser, draft):
    page = browser.get(url("filing-eform", draft)).content.decode()
    assert page.index('value="tiep"') < page.index('value="lay:')


def test_a_draft_is_no_earlier_dossier(browser, binh, service):
    factories.a_full_draft(binh, service)
    assert "Dùng thông tin" not in shown(browser, factories.a_draft(binh, service))


def test_anothers_dossier_gives_nothing(stranger, filed):
    own = factories.a_draft(stranger, filed.service)
    browser = pages.as_user(stranger)
    assert "Dùng thông tin" not in shown(browser, own)
    assert take(browser, own, filed) == {}


def made_for_another(dossier: Dossier, number: str = "020195000456") -> None:
    Dossier.objects.filter(pk=dossier.pk).update(
        filed_for=FiledFor.OTHER,
        relation=Relation.PARENT,
        authority_from=(MORNING - timedelta(days=30)).date(),
        owner_citizen_id=number,
        owner_name="Trần Thị Hoa",
        owner_fold="tran thi hoa",
        owner=None,
    )


def test_what_was_filed_for_another_is_not_ones_own(browser, draft, filed):
    made_for_another(filed)
    assert take(browser, draft, filed) == {}


def test_for_the_same_other_person_it_is_offered(browser, draft, filed):
    made_for_another(filed)
    made_for_another(draft)
    assert take(browser, draft, filed) == factories.SMALL_ANSWERS


def test_for_somebody_else_it_is_not(browser, draft, filed):
    made_for_another(filed)
    made_for_another(draft, "020185000001")
    assert take(browser, draft, filed) == {}


def test_by_anothers_number_an_unchecked_account_finds_nothing(browser, binh, draft, filed):
    """The rule of reuse by number (design.md): who types it may not be who it says."""
    made_for_another(filed)
    made_for_another(draft)
    User.objects.filter(pk=binh.pk).update(auth_level=0)
    assert take(browser, draft, filed) == {}


def test_without_a_number_nobody_is_the_same_person(browser, draft, filed):
    made_for_another(draft, "")
    Dossier.objects.filter(pk=filed.pk).update(owner_citizen_id="")
    assert take(browser, draft, filed) == {}


def test_an_officer_who_helps_is_offered_nothing(draft, lan, filed):
    from dossiers.forms import earlier

    assert not earlier.of_same_owner(draft, lan).exists()


def other_draft(binh: User, *fields: dict[str, Any]) -> Dossier:
    procedure = factories.a_procedure("2.000001", "Thủ tục khác", eform=eform(*fields))
    return factories.a_draft(binh, factories.a_service(procedure))


def test_of_another_procedure_only_the_same_question_counts(browser, binh, filed):
    same = {"key": "ho_ten_con", "type": "text", "label": "Họ tên con"}
    unlike = {"key": "ngay_sinh", "type": "date", "label": "Ngày sinh của cha"}
    own = other_draft(binh, same, unlike)
    assert take(browser, own, filed) == {"ho_ten_con": "Nguyễn Thị Ánh"}


def test_blocks_about_the_owner_carry_what_no_account_knows(browser, binh, service):
    first = other_draft(binh, block("nguoi_khai", prefill="user"))
    told = {"full_name": "Nguyễn Văn Bình", "ethnicity": "Tày", "nationality": "Việt Nam"}
    Dossier.objects.filter(pk=first.pk).update(
        answers={"nguoi_khai": told}, status=1, code="000.01.15.H37-260310-0099",
        submitted_at=MORNING, filed_how="self",
    )  # fmt: skip
    first.refresh_from_db()
    procedure = factories.a_procedure(
        "2.000002", "Thứ ba", eform=eform(block("toi", prefill="user"), block("nguoi_khac"))
    )
    own = factories.a_draft(binh, factories.a_service(procedure))
    typed = {"toi-full_name": "Nguyễn Văn Bình", "toi-citizen_id": "020090000123"}
    taken = take(browser, own, first, **typed)
    assert taken == {
        "toi": told | {"citizen_id": "020090000123"},
    }


def test_a_line_of_address_gives_way_to_the_whole_one_and_comes_back(browser, binh, service):
    """What the first step knows of another person's address has no commune."""
    first = other_draft(binh, block("nguoi_khai", ["full_name", "residence"], prefill="user"))
    home = {"province": "20", "ward": "06184", "detail": "Số 20, khu Ga"}
    told = {"full_name": "Trần Thị Hoa", "residence": home}
    Dossier.objects.filter(pk=first.pk).update(
        answers={"nguoi_khai": told}, status=1, code="000.01.15.H37-260310-0098",
        submitted_at=MORNING, filed_how="self",
    )  # fmt: skip
    first.refresh_from_db()
    own = factories.a_draft(binh, first.service)
    for one in (first, own):
        made_for_another(one)
    Dossier.objects.filter(pk=own.pk).update(owner_address="Số 20, khu Ga, xã Đồng Đăng")
    line = {"nguoi_khai-residence-detail": "Số 20, khu Ga, xã Đồng Đăng"}
    typed = {"nguoi_khai-full_name": "Trần Thị Hoa"} | line
    assert take(browser, own, first, **typed) == {"nguoi_khai": told}
    sent = {f"nguoi_khai-residence-{name}": part for name, part in home.items()}
    sent |= {"nguoi_khai-full_name": "Trần Thị Hoa", "viec": "bo"}
    browser.post(url("filing-eform", own), sent)
    before = {"full_name": "Trần Thị Hoa", "residence": {"detail": "Số 20, khu Ga, xã Đồng Đăng"}}
    assert answers(own) == {"nguoi_khai": before}


def test_an_organisations_members_share_what_it_answered(browser, binh, draft, filed):
    firm = factories.a_firm(binh)
    for one in (filed, draft):
        Dossier.objects.filter(pk=one.pk).update(
            filed_for=FiledFor.ORGANISATION, organisation=firm, owner=None
        )
    assert take(browser, draft, filed) == factories.SMALL_ANSWERS


def test_a_declaration_is_made_anew(browser, binh, service: Service):
    option = {"value": "dung", "label": "Đúng sự thật"}
    oath = {"key": "cam_doan", "type": "checks", "label": "Cam đoan", "options": [option]}
    first = other_draft(binh, oath)
    Dossier.objects.filter(pk=first.pk).update(
        answers={"cam_doan": ["dung"]}, status=1, code="000.01.15.H37-260310-0098",
        submitted_at=MORNING, filed_how="self",
    )  # fmt: skip
    own = factories.a_draft(binh, first.service)
    assert "Dùng thông tin" not in shown(browser, own)
