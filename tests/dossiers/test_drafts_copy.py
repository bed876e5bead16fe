"""A new draft from an earlier dossier, and the key of what a browser keeps."""

import re
import uuid
from datetime import date

import pytest
from django.utils import timezone

from dossiers import actions, localcopy
from dossiers.models import Dossier
from procedures.models import ProcedureVersion
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import text_of, url
from tests.factories import MORNING


@pytest.fixture
def filed(binh, service):
    return factories.a_filed(binh, service)


def new_version(procedure, fields):
    """The same procedure from now on with these questions."""
    old = procedure.current
    eform = {**factories.SMALL_EFORM, "sections": [{**factories.SMALL_EFORM["sections"][0]}]}
    eform["sections"][0]["fields"] = fields
    ProcedureVersion.objects.filter(pk=old.pk).update(
        state="retired", effective_to=date(2026, 3, 9)
    )
    old.pk, old.number, old.state, old.eform = None, old.number + 1, "published", eform
    old.save(force_insert=True)
    procedure.current = old
    procedure.save()


def copy(source, by, token=None):
    source = Dossier.objects.get(pk=source.pk)
    return actions.copy_dossier(source, by=by, at=timezone.now(), token=token or uuid.uuid4())


def test_the_answers_stand_in_a_new_draft(filed, binh):
    made = copy(filed, binh)
    assert made.left_out == [] and made.draft.answers == filed.answers
    assert (made.draft.code, made.draft.copied_from) == (None, filed)
    assert made.draft.return_method == "desk"


def test_what_the_form_of_today_has_no_place_for_is_named(filed, binh, service):
    new_version(
        service.procedure,
        [
            {"key": "ho_ten_con", "type": "text", "label": "Họ tên con", "required": True},
            {"key": "ngay_sinh", "type": "number", "label": "Ngày sinh", "required": True},
        ],
    )
    made = copy(filed, binh)
    assert made.draft.answers == {"ho_ten_con": "Nguyễn Thị Ánh"}
    assert made.left_out == ["Ngày sinh"]


def test_an_answer_that_is_no_choice_any_more_is_left_out(binh):
    def a_choice(values):
        options = [{"value": one, "label": one.upper()} for one in values]
        return {"key": "loai", "type": "choice", "label": "Loại", "options": options}

    eform = {"title": "Tờ khai", "sections": [{"key": "a", "title": "A"}]}
    eform["sections"][0]["fields"] = [a_choice(["moi", "cu"])]
    procedure = factories.a_procedure("1.002222", eform=eform)
    draft = factories.a_draft(binh, factories.a_service(procedure))
    actions.save_answers(draft, answers={"loai": "cu"}, by=binh, at=MORNING)
    new_version(procedure, [a_choice(["moi"])])
    made = copy(draft, binh)
    assert made.draft.answers == {} and made.left_out == ["Loại"]


def for_his_mother(draft, binh):
    draft = actions.file_for(draft, whom="other", by=binh, at=MORNING)
    return actions.save_owner(
        draft, by=binh, at=MORNING, name="Trần Thị Hoa", citizen_id="020160000456",
        phone="0987654321", email="", address="Phai Vệ", relation="proxy",
        authority_from=date(2026, 3, 1), authority_until=date(2027, 3, 1),
    )  # fmt: skip


def test_what_was_for_his_mother_is_for_her_again(draft, binh):
    made = copy(for_his_mother(draft, binh), binh).draft
    assert (made.filed_for, made.owner, made.owner_name) == ("other", None, "Trần Thị Hoa")
    assert (made.owner_citizen_id, made.owner_phone, made.owner_address) == (
        "020160000456", "0987654321", "Phai Vệ",
    )  # fmt: skip
    assert (made.relation, made.authority_from, made.authority_until) == ("proxy", None, None)
    assert "owner" not in made.unasked


def test_she_copies_it_for_herself(draft, binh):
    hoa = factories.a_person("Trần Thị Hoa", "hoa@example.vn", citizen_id="020160000456")
    Dossier.objects.filter(pk=for_his_mother(draft, binh).pk).update(owner=hoa)
    made = copy(draft, hoa).draft
    assert (made.filed_for, made.owner, made.submitter) == ("self", hoa, hoa)


def test_what_was_for_the_firm_is_for_the_firm_again(draft, binh):
    firm = factories.a_firm(binh)
    actions.file_for(draft, whom="org", organisation=firm, by=binh, at=MORNING)
    made = copy(draft, binh).draft
    assert (made.filed_for, made.organisation, made.owner_name) == ("org", firm, firm.name)
    assert "owner" not in made.unasked


def test_how_originals_will_come_is_carried(draft, binh):
    need = draft.case.requirements.get()
    type(need).objects.filter(pk=need.pk).update(original=1)
    actions.announce_originals(draft, ways={str(need.pk): "desk"}, by=binh, at=MORNING)
    assert copy(draft, binh).draft.originals == {str(need.pk): "desk"}


