"""For oneself, for another, for an organisation: whose dossier it is and who sees it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import memberships, organisations
from accounts.models import Organisation, OrganisationMember, User
from dossiers import actions, policies
from dossiers.forms.prefill import known_about
from dossiers.models import Dossier, FiledFor
from dossiers.workflow import MOVES
from procedures.models import Service
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import url
from tests.factories import MORNING, a_full_draft, a_person, an_upload

TODAY = MORNING.date()
HOA = {"name": "Trần Thị Hoa", "citizen_id": "020195000456", "phone": "0987654321"}
HOA |= {"email": "", "address": "Số 20, đường Phai Vệ"}


def for_hoa(draft: Dossier, by: User, *, paper: bool = True, **fields: Any) -> Dossier:
    draft = actions.file_for(draft, whom="other", by=by, at=MORNING)
    given = HOA | {"relation": "proxy", "authority_from": TODAY, "authority_until": None} | fields
    draft = actions.save_owner(draft, by=by, at=MORNING, **given)
    if paper:
        key, upload = actions.AUTHORITY, an_upload("giay-uy-quyen.pdf")
        actions.attach_paper(draft, upload=upload, field_key=key, by=by, at=MORNING)
    return draft


def said(draft: Dossier) -> str:
    return " ".join(gap.sentence for gap in actions.gaps(draft, at=MORNING))


def test_for_oneself_nothing_more_is_asked(filed: Dossier, binh: User) -> None:
    assert (filed.filed_for, filed.owner, filed.filed_how) == ("self", binh, "self")


def test_for_another_owner_and_submitter_are_apart(draft: Dossier, binh: User) -> None:
    done = actions.submit(for_hoa(draft, binh), by=binh, at=MORNING)
    assert (done.owner_name, done.owner, done.submitter) == ("Trần Thị Hoa", None, binh)


def test_the_owner_with_a_checked_account_sees_it_and_is_told(draft: Dossier, binh: User) -> None:
    hoa = a_person("Trần Thị Hoa", "hoa@example.vn", citizen_id="020195000456", auth_level=1)
    done = actions.submit(for_hoa(draft, binh), by=binh, at=MORNING)
    assert done in Dossier.objects.visible_to(hoa)
    assert hoa.notices.filter(kind="submitted").count() == 1


def test_a_number_of_another_name_is_nobodys_account(draft: Dossier, binh: User) -> None:
    other = a_person("Lê Thị Khác", "khac@example.vn", citizen_id="020195000456", auth_level=1)
    done = actions.submit(for_hoa(draft, binh), by=binh, at=MORNING)
    assert done not in Dossier.objects.visible_to(other)


def test_the_authority_paper_is_required(draft: Dossier, binh: User) -> None:
    assert "Thiếu giấy ủy quyền" in said(for_hoa(draft, binh, paper=False))


# By hand; without a term an authorisation holds a year (Bộ luật Dân sự 2015, Điều 563).
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"authority_from": TODAY, "authority_until": TODAY}, ""),
        ({"authority_from": TODAY + timedelta(days=1)}, "mới có hiệu lực"),
        ({"authority_from": date(2025, 1, 1), "authority_until": date(2026, 3, 9)}, "đã hết"),
        ({"authority_from": date(2025, 3, 9)}, "đã hết hiệu lực từ ngày 09/03/2026"),
        ({"authority_from": date(2025, 3, 10)}, ""),
        ({"authority_from": date(2010, 3, 9), "relation": "parent"}, ""),
        ({"relation": "khach"}, "tư cách nào"),
        ({"citizen_id": "020090000123"}, "là của chính bạn"),
        ({"citizen_id": "999195000456"}, ""),
        ({"citizen_id": "099195000456"}, "Ba chữ số đầu"),
    ],
)
def test_the_authority_is_looked_at(
    draft: Dossier, binh: User, fields: dict[str, Any], sentence: str
) -> None:
    found = said(for_hoa(draft, binh, **fields))
    assert sentence in found
    assert bool(sentence) == bool(found)


def test_an_expired_authority_is_refused_at_submit(draft: Dossier, binh: User) -> None:
    ready = for_hoa(draft, binh, authority_until=TODAY)
    with pytest.raises(actions.Incomplete, match="đã hết hiệu lực"):
        actions.submit(ready, by=binh, at=MORNING + timedelta(days=1))


def test_the_database_wants_an_authority_too(draft: Dossier, binh: User) -> None:
    done = actions.submit(for_hoa(draft, binh), by=binh, at=MORNING)
    with pytest.raises(IntegrityError, match="dossier_proxy_has_authority"):
        Dossier.objects.filter(pk=done.pk).update(relation="")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"filed_for": "org"}, "dossier_organisation_pair"),
        ({"filed_how": "counter"}, "dossier_filed_how_by_evidence"),
        ({"filed_how": "assisted"}, "dossier_filed_how_by_evidence"),
        ({"channel": "post"}, "dossier_filed_how_by_evidence"),
        ({"filed_how": ""}, "dossier_filed_is_counted"),
        (
            {"authority_from": date(2026, 2, 1), "authority_until": date(2026, 1, 1)},
            "dossier_authority_in_order",
        ),
    ],
)
def test_the_database_agrees(filed: Dossier, fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        Dossier.objects.filter(pk=filed.pk).update(**fields)


def test_what_is_known_of_the_filer_does_not_fill_the_owners_form(
    draft: Dossier, binh: User
) -> None:
    draft = for_hoa(draft, binh)
    binh.birth_date, binh.sex = date(1990, 5, 12), "male"
    known = known_about(draft)
    assert known["full_name"] == "Trần Thị Hoa"
    assert not {"birth_date", "sex"} & known.keys()


def test_a_firms_data_fill_its_own_form(draft: Dossier, binh: User, firm: Organisation) -> None:
    draft = actions.file_for(draft, whom="org", organisation=firm, by=binh, at=MORNING)
    known = known_about(draft)
    assert known["organisation"]["tax_code"] == "0100233488"
    assert "citizen_id" not in known


def test_an_officer_of_the_office_does_not_file_for_people_as_himself(service: Service) -> None:
    lan = factories.an_officer(
        "Hoàng Thị Lan", "lan2@example.vn", "reception", factories.an_agency(),
        citizen_id="020185000001", auth_level=1, phone="0911222333",
    )  # fmt: skip
    ready = for_hoa(a_full_draft(lan, service), lan)
    with pytest.raises(actions.MoveRefused, match="Nộp giúp người dân"):
        actions.submit(ready, by=lan, at=MORNING)


# --- organisations ------------------------------------------------------------------------------


def member(firm: Organisation, role: str) -> User:
    user = a_person("Vi Văn Tư", "tu@example.vn")
    OrganisationMember.objects.create(organisation=firm, user=user, role=role)
    return user


def test_a_firms_dossier_carries_its_code_and_no_citizen_number(of_firm: Dossier) -> None:
    assert (of_firm.owner_name, of_firm.owner_tax_code) == ("Công ty TNHH Nam Quan", "0100233488")
    assert (of_firm.owner_citizen_id, of_firm.owner) == ("", None)


def test_the_public_tax_code_opens_no_look_up(of_firm: Dossier, client: Client) -> None:
    data = {"code": of_firm.code, "secret": "0100233488"}
    assert of_firm.version.name not in client.post(reverse("track"), data).text


@pytest.mark.parametrize(("role", "may"), [("manager", True), ("filer", True), ("viewer", False)])
def test_members_see_it_and_filers_act(
    of_firm: Dossier, firm: Organisation, role: str, may: bool
) -> None:
    tu = member(firm, role)
    assert of_firm in Dossier.objects.visible_to(tu)
    assert (policies.refusal(tu, of_firm, MOVES["recall"]) is None) is may


def test_who_left_sees_nothing_even_of_what_they_filed(
    of_firm: Dossier, firm: Organisation, binh: User, client: Client
) -> None:
    OrganisationMember.objects.create(
        organisation=firm, user=a_person("Vi Văn Tư", "tu@example.vn"), role="owner"
    )
    organisations.remove_member(firm.memberships.get(user=binh), by=binh)
    assert of_firm not in Dossier.objects.visible_to(binh)
    client.force_login(binh)
    assert client.get(reverse("dossier", args=[of_firm.public_id])).status_code == 404
    assert client.get(url("filing-check", of_firm)).status_code == 404


def test_without_the_look_at_membership_the_one_who_left_still_reads(
    of_firm: Dossier, firm: Organisation, binh: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    OrganisationMember.objects.filter(user=binh).delete()
    monkeypatch.setattr(memberships, "roles_of", lambda user: {firm.pk: "owner"})
    assert of_firm in Dossier.objects.visible_to(binh)


def test_a_firms_dossier_is_changed_by_who_recalls_it(
    of_firm: Dossier, firm: Organisation, binh: User
) -> None:
    """Whoever filed it: they may have left, and a draft is only its writer's."""
    tu = member(firm, "filer")
    OrganisationMember.objects.filter(user=binh).delete()
    browser = pages.as_user(tu)
    recalled = browser.post(reverse("recall", args=[of_firm.public_id]), follow=True)
    assert "đã về bản nháp" in pages.text_of(recalled)
    filed = actions.submit(Dossier.objects.get(pk=of_firm.pk), by=tu, at=timezone.now())
    assert (filed.submitter, filed.code) == (tu, of_firm.code)


