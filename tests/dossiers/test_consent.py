"""An officer files for a citizen: only with a code or a slip, and the citizen stays the filer."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from dossiers import actions
from dossiers.actions import consent as asking
from dossiers.models import Consent, Dossier
from notices.models import Notice
from procedures.models import Service
from tests import factories
from tests.dossiers import officer_pages as desk
from tests.dossiers import tus_client as tus
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import url
from tests.factories import MORNING, an_upload


@pytest.fixture
def asked(service: Service, binh: User, lan: User) -> Consent:
    return actions.ask_consent(service=service, citizen=binh, by=lan, at=MORNING)


def code_sent(asked: Consent, lan: User) -> str:
    actions.send_code(asked, by=lan, at=MORNING)
    found = re.search(
        r"Mã đồng ý: (\d{6})", Notice.objects.filter(kind="consent").latest("pk").body
    )
    assert found
    return found[1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def given(asked: Consent, lan: User) -> Dossier:
    code = code_sent(asked, lan)
    return actions.give_by_code(asked, code=code, by=lan, at=MORNING)


def test_the_code_goes_to_the_citizen_and_is_kept_as_a_hash(
    asked: Consent, binh: User, lan: User
) -> None:
    code = code_sent(asked, lan)
    asked.refresh_from_db()
    assert Notice.objects.get(kind="consent").to_address == binh.email
    assert code not in asked.code_hash
    assert len(asked.code_hash) == 64


def sent_half(draft: Dossier, by: User) -> None:
    tus.begun(pages.as_user(by), draft, 4000, first=b"x" * 1000, filename="cua-lan.pdf")


def test_what_the_officer_sent_half_is_not_on_the_citizens_page(
    asked: Consent, binh: User, lan: User
) -> None:
    """Only who sent it can go on with it, or drop it."""
    draft = given(asked, lan)
    sent_half(draft, lan)
    assert "cua-lan.pdf" in pages.as_user(lan).get(url("filing-papers", draft)).text
    assert "cua-lan.pdf" not in pages.as_user(binh).get(url("filing-papers", draft)).text


def test_the_draft_is_the_citizens_with_help(asked: Consent, binh: User, lan: User) -> None:
    draft = given(asked, lan)
    assert (draft.submitter, draft.owner, draft.assisted_by) == (binh, binh, lan)


def test_the_right_code_twice_is_one_draft(asked: Consent, lan: User) -> None:
    code = code_sent(asked, lan)
    made = {actions.give_by_code(asked, code=code, by=lan, at=MORNING).pk for _ in range(2)}
    assert len(made) == 1


def test_five_wrong_codes_close_it_for_the_right_one(asked: Consent, lan: User) -> None:
    code = code_sent(asked, lan)
    for _ in range(5):
        with pytest.raises(actions.MoveRefused, match="Mã chưa đúng"):
            actions.give_by_code(asked, code=wrong(code), by=lan, at=MORNING)
    with pytest.raises(actions.MoveRefused, match="quá 5 lần"):
        actions.give_by_code(asked, code=code, by=lan, at=MORNING)


def test_without_the_count_every_code_may_be_tried(
    asked: Consent, lan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the one above."""
    code = code_sent(asked, lan)
    monkeypatch.setattr(Consent, "code_open", lambda self, at: True)
    for _ in range(5):
        with pytest.raises(actions.MoveRefused):
            actions.give_by_code(asked, code=wrong(code), by=lan, at=MORNING)
        Consent.objects.update(tries=0)
    assert actions.give_by_code(asked, code=code, by=lan, at=MORNING).pk


@pytest.mark.parametrize(("minutes", "open_"), [(9, True), (10, False)])
def test_a_code_lasts_ten_minutes(asked: Consent, lan: User, minutes: int, open_: bool) -> None:
    code_sent(asked, lan)
    asked.refresh_from_db()
    assert asked.code_open(MORNING + timedelta(minutes=minutes)) is open_


def test_a_new_code_ends_the_one_before(asked: Consent, lan: User) -> None:
    first = code_sent(asked, lan)
    second = code_sent(asked, lan)
    if first != second:
        with pytest.raises(actions.MoveRefused):
            actions.give_by_code(asked, code=first, by=lan, at=MORNING)


