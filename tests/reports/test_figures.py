"""The manager's figures: each by hand, each the same in the list behind it and on paper."""

import csv
import io
import uuid
from datetime import date, datetime, timedelta

import openpyxl
import pytest
import time_machine
from django.urls import reverse

from dossiers.models import AdditionRound, ClockEntry, Dossier, Event, StepRun
from dossiers.register import Period
from dossiers.workflow import Status
from procedures.models import Sector
from reports.figures import CAME, FIGURES, WENT, Span, behind
from reports.tables import GROUPS, of_agencies, of_key, table
from tests import factories
from tests.dossiers.officer_pages import at_desk
from tests.factories import VN

PAGE = reverse("reports")
NOW = datetime(2026, 3, 20, 10, 0, tzinfo=VN)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))


def on(day, month=3, hour=9):
    return datetime(2026, month, day, hour, tzinfo=VN)


@pytest.fixture
def add(filed):
    """`add(status, **stamps)`: a dossier with these stamps and no other history."""
    Dossier.objects.filter(pk=filed.pk).update(status=0, code=None, submitted_at=None)

    def add(status=Status.PROCESSING, **stamps):
        twin = Dossier.objects.get(pk=filed.pk)
        twin.pk, twin.public_id, twin.start_token = None, uuid.uuid4(), uuid.uuid4()
        twin.code = f"000.01.15.H37-260301-{9000 + Dossier.objects.count()}"
        twin.status, twin.submitted_at = status, on(1, 1)
        for name, value in stamps.items():
            setattr(twin, name, value)
        twin.save()
        return twin

    return add


@pytest.fixture
def march(add, hung, lan):
    """By hand, one of each: what the table of March must say on the 20th is in `EXPECTED`."""
    done = Status.FINISHED
    add(accepted_at=on(20, 2), due_at=on(19), finished_at=on(18), status=done)  # carried, early
    add(accepted_at=on(2), due_at=on(5, hour=16), finished_at=on(5), status=done)  # on its day
    add(
        accepted_at=on(2),
        due_at=on(5),
        finished_at=on(5, hour=10),
        status=done,
        filed_how="counter",
        channel="direct",
    )  # an hour late
    sorry = add(
        accepted_at=on(3),
        due_at=on(12),
        finished_at=on(10),
        status=Status.RETURNED,
        returned_at=on(11),
        filed_how="post",
        channel="post",
    )  # put off, so late
    ClockEntry.objects.create(dossier=sorry, seq=900, at=on(9), kind="extend", until=on(12),
                              digest="x", previous_digest="")  # fmt: skip
    add(accepted_at=on(4), due_at=None, finished_at=on(6), status=done)  # no term
    add(accepted_at=on(16), due_at=on(25))  # within
    add(accepted_at=on(9), due_at=on(19))  # a day late
    add(accepted_at=on(9), due_at=on(14))  # six days late
    add(accepted_at=on(2, 2), due_at=on(2))  # carried, eighteen days late
    asked = add(accepted_at=on(9), due_at=on(12), status=Status.ADDITIONS)
    for number, at in ((1, on(10)), (2, on(17))):
        AdditionRound.objects.create(
            dossier=asked, number=number, asked_by=lan, asked_at=at, reason="Thiếu chữ ký.",
            answer_due_at=on(30), answered_at=on(12) if number == 1 else None,
            completed_at=on(12) if number == 1 else None,
        )  # fmt: skip
    add(accepted_at=on(9), due_at=on(12), status=Status.STOPPED)
    add(accepted_at=on(9), due_at=on(12), status=Status.FINANCIAL)
    add(accepted_at=on(9), due_at=on(12), finished_at=on(13), withdrawn_at=on(13), status=done)
    add(
        accepted_at=on(9),
        due_at=on(13),
        finished_at=on(19),
        returned_at=on(19),
        ended_at=on(19),
        status=Status.RETURNED,
    )  # stopped on the 10th, in time
    add(accepted_at=None, due_at=None, refused_at=on(10), status=Status.REFUSED)
    add(accepted_at=None, due_at=None, finished_at=on(12), withdrawn_at=on(12), status=done)
    add(accepted_at=on(1, 2), due_at=on(5, 2), finished_at=on(4, 2), status=done)  # February's
    return factories.a_committee()


