"""The citizen answers a request for additions: only what was asked, in sittings, sent at once."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.urls import reverse

from accounts.models import User
from dossiers import actions
from dossiers.actions import Gap
from dossiers.models import Dossier, NonWorkingDay
from dossiers.workflow import Status
from notices.models import Notice
from procedures import actions as catalogue
from tests import factories
from tests.dossiers.test_way import ask, local
from tests.dossiers.wizard_pages import text_of
from tests.factories import MORNING, SMALL_ANSWERS

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RIGHT = {"ho_ten_con": "Nguyễn Thị Ánh Dương"}


@pytest.fixture
def asked(filed: Dossier, lan: User) -> Dossier:
    """Lan asks for the paper anew and for the child's name."""
    need = filed.case.requirements.get()
    gaps = [
        Gap(label=need.name, reason="Ảnh mờ, không đọc được.", requirement=need),
        Gap(label="Họ tên con", reason="Sai chính tả họ tên, dấu.", field_key="ho_ten_con"),
    ]
    actions.ask_additions(filed, gaps=gaps, reason="Cần sửa.", by=lan, at=MORNING + HOUR)
    filed.refresh_from_db()
    return filed


def page(dossier: Dossier) -> str:
    return reverse("answer-additions", args=[dossier.public_id])


def place(dossier: Dossier) -> str:
    return f"tep-{dossier.case.requirements.get().pk}"


def test_each_thing_stands_with_its_reason_and_what_was_given(client, asked, binh) -> None:
    client.force_login(binh)
    shown = client.get(page(asked)).content.decode()
    for words in (
        "Ảnh mờ, không đọc được.",
        "Sai chính tả họ tên, dấu.",
        "Đã khai: Nguyễn Thị Ánh",
    ):
        assert words in shown
    assert "Ngày sinh" not in shown  # not asked, not shown


def test_saved_it_is_kept_and_the_office_sees_nothing(client, asked, binh) -> None:
    client.force_login(binh)
    client.post(page(asked), RIGHT | {"note": "Tôi đã sửa.", "_luu": "1"})
    asked.refresh_from_db()
    assert (asked.answers, asked.rounds.get().answered_at) == (SMALL_ANSWERS, None)
    shown = client.get(page(asked)).content.decode()
    assert "Nguyễn Thị Ánh Dương" in shown and "Tôi đã sửa." in shown


def test_sent_in_two_sittings(client, asked, binh) -> None:
    client.force_login(binh)
    client.post(page(asked), {place(asked): factories.an_upload(), "_luu": "1"})
    client.post(page(asked), RIGHT | {"_gui": "1"})
    asked.refresh_from_db()
    assert asked.additions_answered
    assert asked.answers == SMALL_ANSWERS | RIGHT


def test_without_the_paper_nothing_is_sent_and_what_was_typed_stays(client, asked, binh) -> None:
    client.force_login(binh)
    shown = client.post(page(asked), RIGHT | {"_gui": "1"}).content.decode()
    assert "Còn thiếu: Giấy chứng sinh 1" in shown and "Ánh Dương" in shown


def sneak(asked: Dossier, binh: User) -> Dossier:
    """A request made by hand that changes the birth date, which nobody asked about."""
    need = asked.case.requirements.get()
    at = MORNING + 2 * HOUR
    actions.attach_paper(asked, upload=factories.an_upload(), requirement=need, by=binh, at=at)
    factories.mark_clean(asked)
    sent = RIGHT | {"ngay_sinh": "2020-01-01"}
    actions.answer_additions(asked, answers=sent, note="", by=binh, at=at)
    asked.refresh_from_db()
    return asked


def test_only_what_was_asked_can_change(asked, binh) -> None:
    assert sneak(asked, binh).answers == SMALL_ANSWERS | RIGHT


def test_twin_without_the_guard_the_birth_date_changes_too(asked, binh) -> None:
    with patch("dossiers.actions.additions.asked_only", lambda answers, wanted: answers):
        assert sneak(asked, binh).answers["ngay_sinh"] == "2020-01-01"


