"""One press on many dossiers: each for itself, each once, whatever dies meanwhile."""

import uuid

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from dossiers import actions
from dossiers.actions import Draft, Gap, MoveRefused, bulk, bulk_work, holding
from dossiers.actions.bulk import Seen
from dossiers.models import Bulk, BulkRow, BulkState, Dossier, DossierLabel, Event, Label
from dossiers.tasks import work_bulk
from dossiers.workflow import Status
from notices.models import Notice
from tests import factories
from tests.dossiers import officer_pages as pages

URL = reverse("officer-bulk-confirm")


@pytest.fixture
def huong(db):
    return factories.an_officer(
        "Vi Thu Hương", "huong@example.vn", "reception", factories.an_agency()
    )


@pytest.fixture
def four(filed, binh, service):
    return [filed, *(factories.a_filed(binh, service) for _ in range(3))]


def marks(dossiers):
    return [f"{one.pk}:{one.revision}:{one.assignee_id or ''}" for one in dossiers]


def begin(kind, dossiers, by, **data):
    rows = [Seen(one.pk, one.revision, one.assignee_id) for one in dossiers]
    return bulk.begin(kind, rows=rows, token=uuid.uuid4(), by=by, at=timezone.now(), data=data)


def states(made):
    return list(made.rows.values_list("state", flat=True))


def test_lan_reads_what_will_happen_before_anything_does(four, lan):
    html = pages.at_desk(lan).post(URL, {"viec": "accept", "chon": marks(four)}).text
    assert "Tiếp nhận: 4 hồ sơ" in html and all(one.code in html for one in four)
    assert not Bulk.objects.exists()


def test_four_are_accepted_and_each_has_its_slip(four, lan):
    client = pages.at_desk(lan)
    sent = {"viec": "accept", "chon": marks(four), "dau": str(uuid.uuid4())}
    answer = client.post(URL, sent)
    assert "Đang làm: 0/4" in client.get(answer.url).text
    work_bulk()
    assert set(Dossier.objects.values_list("status", flat=True)) == {2}
    assert "4 hồ sơ đã làm" in client.get(answer.url).text
    assert Event.objects.filter(move="accept").count() == 4


def test_the_same_page_sent_twice_is_one_act(four, lan):
    client, sent = pages.at_desk(lan), {"viec": "claim", "chon": marks(four)}
    sent["dau"] = str(uuid.uuid4())
    assert client.post(URL, sent).url == client.post(URL, sent).url
    assert Bulk.objects.count() == 1


def test_one_that_changed_meanwhile_is_refused_with_who_and_when(four, lan, huong):
    made = begin("accept", four, lan)
    pages.accept(four[1], huong)
    work_bulk()
    assert states(made) == ["done", "refused", "done", "done"]
    assert "Vi Thu Hương đã thao tác" in made.rows.all()[1].reason


def test_what_lan_took_up_meanwhile_stays_hers(four, lan, huong):
    """Hương ticked it while nobody had it; where nobody leads anybody may give on."""
    made = begin("assign", four, huong, to=huong.pk)
    holding.claim(four[1], by=lan, at=timezone.now())
    work_bulk()
    assert states(made) == ["done", "refused", "done", "done"]
    assert "Hoàng Thị Lan đã nhận hồ sơ này" in made.rows.all()[1].reason
    assert Dossier.objects.get(pk=four[1].pk).assignee == lan


def test_twin_who_does_not_look_takes_it_from_her(four, lan, huong):
    made = begin("assign", four, huong, to=huong.pk)
    holding.claim(four[1], by=lan, at=timezone.now())
    made.rows.update(revision=None)  # as seen by nobody
    work_bulk()
    assert Dossier.objects.get(pk=four[1].pk).assignee == huong


def test_the_page_of_one_takes_nothing_from_who_took_it_up_meanwhile(filed, lan, huong):
    page, url = pages.at_desk(huong), reverse("officer-assign", args=[filed.public_id])
    holding.claim(filed, by=lan, at=timezone.now())
    html = page.post(url, {"to": huong.pk, "note": "", "holder": ""}).text
    assert "Hoàng Thị Lan đã nhận hồ sơ này" in html and f'value="{lan.pk}"' in html
    page.post(url, {"to": huong.pk, "note": "", "holder": lan.pk})  # has seen it now
    filed.refresh_from_db()
    assert filed.assignee == huong


def test_the_whole_list_of_a_filter_is_taken(four, lan):
    sent = {"viec": "claim", "tat-ca": "1", "xem": "hang=tiep-nhan"}
    assert "Nhận việc: 4 hồ sơ" in pages.at_desk(lan).post(URL, sent).text


