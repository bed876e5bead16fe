"""The day's report names all that is stuck, and nothing else (R22)."""

import re
import uuid
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agency, Position, User
from dossiers import actions, watching
from dossiers.actions import store_slip
from dossiers.models import (
    Dossier,
    Event,
    NonWorkingDay,
    Paper,
    Proposal,
    RegisterVolume,
    Slip,
    StepRun,
)  # fmt: skip
from dossiers.models.nonworking import DayKind
from dossiers.register import Period
from dossiers.workflow import Status
from notices import actions as notices
from notices.models import Notice
from portal.lib.outbox import drain
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.factories import MORNING

pytestmark = pytest.mark.usefixtures("open_today")
DAY = timedelta(days=1)


@pytest.fixture
def tri(db: None) -> User:
    return factories.an_officer("Lê Trí", "tri@example.vn", "sysadmin", factories.an_agency())


def a_twin(dossier: Dossier, number: int, **fields) -> Dossier:
    twin = Dossier.objects.get(pk=dossier.pk)
    twin.pk, twin.code = None, f"{dossier.code}-{number:03d}"
    twin.public_id, twin.start_token = uuid.uuid4(), uuid.uuid4()
    for name, value in fields.items():
        setattr(twin, name, value)
    twin.save()
    return twin


@pytest.fixture
def planted(filed: Dossier, lan: User, hung: User) -> list[tuple[str, str]]:
    """(kind, code) of twenty-eight stuck things of eleven kinds, among as many that are not."""
    now = timezone.now()
    # Neither late nor near, whatever day the test runs on.
    soon, long_ago = now + 30 * DAY, now - 30 * DAY
    calm = {"due_at": soon, "queue_at": soon, "clock_running": True, "accepted_at": long_ago}
    calm |= {"intake_due_at": soon, "step_due_at": soon}
    work = calm | {"status": Status.PROCESSING, "desk_agency": filed.deciding_agency}
    over = {"status": Status.FINISHED, "clock_running": False, "step_due_at": None}
    wait = {"status": Status.ADDITIONS, "additions_answered": True, "clock_running": False}
    stuck = {
        "intake": (3, {"status": 1, "intake_due_at": long_ago, "queue_at": long_ago}),
        "step": (3, work | {"step_due_at": long_ago}),
        "due": (3, work | {"due_at": long_ago, "queue_at": long_ago}),
        "answered": (3, calm | wait | {"queue_at": long_ago}),
        "result": (3, calm | over | {"finished_at": long_ago}),
        "no_step": (2, work),
        "accepted": (2, calm | {"status": Status.ACCEPTED}),
        "withdrawing": (2, calm | {"status": Status.WITHDRAWING, "queue_at": long_ago}),
        "stopped": (2, calm | {"status": Status.STOPPED, "clock_running": False}),
        "drafted": (2, work | {"proposal_waits": True}),
    }
    fine = [
        {"status": 1, "intake_due_at": soon, "queue_at": soon},
        work,
        calm | wait | {"queue_at": now},
        calm | over | {"finished_at": now},
        calm | {"status": Status.ACCEPTED},
        calm | {"status": Status.WITHDRAWING, "queue_at": now},
        calm | {"status": Status.STOPPED, "clock_running": False},
        work | {"proposal_waits": True},
    ]
    found, number = [], 0
    for kind, (many, fields) in stuck.items():
        for _ in range(many):
            number += 1
            twin = a_twin(filed, number, **fields)
            found.append((kind, twin.code))
            a_past(twin, lan, long_ago)
            if kind != "no_step" and twin.status == Status.PROCESSING:
                a_step(twin)
    for fields in fine:
        for _ in range(5):
            number += 1
            twin = a_twin(filed, number, **fields)
            a_past(twin, lan, long_ago, Status.ADDITIONS)
            a_past(twin, lan, now)
            if twin.status == Status.PROCESSING:
                a_step(twin)
    Dossier.objects.filter(pk=filed.pk).update(intake_due_at=soon, queue_at=soon)
    return [*found, *dead_ones(filed, number, calm)]


