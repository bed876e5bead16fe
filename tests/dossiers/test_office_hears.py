"""What its people ask reaches somebody in the office, and they are told whom."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.urls import reverse

from accounts.models import Position, User
from dossiers import actions
from dossiers.actions import holding, office
from dossiers.models import Dossier
from notices.models import Notice
from tests import factories
from tests.dossiers.test_way import ask
from tests.factories import MORNING

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Filed on Tuesday 10/03 at 08:00: the answer was due on Wednesday at 08:30.
LATE = MORNING + DAY + HOUR


def heard(kind: str) -> set[str]:
    return {one.user.full_name for one in Notice.objects.filter(kind=kind)}


def press(client, dossier: Dossier) -> str:
    """What the page says before, and what it says after."""
    client.force_login(dossier.submitter)
    shown = client.get(reverse("nudge", args=[dossier.public_id])).content.decode()
    said = client.post(reverse("nudge", args=[dossier.public_id]), follow=True).content.decode()
    whom = shown.split("Lời nhắc ")[1].split(".")[0]
    assert f"Lời nhắc {whom}." in said
    return whom


@pytest.fixture
def tri(db: None) -> User:
    return factories.an_officer("Lê Trí", "tri@example.vn", "sysadmin", factories.an_agency())


@pytest.fixture
def ngan(filed: Dossier) -> User:
    """Works on dossiers at the committee."""
    agency = filed.deciding_agency
    return factories.an_officer("Chu Thị Ngân", "ngan@example.vn", "specialist", agency)


@pytest.fixture
def processing(filed: Dossier, lan: User, ngan: User) -> Dossier:
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    actions.forward(filed, by=lan, at=MORNING + HOUR, to=ngan)
    return filed


def test_where_somebody_leads_only_they_hear(client, filed, hung, lan, tri) -> None:
    assert press(client, filed) == "được gửi đến lãnh đạo cơ quan"
    assert heard("nudge") == {"Lý Văn Hùng"}


def test_where_nobody_leads_who_holds_it_and_the_administrator_hear(client, filed, lan, tri):
    holding.claim(filed, by=lan, at=MORNING + HOUR)
    whom = press(client, filed)
    assert whom == "được gửi đến cán bộ đang giữ hồ sơ và quản trị hệ thống của cơ quan"
    assert heard("nudge") == {"Hoàng Thị Lan", "Lê Trí"}


def test_at_a_committee_nobody_leads_the_centres_leader_hears(processing, binh, lan) -> None:
    factories.an_officer("Bế Thị Sen", "sen@example.vn", "leader", processing.receiving_agency)
    actions.nudge(processing, by=binh, at=MORNING + 7 * DAY)
    assert heard("nudge") == {"Bế Thị Sen"}


def test_nobodys_is_heard_of_by_its_unit(client, filed, lan) -> None:
    assert press(client, filed) == "được gửi đến bộ phận đang giữ hồ sơ"
    assert heard("nudge") == {"Hoàng Thị Lan"}
    assert "chưa có lãnh đạo trên cổng" in Notice.objects.get(kind="nudge").body


def test_a_holder_who_has_left_the_office_hears_nothing(filed, binh, lan) -> None:
    holding.claim(filed, by=lan, at=MORNING + HOUR)
    Position.objects.filter(user=lan).delete()
    factories.an_officer("Mã Văn Sửu", "suu@example.vn", "reception", factories.an_agency())
    actions.nudge(filed, by=binh, at=LATE)
    assert heard("nudge") == {"Mã Văn Sửu"}


def test_an_office_without_anybody_is_the_portals_to_mend(client, filed) -> None:
    elsewhere = factories.an_agency("000.09.15.H37", name="Sở khác")
    factories.an_officer("Lê Trí", "tri@example.vn", "sysadmin", elsewhere)
    assert press(client, filed) == "được gửi đến quản trị hệ thống của cổng"
    assert heard("nudge") == {"Lê Trí"}


def test_where_there_is_nobody_at_all_the_page_says_so(client, filed) -> None:
    assert press(client, filed) == "chưa gửi được đến ai, vì cơ quan chưa có cán bộ nào trên cổng"
    filed.refresh_from_db()
    assert (filed.nudges, filed.nudge_waits, heard("nudge")) == (1, True, set())


def test_nobody_reminds_themselves(filed, binh, lan) -> None:
    Position.objects.create(user=binh, agency=filed.receiving_agency, role="sysadmin")
    Position.objects.create(user=binh, agency=filed.receiving_agency, role="reception")
    actions.nudge(filed, by=binh, at=LATE)
    assert heard("nudge") == {"Hoàng Thị Lan"}


def test_twin_told_of_leaders_only_nobody_hears_where_nobody_leads(filed, binh, lan, tri) -> None:
    with patch.object(office, "hearing", return_value=office.Hearing({})):
        actions.nudge(filed, by=binh, at=LATE)
    assert heard("nudge") == set()


# --- T18 ------------------------------------------------------------------------------------------


def wish(dossier: Dossier, binh: User) -> None:
    reason = "Tôi khai nhầm tên con."
    actions.ask_withdrawal(dossier, by=binh, at=MORNING + 2 * HOUR, reason=reason)


def test_the_holder_and_the_leader_hear_that_bình_wants_it_back(processing, binh, hung) -> None:
    wish(processing, binh)
    assert heard("wish") == {"Chu Thị Ngân", "Lý Văn Hùng"}


def test_each_link_opens_the_dossier(client, processing, binh, hung) -> None:
    wish(processing, binh)
    for one in Notice.objects.filter(kind="wish"):
        client.force_login(one.user)
        assert processing.code in client.get(one.link).content.decode()


def test_what_bình_wrote_stays_on_the_portal(processing, binh, hung) -> None:
    wish(processing, binh)
    for one in Notice.objects.filter(kind="wish"):
        assert "khai nhầm" not in one.subject + one.body
        assert processing.code in one.subject and one.to_address


def test_who_had_it_at_the_desk_hears_though_it_goes_to_the_committee(filed, binh, lan, hung):
    holding.claim(filed, by=lan, at=MORNING + HOUR)
    wish(filed, binh)
    assert heard("wish") == {"Hoàng Thị Lan", "Lý Văn Hùng"}


def test_nobodys_is_told_to_the_leader_alone(filed, binh, lan, hung) -> None:
    wish(filed, binh)
    assert heard("wish") == {"Lý Văn Hùng"}


def test_amid_additions_who_asked_for_them_hears(filed, binh, lan, hung) -> None:
    ask(filed, lan)
    wish(filed, binh)
    assert heard("wish") == {"Hoàng Thị Lan", "Lý Văn Hùng"}


def test_who_no_longer_works_there_hears_nothing(processing, binh, ngan, hung) -> None:
    Position.objects.filter(user=ngan).delete()
    wish(processing, binh)
    assert heard("wish") == {"Lý Văn Hùng"}


def test_without_a_leader_the_administrator_hears(processing, binh, tri) -> None:
    wish(processing, binh)
    assert heard("wish") == {"Chu Thị Ngân", "Lê Trí"}


def test_a_leader_whose_own_dossier_it_is_is_not_asked_to_consent(filed, binh, hung) -> None:
    Position.objects.create(user=binh, agency=filed.deciding_agency, role="leader")
    wish(filed, binh)
    assert heard("wish") == {"Lý Văn Hùng"}


def test_a_refused_wish_is_told_to_nobody(processing, stranger, hung) -> None:
    with pytest.raises(actions.MoveRefused):
        wish(processing, stranger)
    assert heard("wish") == set()


def test_twin_asked_after_the_move_who_had_it_at_the_desk_is_forgotten(filed, binh, lan, hung):
    """At the committee's desk nobody has it yet: whose it is is looked at before."""
    holding.claim(filed, by=lan, at=MORNING + HOUR)
    with patch.object(office, "held_by", lambda dossier: None):
        wish(filed, binh)
    assert heard("wish") == {"Lý Văn Hùng"}