def test_a_sixth_code_within_the_hour_is_refused(asked: Consent, lan: User) -> None:
    for _ in range(asking.CODES_AN_HOUR):
        code_sent(asked, lan)
    with pytest.raises(actions.MoveRefused, match="trong một giờ"):
        actions.send_code(asked, by=lan, at=MORNING)


def test_the_slip_is_a_paper_of_the_dossier(asked: Consent, lan: User) -> None:
    draft = actions.give_by_slip(asked, upload=an_upload("phieu.pdf"), by=lan, at=MORNING)
    asked.refresh_from_db()
    assert draft.papers.get().field_key == "phieu-dong-y"
    assert (asked.method, asked.slip_sha256) == ("slip", draft.papers.get().received_sha256)


def test_an_officer_of_another_desk_helps_nobody_here(
    service: Service, binh: User, hung: User
) -> None:
    with pytest.raises(actions.MoveRefused, match="Chỉ cán bộ tiếp nhận"):
        actions.ask_consent(service=service, citizen=binh, by=hung, at=MORNING)


def test_another_officer_cannot_go_on(asked: Consent, lan: User) -> None:
    code = code_sent(asked, lan)
    other = factories.an_officer("Vi Thị Thu", "thu@example.vn", "reception", asked.agency)
    with pytest.raises(actions.MoveRefused):
        actions.give_by_code(asked, code=code, by=other, at=MORNING)