def test_another_agencys_dossier_is_taken_into_nothing(four, lan):
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    ha = factories.an_officer("Hà", "ha@example.vn", "reception", other)
    with pytest.raises(MoveRefused, match="không thuộc cơ quan"):
        begin("claim", four, ha)
    assert (
        four[0].code not in pages.at_desk(ha).post(URL, {"viec": "claim", "chon": marks(four)}).text
    )


def test_another_persons_act_is_nobody_elses_page(four, lan, huong):
    made = begin("claim", four, lan)
    for name in ("officer-bulk", "officer-bulk-progress"):
        answer = pages.at_desk(huong).get(reverse(name, args=[made.pk]))
        assert answer.status_code == 404


@pytest.mark.parametrize(
    "chosen", [[], ["x"], ["1:"], ["1:2"], ["-1:2:"], ["1:2:x"], ["9" * 30 + ":1:"]]
)
def test_nonsense_chosen_goes_back_to_the_list(lan, chosen):
    sent = {"viec": "claim", "chon": chosen, "xem": "hang=tiep-nhan&pham-vi=toi"}
    answer = pages.at_desk(lan).post(URL, sent)
    assert answer.url == f"{reverse('officer-queue')}?hang=tiep-nhan&pham-vi=toi"


def test_more_than_500_are_refused(four, lan, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 3)
    with pytest.raises(MoveRefused, match="tối đa 3 hồ sơ"):
        begin("claim", four, lan)


def test_a_worker_that_dies_in_the_middle_is_followed_by_another(four, lan, monkeypatch):
    made, real, seen = begin("claim", four, lan), bulk_work.do_row, []

    def dying(pk, *, at):
        seen.append(pk)
        if len(seen) == 3:
            raise OperationalError("server closed the connection unexpectedly")
        real(pk, at=at)

    monkeypatch.setattr(bulk_work, "do_row", dying)
    work_bulk()
    assert states(made) == ["done", "done", "waiting", "waiting"]
    Bulk.objects.update(available_at=timezone.now())
    work_bulk()
    assert states(made) == ["done"] * 4 and Event.objects.filter(move="claim").count() == 4


def given_on_while_a_slow_worker_does_its_row_again(one, lan, huong):
    """Lan gave it to Hương, Hương gave it back; a worker that had lost its lease comes late."""
    made = begin("assign", [one], lan, to=huong.pk)
    work_bulk()
    holding.assign(one, to=lan, by=huong, at=timezone.now())
    bulk_work.do_row(made.rows.get().pk, at=timezone.now())
    one.refresh_from_db()
    return one.assignee


def test_a_done_row_is_not_done_again(filed, lan, huong):
    assert given_on_while_a_slow_worker_does_its_row_again(filed, lan, huong) == lan


def test_twin_without_looking_at_the_rows_state_what_came_after_is_undone(
    filed, lan, huong, monkeypatch
):
    def anyhow(pk):
        BulkRow.objects.update(revision=None)  # nor at who held it
        return BulkRow.objects.select_related("bulk", "dossier").get(pk=pk)

    monkeypatch.setattr(bulk_work, "waiting_row", anyhow)
    assert given_on_while_a_slow_worker_does_its_row_again(filed, lan, huong) == huong


def test_who_lost_the_position_meanwhile_goes_on_with_nothing(four, lan):
    made = begin("claim", four, lan)
    lan.positions.all().delete()
    work_bulk()
    assert set(states(made)) == {"refused"}


def test_a_label_is_put_on_all(four, lan):
    label = Label.objects.create(agency=factories.an_agency(), text="Ưu tiên", made_by=lan)
    sent = {"viec": "label", "chon": marks(four), "dau": str(uuid.uuid4()), "label": label.pk}
    pages.at_desk(lan).post(URL, sent)
    work_bulk()
    assert DossierLabel.objects.filter(label=label).count() == 4


def test_a_whole_desk_is_handed_over_and_what_is_not_opened_comes_back(four, lan, huong):
    for one in four[:3]:
        holding.claim(one, by=lan, at=timezone.now())
    client = pages.at_desk(lan)
    assert "đang giữ <strong>3</strong>" in client.get(reverse("officer-desk-over")).text
    answer = client.post(reverse("officer-desk-over"), {"to": huong.pk, "dau": str(uuid.uuid4())})
    work_bulk()
    assert Dossier.objects.filter(assignee=huong).count() == 3
    holding.look(four[0], by=huong, at=timezone.now())
    made = Bulk.objects.get()
    assert "Thu lại những hồ sơ chưa được mở" in client.get(answer.url).text
    client.post(reverse("officer-bulk-undo", args=[made.pk]), {"dau": str(uuid.uuid4())})
    work_bulk()
    assert Dossier.objects.filter(assignee=lan).count() == 2
    assert Bulk.objects.latest("pk").rows.filter(state=BulkState.REFUSED).count() == 1