def test_an_owner_who_recalls_takes_the_draft_from_nobody(draft: Dossier, binh: User) -> None:
    hoa = a_person("Trần Thị Hoa", "hoa@example.vn", citizen_id="020195000456", auth_level=1)
    done = actions.submit(for_hoa(draft, binh), by=binh, at=MORNING)
    actions.recall(done, by=hoa, at=MORNING)
    assert done.submitter == binh


def test_a_draft_is_only_its_writers(draft: Dossier, binh: User, firm: Organisation) -> None:
    draft = actions.file_for(draft, whom="org", organisation=firm, by=binh, at=MORNING)
    assert draft not in Dossier.objects.visible_to(member(firm, "manager"))


def test_a_member_who_works_at_the_office_decides_nothing(
    of_firm: Dossier, firm: Organisation, lan: User
) -> None:
    OrganisationMember.objects.create(organisation=firm, user=lan, role="viewer")
    assert policies.refusal(lan, of_firm, MOVES["refuse"])


def test_nobody_files_for_a_firm_they_left(draft: Dossier, binh: User, firm: Organisation) -> None:
    draft = actions.file_for(draft, whom="org", organisation=firm, by=binh, at=MORNING)
    OrganisationMember.objects.all().delete()
    memberships.forget(binh)
    with pytest.raises(actions.MoveRefused):
        actions.submit(draft, by=binh, at=MORNING)


