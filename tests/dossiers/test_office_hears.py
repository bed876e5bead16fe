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