EXPECTED = {
    "carried": 2, "received": 12, "online": 10, "desk": 1, "post": 1,
    "solved": 5, "early": 1, "on_time": 1, "late": 2, "no_term": 1,
    "open": 7, "within": 1, "late_3": 1, "late_10": 1, "late_more": 1,
    "waits_additions": 1, "waits_stop": 1, "waits_money": 1,
    "returned": 1, "withdrawn": 2, "withdrawn_later": 1, "ended": 1, "refused": 1,
    "added": 1, "second": 1, "rounds": 2,
}  # fmt: skip


def march_table(committee, group="co-quan", now=NOW, period=MARCH):
    return table(frozenset([committee.pk]), GROUPS[group], Span.of(period, now))


def test_each_figure_is_what_a_hand_counts(march):
    assert march_table(march).total == EXPECTED


def test_what_came_in_went_out_or_is_open(march):
    total = march_table(march).total
    assert total["carried"] + total["received"] == 14
    assert sum(total[key] for key in WENT) == sum(total[key] for key in CAME)


def test_the_page_names_what_makes_the_two_sums(boss):
    told = " ".join(boss.get(PAGE, CHOICE).text.split())
    assert "Cộng kỳ trước chuyển sang và tiếp nhận trong kỳ thì bằng tổng của: " in told
    went = "đã giải quyết; rút sau tiếp nhận; dừng, kết thúc không có kết quả; đang giải quyết."
    assert went in told


@pytest.mark.parametrize("group", GROUPS)
def test_every_number_counts_as_many_as_its_list(march, hung, lan, group):
    first, second = Dossier.objects.filter(accepted_at__isnull=False).order_by("pk")[:2]
    Dossier.objects.filter(pk=second.pk).update(worked_by=hung, assignee=lan)
    StepRun.objects.create(
        dossier=first, number=1, position=0, name="Thẩm định", role="specialist", agency=march,
        assignee=hung, started_at=on(21, 2),
    )  # fmt: skip
    span, mine = Span.of(MARCH, NOW), of_agencies(frozenset([march.pk]))
    found = march_table(march, group)
    assert {key: sum(row.numbers[key] for row in found.rows) for key in FIGURES} == EXPECTED
    for row in found.rows:
        behind_it = of_key(mine, GROUPS[group], row.key)
        lists = {key: behind(behind_it, one, span).count() for key, one in FIGURES.items()}
        assert lists == row.numbers | {"rounds": row.numbers["added"]}


@pytest.mark.parametrize("group", GROUPS)
def test_requests_for_additions_stand_with_their_group(march, add, lan, group):
    """Two of one dossier; one of another, of a procedure, desk and officer of its own."""
    other = factories.a_procedure("1.002999", "Việc khác")
    other.sector = Sector.objects.create(name="Đất đai", slug="dat-dai")
    other.save()
    place = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    there = dict.fromkeys(("receiving_agency", "deciding_agency", "desk_agency"), place)
    asked = add(procedure=other, accepted_at=on(9), due_at=on(30), assignee=lan, **there)
    AdditionRound.objects.create(
        dossier=asked, number=1, asked_by=lan, asked_at=on(11), reason="Mờ.", answer_due_at=on(30)
    )
    found = table(frozenset([march.pk, place.pk]), GROUPS[group], Span.of(MARCH, NOW))
    assert sorted(row.numbers["rounds"] for row in found.rows) == [1, 2]
    assert found.rounds_each == "23,1"  # three to thirteen received


def test_a_period_that_is_over_tells_what_was_open_then(add, march):
    """Waiting for papers at the end of February, at work again since."""
    went_on = add(accepted_at=on(5, 2), due_at=on(20))
    Event.objects.create(
        dossier=went_on, seq=900, at=on(25, 2), move="ask_additions", from_status=2, to_status=5,
        actor="reception", digest="x",
    )  # fmt: skip
    total = march_table(march, period=FEBRUARY).total
    assert total["waits_additions"] == 1
    assert march_table(march).total["waits_additions"] == 1  # the one of the story only


def test_a_result_changed_since_leaves_the_old_period_alone(add, march):
    before = march_table(march, period=FEBRUARY).total
    Dossier.objects.filter(accepted_at=on(9)).update(finished_at=on(19), status=Status.FINISHED)
    assert march_table(march, period=FEBRUARY).total == before