# --- the first step -----------------------------------------------------------------------------


def test_the_step_asks_for_whom(draft: Dossier, binh: User, firm: Organisation) -> None:
    page = pages.as_user(binh).get(url("filing-owner", draft))
    text = pages.text_of(page)
    assert "Bạn nộp cho ai? Cho tôi Cho người khác Cho Công ty TNHH Nam Quan" in text


def test_one_tap_makes_it_anothers(draft: Dossier, binh: User) -> None:
    browser = pages.as_user(binh)
    browser.post(url("filing-owner", draft), {"cho": "other"})
    draft.refresh_from_db()
    assert (draft.filed_for, draft.owner_name) == (FiledFor.OTHER, "")
    assert "Tư cách của bạn" in pages.text_of(browser.get(url("filing-owner", draft)))


@pytest.mark.parametrize("told", ["org-999999", "org-", "ba", "org-１"])
def test_a_firm_that_is_not_theirs_is_not_taken(draft: Dossier, binh: User, told: str) -> None:
    pages.as_user(binh).post(url("filing-owner", draft), {"cho": told})
    draft.refresh_from_db()
    assert draft.filed_for == FiledFor.SELF


def test_the_step_takes_the_authority_paper(draft: Dossier, binh: User) -> None:
    browser = pages.as_user(binh)
    browser.post(url("filing-owner", draft), {"cho": "other"})
    data = {
        "ho_ten": "Trần Thị Hoa",
        "so_dinh_danh": "020 195 000 456",
        "dien_thoai": "0987654321",
        "dia_chi": "Số 20, đường Phai Vệ",
        "tu_cach": "proxy",
        "tu_ngay": "01/03/2026",
    }
    stopped = browser.post(url("filing-owner", draft), data)
    assert "Hãy chọn tệp giấy ủy quyền" in pages.text_of(stopped)
    data["tep-o-giay-uy-quyen"] = an_upload("giay-uy-quyen.pdf")
    taken = browser.post(url("filing-owner", draft), data)
    assert taken.status_code == 302, pages.text_of(taken)
    draft.refresh_from_db()
    assert (draft.owner_citizen_id, draft.authority_from) == ("020195000456", date(2026, 3, 1))
    assert draft.papers.filter(field_key=actions.AUTHORITY).count() == 1


SENT = {
    "ho_ten": HOA["name"],
    "so_dinh_danh": HOA["citizen_id"],
    "dien_thoai": HOA["phone"],
    "dia_chi": HOA["address"],
    "tu_cach": "proxy",
    "tu_ngay": "10/03/2026",
}
CLASH = {"goc": "mot-ban-cu", "dia_chi": "Số 99, đường Khác"}
PAPER = f"tep-o-{actions.AUTHORITY}"
GONE = "Giấy ủy quyền của người trước đã được gỡ"


