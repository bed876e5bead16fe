"""Whose work a dossier is: claimed, given, let go, taken back; and who has it open."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from dossiers import actions, timeline
from dossiers.actions import MoveRefused, desks, holding
from dossiers.models import Dossier, Event, Looking
from dossiers.workflow import HOLDS
from notices.models import Notice
from tests import factories
from tests.dossiers import officer_pages as pages

NOON = factories.MORNING + timedelta(hours=4)


@pytest.fixture
def huong(db):
    return factories.an_officer(
        "Vi Thu Hương", "huong@example.vn", "reception", factories.an_agency()
    )


@pytest.fixture
def chief(db):
    return factories.an_officer("Lộc Văn Sếp", "sep@example.vn", "leader", factories.an_agency())


def holder(dossier):
    return Dossier.objects.values_list("assignee__full_name", flat=True).get(pk=dossier.pk)


def test_lan_claims_and_the_history_tells(filed, lan):
    pages.at_desk(lan).post(pages.address(filed, "claim"))
    html = pages.at_desk(lan).get(pages.address(filed)).text
    assert holder(filed) == lan.full_name and "Nhận việc" in html and "đang xử lý từ" in html


def test_hương_is_told_who_claimed_before_her_and_when(filed, lan, huong):
    holding.claim(filed, by=lan, at=NOON)
    with pytest.raises(MoveRefused) as refused:
        holding.claim(filed, by=huong, at=NOON)
    assert str(refused.value) == "Hoàng Thị Lan đã nhận hồ sơ này từ lúc 12:00 ngày 10/03/2026."


def test_a_second_press_of_claim_says_nothing_wrong(filed, lan):
    client = pages.at_desk(lan)
    for _ in range(2):
        client.post(pages.address(filed, "claim"))
    assert Event.objects.filter(move="claim").count() == 1


def test_holding_is_no_new_revision_for_who_reads_the_dossier(filed, lan, huong):
    seen = filed.revision
    holding.claim(filed, by=huong, at=NOON)
    answer = pages.press(pages.at_desk(lan), filed, "accept", revision=seen)
    assert answer.status_code == 302 and "accept" in pages.moves_of(filed)


def test_the_citizen_is_told_nothing_of_it(filed, lan):
    heard = Dossier.objects.get(pk=filed.pk).heard_at
    holding.claim(filed, by=lan, at=NOON)
    filed.refresh_from_db()
    titles = [item["title"] for item in timeline.of(filed)]
    assert filed.heard_at == heard and not HOLDS & set(titles)


def test_lan_gives_to_hương_who_finds_it_among_hers(filed, lan, huong):
    answer = pages.at_desk(lan).post(
        pages.address(filed, "assign"), {"to": huong.pk, "note": "Chị xem giúp."}
    )
    assert answer.status_code == 302
    mine = pages.at_desk(huong).get("/mot-cua/ho-so/?hang=tiep-nhan&pham-vi=toi")
    assert filed.code in mine.text and "Giao việc" in pages.at_desk(lan).get(answer.url).text


def test_work_goes_only_to_people_of_the_desk_it_is_at(filed, lan, hung):
    with pytest.raises(MoveRefused, match="không nhận việc ở cơ quan"):
        holding.assign(filed, to=hung, by=lan, at=NOON)


def test_nobody_is_given_their_own_dossier(filed, lan, binh):
    from accounts.models import Position

    Position.objects.create(user=binh, agency=factories.an_agency(), role="reception")
    with pytest.raises(MoveRefused, match="là người nộp"):
        holding.assign(filed, to=binh, by=lan, at=NOON)


def test_another_agency_can_hold_nothing_of_it(filed, stranger):
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    ha = factories.an_officer("Hà", "ha@example.vn", "reception", other)
    for who in (ha, stranger):
        assert pages.at_desk(who).post(pages.address(filed, "claim")).status_code == 404
        with pytest.raises(MoveRefused):
            holding.claim(filed, by=who, at=NOON)
    assert holder(filed) is None


def test_what_lan_holds_hương_cannot_give_away_but_the_leader_can(filed, lan, huong, chief):
    holding.claim(filed, by=lan, at=NOON)
    with pytest.raises(MoveRefused, match="Chỉ người đó hoặc lãnh đạo"):
        holding.assign(filed, to=huong, by=huong, at=NOON)
    holding.assign(filed, to=huong, by=chief, at=NOON)
    assert holder(filed) == huong.full_name


def test_at_a_desk_nobody_leads_a_colleague_gives_on_what_another_holds(filed, lan, huong):
    holding.claim(filed, by=lan, at=NOON)
    holding.assign(filed, to=huong, by=huong, at=NOON)
    assert holder(filed) == huong.full_name


@pytest.mark.parametrize("how", ["position", "account"])
def test_what_someone_who_left_holds_any_colleague_gives_on(filed, lan, huong, chief, how):
    holding.claim(filed, by=lan, at=NOON)
    if how == "position":
        lan.positions.all().delete()
    else:
        User.objects.filter(pk=lan.pk).update(is_active=False)
    holding.assign(filed, to=huong, by=huong, at=NOON)
    assert holder(filed) == huong.full_name


def test_what_changed_hands_meanwhile_is_not_given_on(filed, lan, huong, chief):
    """A leader hands over Lan's desk while Lan gives this one to Hương."""
    holding.assign(filed, to=huong, by=lan, at=NOON)
    with pytest.raises(MoveRefused, match="đã được giao cho người khác"):
        desks.hand_over(filed, person=lan, to=chief, by=chief, at=NOON)