def a_past(twin: Dossier, lan: User, at: datetime, came: Status = Status.SUBMITTED) -> None:
    """It came to where it stands at `at`; its draft, when one waits, is of then."""
    if twin.status in (Status.ACCEPTED, Status.STOPPED):
        seq = twin.events.count() + 1
        Event.objects.create(
            dossier=twin, seq=seq, move="x", from_status=came, to_status=twin.status, at=at,
            actor="reception", digest=f"{twin.pk}/{seq}",
        )  # fmt: skip
    if twin.proposal_waits:
        Proposal.objects.update_or_create(
            dossier=twin,
            defaults={
                "kind": "stop",
                "reason": "Thử",
                "data": {"move": "stop"},
                "proposed_by": lan,
                "proposed_at": at,
            },
        )


def a_step(twin: Dossier) -> None:
    StepRun.objects.create(
        dossier=twin, number=1, position=0, name="Thẩm định", role="specialist",
        agency=twin.deciding_agency, started_at=MORNING,
    )  # fmt: skip


def dead_ones(filed, number, calm):
    slip, paper, letter = (
        a_twin(filed, number + n, **calm | {"status": Status.ACCEPTED}) for n in (1, 2, 3)
    )
    gone = {"dead_at": timezone.now(), "done_at": None, "last_error": "Hết chỗ."}
    copied = Slip.objects.get(dossier=filed)
    copied.pk, copied.public_id, copied.key, copied.dossier = None, uuid.uuid4(), "slip-x", slip
    copied.save()
    Slip.objects.filter(pk=copied.pk).update(**gone)
    Paper.objects.filter(dossier=filed).update(dossier=paper, **gone)
    notices.queue(
        key=f"{letter.public_id}/9/accepted", kind="accepted", subject="Thư thử", body="…",
        at=MORNING, to_address="hong@example.vn",
    )  # fmt: skip
    Notice.objects.filter(subject="Thư thử").update(**gone)
    return [("dead", one.code) for one in (slip, paper, letter)]


def listed(page: str) -> list[tuple[str, str, str]]:
    """(kind, code, link) of each line of the page."""
    sections = re.split(r'<section id="(\w+)"', page)[1:]
    found = []
    for kind, text in zip(sections[::2], sections[1::2], strict=True):
        found += [
            (kind, code, link)
            for link, code in re.findall(r'<a class="code" href="([^"]+)">([^<]+)</a>', text)
        ]
    return found


def test_the_page_lists_exactly_those_and_every_link_works(planted, hung):
    client = pages.at_desk(hung)
    lines = listed(client.get(reverse("officer-stuck")).text)
    assert len(planted) == 28
    assert sorted((kind, code) for kind, code, _ in lines) == sorted(planted)
    for _, code, link in lines:
        answer = client.get(link)
        assert answer.status_code == 200 and code in answer.text


def test_a_citizens_draft_is_nobody_elses_affair(filed, hung, binh, service):
    draft = factories.a_full_draft(binh, service)
    gone = Paper.objects.filter(dossier=draft).update(dead_at=timezone.now(), done_at=None)
    assert gone
    page = pages.at_desk(hung).get(reverse("officer-stuck")).text
    assert 'id="dead"' not in page


def test_the_administrator_sees_the_same(planted, tri):
    page = pages.at_desk(tri).get(reverse("officer-stuck")).text
    assert len(listed(page)) == 28


def test_twin_without_the_bounds_another_office_reads_it(planted):
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    xa = factories.an_officer("Xa", "xa@example.vn", "leader", other)
    with patch.object(watching, "seen_by", lambda agencies: Q()):
        page = pages.at_desk(xa).get(reverse("officer-stuck")).text
    assert page.count('<span class="code">') == 28


def test_another_provinces_leader_sees_nothing(planted):
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    xa = factories.an_officer("Xa", "xa@example.vn", "leader", other)
    page = pages.at_desk(xa).get(reverse("officer-stuck")).text
    assert 'class="code"' not in page and "Không có gì tồn đọng" in page