def test_saving_keeps_nothing_that_was_not_asked(asked, binh) -> None:
    sent = RIGHT | {"ngay_sinh": "2020-01-01"}
    saved = actions.save_additions(asked, answers=sent, note="", by=binh, at=MORNING + HOUR)
    assert saved.answers_draft == RIGHT


def test_the_old_file_stays_and_stands_beside_the_new_one(client, asked, binh, lan) -> None:
    old = asked.papers.get()
    sneak(asked, binh)
    client.force_login(lan)
    shown = client.get(reverse("officer-complete", args=[asked.public_id])).content.decode()
    old.refresh_from_db()
    assert old.superseded_by is not None
    assert "đã đổi" in shown and str(old.public_id) in shown
    assert str(old.superseded_by.public_id) in shown


def test_a_file_sent_by_mistake_is_taken_out_again(client, asked, binh) -> None:
    client.force_login(binh)
    client.post(page(asked), {place(asked): factories.an_upload(), "_luu": "1"})
    fresh = asked.papers.latest("pk")
    client.post(page(asked), {"tep-go": str(fresh.public_id)})
    client.post(page(asked), {"tep-go": str(fresh.public_id)})
    assert asked.papers.current().count() == 1  # the one that was filed


def test_what_was_filed_is_not_taken_out(client, asked, binh) -> None:
    client.force_login(binh)
    client.post(page(asked), {"tep-go": str(asked.papers.get().public_id)})
    assert asked.papers.current().count() == 1


def test_a_stranger_saves_nothing(client, asked, stranger) -> None:
    client.force_login(stranger)
    assert client.post(page(asked), RIGHT | {"_luu": "1"}).status_code == 404


def test_after_sending_nothing_is_saved_any_more(asked, binh) -> None:
    sneak(asked, binh)
    with pytest.raises(actions.MoveRefused, match="đã gửi"):
        actions.save_additions(asked, answers=RIGHT, note="", by=binh, at=MORNING + DAY)


# --- a question answered by a file ----------------------------------------------------------------

WITH_FILE = {
    "title": "Tờ khai có tệp",
    "form_no": "",
    "source": "",
    "sections": [
        {
            "key": "chung",
            "title": "Nội dung",
            "fields": [
                {"key": "ho_ten_con", "type": "text", "label": "Họ tên con", "required": True},
                {"key": "anh_the", "type": "file", "label": "Ảnh thẻ"},
            ],
        }
    ],
}


def test_a_question_answered_by_a_file_takes_a_new_file(client, binh, lan) -> None:
    procedure = factories.a_procedure("1.001195", eform=WITH_FILE)
    dossier = factories.a_filed(binh, factories.a_service(procedure))
    gap = Gap(label="Ảnh thẻ", reason="Ảnh chụp nghiêng.", field_key="anh_the")
    actions.ask_additions(dossier, gaps=[gap], reason="Cần ảnh.", by=lan, at=MORNING + HOUR)
    client.force_login(binh)
    assert "Còn thiếu: Ảnh thẻ" in client.post(page(dossier), {"_gui": "1"}).content.decode()
    client.post(page(dossier), {"tep-o-anh_the": factories.an_upload("anh.pdf"), "_gui": "1"})
    dossier.refresh_from_db()
    sent = dossier.papers.get(field_key="anh_the")
    assert dossier.answers["anh_the"] == [str(sent.public_id)]
    assert dossier.additions_answered


# --- the reminder ---------------------------------------------------------------------------------


def reminders() -> int:
    return Notice.objects.filter(kind="remind_additions").count()


def test_people_are_reminded_once_two_days_before_the_end(asked) -> None:
    end = asked.rounds.get().answer_due_at
    assert actions.remind_additions(at=end - 3 * DAY) == 0
    assert actions.remind_additions(at=end - 2 * DAY) == 1
    assert actions.remind_additions(at=end - DAY) == 0
    assert reminders() == 1