def test_an_outdated_draft_says_so_and_leads_to_a_new_one(browser, draft, service):
    assert url("filing-copy", draft) not in browser.get(url("filing-eform", draft)).text
    new_version(service.procedure, factories.SMALL_EFORM["sections"][0]["fields"])
    for page in ("filing-owner", "filing-eform", "filing-return", "filing-check"):
        shown = browser.get(url(page, draft))
        assert "Thủ tục đã có phiên bản mới" in text_of(shown)
        assert url("filing-copy", draft) in shown.text
    made = copy(draft, draft.submitter).draft
    assert "phiên bản mới" not in text_of(browser.get(url("filing-eform", made)))


def test_pressing_twice_makes_one_draft(filed, binh):
    token = uuid.uuid4()
    assert copy(filed, binh, token).draft == copy(filed, binh, token).draft


def test_nobody_copies_what_is_not_theirs(filed, stranger):
    with pytest.raises(actions.MoveRefused):
        copy(filed, stranger)
    assert pages.as_user(stranger).get(url("filing-copy", filed)).status_code == 404


def test_the_page_leads_to_the_new_draft(browser, filed):
    page = browser.get(url("filing-copy", filed))
    token = page.context["token"]
    answer = browser.post(url("filing-copy", filed), {"token": str(token)})
    made = Dossier.objects.get(start_token=token)
    assert answer.url == url("filing-owner", made)
    assert "câu trả lời cũ" in text_of(browser.get(answer.url))
    assert "Lập hồ sơ mới từ hồ sơ này" in text_of(browser.get(url("dossier", filed)))


def test_a_broken_token_asks_again(browser, filed):
    assert browser.post(url("filing-copy", filed), {"token": "x"}).status_code == 302
    assert Dossier.objects.count() == 1


def key_of(browser, draft):
    return browser.get(url("filing-key", draft)).json().get("key")


def test_each_draft_has_a_key_of_its_writer_alone(browser, binh, service, stranger):
    one, two = factories.a_draft(binh, service), factories.a_draft(binh, service)
    keys = {key_of(browser, one), key_of(browser, two)}
    assert len(keys) == 2 and None not in keys
    assert key_of(pages.as_user(binh), one) in keys
    assert localcopy.key_of(stranger, one) not in keys
    answer = browser.get(url("filing-key", one))
    assert "no-store" in answer["Cache-Control"] and len(key_of(browser, one)) == 44


def test_without_the_person_in_it_two_people_share_a_key(binh, service, stranger, monkeypatch):
    """The twin: the guard is who the key is made for."""
    draft = factories.a_draft(binh, service)
    monkeypatch.setattr(localcopy, "_about", lambda user, dossier: str(dossier.public_id))
    assert localcopy.key_of(stranger, draft) == localcopy.key_of(binh, draft)


def test_a_new_password_makes_another_key(binh, service):
    draft = factories.a_draft(binh, service)
    before = localcopy.key_of(binh, draft)
    binh.set_password("mật khẩu khác 2026")
    assert localcopy.key_of(binh, draft) != before


def test_a_shared_machine_gets_no_key_and_a_short_session(binh, service, client, settings):
    draft = factories.a_draft(binh, service)
    data = {"login": binh.email, "password": factories.PASSWORD, "shared": "on"}
    client.post("/tai-khoan/dang-nhap/", data)
    assert client.session.get_expiry_age() == settings.SESSION_SHARED_SECONDS == 900
    assert client.get(url("filing-key", draft)).status_code == 403
    assert "data-shared" in client.get(url("filing-eform", draft)).content.decode()
    papers = client.get(url("filing-papers", draft)).text
    assert re.search(r"<form[^>]* data-papers [^>]*data-shared\s*>", papers)
    assert re.search(r'<form[^>]* action="/tai-khoan/dang-xuat/" hidden data-leave>', papers)


def test_at_home_the_page_stays_when_the_session_ends(binh, service, client):
    client.force_login(binh)
    page = client.get(url("filing-papers", factories.a_draft(binh, service))).text
    assert "data-shared" not in page and "data-leave" not in page


@pytest.mark.parametrize("alive", [True, False])
def test_what_a_shared_machine_shows_last_is_nobodys(binh, client, alive):
    if alive:
        client.force_login(binh)
    leaving = {"next": "/tai-khoan/het-phien/"}
    page = client.post("/tai-khoan/dang-xuat/", leaving, follow=True)
    assert page.redirect_chain[-1][0] == "/tai-khoan/het-phien/"
    assert "đã lưu vẫn còn trong bản nháp" in page.text and binh.full_name not in page.text
    assert client.get("/ho-so/").status_code == 302


def test_staying_and_saving_prolong_the_session(binh, service, client):
    client.force_login(binh)
    session = client.session
    session["since"] -= 40_000
    session.save()
    assert client.post("/tai-khoan/o-lai/").json()["left"] > 43_000
    session = client.session
    session["since"] -= 40_000
    session.save()
    draft = factories.a_draft(binh, service)
    saved = client.post(url("filing-autosave", draft, "to-khai"), {"het": "1"})
    assert saved.json()["left"] > 43_000


def test_pages_say_how_long_the_session_lasts_and_write_nothing(binh, client):
    client.force_login(binh)
    page = client.get("/ho-so/").content.decode()
    assert 'data-left="43' in page and "Phiên làm việc sắp hết" in page