def test_an_officer_is_told_whose_page_it_is(lan):
    answer = pages.at_desk(lan).get(reverse("officer-stuck"))
    assert answer.status_code == 403 and "dành cho lãnh đạo" in answer.text


def today(hour: int) -> datetime:
    return timezone.localtime().replace(hour=hour, minute=0)


def test_the_letter_says_how_many_of_each_once_a_day(planted, hung):
    Notice.objects.filter(kind="stuck").delete()
    assert [actions.tell_stuck(at=today(9)), actions.tell_stuck(at=today(9))] == [1, 0]
    letter = Notice.objects.get(kind="stuck")
    assert letter.user == hung and letter.subject.startswith("28 việc tồn đọng")
    for line in ("Quá hạn tiếp nhận: 3", "Không ai giữ: 2", "Dự thảo chờ thông qua: 2"):
        assert f"- {line}\n" in letter.body


def test_the_clock_set_back_an_hour_sends_no_second_letter(planted, hung):
    sent = [actions.tell_stuck(at=today(hour)) for hour in (9, 8, 9)]
    assert sent == [1, 0, 0]


def test_twin_without_the_days_key_it_is_sent_again(planted, hung):
    actions.tell_stuck(at=today(9))
    Notice.objects.filter(kind="stuck").update(key="khác")
    assert actions.tell_stuck(at=today(9)) == 1


def test_nobody_is_written_to_in_the_night_or_about_nothing(filed, hung):
    assert actions.tell_stuck(at=today(5)) == 0
    Dossier.objects.update(intake_due_at=today(9) + DAY, queue_at=today(9) + DAY)
    assert actions.tell_stuck(at=today(9)) == 0


# Filed on Tuesday 10/03: late since Wednesday.
SATURDAY, SUNDAY, MONDAY = (
    datetime(2026, 3, day, 9, 0, tzinfo=factories.VN) for day in (14, 15, 16)
)


def a_day(day: datetime, kind: DayKind) -> None:
    NonWorkingDay.objects.create(date=day.date(), kind=kind, name="Ngày đặc biệt")


def test_the_letter_waits_for_the_day_the_office_opens(filed, hung):
    sent = [actions.tell_stuck(at=at) for at in (SATURDAY, SUNDAY, MONDAY)]
    assert sent == [0, 0, 1]


def test_nobody_is_written_to_on_a_holiday(filed, hung):
    a_day(MONDAY, DayKind.OFF)
    assert [actions.tell_stuck(at=at) for at in (MONDAY, MONDAY + DAY)] == [0, 1]


def test_a_saturday_worked_for_another_day_has_its_letter(filed, hung):
    a_day(SATURDAY, DayKind.MAKEUP)
    assert actions.tell_stuck(at=SATURDAY) == 1


@pytest.mark.parametrize(("counts", "sent"), [(True, 1), (False, 0)])
def test_the_leaders_own_agency_says_whether_its_saturday_is_worked(filed, hung, counts, sent):
    """Papers may be handed in that morning; only where it counts does the office work."""
    Agency.objects.filter(pk=filed.deciding_agency_id).update(
        saturday="half", saturday_counts=counts
    )
    chu = factories.an_officer("Vi Chủ", "chu@example.vn", "leader", filed.receiving_agency)
    assert actions.tell_stuck(at=SATURDAY) == sent
    assert not Notice.objects.filter(kind="stuck", user=chu).exists()


def test_a_day_on_which_nobody_works_counts_nothing(filed, hung, django_assert_num_queries):
    with django_assert_num_queries(5):  # savepoint, today's letters, leaders, days, savepoint
        actions.tell_stuck(at=SUNDAY)


def test_a_leader_of_two_agencies_gets_one_letter(planted, hung):
    Position.objects.create(user=hung, agency=factories.an_agency(), role="leader")
    assert actions.tell_stuck(at=today(9)) == 1