@pytest.mark.parametrize(
    ("asked_on", "end"),
    [
        (MORNING, "2026-04-09 17:00"),  # Thursday: the whole day
        (MORNING + 3 * DAY, "2026-04-13 17:00"),  # Sunday 12 April: Monday
        (MORNING + 20 * DAY, "2026-05-04 17:00"),  # Wednesday 29 April, off until Monday
    ],
)
def test_the_time_to_answer_ends_when_the_office_closes(filed, lan, asked_on, end) -> None:
    for day in ("2026-04-29", "2026-04-30", "2026-05-01"):
        NonWorkingDay.objects.create(date=day, kind="off", name="Nghỉ lễ")
    ask(filed, lan, at=asked_on)
    assert local(filed.rounds.get().answer_due_at) == end


def test_who_has_answered_is_not_reminded(asked, binh) -> None:
    sneak(asked, binh)
    end = asked.rounds.get().answer_due_at
    assert actions.remind_additions(at=end - DAY) == 0
    assert asked.status == Status.ADDITIONS


def autosave(client, dossier, **typed):
    return client.post(reverse("additions-autosave", args=[dossier.public_id]), typed)


def test_what_is_typed_is_kept_meanwhile_and_only_what_was_asked(client, asked, binh) -> None:
    client.force_login(binh)
    typed = RIGHT | {"ngay_sinh": "2020-01-01", "note": "Đã\0sửa."}
    answer = autosave(client, asked, **typed, het="1")
    assert answer.status_code == 200 and answer.json()["mark"]
    kept = asked.rounds.get()
    assert (kept.answers_draft, kept.note_draft, kept.answered_at) == (RIGHT, "Đãsửa.", None)
    assert answer.json()["mark"] in client.get(page(asked)).content.decode()


def typed_in(tab: str, turn: int, name: str, base: str = "") -> dict[str, str]:
    return {"ho_ten_con": name, "tab": tab, "luot": str(turn), "goc": base, "het": "1"}


def test_an_older_save_that_comes_late_puts_nothing_back(client, asked, binh) -> None:
    client.force_login(binh)
    autosave(client, asked, **typed_in("a", 2, "Nguyễn Thị Mới"))
    assert autosave(client, asked, **typed_in("a", 1, "Nguyễn Thị Cũ")).status_code == 200
    assert asked.rounds.get().answers_draft == {"ho_ten_con": "Nguyễn Thị Mới"}


@pytest.fixture
def opened(client, asked, binh) -> str:
    """The mark of the page as both tabs opened it; since then one has saved."""
    client.force_login(binh)
    base = actions.additions_mark(asked.rounds.get())
    typed = typed_in("a", 1, "Nguyễn Thị Mới", base) | {"note": "Lời mới"}
    assert autosave(client, asked, **typed).status_code == 200
    return base


def test_another_tab_that_was_opened_before_is_told(client, asked, opened) -> None:
    answer = autosave(client, asked, **typed_in("b", 1, "Nguyễn Thị Cũ", opened))
    assert answer.status_code == 409 and "thẻ hoặc máy khác" in answer.json()["sentence"]
    assert asked.rounds.get().answers_draft == {"ho_ten_con": "Nguyễn Thị Mới"}


def test_without_the_mark_it_overwrites_them(client, asked, opened, monkeypatch) -> None:
    """The twin: the guard is the mark."""
    monkeypatch.setattr("dossiers.actions.additions.additions_mark", lambda asked: "x")
    autosave(client, asked, **typed_in("b", 1, "Nguyễn Thị Cũ", opened))
    assert asked.rounds.get().answers_draft == {"ho_ten_con": "Nguyễn Thị Cũ"}


def test_sent_plainly_it_shows_both_and_the_person_chooses(client, asked, opened) -> None:
    mine = {"ho_ten_con": "Nguyễn Thị Cũ", "note": "Lời cũ"}
    shown = client.post(page(asked), mine | {"goc": opened, "_gui": "1"})
    for words in ("Đã lưu ở nơi khác: Nguyễn Thị Mới", "Đã lưu ở nơi khác: Lời mới"):
        assert words in text_of(shown)
    now = actions.additions_mark(asked.rounds.get())
    choice = {"goc": now, "giu-ho_ten_con": "luu", "giu-note": "luu", "viec": "luu"}
    client.post(page(asked), mine | choice)
    kept = asked.rounds.get()
    assert (kept.answers_draft["ho_ten_con"], kept.note_draft) == ("Nguyễn Thị Mới", "Lời mới")


