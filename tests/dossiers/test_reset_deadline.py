"""T25: an administrator names a due date anew; the ledger keeps why, who and what was before."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from dossiers import actions, explaining, policies, timeline
from dossiers.audit import walk
from dossiers.models import Dossier
from notices.models import Notice
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.factories import MORNING, VN

HOUR = timedelta(hours=1)
WHY = "Máy chủ hỏng hai ngày, hồ sơ không mở được."
# Accepted Tuesday 10/03 at 09:00, three working days: Friday 13/03 at 09:00.
NEW = datetime(2026, 3, 17, 9, 0, tzinfo=VN)


@pytest.fixture
def tri(db: None) -> User:
    """Administers the portal at the desk."""
    return factories.an_officer("Lê Trí", "tri@example.vn", "sysadmin", factories.an_agency())


@pytest.fixture
def accepted(filed: Dossier, lan: User) -> Dossier:
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    return filed


def reset(dossier: Dossier, by: User, until: datetime = NEW, reason: str = WHY):
    at = MORNING + 5 * HOUR
    return actions.reset_deadline(dossier, until=until, reason=reason, by=by, at=at)


def test_the_new_day_holds_and_the_first_one_stays_known(accepted, tri):
    reset(accepted, tri)
    assert (accepted.due_at, accepted.queue_at, accepted.clock_running) == (NEW, NEW, True)
    assert accepted.original_due_at == datetime(2026, 3, 13, 9, 0, tzinfo=VN)


def test_the_ledger_says_who_why_and_what_was_before(accepted, tri):
    event = reset(accepted, tri)
    entry = accepted.clock_entries.last()
    assert (event.by, event.actor, event.note) == (tri, "sysadmin", WHY)
    assert event.data == {"before": "2026-03-13T02:00:00+00:00"}
    assert (entry.kind, entry.until, entry.due_at) == ("set", NEW, NEW)
    assert list(walk.verify(walk.Report())) == []


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        (datetime(2026, 3, 10, 9, 0, tzinfo=VN), "sau lúc này"),
        (datetime(2026, 3, 14, 9, 0, tzinfo=VN), "ngày làm việc"),  # a Saturday
        (datetime(2026, 3, 16, 12, 0, tzinfo=VN), "giờ làm việc"),  # lunch
        (datetime(2026, 3, 13, 9, 0, tzinfo=VN), "trùng với hạn"),
        (datetime(2062, 3, 13, 9, 0, tzinfo=VN), "quá xa"),
    ],
)
def test_a_day_that_can_be_none_is_refused(accepted, tri, until, sentence):
    with pytest.raises(actions.MoveRefused, match=sentence):
        reset(accepted, tri, until)


def test_without_a_sentence_nothing_is_reset(accepted, tri):
    with pytest.raises(actions.MoveRefused, match="lý do"):
        reset(accepted, tri, reason="Trễ.")


def test_before_acceptance_there_is_no_due_date_to_reset(filed, tri):
    with pytest.raises(actions.MoveRefused, match="chưa được tiếp nhận"):
        reset(filed, tri)


def test_an_officer_may_not(accepted, lan):
    with pytest.raises(actions.MoveRefused, match="quyền"):
        reset(accepted, lan)


def test_twin_without_the_guard_an_officer_moves_the_day(accepted, lan):
    with patch.object(policies, "refusal", return_value=None):
        reset(accepted, lan)
    assert accepted.due_at == NEW


def test_in_a_pause_the_new_day_waits_with_the_dossier(accepted, lan, tri):
    with time_machine.travel(MORNING + 2 * HOUR):
        pages.ask(accepted, lan)
    reset(accepted, tri)
    assert (accepted.due_at, accepted.clock_running) == (NEW, False)


def test_the_citizen_reads_it_in_the_timeline_and_in_the_count(accepted, tri):
    reset(accepted, tri)
    done = [item for item in timeline.of(accepted) if item["state"] == "done"]
    assert (done[-1]["title"], done[-1]["text"]) == ("Hạn trả kết quả được đặt lại", WHY)
    stage = explaining.explain(accepted).stages[-1]
    assert (stage.title, stage.due) == ("Đặt lại hạn", NEW)


def test_the_citizen_is_told(accepted, tri, binh):
    reset(accepted, tri)
    notice = Notice.objects.get(kind="deadline_reset")
    assert notice.user == binh
    assert "09:00 ngày 17/03/2026" in notice.body and WHY not in notice.body


# --- the pages ------------------------------------------------------------------------------------


def test_tri_resets_it_on_the_page(filed, lan, tri):
    pages.accept(filed, lan)
    # A week after a working day is one: the table of holidays is empty.
    day = filed.due_at + timedelta(days=7)
    answer = pages.press(
        pages.at_desk(tri), filed, "reset-deadline",
        day=f"{day:%Y-%m-%d}", hour="09:00", reason=WHY,
    )  # fmt: skip
    assert answer.status_code == 302
    assert pages.moves_of(filed)[-1] == "reset_deadline"


def test_a_wrong_day_stays_in_the_form_with_its_sentence(filed, lan, tri):
    pages.accept(filed, lan)
    answer = pages.press(
        pages.at_desk(tri), filed, "reset-deadline", day="2020-01-01", hour="09:00", reason=WHY
    )
    assert answer.status_code == 409
    assert "Hạn mới phải ở sau lúc này." in answer.text and WHY in answer.text


def test_a_second_wrong_day_is_not_called_done(filed, lan, tri):
    pages.accept(filed, lan)
    client = pages.at_desk(tri)
    good = filed.due_at + timedelta(days=7)
    typed = {"day": f"{good:%Y-%m-%d}", "reason": WHY}
    assert pages.press(client, filed, "reset-deadline", hour="09:00", **typed).status_code == 302
    answer = pages.press(client, filed, "reset-deadline", hour="03:00", **typed)
    assert answer.status_code == 409 and "giờ làm việc" in answer.text and WHY in answer.text


def test_a_page_gone_stale_is_refused(filed, lan, tri):
    pages.accept(filed, lan)
    answer = pages.press(
        pages.at_desk(tri), filed, "reset-deadline",
        day="2027-03-17", hour="09:00", reason=WHY, revision=0,
    )  # fmt: skip
    assert answer.status_code == 409 and "Hoàng Thị Lan đã thao tác" in answer.text


def test_lan_gets_no_such_page(filed, lan):
    pages.accept(filed, lan)
    assert pages.at_desk(lan).get(pages.address(filed, "reset-deadline")).status_code == 403


def test_lan_reads_how_the_day_was_counted(accepted, lan):
    shown = pages.at_desk(lan).get(pages.address(accepted, "deadline")).text
    assert "Ngày làm việc thứ 3" in shown and "09 giờ 00 phút, ngày 13/03/2026" in shown


def test_the_dossier_page_leads_there(accepted, lan):
    page = pages.at_desk(lan).get(pages.address(accepted)).text
    assert reverse("officer-deadline", args=[accepted.public_id]) in page


def test_another_offices_officer_finds_no_such_page(accepted, stranger):
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    factories.Position.objects.create(user=stranger, agency=other, role="reception")
    page = pages.address(accepted, "deadline")
    assert pages.at_desk(stranger).get(page).status_code == 404


def test_while_a_wish_to_withdraw_waits_it_came_when_it_came(accepted, binh, tri):
    asked = MORNING + 2 * HOUR
    actions.ask_withdrawal(accepted, by=binh, at=asked, reason="Khai nhầm tên con.")
    reset(accepted, tri)
    accepted.refresh_from_db()
    assert accepted.queue_at == asked and list(walk.verify(walk.Report())) == []
