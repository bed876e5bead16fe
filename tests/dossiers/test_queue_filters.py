"""What narrows a queue: filters and columns in the address, labels, saved views. None widens."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers import filters
from dossiers.actions import holding, labels
from dossiers.models import Dossier, DossierLabel, Label, QueueColumns, SavedView
from dossiers.queues import QUEUES
from dossiers.workflow import Status
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.dossiers.test_officer_queue import counts, show

pytestmark = pytest.mark.both
QUEUE = reverse("officer-queue")


def rows(user, **query):
    return [line.code for line in show(user, hang="tiep-nhan", **query).context["lines"]]


@pytest.fixture
def other_desk(db):
    return factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")


@pytest.fixture
def ha(other_desk):
    return factories.an_officer("Hà", "ha@example.vn", "reception", other_desk)


@pytest.fixture
def death(binh):
    """A dossier of another procedure in another sector."""
    from procedures.models import Sector

    procedure = factories.a_procedure("1.000656", "Đăng ký khai tử")
    procedure.sector = Sector.objects.create(name="Tử tuất", slug="tu-tuat")
    procedure.save()
    return factories.a_filed(binh, factories.a_service(procedure))


@pytest.mark.parametrize(
    "query", [{"thu-tuc": "1.000656"}, {"linh-vuc": "tu-tuat"}], ids=["procedure", "sector"]
)
def test_only_the_procedure_or_sector_asked_for(filed, death, lan, query):
    assert rows(lan, **query) == [death.code]


def test_a_chip_says_the_filter_and_takes_it_off(filed, death, lan):
    answer = show(lan, hang="tiep-nhan", **{"thu-tuc": "1.000656", "giao": "chua"})
    chips = dict(answer.context["chips"])
    assert set(chips) == {"Thủ tục: Đăng ký khai tử", "Chưa ai nhận"}
    assert "giao=chua" in chips["Thủ tục: Đăng ký khai tử"]
    assert "thu-tuc" not in chips["Thủ tục: Đăng ký khai tử"]


def test_taken_and_untaken(filed, death, lan):
    holding.claim(filed, by=lan, at=timezone.now())
    assert rows(lan, giao="co") == [filed.code] and rows(lan, giao="chua") == [death.code]


def test_mine_are_those_i_hold(filed, death, lan):
    holding.claim(filed, by=lan, at=timezone.now())
    answer = show(lan, hang="tiep-nhan", **{"pham-vi": "toi"})
    assert [line.code for line in answer.context["lines"]] == [filed.code]
    numbers = {one.key: one.count for _, part in answer.context["places"] for one in part}
    assert numbers["tiep-nhan"] == "1" and counts()["tiep-nhan"] == 2


def test_the_due_window(filed, death, lan):
    Dossier.objects.filter(pk=filed.pk).update(queue_at=timezone.now() + timedelta(days=30))
    Dossier.objects.filter(pk=death.pk).update(queue_at=timezone.now() - timedelta(hours=1))
    assert rows(lan, han="qua-han") == [death.code] and rows(lan, han="bay-ngay") == []


@pytest.mark.parametrize("key", ["xin-rut", "da-bo-sung", "cho-thong-qua", "da-tra", "tu-choi"])
def test_what_waits_by_arrival_is_never_overdue(key, filed, lan):
    """A withdrawal asked a minute ago stands in its queue, and no chip says that it is late."""
    now = timezone.now()
    Dossier.objects.filter(pk=filed.pk).update(
        queue_at=now - timedelta(minutes=1), proposal_waits=key == "cho-thong-qua",
        additions_answered=key == "da-bo-sung", finished_at=now, returned_at=now,
        status=QUEUES[key].where.get("status", Status.PROCESSING),
        desk_agency=factories.an_agency(),
    )  # fmt: skip
    answer = show(lan, hang=key, han="qua-han")
    assert [line.code for line in answer.context["lines"]] == [filed.code]
    assert not answer.context["chips"] and "han=qua-han" not in answer.context["kept"]


def test_the_due_window_goes_along_only_where_something_is_due(filed, lan):
    answer = show(lan, hang="tiep-nhan", han="qua-han")
    urls = {one.key: one.url for _, part in answer.context["places"] for one in part}
    assert "han=qua-han" in urls["dang-xu-ly"]
    assert "han=qua-han" not in urls["xin-rut"] + urls["da-tra"]


def test_a_bulk_act_on_the_whole_list_takes_the_same_rows(filed, lan):
    sent = {"viec": "claim", "tat-ca": "1", "xem": "hang=xin-rut&han=qua-han"}
    now = timezone.now()
    Dossier.objects.update(status=Status.WITHDRAWING, queue_at=now + timedelta(minutes=1))
    assert "1 hồ sơ" in pages.at_desk(lan).post(reverse("officer-bulk-confirm"), sent).text


def test_nudged_and_by_channel(filed, death, lan):
    Dossier.objects.filter(pk=death.pk).update(nudge_waits=True, nudged_at=timezone.now(), nudges=1)
    assert rows(lan, nhac="1") == [death.code]
    assert len(rows(lan, kenh="self")) == 2 and rows(lan, kenh="counter") == []


def test_the_queues_of_the_time_limit_cut_by_now(filed, lan, hung):
    pages.processing(filed, lan)
    for hours, where in ((-1, "qua-han"), (2, "toi-han"), (24 * 20, None)):
        Dossier.objects.update(queue_at=timezone.now() + timedelta(hours=hours))
        numbers = counts(factories.a_committee())
        assert [k for k in ("toi-han", "qua-han") if numbers[k]] == ([where] if where else [])
        if where:
            assert filed.code in show(hung, hang=where).text


def test_a_waiting_proposal_has_its_queue(filed, lan, hung):
    pages.processing(filed, lan)
    Dossier.objects.update(proposal_waits=True)
    assert filed.code in show(hung, hang="cho-thong-qua").text


def test_a_leaders_box_of_queues_opens_the_drafts_as_the_list_does(filed, lan, hung):
    places = {place.text: place for _, part in show(hung).context["places"] for place in part}
    place = places["Chờ thông qua"]
    assert f'<option value="{place.key}"' in show(hung).text
    answer = pages.at_desk(hung).get(QUEUE, {"hang": place.key})
    assert answer.url == place.url == reverse("officer-drafts")


def test_who_leads_nothing_opens_the_desks_own_queue_of_drafts(filed, lan):
    places = {place.text: place for _, part in show(lan).context["places"] for place in part}
    assert places["Chờ thông qua"].key == "cho-thong-qua"


@pytest.mark.parametrize(
    "query",
    ["hang=x", "pham-vi=moi-nguoi", "sau=gia-mao", "cot=mat-khau", "giao=",
     "pham-vi=don-vi&sau=e30"],
)  # fmt: skip
def test_nonsense_in_the_address_is_the_first_page(filed, lan, query):
    answer = pages.at_desk(lan).get(f"{QUEUE}?{query}")
    assert answer.status_code == 200 and filed.code in answer.text


@pytest.mark.parametrize(
    "query",
    ["thu-tuc=9.9", "han=mai", "nhan=%27--", "nhan=99999999999999999999", "kenh=fax", "giao=ai"],
)
def test_a_filter_that_is_gone_finds_nothing_and_says_so(filed, lan, query):
    answer = pages.at_desk(lan).get(f"{QUEUE}?hang=tiep-nhan&{query}")
    assert answer.status_code == 200 and filed.code not in answer.text
    assert [words for words, _ in answer.context["chips"]] == ["Bộ lọc không còn"]


def test_a_stale_tab_filtered_by_a_dropped_label_takes_nothing(filed, death, lan):
    label = Label.objects.create(agency=factories.an_agency(), text="Gấp", made_by=lan)
    labels.put_label(filed, label, by=lan, at=timezone.now())
    sent = {"viec": "claim", "tat-ca": "1", "xem": f"hang=tiep-nhan&nhan={label.pk}"}
    client, url = pages.at_desk(lan), reverse("officer-bulk-confirm")
    assert "1 hồ sơ" in client.post(url, sent).text
    labels.drop_label(label, by=lan)
    answer = client.post(url, sent, follow=True)
    assert "Bộ lọc không còn" in answer.text and "dau" not in answer.context


@pytest.mark.parametrize(
    "query",
    ["", "pham-vi=toi", "pham-vi=don-vi", "thu-tuc=1.001193", "giao=chua", "linh-vuc=ho-tich"],
)
def test_no_filter_shows_another_desk_more(filed, ha, query):
    assert filed.code not in pages.at_desk(ha).get(f"{QUEUE}?hang=tiep-nhan&{query}").text


def test_only_the_columns_chosen(filed, lan):
    answer = show(lan, hang="tiep-nhan", cot=["kenh", "chu"])
    assert answer.context["headings"] == ["Chủ hồ sơ", "Hình thức nộp"]
    assert "Người dân tự nộp qua mạng" in answer.text


def choose(user, *columns, hang="tiep-nhan", xem=""):
    typed = {"hang": hang, "cot": columns, "xem": xem}
    return pages.at_desk(user).post(reverse("officer-columns"), typed)


def test_chosen_columns_are_there_on_a_fresh_visit_of_that_queue(filed, lan, mai):
    choose(lan, "kenh", "chu")
    assert show(lan, hang="tiep-nhan").context["headings"] == ["Chủ hồ sơ", "Hình thức nộp"]
    usual = len(filters.USUAL)
    assert len(show(lan, hang="dang-xu-ly").context["headings"]) == usual
    assert len(show(mai, hang="tiep-nhan").context["headings"]) == usual


def test_an_address_that_names_columns_goes_before_those_remembered(filed, lan):
    choose(lan, "kenh")
    assert show(lan, hang="tiep-nhan", cot=["chu"]).context["headings"] == ["Chủ hồ sơ"]
    assert show(lan, hang="tiep-nhan").context["headings"] == ["Hình thức nộp"]


@pytest.mark.parametrize("columns", [(), filters.USUAL])
def test_the_usual_columns_are_chosen_again(filed, lan, columns):
    choose(lan, "kenh")
    choose(lan, *columns)
    assert not QueueColumns.objects.exists()
    assert len(show(lan, hang="tiep-nhan").context["headings"]) == len(filters.USUAL)


def test_choosing_columns_leads_back_to_the_same_list(lan):
    answer = choose(lan, "chu", xem="hang=tiep-nhan&giao=chua&cot=kenh&sau=abc")
    assert answer.url == f"{QUEUE}?giao=chua&hang=tiep-nhan"
    choose(lan, "chu", "han")
    assert QueueColumns.objects.get(owner=lan).columns == ["chu", "han"]


@pytest.mark.parametrize(
    "typed", [{"hang": "x", "cot": ["chu"]}, {"hang": "tiep-nhan", "cot": ["mat-khau"]}, {}]
)
def test_no_other_queue_and_no_other_column_is_remembered(lan, typed):
    answer = pages.at_desk(lan).post(reverse("officer-columns"), typed)
    assert answer.status_code == 302 and not QueueColumns.objects.exists()


def test_a_column_that_is_gone_is_not_missed(filed, lan):
    QueueColumns.objects.create(owner=lan, queue="tiep-nhan", columns=["mat-khau", "chu"])
    assert show(lan, hang="tiep-nhan").context["headings"] == ["Chủ hồ sơ"]


def test_a_view_is_kept_with_the_columns_that_are_shown(filed, lan):
    choose(lan, "kenh")
    assert show(lan, hang="tiep-nhan").context["kept"] == "hang=tiep-nhan&cot=kenh"


def test_filtering_keeps_the_columns_a_view_named(filed, lan):
    html = show(lan, hang="tiep-nhan", cot=["chu"]).text
    assert '<input type="hidden" name="cot" value="chu">' in html
    assert 'type="hidden" name="cot"' not in show(lan, hang="tiep-nhan").text


def test_a_view_keeps_queue_filters_and_columns(filed, death, lan):
    query = "hang=tiep-nhan&thu-tuc=1.000656&cot=chu&sau=abc&la=1"
    new = f"{reverse('officer-view-new')}?{query}"
    answer = pages.at_desk(lan).post(new, {"name": "Khai tử mới", "agency": ""})
    assert answer.url == f"{QUEUE}?hang=tiep-nhan&thu-tuc=1.000656&cot=chu"
    page = pages.at_desk(lan).get(answer.url)
    assert "Khai tử mới" in page.text and [r.code for r in page.context["lines"]] == [death.code]


def test_a_shared_view_is_the_units_and_shows_each_only_their_own(filed, lan, mai, ha, other_desk):
    view = labels.save_view(
        name="Chung", query="hang=tiep-nhan", agency=factories.an_agency(), by=lan
    )
    assert "Chung" in show(mai).text and "dùng chung" not in show(ha).text
    edit = reverse("officer-view", args=[view.pk])
    assert pages.at_desk(mai).get(edit).status_code == 404
    pages.at_desk(lan).post(edit, {"name": "Riêng", "agency": ""})
    assert "Riêng" not in show(mai).text
    pages.at_desk(lan).post(reverse("officer-view-drop", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_two_views_of_one_name_are_refused_in_words(lan):
    for _ in range(2):
        answer = pages.at_desk(lan).post(reverse("officer-view-new"), {"name": "Một"})
    assert "đã có một bộ lọc tên này" in answer.text


def test_a_label_is_made_put_on_filtered_by_and_taken_off(filed, death, lan):
    client = pages.at_desk(lan)
    agency = factories.an_agency()
    client.post(
        reverse("officer-labels"), {"text": "Ưu tiên", "colour": "red", "agency": agency.pk}
    )
    label = Label.objects.get()
    client.post(pages.address(filed, "label"), {"nhan": label.pk})
    client.post(pages.address(filed, "label"), {"nhan": label.pk})
    assert rows(lan, nhan=label.pk) == [filed.code]
    assert "tag--red" in show(lan, hang="tiep-nhan").text
    client.post(pages.address(filed, "label"), {"nhan": label.pk, "viec": "go"})
    assert not DossierLabel.objects.exists()


def test_another_agencys_label_is_not_seen_nor_put(filed, lan, ha, other_desk):
    theirs = Label.objects.create(agency=other_desk, text="Của họ", made_by=ha)
    client = pages.at_desk(lan)
    assert client.post(pages.address(filed, "label"), {"nhan": theirs.pk}).status_code == 404
    assert client.post(reverse("officer-label-drop", args=[theirs.pk])).status_code == 404
    assert "Của họ" not in show(lan).text


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 19, "-1", "", "²"])
def test_no_label_of_that_number(filed, lan, number):
    answer = pages.at_desk(lan).post(pages.address(filed, "label"), {"nhan": number})
    assert answer.status_code == 404


def test_only_its_maker_or_a_leader_drops_a_label(lan, mai):
    label = Label.objects.create(agency=factories.an_agency(), text="Gấp", made_by=lan)
    pages.at_desk(mai).post(reverse("officer-label-drop", args=[label.pk]))
    assert Label.objects.count() == 1
    pages.at_desk(lan).post(reverse("officer-label-drop", args=[label.pk]))
    assert Label.objects.count() == 0


def test_the_page_before_is_found_again(filed, lan, monkeypatch):
    monkeypatch.setattr("dossiers.views.officer_queue.PAGE_SIZE", 5)
    pages.many(filed, 12)
    first = show(lan, hang="tiep-nhan").context["page"]
    second = show(lan, hang="tiep-nhan", sau=first.next_cursor).context["page"]
    third = show(lan, hang="tiep-nhan", sau=second.next_cursor).context["page"]
    back = show(lan, hang="tiep-nhan", sau=third.previous_cursor).context["page"]
    begin = show(lan, hang="tiep-nhan", sau=back.previous_cursor).context["page"]
    assert back.rows == second.rows and begin.rows == first.rows
    assert begin.previous_cursor is None and begin.next_cursor


def test_labels_and_holders_of_fifty_rows_cost_as_much_as_of_one(filed, lan):
    label = Label.objects.create(agency=factories.an_agency(), text="Gấp", made_by=lan)
    client, cost = pages.at_desk(lan), []
    for _ in range(2):
        for one in Dossier.objects.all():
            labels.put_label(one, label, by=lan, at=timezone.now())
        Dossier.objects.update(assignee=lan)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{QUEUE}?hang=tiep-nhan&pham-vi=toi&nhan={label.pk}")
        cost.append(len(asked))
        pages.many(filed, 49)
    assert cost[0] == cost[1] <= 15