def test_a_due_date_set_anew_since_leaves_the_old_period_alone(add):
    """Due on 26/3, so five days late at the end of March; in April its time is counted anew."""
    late = add(accepted_at=on(20), due_at=on(20, 4))
    Event.objects.create(
        dossier=late, seq=899, at=on(20), move="accept", from_status=1, to_status=2,
        actor="reception", digest="x",
    )  # fmt: skip
    for number, (kind, at, due) in enumerate(
        [("intake", on(19), on(20)), ("start", on(20), on(26)), ("reset", on(9, 4), on(20, 4))], 900
    ):
        ClockEntry.objects.create(
            dossier=late, seq=number, at=at, kind=kind, due_at=due, digest="x"
        )
    span = Span.of(MARCH, on(10, 4))
    mine = Dossier.objects.filter(pk=late.pk)
    assert behind(mine, FIGURES["late_10"], span).count() == 1
    assert behind(mine, FIGURES["within"], span).count() == 0


@pytest.fixture
def boss(hung, march):
    with time_machine.travel(NOW, tick=False):
        yield at_desk(hung)


CHOICE = {"tu": "2026-03-01", "den": "2026-03-31"}


def test_figures_are_of_a_year_at_most(boss):
    answer = boss.get(PAGE, {"tu": "2025-01-01", "den": "2026-03-01"})
    assert "không quá một năm" in answer.text and "table" not in answer.context


def test_the_page_shows_every_number_its_chart_and_how_it_is_counted(boss):
    answer = boss.get(PAGE, CHOICE)
    for figure in FIGURES.values():
        assert figure.how in answer.text and figure.title in answer.text
    assert answer.context["table"].total == EXPECTED
    assert '<rect class="bars__late"' in answer.text and "Bảng bên dưới có cùng số" in answer.text


@pytest.mark.parametrize("key", FIGURES)
def test_the_list_behind_a_number(boss, key):
    answer = boss.get(reverse("report-list"), CHOICE | {"so": key})
    dossiers = 1 if key == "rounds" else EXPECTED[key]
    assert f"<strong>{dossiers} hồ sơ</strong>" in answer.text
    assert len(answer.context["page"].rows) == dossiers


@pytest.mark.parametrize("key", ["late", "open", "rounds"])
def test_the_list_is_taken_away_as_it_stands(boss, march, key):
    asked = CHOICE | {"so": key, "muc": march.pk}
    shown = boss.get(reverse("report-list"), asked).context["page"].rows
    sheet = boss.get(reverse("report-list-sheet"), asked).getvalue()
    first, _, head, *rows = openpyxl.load_workbook(io.BytesIO(sheet)).active.iter_rows(
        values_only=True
    )
    assert first[0].startswith(FIGURES[key].title + ": Ủy ban nhân dân xã Đồng Đăng")
    assert head[0] == "Mã hồ sơ" and [row[0] for row in rows] == [one["code"] for one in shown]


def test_the_list_marks_what_is_late_whatever_its_due_date(boss):
    sheet = boss.get(reverse("report-list-sheet"), CHOICE | {"so": "late"}).getvalue()
    *_, sorry, hour = openpyxl.load_workbook(io.BytesIO(sheet)).active.iter_rows(values_only=True)
    assert {sorry[5], hour[5]} == {"Đã hẹn lại hoặc từng quá hạn", None}
    shown = boss.get(reverse("report-list"), CHOICE | {"so": "late"}).text
    assert shown.count("(đã hẹn lại hoặc từng quá hạn)") == 1


def test_the_list_of_a_period_that_is_over_has_the_due_dates_of_then(add, hung):
    """Due on 26/3 at the end of March, on 20/4 since."""
    late = add(accepted_at=on(20), due_at=on(20, 4))
    for number, (kind, at, due) in enumerate(
        [("start", on(20), on(26)), ("reset", on(9, 4), on(20, 4))], 900
    ):
        ClockEntry.objects.create(
            dossier=late, seq=number, at=at, kind=kind, due_at=due, digest="x"
        )
    with time_machine.travel(on(10, 4), tick=False):
        shown = at_desk(hung).get(reverse("report-list"), CHOICE | {"so": "open"}).text
    assert "Hẹn trả lúc cuối kỳ" in shown and "09:00 26/03/2026" in shown
    assert "20/04/2026" not in shown