def test_another_persons_desk_is_handed_over_by_a_leader_only(four, lan, huong):
    chief = factories.an_officer("Sếp", "sep@example.vn", "leader", factories.an_agency())
    holding.claim(four[0], by=lan, at=timezone.now())
    sent = {"cua": lan.pk, "to": huong.pk, "dau": str(uuid.uuid4())}
    tu = factories.an_officer("Hà Văn Tú", "tu@example.vn", "reception", factories.an_agency())
    holding.claim(four[1], by=huong, at=timezone.now())
    page = pages.at_desk(huong)
    answer = page.post(reverse("officer-desk-over"), sent | {"to": tu.pk}, follow=True)
    assert "không còn hồ sơ nào mà bạn bàn giao được" in answer.text
    assert not Bulk.objects.exists()  # nor is Hương's own desk given to Tú
    pages.at_desk(chief).post(reverse("officer-desk-over"), sent)
    work_bulk()
    assert Dossier.objects.get(pk=four[0].pk).assignee == huong


def test_the_desk_of_who_left_is_handed_over_by_a_colleague(four, lan, huong):
    factories.an_officer("Sếp", "sep@example.vn", "leader", factories.an_agency())
    holding.claim(four[0], by=lan, at=timezone.now())
    lan.positions.all().delete()
    client = pages.at_desk(huong)
    html = client.get(reverse("officer-desk-over"), {"cua": lan.pk}).text
    assert "Hoàng Thị Lan đang giữ <strong>1</strong>" in html
    sent = {"cua": lan.pk, "to": huong.pk, "dau": str(uuid.uuid4())}
    client.post(reverse("officer-desk-over"), sent)
    work_bulk()
    assert Dossier.objects.get(pk=four[0].pk).assignee == huong


def test_what_waits_for_additions_comes_back_to_who_took_the_desk_over(filed, lan, hung, binh):
    committee, now = factories.a_committee(), timezone.now
    ngan = factories.an_officer("Chu Thị Ngân", "ngan@example.vn", "specialist", committee)
    tu = factories.an_officer("Hà Văn Tú", "tu@example.vn", "specialist", committee)
    pages.processing(filed, lan)
    holding.claim(filed, by=ngan, at=now())
    need = filed.case.requirements.first()
    gaps = (Gap(label=need.name, reason="Ảnh mờ.", requirement=need),)
    draft = Draft("ask_additions_in_processing", "Hồ sơ chưa rõ ràng.", gaps)
    actions.make_consented(filed, draft, by=hung, at=now())
    over = bulk.hand_over_desk(ngan, to=tu, note="", token=uuid.uuid4(), by=ngan, at=now())
    work_bulk()
    assert states(over) == ["done"]
    filed.refresh_from_db()
    pages.answer(filed, binh)
    actions.make_move(filed, "complete_additions", by=lan, at=now())
    assert Dossier.objects.get(pk=filed.pk).assignee == tu
    assert list(filed.step_runs.values_list("assignee", flat=True)) == [ngan.pk, tu.pk]


def test_one_that_binh_recalled_keeps_no_other_from_coming_back(four, lan, huong):
    given = begin("assign", four[:2], lan, to=huong.pk)
    work_bulk()
    Dossier.objects.filter(pk=four[0].pk).update(status=Status.DRAFT)
    given.refresh_from_db()
    back = bulk.undo(given, token=uuid.uuid4(), by=lan, at=timezone.now())
    work_bulk()
    assert states(back) == ["refused", "done"]
    assert back.rows.first().reason == "Hồ sơ không còn ở cơ quan của bạn."


def test_when_all_have_left_nothing_is_begun(four, lan, huong):
    given = begin("assign", four[:1], lan, to=huong.pk)
    work_bulk()
    Dossier.objects.filter(pk=four[0].pk).update(status=Status.DRAFT)
    given.refresh_from_db()
    with pytest.raises(MoveRefused, match="không thuộc cơ quan"):
        bulk.undo(given, token=uuid.uuid4(), by=lan, at=timezone.now())


@pytest.mark.parametrize("again", [False, True])
def test_who_is_given_many_is_told_once(four, lan, huong, again):
    made = begin("assign", four, lan, to=huong.pk)
    work_bulk()
    if again:  # the worker died between the last row and the end of the act
        bulk_work.work(made)
    told = Notice.objects.get(user=huong)
    assert told.subject == "Bạn được giao 4 hồ sơ" and told.to_address == huong.email
    assert told.link == f"{reverse('officer-queue')}?pham-vi=toi"


def test_of_what_was_refused_nobody_is_told(four, lan, huong):
    begin("assign", four, lan, to=huong.pk)
    lan.positions.all().delete()
    work_bulk()
    assert not Notice.objects.filter(user=huong).exists()