def test_a_desk_that_changes_without_a_step_leaves_nobody_of_the_former(filed, lan, hung, binh):
    pages.accept(filed, lan)
    holding.claim(filed, by=lan, at=timezone.now())
    ask = actions.ask_withdrawal
    ask(filed, reason="Tôi không cần nữa, xin rút.", by=binh, at=timezone.now())
    filed.refresh_from_db()
    assert filed.desk_agency == factories.a_committee() and filed.assignee is None
    holding.claim(filed, by=hung, at=timezone.now())


def test_a_system_administrator_works_off_nothing(filed, lan):
    tri = factories.an_officer("Lê Trí", "tri@example.vn", "sysadmin", factories.an_agency())
    with pytest.raises(MoveRefused, match="không ở cơ quan"):
        holding.claim(filed, by=tri, at=NOON)
    assert "Nhận việc" not in pages.at_desk(tri).get(pages.address(filed)).text


def test_nobody_is_offered_a_step_that_is_anothers(filed, lan, hung):
    pages.processing(filed, lan)
    assert pages.address(filed, "claim") not in pages.at_desk(hung).get(pages.address(filed)).text


def test_released_it_is_the_whole_desks_again(filed, lan, huong):
    holding.claim(filed, by=lan, at=NOON)
    with pytest.raises(MoveRefused, match="Hoàng Thị Lan đã nhận"):
        holding.release(filed, by=huong, at=NOON)
    pages.at_desk(lan).post(pages.address(filed, "release"))
    assert holder(filed) is None


def test_what_is_over_is_nobodys_work(filed, lan):
    Dossier.objects.filter(pk=filed.pk).update(status=3)
    with pytest.raises(MoveRefused, match="không còn ai xử lý"):
        holding.claim(filed, by=lan, at=NOON)


def test_what_was_given_is_taken_back_before_it_is_opened(filed, lan, huong):
    holding.claim(filed, by=lan, at=NOON)
    holding.assign(filed, to=huong, by=lan, at=NOON)
    pages.at_desk(lan).post(pages.address(filed, "take-back"))
    assert holder(filed) == lan.full_name


def test_what_cannot_go_back_to_who_left_is_the_whole_desks_and_the_page_says_so(
    filed, lan, huong, chief
):
    holding.claim(filed, by=lan, at=NOON)
    holding.assign(filed, to=huong, by=chief, at=NOON)
    lan.positions.all().delete()
    answer = pages.at_desk(chief).post(pages.address(filed, "take-back"), follow=True)
    assert holder(filed) is None
    assert "Hoàng Thị Lan không còn nhận được việc này" in answer.text


