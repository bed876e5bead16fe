"""Who on the people's side is told: a firm that its filer has left does not go deaf."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest

from accounts.models import Organisation, OrganisationMember, User
from dossiers import actions
from dossiers.actions import notices
from dossiers.actions.notices import Reader
from dossiers.models import Dossier
from notices.models import Notice
from tests.factories import MORNING, a_person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OFFICE = "vanphong@namquan.example.vn"


@pytest.fixture
def of_firm(of_firm: Dossier) -> Dossier:
    """What was told of its filing is no matter here."""
    Notice.objects.all().delete()
    return of_firm


def member(firm: Organisation, role: str, name: str = "Vi Văn Tư") -> User:
    number = User.objects.count()
    user = a_person(name, f"nguoi{number}@example.vn")
    OrganisationMember.objects.create(organisation=firm, user=user, role=role)
    return user


def leaves(user: User) -> None:
    OrganisationMember.objects.filter(user=user).delete()


def ask(dossier: Dossier, lan: User, at: datetime = MORNING + HOUR) -> None:
    need = dossier.case.requirements.first()
    gap = actions.Gap(label=need.name, reason="Ảnh mờ.", requirement=need)
    actions.ask_additions(dossier, gaps=[gap], reason="Không rõ.", by=lan, at=at)


def told(kind: str) -> list[str]:
    found = Notice.objects.filter(kind=kind).order_by("pk")
    return [one.user.full_name if one.user else one.to_address for one in found]


def test_while_he_files_for_the_firm_bình_alone_is_told(of_firm, firm, lan) -> None:
    member(firm, "owner")
    ask(of_firm, lan)
    assert told("additions") == ["Nguyễn Văn Bình"]


def test_when_he_has_left_those_who_file_today_are_told_each_once(of_firm, firm, binh, lan):
    for role, name in (("owner", "Vi Văn Tư"), ("filer", "Hà Thị Na"), ("viewer", "Lộc Văn Xem")):
        member(firm, role, name)
    leaves(binh)
    ask(of_firm, lan)
    assert told("additions") == ["Vi Văn Tư", "Hà Thị Na"]


def test_the_letter_greets_who_reads_it(of_firm, firm, binh, lan) -> None:
    member(firm, "owner")
    leaves(binh)
    ask(of_firm, lan)
    assert Notice.objects.get(kind="additions").body.startswith("Kính gửi Ông/Bà Vi Văn Tư,")


def test_whoever_is_told_may_open_it(of_firm, firm, binh, lan) -> None:
    member(firm, "filer")
    leaves(binh)
    ask(of_firm, lan)
    for one in Notice.objects.filter(kind="additions"):
        assert of_firm in Dossier.objects.visible_to(one.user)


def test_twin_told_by_who_filed_only_who_may_not_open_it_hears(of_firm, firm, binh, lan) -> None:
    member(firm, "filer")
    leaves(binh)
    before = [Reader("", "Ông/Bà Bình", "binh@example.vn", binh)]
    with patch.object(notices, "readers", return_value=before):
        ask(of_firm, lan)
    reader = Notice.objects.get(kind="additions").user
    assert of_firm not in Dossier.objects.visible_to(reader)


def test_the_reminder_and_the_silence_reach_them_too(of_firm, firm, binh, lan) -> None:
    member(firm, "owner")
    leaves(binh)
    actions.tell_silent(at=MORNING + 7 * DAY)
    ask(of_firm, lan, MORNING + 8 * DAY)
    due = of_firm.rounds.get().answer_due_at
    actions.remind_additions(at=due - HOUR)
    assert told("silence") == told("remind_additions") == ["Vi Văn Tư"]


def test_who_only_looks_on_by_now_reads_it_with_those_who_file(of_firm, firm, binh, lan) -> None:
    member(firm, "owner")
    firm.memberships.filter(user=binh).update(role="viewer")
    ask(of_firm, lan)
    assert told("additions") == ["Nguyễn Văn Bình", "Vi Văn Tư"]


def test_nobody_files_any_more_the_firms_address_is_written_to(of_firm, firm, binh, lan) -> None:
    member(firm, "viewer", "Lộc Văn Xem")
    leaves(binh)
    ask(of_firm, lan)
    assert told("additions") == ["Lộc Văn Xem", OFFICE]
    letter = Notice.objects.get(to_address=OFFICE)
    assert letter.body.startswith("Kính gửi Công ty TNHH Nam Quan,")


def test_a_closed_account_answers_nothing(of_firm, firm, binh, lan) -> None:
    member(firm, "owner")
    User.objects.filter(pk=binh.pk).update(is_active=False)
    ask(of_firm, lan)
    assert told("additions") == ["Vi Văn Tư"]


def test_nobody_and_no_address_stops_no_officer(of_firm, firm, binh, lan) -> None:
    Organisation.objects.update(email="")
    leaves(binh)
    ask(of_firm, lan)
    assert told("additions") == []