def test_a_long_list_says_how_many_more_and_where(planted, hung, monkeypatch):
    monkeypatch.setattr("dossiers.views.officer_stuck.SHOWN", 1)
    page = pages.at_desk(hung).get(reverse("officer-stuck")).text
    assert "Quá hạn tiếp nhận (3)" in page and "Và 2 hồ sơ nữa" in page
    assert f'href="{reverse("officer-queue")}?hang=tiep-nhan"' in page


# --- made anew ------------------------------------------------------------------------------------

GONE = {"dead_at": MORNING, "attempts": 55, "last_error": "Hết chỗ."}


@pytest.fixture
def dead_slip(filed: Dossier) -> Slip:
    filed.slips.update(**GONE)
    return filed.slips.get()


@pytest.fixture
def dead_volume(filed: Dossier, lan: User) -> RegisterVolume:
    actions.make_move(filed, "accept", by=lan, at=MORNING)
    (volume,) = actions.issue_register(
        agency=filed.receiving_agency, period=Period(MORNING.date(), MORNING.date()),
        procedure=None, token=uuid.uuid4(), by=lan, at=MORNING,
    )  # fmt: skip
    RegisterVolume.objects.update(**GONE)
    return volume


def again(user: User, name: str, row: Slip | RegisterVolume):
    return pages.at_desk(user).post(reverse(name, args=[row.public_id]))


def test_a_dead_slip_is_made_again_at_a_leaders_word(dead_slip, hung):
    button = reverse("slip-again", args=[dead_slip.public_id])
    assert button in pages.at_desk(hung).get(reverse("officer-stuck")).text
    answer = again(hung, "slip-again", dead_slip)
    assert answer.url == reverse("slip", args=[dead_slip.public_id])
    made = drain(Slip.objects.all(), lambda slip: store_slip(
        slip, stored_name="x", sha256="y", size=1, at=timezone.now()))  # fmt: skip
    assert made.done == 1


def test_the_page_of_a_dead_slip_offers_it_to_officers_only(dead_slip, lan, binh):
    address = reverse("slip", args=[dead_slip.public_id])
    pages_of = {user: pages.at_desk(user).get(address).text for user in (lan, binh)}
    assert "Tạo lại phiếu" in pages_of[lan] and "Hết chỗ." in pages_of[lan]
    assert "Tạo lại" not in pages_of[binh] and "Hết chỗ." not in pages_of[binh]


@pytest.mark.parametrize("who", ["binh", "stranger", "xa"])
def test_others_make_nothing_again(dead_slip, dead_volume, who, request):
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    user = (
        factories.an_officer("Xa", "xa@example.vn", "leader", other)
        if who == "xa"
        else request.getfixturevalue(who)
    )
    for name, row in (("slip-again", dead_slip), ("register-again", dead_volume)):
        assert again(user, name, row).status_code in (403, 404)
        row.refresh_from_db()
        assert row.dead_at
    with pytest.raises(actions.MoveRefused):
        actions.remake_slip(dead_slip, by=user, at=timezone.now())


def test_a_slip_that_is_made_stays_as_it_is(filed, lan):
    filed.slips.update(done_at=MORNING, sha256="y", attempts=1)
    again(lan, "slip-again", filed.slips.get())
    assert filed.slips.get().attempts == 1


def test_a_dead_volume_is_told_and_made_again(dead_volume, tri):
    page = pages.at_desk(tri).get(reverse("officer-stuck")).text
    assert "Quyển 1/2026" in page and "Hết chỗ." in page
    assert actions.tell_stuck(at=today(9)) == 0  # nobody leads
    answer = again(tri, "register-again", dead_volume)
    assert answer.url == reverse("officer-stuck")
    dead_volume.refresh_from_db()
    assert (dead_volume.dead_at, dead_volume.attempts) == (None, 0)


def test_who_reads_the_register_makes_its_volume_again(dead_volume, lan):
    address = reverse("register-volume", args=[dead_volume.public_id])
    assert "Tạo lại quyển sổ" in pages.at_desk(lan).get(address).text
    assert again(lan, "register-again", dead_volume).url == address