def test_once_hương_has_it_open_it_is_hers(filed, lan, huong):
    holding.assign(filed, to=huong, by=lan, at=NOON)
    holding.look(filed, by=huong, at=NOON + timedelta(minutes=2))
    with pytest.raises(MoveRefused) as refused:
        holding.take_back(filed, by=lan, at=NOON + timedelta(minutes=3))
    assert "Vi Thu Hương đã mở hồ sơ lúc 12:02" in str(refused.value)


def test_once_hương_has_acted_it_is_hers(filed, lan, huong):
    holding.assign(filed, to=huong, by=lan, at=NOON)
    pages.accept(filed, huong)
    with pytest.raises(MoveRefused, match="đã bắt đầu làm"):
        holding.take_back(filed, by=lan, at=timezone.now())


def test_only_who_gave_takes_back(filed, lan, huong, mai):
    holding.assign(filed, to=huong, by=lan, at=NOON)
    with pytest.raises(MoveRefused, match="Chỉ người đã giao"):
        holding.take_back(filed, by=mai, at=NOON)


def test_an_open_screen_is_told_to_the_others_and_closes_by_itself(filed, lan, huong):
    holding.look(filed, by=huong, at=timezone.now())
    html = pages.at_desk(lan).get(pages.address(filed)).text
    assert "Vi Thu Hương</strong> đang mở hồ sơ này từ" in html
    Looking.objects.update(seen_at=timezone.now() - timedelta(minutes=3))
    assert "đang mở hồ sơ này" not in pages.at_desk(lan).get(pages.address(filed)).text


def test_a_screen_keeps_its_beginning_and_tells_the_others_only(filed, lan):
    client = pages.at_desk(lan)
    for _ in range(3):
        answer = client.post(pages.address(filed, "looking"))
    assert Looking.objects.count() == 1 and "đang mở" not in answer.text
    one = Looking.objects.get()
    assert one.since < one.seen_at


def test_a_stranger_cannot_say_that_they_look(filed, stranger):
    answer = pages.at_desk(stranger).post(pages.address(filed, "looking"))
    assert answer.status_code == 404 and not Looking.objects.exists()


def test_opening_the_page_alone_writes_nothing(filed, lan):
    pages.at_desk(lan).get(pages.address(filed))
    assert not Looking.objects.exists() and not Event.objects.filter(move__in=HOLDS).exists()


def test_a_step_is_given_only_to_who_may_do_it(filed, lan, hung):
    """The step of a specialist is no clerk's, though both work at the committee."""
    clerk = factories.an_officer("Văn Thư", "vt@example.vn", "cashier", factories.a_committee())
    pages.processing(filed, lan)
    with pytest.raises(MoveRefused):
        holding.assign(filed, to=clerk, by=hung, at=timezone.now())
    assert holder(filed) != clerk.full_name


def test_who_is_given_a_dossier_is_told(filed, lan, huong):
    holding.assign(filed, to=huong, by=lan, at=NOON, note="Chị Hà đang đợi")
    told = Notice.objects.get(user=huong)
    assert told.subject == f"Bạn được giao hồ sơ {filed.code}" and told.to_address == huong.email
    assert told.link == pages.address(filed) and "Hà" not in told.body


def test_who_gives_it_to_herself_is_not_told(filed, lan):
    holding.assign(filed, to=lan, by=lan, at=NOON)
    assert not Notice.objects.filter(user=lan).exists()


def test_no_work_is_given_to_who_runs_the_system(filed, lan):
    tri = factories.an_officer("Lê Trí", "tri@example.vn", "sysadmin", factories.an_agency())
    with pytest.raises(MoveRefused, match="không nhận việc"):
        holding.assign(filed, to=tri, by=lan, at=NOON)
    assert tri.full_name not in pages.at_desk(lan).get(pages.address(filed, "assign")).text