def test_help_without_consent_is_no_row(draft: Dossier, lan: User) -> None:
    with pytest.raises(IntegrityError, match="dossier_help_has_consent"):
        Dossier.objects.filter(pk=draft.pk).update(assisted_by=lan)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"given_at": MORNING, "method": "code"}, "consent_given_has_proof"),
        ({"given_at": MORNING, "method": "slip"}, "consent_given_has_proof"),
        ({"tries": 6}, "consent_few_tries"),
    ],
)
def test_the_database_wants_proof(asked: Consent, fields: dict, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        Consent.objects.filter(pk=asked.pk).update(**fields)


def test_nobody_consents_to_themselves(asked: Consent, lan: User) -> None:
    with pytest.raises(IntegrityError, match="consent_of_another"):
        Consent.objects.filter(pk=asked.pk).update(citizen=lan)


def test_the_store_of_the_citizen_stays_closed_to_the_officer(asked: Consent, lan: User) -> None:
    draft = given(asked, lan)
    assert actions.offers(draft, lan, draft.case.requirements.all()) == {}


def test_filed_with_help_it_is_counted_so_and_told_to_the_citizen(
    service: Service, binh: User, lan: User, client: Client
) -> None:
    """Over the pages, as Lan would: ask, send, type the code, file."""
    browser = pages.as_user(lan)
    sent = {"dich_vu": service.pk, "nguoi_dan": "0912 345 678"}
    page = browser.post(reverse("help-start"), sent).url
    browser.post(page, {"viec": "gui"})
    code = re.search(r"\d{6}", Notice.objects.get(kind="consent").body.split("Mã đồng ý:")[1])
    assert code
    browser.post(page, {"viec": "nhap", "ma": code[0]})
    draft = Dossier.objects.get(assisted_by=lan)
    assert browser.get(url("filing-owner", draft)).status_code == 200
    actions.save_owner(draft, by=lan, at=MORNING, name=binh.full_name, citizen_id=binh.citizen_id,
                       phone="0912345678", email="", address="Đồng Đăng")  # fmt: skip
    actions.save_answers(draft, answers=factories.SMALL_ANSWERS, by=lan, at=MORNING)
    for need in draft.case.requirements.all():
        actions.attach_paper(draft, upload=an_upload(), requirement=need, by=lan, at=MORNING)
    actions.save_return(draft, by=lan, at=MORNING, method="desk")
    assert pages.submit(browser, draft).url == reverse("helped", args=[draft.public_id])
    draft.refresh_from_db()
    assert (draft.filed_how, draft.submitter) == ("assisted", binh)
    assert draft.events.get(move="submit").data["consent"][0] == "code"
    assert binh.notices.filter(kind="submitted").exists()
    assert "Biên nhận" in browser.get(reverse("helped", args=[draft.public_id])).text


def left(lan: User) -> Client:
    lan.positions.all().delete()
    return pages.as_user(User.objects.get(pk=lan.pk))


def test_an_officer_who_has_left_reads_the_draft_no_more(asked: Consent, lan: User) -> None:
    draft = given(asked, lan)
    browser = left(lan)
    assert browser.get(url("filing-owner", draft)).status_code == 404
    assert browser.get(reverse("helped", args=[draft.public_id])).status_code == 404


def test_an_officer_who_has_left_writes_nothing(asked: Consent, lan: User) -> None:
    draft = given(asked, lan)
    left(lan)
    with pytest.raises(actions.MoveRefused):
        again = User.objects.get(pk=lan.pk)
        actions.save_answers(draft, answers=factories.SMALL_ANSWERS, by=again, at=MORNING)


def full(draft: Dossier, by: User) -> Dossier:
    actions.save_owner(draft, by=by, at=MORNING, name="Bình", citizen_id="020090000123",
                       phone="0912345678", email="", address="Đồng Đăng")  # fmt: skip
    actions.save_answers(draft, answers=factories.SMALL_ANSWERS, by=by, at=MORNING)
    for need in draft.case.requirements.all():
        actions.attach_paper(draft, upload=an_upload(), requirement=need, by=by, at=MORNING)
    return actions.save_return(draft, by=by, at=MORNING, method="desk")


def test_what_the_officer_sent_half_is_not_where_the_citizen_adds_to_it(
    asked: Consent, binh: User, lan: User
) -> None:
    draft = full(given(asked, lan), lan)
    sent_half(draft, lan)
    filed = desk.ask(actions.submit(draft, by=lan, at=MORNING), lan)
    page = pages.as_user(binh).get(reverse("answer-additions", args=[filed.public_id]))
    assert page.status_code == 200 and "cua-lan.pdf" not in page.text


def test_a_recalled_dossier_is_not_the_helpers_again(asked: Consent, binh: User, lan: User) -> None:
    filed = actions.submit(full(given(asked, lan), lan), by=lan, at=MORNING)
    actions.recall(filed, by=binh, at=MORNING)
    browser = pages.as_user(lan)
    assert browser.get(url("filing-owner", filed)).status_code == 404
    assert browser.get(reverse("help-consent", args=[asked.public_id])).url == reverse("help-start")
    with pytest.raises(actions.MoveRefused, match="hỏi ý kiến người dân lần nữa"):
        actions.give_by_code(asked, code="000000", by=lan, at=MORNING)


def test_filed_alone_after_a_recall_it_counts_as_his_own(
    asked: Consent, binh: User, lan: User
) -> None:
    filed = actions.submit(full(given(asked, lan), lan), by=lan, at=MORNING)
    actions.recall(filed, by=binh, at=MORNING)
    assert actions.submit(filed, by=binh, at=MORNING).filed_how == "self"


def test_a_bad_slip_of_the_help_before_blocks_no_filing_alone(
    asked: Consent, binh: User, lan: User
) -> None:
    draft = actions.give_by_slip(asked, upload=an_upload("phieu.pdf"), by=lan, at=MORNING)
    filed = actions.submit(full(draft, lan), by=lan, at=MORNING)
    filed.papers.filter(field_key="phieu-dong-y").update(state="infected")
    actions.recall(filed, by=binh, at=MORNING)
    assert actions.submit(filed, by=binh, at=MORNING).filed_how == "self"


def test_begun_with_help_and_filed_alone_it_counts_as_his_own(
    asked: Consent, binh: User, lan: User
) -> None:
    filed = actions.submit(full(given(asked, lan), lan), by=binh, at=MORNING)
    filed.refresh_from_db()
    assert (filed.filed_how, filed.assisted_by) == ("self", None)
    assert filed.events.get(move="submit").data["consent"][0] == "code"


def test_a_stranger_finds_no_such_pages(asked: Consent, stranger: User) -> None:
    browser = pages.as_user(stranger)
    assert browser.get(reverse("help-start")).status_code == 403
    assert browser.get(reverse("help-consent", args=[asked.public_id])).status_code == 404