def authority(draft: Dossier) -> list[str]:
    papers = draft.papers.current().filter(field_key=actions.AUTHORITY)
    return list(papers.values_list("filename", flat=True))


def test_a_file_is_taken_though_the_words_clash(draft: Dossier, binh: User) -> None:
    for_hoa(draft, binh, paper=False)
    sent = SENT | CLASH | {PAPER: an_upload("uy-quyen.pdf")}
    page = pages.as_user(binh).post(url("filing-owner", draft), sent)
    assert "đã được sửa ở thẻ hoặc máy khác" in pages.text_of(page)
    assert authority(draft) == ["uy-quyen.pdf"]


def test_a_button_on_a_file_works_though_the_words_clash(draft: Dossier, binh: User) -> None:
    for_hoa(draft, binh)
    sent = SENT | CLASH | {"tep-go": str(draft.papers.get(field_key=actions.AUTHORITY).public_id)}
    page = pages.as_user(binh).post(url("filing-owner", draft), sent)
    assert "Đã gỡ tệp" in pages.text_of(page) and authority(draft) == []


KHAC = SENT | {"ho_ten": "Lê Văn Khác", "so_dinh_danh": "020090000987"}


@pytest.mark.both
def test_the_paper_of_one_person_goes_with_their_number(draft: Dossier, binh: User) -> None:
    browser = pages.as_user(binh)
    page = browser.post(url("filing-owner", for_hoa(draft, binh)), KHAC)
    text = pages.text_of(page)
    assert GONE in text and "Hoàn tác" in text and "Hãy chọn tệp giấy ủy quyền" in text
    draft.refresh_from_db()
    assert draft.owner_citizen_id == KHAC["so_dinh_danh"] and "Thiếu giấy ủy quyền" in said(draft)


def test_of_a_mistyped_number_it_is_taken_back(draft: Dossier, binh: User) -> None:
    paper = for_hoa(draft, binh).papers.get(field_key=actions.AUTHORITY)
    browser = pages.as_user(binh)
    browser.post(url("filing-owner", draft), KHAC)
    browser.post(url("filing-owner", draft), {"hoan-tac": str(paper.public_id), "chi-tep": "1"})
    assert authority(draft) == ["giay-uy-quyen.pdf"]


def test_the_paper_sent_with_the_new_number_stays(draft: Dossier, binh: User) -> None:
    sent = KHAC | {PAPER: an_upload("cua-nguoi-moi.pdf")}
    pages.as_user(binh).post(url("filing-owner", for_hoa(draft, binh)), sent)
    assert authority(draft) == ["cua-nguoi-moi.pdf"]


def test_the_same_number_again_takes_nothing_away(draft: Dossier, binh: User) -> None:
    sent = SENT | {"ho_ten": "Trần Thị Hòa"}
    pages.as_user(binh).post(url("filing-owner", for_hoa(draft, binh)), sent)
    assert authority(draft) == ["giay-uy-quyen.pdf"]


def test_for_oneself_it_goes_and_is_told(draft: Dossier, binh: User) -> None:
    browser = pages.as_user(binh)
    page = browser.post(url("filing-owner", for_hoa(draft, binh)), {"cho": "self"}, follow=True)
    assert GONE in pages.text_of(page) and authority(draft) == []


def test_officers_read_who_files_by_what_right(draft: Dossier, binh: User, lan: User) -> None:
    done = actions.submit(for_hoa(draft, binh), by=binh, at=MORNING)
    factories.mark_clean(done)
    text = pages.text_of(pages.as_user(lan).get(reverse("officer-dossier", args=[done.public_id])))
    for words in (
        "Chủ hồ sơ Trần Thị Hoa",
        "Người nộp Nguyễn Văn Bình, số định danh 020090000123",
        "Người được ủy quyền, từ 10/03/2026 đến hết 10/03/2027",
        "Người dân tự nộp qua mạng",
        "Giấy ủy quyền",
    ):
        assert words in text


def test_the_receipt_names_both(draft: Dossier, binh: User) -> None:
    done = actions.submit(for_hoa(draft, binh), by=binh, at=MORNING)
    slip = done.slips.get()
    assert slip.data["owner"]["name"] == "Trần Thị Hoa"
    assert slip.data["who_filed"] == [["Người nộp", "Nguyễn Văn Bình (Người được ủy quyền)"]]
