"""A citizen takes a dossier back: recall (T2), withdrawal and its answer (T18–T20)."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.urls import reverse

from accounts.models import User
from dossiers import actions, timeline
from dossiers.actions import Draft
from dossiers.models import Dossier
from dossiers.slips import render
from dossiers.workflow import Status
from postal.models import Parcel
from tests import factories
from tests.dossiers.test_way import answer, ask, local
from tests.factories import MORNING

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WISH = "Tôi khai nhầm tên con."


@pytest.fixture
def processing(filed: Dossier, lan: User) -> Dossier:
    """Accepted at 09:00 on a Tuesday, three working days: due on Friday at 09:00."""
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    actions.forward(filed, by=lan, at=MORNING + HOUR)
    return filed


@pytest.fixture
def wished(processing: Dossier, binh: User) -> Dossier:
    """Bình asks to withdraw at 10:00."""
    actions.ask_withdrawal(processing, by=binh, at=MORNING + 2 * HOUR, reason=WISH)
    return processing


def test_a_recalled_dossier_is_a_draft_that_keeps_its_code(filed, binh) -> None:
    code = filed.code
    actions.recall(filed, by=binh, at=MORNING + HOUR)
    assert (filed.status, filed.code, filed.clock_running) == (Status.DRAFT, code, False)


def test_filed_again_it_has_the_same_code_and_a_new_intake_limit(filed, binh) -> None:
    code = filed.code
    actions.recall(filed, by=binh, at=MORNING + HOUR)
    again = actions.submit(filed, by=binh, at=MORNING + 2 * HOUR)
    # Ten o'clock and eight working hours: 1.5 till 11:30, 3.5 in the afternoon, 3 from 07:30.
    assert (again.code, local(again.intake_due_at)) == (code, "2026-03-11 10:30")


def test_an_accepted_dossier_is_not_recalled(processing, binh) -> None:
    with pytest.raises(actions.MoveRefused, match="Đang xử lý"):
        actions.recall(processing, by=binh, at=MORNING + 2 * HOUR)


def test_a_recalled_draft_is_never_deleted(filed, binh) -> None:
    actions.recall(filed, by=binh, at=MORNING + HOUR)
    with pytest.raises(actions.MoveRefused, match="đã có mã"):
        actions.discard_draft(filed, by=binh, at=MORNING + 2 * HOUR)


def test_asking_to_withdraw_stops_the_clock(wished) -> None:
    assert (wished.status, wished.clock_running) == (Status.WITHDRAWING, False)


def test_a_reason_is_needed(processing, binh) -> None:
    with pytest.raises(actions.MoveRefused, match="lý do"):
        actions.ask_withdrawal(processing, by=binh, at=MORNING + 2 * HOUR, reason=" ")


def test_a_declined_withdrawal_gives_the_time_back(wished, hung) -> None:
    specialist = factories.an_officer(
        "Chu Thị Ngân", "ngan@example.vn", "specialist", wished.deciding_agency
    )
    actions.decline_withdrawal(
        wished, by=specialist, at=MORNING + 4 * HOUR, reason="Kết quả đã ký xong rồi."
    )
    # From 10:00 to 12:00 an hour and a half of work passed (the desk closes at 11:30).
    assert (wished.status, local(wished.due_at)) == (Status.PROCESSING, "2026-03-13 10:30")


def test_after_additions_the_first_pause_goes_on(processing, lan, binh, hung) -> None:
    other = factories.a_filed(binh, processing.service)
    actions.make_move(other, "accept", by=lan, at=MORNING + HOUR)
    ask(other, lan, at=MORNING + 2 * HOUR)
    actions.ask_withdrawal(other, by=binh, at=MORNING + 3 * HOUR, reason=WISH)
    actions.decline_withdrawal(
        other, by=lan, at=MORNING + 4 * HOUR, reason="Chỉ cần bổ sung một ảnh."
    )
    kinds = list(other.clock_entries.values_list("kind", flat=True))
    assert (other.status, kinds) == (Status.ADDITIONS, ["intake", "start", "pause"])
    assert other.status_before == Status.ACCEPTED


@pytest.mark.parametrize(
    ("declined", "end"),
    [
        # Asked on Tuesday 10 March, due on Thursday 9 April. The wish of 11 March at 08:00 waits
        # until 9 April at 10:00: thirty days begun, 9 May is a Saturday, so Monday.
        (MORNING + 30 * DAY + 2 * HOUR, "2026-05-11 17:00"),
        (MORNING + DAY + 4 * HOUR, "2026-04-10 17:00"),  # a day begun
    ],
)
def test_declined_amid_additions_the_days_to_answer_come_back(
    filed, lan, binh, declined, end
) -> None:
    ask(filed, lan, at=MORNING + HOUR)
    actions.ask_withdrawal(filed, by=binh, at=MORNING + DAY, reason=WISH)
    actions.decline_withdrawal(filed, by=lan, at=declined, reason="Chỉ cần bổ sung một ảnh.")
    assert local(filed.rounds.get().answer_due_at) == local(filed.queue_at) == end
    assert actions.lapse_late(at=MORNING + 31 * DAY) == 0
    filed.refresh_from_db()
    assert filed.status == Status.ADDITIONS


def test_an_answer_sent_before_the_wish_keeps_its_day(filed, lan, binh) -> None:
    ask(filed, lan, at=MORNING + HOUR)
    answer(filed, binh, MORNING + 2 * HOUR)
    actions.ask_withdrawal(filed, by=binh, at=MORNING + DAY, reason=WISH)
    actions.decline_withdrawal(
        filed, by=lan, at=MORNING + 3 * DAY, reason="Kết quả đã ký xong rồi."
    )
    assert local(filed.rounds.get().answer_due_at) == "2026-04-09 17:00"


def agree(dossier: Dossier, by: User, at: datetime) -> None:
    actions.make_consented(dossier, Draft("agree_withdrawal", ""), by=by, at=at)
    dossier.refresh_from_db()


def test_agreed_it_is_over_with_mau_05_and_no_parcel(binh, lan, hung, service) -> None:
    filed = factories.a_filed(binh, service, post=True)
    actions.ask_withdrawal(filed, by=binh, at=MORNING + HOUR, reason=WISH)
    agree(filed, hung, MORNING + 2 * HOUR)
    slip = filed.slips.get(kind="mau05")
    assert (filed.status, slip.data["wish"]) == (Status.RETURNED, WISH)
    assert not Parcel.objects.exists()


def test_mau_05_is_drawn(wished, hung) -> None:
    agree(wished, hung, MORNING + 3 * HOUR)
    slip = wished.slips.get(kind="mau05")
    seen: dict[str, str] = {}

    def draw(template: str, context: dict[str, object], **kwargs: object) -> bytes:
        from django.template.loader import render_to_string

        seen["html"] = render_to_string(template, context)
        return b"%PDF-"

    with patch("dossiers.slips.render_pdf", draw), patch("dossiers.slips.store_slip"):
        render(slip)
    assert WISH in seen["html"] and "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ" in seen["html"]


def test_only_a_leader_agrees(wished, lan) -> None:
    with pytest.raises(actions.MoveRefused, match="cần lãnh đạo thông qua"):
        agree(wished, lan, MORNING + 3 * HOUR)


def test_the_citizen_is_told_each_time(wished, hung) -> None:
    agree(wished, hung, MORNING + 3 * HOUR)
    kinds = list(wished.submitter.notices.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["submitted", "accepted", "withdrawal_asked", "withdrawn"]


def test_the_timeline_says_what_happened(wished, hung) -> None:
    assert timeline.of(wished)[-1]["title"] == "Chờ cơ quan trả lời yêu cầu rút hồ sơ"
    agree(wished, hung, MORNING + 3 * HOUR)
    assert "Cơ quan đồng ý cho rút hồ sơ" in [item["title"] for item in timeline.of(wished)]


def test_binh_recalls_from_his_page(client, binh, filed) -> None:
    client.force_login(binh)
    page = reverse("recall", args=[filed.public_id])
    assert page in client.get(reverse("dossier", args=[filed.public_id])).content.decode()
    client.post(page)
    filed.refresh_from_db()
    assert filed.status == Status.DRAFT


def test_binh_withdraws_with_a_reason_from_his_page(client, binh, processing) -> None:
    client.force_login(binh)
    page = reverse("withdraw", args=[processing.public_id])
    assert "Hãy ghi lý do rút hồ sơ." in client.post(page, {"reason": ""}).content.decode()
    client.post(page, {"reason": WISH})
    processing.refresh_from_db()
    assert processing.status == Status.WITHDRAWING


@pytest.mark.parametrize("name", ["recall", "withdraw"])
def test_a_stranger_finds_no_such_page(client, stranger, filed, name) -> None:
    client.force_login(stranger)
    assert client.get(reverse(name, args=[filed.public_id])).status_code == 404


def test_hung_reads_the_wish_and_agrees(client, hung, wished) -> None:
    client.force_login(hung)
    page = reverse("officer-agree-withdrawal", args=[wished.public_id])
    shown = client.get(page).content.decode()
    assert WISH in shown
    client.post(page, {"revision": wished.revision, "reason": ""})
    wished.refresh_from_db()
    assert wished.withdrawn_at


def test_it_lies_in_the_queue_of_those_who_decide(client, hung, wished) -> None:
    client.force_login(hung)
    shown = client.get(reverse("officer-queue"), {"hang": "xin-rut"}).content.decode()
    assert wished.code in shown


def test_lan_drafts_consent_and_hung_lets_it_out(client, lan, hung, wished) -> None:
    client.force_login(lan)
    page = reverse("officer-agree-withdrawal", args=[wished.public_id])
    assert "Gửi lãnh đạo thông qua" in client.get(page).content.decode()
    client.post(page, {"revision": wished.revision, "reason": ""})
    wished.refresh_from_db()
    assert (wished.status, wished.proposal_waits) == (Status.WITHDRAWING, True)
    client.force_login(hung)
    page = reverse("officer-draft", args=[wished.public_id])
    assert WISH in client.get(page).content.decode()
    client.post(page, {"revision": wished.revision, "verdict": "dong-y", "answer": ""})
    wished.refresh_from_db()
    assert (wished.status, bool(wished.withdrawn_at)) == (Status.RETURNED, True)


def test_while_consent_is_drafted_the_wish_is_not_declined(wished, lan) -> None:
    at = MORNING + 3 * HOUR
    actions.propose(wished, Draft("agree_withdrawal", ""), by=lan, at=at)
    with pytest.raises(actions.MoveRefused, match="Có dự thảo đang chờ"):
        actions.decline_withdrawal(wished, by=lan, at=at, reason="Kết quả đã ký xong rồi.")


def test_a_second_draft_beside_the_first_is_refused(wished, lan) -> None:
    at = MORNING + 3 * HOUR
    actions.propose(wished, Draft("agree_withdrawal", ""), by=lan, at=at)
    with pytest.raises(actions.MoveRefused, match="Có dự thảo đang chờ"):
        actions.propose(wished, Draft("agree_withdrawal", ""), by=lan, at=at)


def test_the_desk_that_received_it_finds_the_wish_too(client, lan, wished) -> None:
    assert wished.desk_agency_id != wished.receiving_agency_id
    client.force_login(lan)
    shown = client.get(reverse("officer-queue"), {"hang": "xin-rut"}).content.decode()
    assert shown.count(f"Chọn {wished.code}") == 1