def test_what_is_taken_away_has_the_same_numbers(boss):
    titles = [figure.title for figure in FIGURES.values()]
    book = openpyxl.load_workbook(
        io.BytesIO(boss.get(reverse("report-sheet", args=["xlsx"]), CHOICE).getvalue())
    )
    *_, head, _, last = list(book.active.iter_rows(values_only=True))
    assert dict(zip(head[1:], last[1:], strict=True)) == dict(
        zip(titles, EXPECTED.values(), strict=True)
    )
    plain = boss.get(reverse("report-sheet", args=["csv"]), CHOICE).getvalue().decode("utf-8-sig")
    head, _, last = csv.reader(io.StringIO(plain))
    assert dict(zip(head[1:], map(int, last[1:]), strict=True)) == dict(
        zip(titles, EXPECTED.values(), strict=True)
    )


def test_a_name_in_the_csv_is_no_formula(boss, march):
    march.name = "=1+1"
    march.save()
    answer = boss.get(reverse("report-sheet", args=["csv"]), CHOICE)
    assert "\n'=1+1," in answer.getvalue().decode().replace("\r", "")


@pytest.mark.parametrize("who", ["binh", "lan", "mai", "stranger"])
def test_others_see_no_figures(march, request, who):
    client = at_desk(request.getfixturevalue(who))
    for name, args in (
        ("reports", ()),
        ("report-list", ()),
        ("report-list-sheet", ()),
        ("report-sheet", ("csv",)),
    ):
        assert client.get(reverse(name, args=args), CHOICE | {"so": "open"}).status_code == 403


def test_a_leader_sees_what_is_below_and_nothing_beside(march, db):
    above = factories.an_agency("000.00.00.H37", name="Tỉnh", receives=False)
    march.parent = above
    march.save()
    beside = factories.an_agency("000.00.99.H37", name="Xã khác", receives=False)
    chief = factories.an_officer("Vũ", "vu@example.vn", "manager", above)
    other = factories.an_officer("Khác", "khac@example.vn", "leader", beside)
    with time_machine.travel(NOW, tick=False):
        assert at_desk(chief).get(PAGE, CHOICE).context["table"].total["open"] == 7
        assert at_desk(other).get(PAGE, CHOICE).context["table"].total["open"] == 0
        answer = at_desk(other).get(PAGE, CHOICE | {"don_vi": march.pk})
        assert "không xem được số liệu" in answer.text and "table" not in answer.context


def test_a_manager_without_a_desk_gets_no_way_into_a_dossier(march, db):
    chief = factories.an_officer("Vũ", "vu@example.vn", "manager", march)
    with time_machine.travel(NOW, tick=False):
        answer = at_desk(chief).get(reverse("report-list"), CHOICE | {"so": "open"})
    assert "/mot-cua/ho-so/" not in answer.text.split("<h1>")[1]
    assert "Nguyễn Văn Bình" not in answer.text


@pytest.mark.parametrize("group", GROUPS)
def test_nobody_reads_the_name_of_what_is_not_theirs(boss, lan, group):
    """Any number of any table: whose dossiers are none of the reader's is nobody here."""
    far = factories.an_agency("000.00.99.H37", name="Xã rất xa", receives=False)
    other = factories.a_procedure("1.009999", "Thủ tục rất xa")
    other.sector = Sector.objects.create(name="Lĩnh vực rất xa", slug="rat-xa")
    other.save()
    keys = {"can-bo": lan.pk, "thu-tuc": other.pk, "linh-vuc": other.sector.pk}
    asked = {"so": "open", "nhom": group, "muc": keys.get(group, far.pk)}
    assert boss.get(reverse("report-list"), CHOICE | asked).status_code == 404


@pytest.mark.parametrize(
    "typed", [{"so": "x"}, {"so": "open", "muc": "a"}, {"so": "open", "muc": "٣"}]
)
def test_no_such_number(boss, typed):
    assert boss.get(reverse("report-list"), CHOICE | typed).status_code == 404


def test_more_groups_ask_no_more(march, add, django_assert_max_num_queries):
    for number in range(5):
        procedure = factories.a_procedure(f"1.00{number}999", f"Thủ tục {number}")
        add(accepted_at=on(9), due_at=on(30), procedure=procedure)
    with django_assert_max_num_queries(11):
        assert len(march_table(march, "thu-tuc").rows) == 6


def test_a_span_inside_today_ends_now():
    assert Span.of(MARCH, NOW).end == NOW
    assert Span.of(FEBRUARY, NOW).end == datetime(2026, 3, 1, tzinfo=VN)
    assert Span.of(MARCH, NOW + timedelta(days=60)).past