def test_half_a_form_keeps_nothing(client, asked, binh) -> None:
    client.force_login(binh)
    assert autosave(client, asked, **RIGHT).status_code == 400
    assert asked.rounds.get().answers_draft == {}


def test_after_it_was_sent_nothing_is_kept(client, asked, binh) -> None:
    client.force_login(binh)
    client.post(page(asked), RIGHT | {place(asked): factories.an_upload(), "_gui": "1"})
    answer = autosave(client, asked, **RIGHT, het="1")
    assert answer.status_code == 410 and answer.json()["url"].endswith(f"{asked.public_id}/")


def test_the_button_of_a_session_that_ended_keeps_and_does_not_send(client, asked, binh) -> None:
    client.force_login(binh)
    client.post(page(asked), RIGHT | {place(asked): factories.an_upload(), "viec": "luu"})
    assert asked.rounds.get().answered_at is None
    assert asked.rounds.get().answers_draft == RIGHT


OTHER_PRESSES = {
    "a file dragged": {"chi-tep": "1", "thu-tu-1": "mot,hai"},
    "a file's button under the sending one's name": {"chi-tep": "1", "_gui": "1"},
    "no button at all": {},
}


@pytest.mark.parametrize("press", OTHER_PRESSES)
def test_nothing_but_the_button_itself_sends(client, asked, binh, press) -> None:
    client.force_login(binh)
    there = factories.an_upload()
    client.post(page(asked), RIGHT | {place(asked): there} | OTHER_PRESSES[press])
    assert asked.rounds.get().answered_at is None


@pytest.mark.parametrize("name", ["additions-autosave", "additions-key"])
def test_a_stranger_gets_neither_key_nor_place(client, asked, stranger, lan, name) -> None:
    for one in (stranger, lan):
        client.force_login(one)
        address = reverse(name, args=[asked.public_id])
        answer = client.get(address) if name.endswith("key") else client.post(address, {"het": "1"})
        assert answer.status_code == 404


def test_the_key_is_the_persons_own_and_none_on_a_shared_machine(client, asked, binh) -> None:
    client.force_login(binh)
    address = reverse("additions-key", args=[asked.public_id])
    assert len(client.get(address).json()["key"]) == 44
    session = client.session
    session["shared"] = True
    session.save()
    assert client.get(address).status_code == 403


@pytest.fixture
def sampled(filed: Dossier, cuc: User):
    """The paper's filled example, as the catalogue in force names it."""
    upload = factories.an_upload("ban-dien-mau.pdf")
    file = catalogue.add_file(upload, purpose="sample", by=cuc, at=MORNING)
    file.versions.add(filed.version)
    filed.case.requirements.update(sample=str(file.public_id))
    return file


def test_a_good_one_stands_by_what_is_asked_for(client, sampled, asked, binh) -> None:
    client.force_login(binh)
    shown = client.get(page(asked)).content.decode()
    assert "Bản tốt để đối chiếu" in shown and sampled.get_absolute_url() in shown


def test_the_officer_sees_which_example_goes_along(client, sampled, filed, lan) -> None:
    client.force_login(lan)
    shown = client.get(reverse("officer-ask", args=[filed.public_id])).content.decode()
    assert sampled.get_absolute_url() in shown


def test_an_answer_taken_out_is_gone_from_what_is_kept_and_from_what_is_sent(
    client, filed, binh, lan
) -> None:
    gaps = [Gap(label="Ghi chú", reason="Không rõ.", field_key="ghi_chu")]
    actions.ask_additions(filed, gaps=gaps, reason="Cần sửa.", by=lan, at=MORNING + HOUR)
    client.force_login(binh)
    client.post(page(filed), {"ghi_chu": "Gõ nhầm", "_luu": "1"})
    client.post(page(filed), {"ghi_chu": "", "_luu": "1"})
    assert "Gõ nhầm" not in client.get(page(filed)).content.decode()
    client.post(page(filed), {"ghi_chu": "", "_gui": "1"})
    filed.refresh_from_db()
    assert filed.additions_answered and filed.answers == SMALL_ANSWERS
