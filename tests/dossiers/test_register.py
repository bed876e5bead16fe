"""The register of a desk: which dossiers, in what order, who reads it, what is taken away."""

import io
import subprocess
import uuid
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import openpyxl
import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agency
from dossiers import actions, register, register_pdf
from dossiers.actions import registers
from dossiers.models import Dossier, RegisterVolume
from dossiers.register import Period
from portal.lib import files, jobs
from portal.lib.outbox import drain
from tests import factories
from tests.dossiers.officer_pages import accept, at_desk
from tests.factories import VN

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
PAGE = reverse("register")


def received(filed, at, **fields):
    """A copy of `filed` that came in at `at`."""
    twin = Dossier.objects.get(pk=filed.pk)
    twin.pk, twin.public_id, twin.start_token = None, uuid.uuid4(), uuid.uuid4()
    twin.code = f"000.01.15.H37-{at:%y%m%d}-{1000 + Dossier.objects.count()}"
    twin.status, twin.accepted_at, twin.due_at = 2, at, at + timedelta(days=3)
    for name, value in fields.items():
        setattr(twin, name, value)
    twin.save()
    return twin


def on(day, month=3, hour=9):
    return datetime(2026, month, day, hour, tzinfo=VN)


@pytest.fixture
def march(filed):
    """Three of March, one of the last minute before and one of the first after."""
    received(filed, datetime(2026, 2, 28, 23, 59, tzinfo=VN), owner_name="Tháng Hai")
    three = [received(filed, on(day), owner_name=f"Người {day}") for day in (31, 1, 15)]
    received(filed, datetime(2026, 4, 1, 0, 0, tzinfo=VN), owner_name="Tháng Tư")
    return three


def asked(**typed):
    return {"tu": "2026-03-01", "den": "2026-03-31"} | typed


def issue(agency, by, period=MARCH, token=None):
    return actions.issue_register(
        agency=agency, period=period, procedure=None, token=token or uuid.uuid4(), by=by,
        at=timezone.now(),
    )  # fmt: skip


def test_a_period_holds_whole_days_in_the_order_of_reception(march, lan, filed):
    names = [row["owner_name"] for row in register.entries(filed.receiving_agency, MARCH)]
    assert names == ["Người 1", "Người 15", "Người 31"]


def test_the_page_shows_each_columns_value(filed, lan):
    received(filed, on(10), returned_at=on(12, hour=15), return_method="desk")
    page = at_desk(lan).get(PAGE, asked()).text
    for words in (
        "1 hồ sơ", "Nguyễn Văn Bình", "Số 5, khu Nam Quan", "0912345678",
        "Ủy ban nhân dân xã Đồng Đăng", "09:00 10/03/2026", "09:00 13/03/2026",
        "15:00 12/03/2026", "Nhận tại bộ phận một cửa",
    ):  # fmt: skip
        assert words in page, words


def test_a_second_page_goes_on(filed, lan, monkeypatch, march):
    monkeypatch.setattr("dossiers.views.register.PAGE", 2)
    client = at_desk(lan)
    first = client.get(PAGE, asked())
    assert "Người 31" not in first.text
    second = client.get(PAGE, asked(sau=first.context["page"].next_cursor))
    assert "Người 31" in second.text and "Người 15" not in second.text


def test_a_dossier_has_the_number_of_its_first_slip_in_every_period(binh, lan, service):
    for _ in range(2):
        accept(factories.a_filed(binh, service), lan)
    second = accept(factories.a_filed(binh, service), lan)
    Dossier.objects.exclude(pk=second.pk).update(accepted_at=on(1))
    Dossier.objects.filter(pk=second.pk).update(accepted_at=on(20))
    slip = second.slips.get(kind="mau01")
    assert (slip.number, slip.data["book"]) == (3, {"volume": slip.period, "no": 3})
    (row,) = register.Lines(
        register.entries(second.receiving_agency, Period(date(2026, 3, 20), date(2026, 3, 20)))
    )
    assert row[:2] == (3, second.code)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"tu": "2026-03-31", "den": "2026-03-01"}, "phải từ “Từ ngày” trở đi"),
        ({"tu": "hôm qua"}, "không phải là ngày"),
        ({"den": "9999-12-31", "tu": "9999-12-31"}, "phải trước năm 2101"),
        ({"don_vi": "999999"}, "không xem được sổ"),
        ({"don_vi": "1" * 40}, "không xem được sổ"),
        ({"thu_tuc": "9.999999"}, "không tiếp nhận thủ tục"),
    ],
)
def test_a_wrong_choice_is_told(march, lan, typed, sentence):
    answer = at_desk(lan).get(PAGE, asked(**typed))
    assert answer.status_code == 200
    assert sentence in answer.text and "Người 15" not in answer.text


def test_the_sheet_holds_the_same_rows_and_no_formula(filed, lan, march):
    received(filed, on(20), owner_name='=HYPERLINK("http://x")', owner_address="\x0bA")
    answer = at_desk(lan).get(reverse("register-sheet"), asked())
    page = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    rows = list(page.iter_rows(min_row=3))
    assert [cell.value for cell in rows[0]] == list(register.HEAD)
    assert [row[4].value for row in rows[1:]] == [
        "Người 1", "Người 15", '=HYPERLINK("http://x")', "Người 31",
    ]  # fmt: skip
    assert {cell.data_type for row in rows for cell in row} <= {"s", "inlineStr", "n"}


@pytest.mark.parametrize("who", ["binh", "mai", "hung", "stranger"])
def test_others_read_no_register(march, request, who):
    user = request.getfixturevalue(who)
    assert at_desk(user).get(PAGE, asked()).status_code == 403


def test_a_leader_above_and_a_manager_read_it(march, hung, db):
    desk = factories.an_agency()
    desk.parent = factories.a_committee()
    desk.save()
    manager = factories.an_officer("Vũ Thị Hạnh", "hanh@example.vn", "manager", desk.parent)
    for user in (hung, manager):
        assert "Người 15" in at_desk(user).get(PAGE, asked()).text


def test_the_clerk_reads_and_issues_it(march, db):
    van = factories.an_officer("Đỗ Văn", "van@example.vn", "clerk", factories.an_agency())
    assert "Người 15" in at_desk(van).get(PAGE, asked()).text
    assert issue(factories.an_agency(), van)


def test_a_desk_beside_reads_nothing_of_it(march, db):
    beside = factories.an_agency("000.01.16.H37", name="Trung tâm khác")
    other = factories.an_officer("Cao Thị Thảo", "thao@example.vn", "reception", beside)
    page = at_desk(other).get(PAGE, asked(don_vi=factories.an_agency().pk))
    assert "Người 15" not in page.text
    volume = issue(factories.an_agency(), factories.an_officer(
        "Lộc", "loc@example.vn", "reception", factories.an_agency()))[0]  # fmt: skip
    address = reverse("register-volume", args=[volume.public_id])
    assert at_desk(other).get(address).status_code == 404


def test_issuing_needs_the_right(march, mai):
    with pytest.raises(actions.MoveRefused):
        issue(factories.an_agency(), mai)


def test_an_empty_period_gets_no_number(filed, lan):
    with pytest.raises(actions.MoveRefused, match="không có hồ sơ"):
        issue(filed.receiving_agency, lan)


def test_volumes_are_numbered_without_gaps_also_after_a_double_click(march, lan, filed):
    token = uuid.uuid4()
    first, again = (issue(filed.receiving_agency, lan, token=token) for _ in range(2))
    (next_one,) = issue(filed.receiving_agency, lan)
    assert first == again
    assert [first[0].number, next_one.number] == [1, 2]


def test_a_long_register_is_cut_by_months_and_by_size(filed, lan, monkeypatch):
    monkeypatch.setattr(registers, "VOLUME", 2)
    for month, days in ((2, (3, 4, 5)), (3, (2,))):
        for day in days:
            received(filed, on(day, month))
    volumes = issue(filed.receiving_agency, lan, Period(date(2026, 2, 1), date(2026, 3, 31)))
    assert [(v.first_day.month, v.start, v.rows, v.number) for v in volumes] == [
        (2, 0, 2, 1), (2, 2, 1, 2), (3, 0, 1, 3),
    ]  # fmt: skip


@pytest.fixture
def made(filed, lan, monkeypatch, request):
    """A volume of five dossiers made in parts of two."""
    monkeypatch.setattr(register_pdf, "ROWS", 2)
    for day in range(2, 7):
        received(filed, on(day), owner_name=f"Người {day}")
    filed.receiving_agency.form_set = getattr(request, "param", "TT03/2025")
    filed.receiving_agency.save()
    (volume,) = issue(filed.receiving_agency, lan)
    assert drain(RegisterVolume.objects.all(), register_pdf.render).done == 1
    jobs.shutdown()
    volume.refresh_from_db()
    client = at_desk(lan)
    answer = client.get(reverse("register-volume", args=[volume.public_id]))
    return SimpleNamespace(volume=volume, data=b"".join(answer.streaming_content), client=client)


def text(data):
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize(
    ("made", "form"),
    [
        ("TT01/2018", "Mẫu số 06 (Thông tư 01/2018/TT-VPCP)"),
        ("TT03/2025", "Mẫu số 07 (Thông tư 03/2025/TT-VPCP)"),
    ],
    indirect=["made"],
)
def test_a_volume_is_the_form_of_its_set_on_a4(made, form):
    words = " ".join(text(made.data).split())
    for part in (form, "SỔ THEO DÕI HỒ SƠ", "Quyển số: 1/2026", "Trang 1", "Trang 2", "Trang 3",
                 "Hồ sơ tiếp nhận từ ngày 01/03/2026 đến ngày 31/03/2026",
                 "Số liệu lúc", "Cộng quyển sổ: 5 hồ sơ",
                 "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"):  # fmt: skip
        assert part in words, part
    assert words.count("SỔ THEO DÕI HỒ SƠ") == 1
    for title in ("Mã hồ sơ", "Ký nhận"):
        assert words.count(title) == 3  # on every page
    with pikepdf.open(io.BytesIO(made.data)) as document:
        sides = sorted(float(side) * 25.4 / 72 for side in document.pages[0].mediabox[2:])
        assert [round(side) for side in sides] == [210, 297]
        assert str(document.Root.Lang) == "vi"


def test_a_joined_volume_is_tagged_on_every_page(made):
    with pikepdf.open(io.BytesIO(made.data)) as document:
        numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
        tree = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        assert len(document.pages) == len(tree) == 3
        for page in document.pages:
            marked = [one for one in tree[int(page.obj.StructParents)] if one is not None]
            assert marked
            assert {one.Pg.objgen for one in marked} == {page.obj.objgen}


def test_a_volume_stays_as_it_was_issued(made, filed, lan):
    Dossier.objects.filter(owner_name="Người 3").update(owner_name="Tên sửa sau")
    answer = made.client.get(reverse("register-volume", args=[made.volume.public_id]))
    assert b"".join(answer.streaming_content) == made.data


def test_what_changes_before_the_worker_comes_stands_in_no_issued_volume(filed, lan):
    received(filed, on(2), owner_name="Người 2")
    (volume,) = issue(filed.receiving_agency, lan)
    received(filed, on(1), owner_name="Đến sau")
    Dossier.objects.filter(owner_name="Người 2").update(
        owner_name="Tên sửa sau", returned_at=on(20)
    )
    Agency.objects.filter(pk=volume.agency_id).update(name="Trung tâm đổi tên")
    drain(RegisterVolume.objects.all(), register_pdf.render)
    jobs.shutdown()
    volume.refresh_from_db()
    with files.open_private(volume.stored_name) as stored:
        words = text(stored.read())
    assert "Người 2" in words and "Cộng quyển sổ: 1 hồ sơ" in words
    for later in ("Đến sau", "Tên sửa sau", "20/03/2026", "đổi tên"):
        assert later not in words, later


def test_each_dossier_of_a_long_register_stands_in_one_volume(filed, lan, monkeypatch):
    monkeypatch.setattr(registers, "VOLUME", 2)
    for day in range(2, 7):
        received(filed, on(day), owner_name=f"Người {day}")
    volumes = issue(filed.receiving_agency, lan)
    names = [[line[4] for line in one.content.data["lines"]] for one in volumes]
    assert names == [["Người 2", "Người 3"], ["Người 4", "Người 5"], ["Người 6"]]


def test_the_page_and_the_sheet_say_of_which_moment_they_are(march, lan):
    client = at_desk(lan)
    now = f"{timezone.localtime():%d/%m/%Y}"
    assert "Số liệu lúc" in client.get(PAGE, asked()).text
    book = client.get(reverse("register-sheet"), asked()).getvalue()
    lead = openpyxl.load_workbook(io.BytesIO(book)).active["A2"].value
    assert "số liệu lúc" in lead and now in lead and "không phải quyển sổ đã lập" in lead


def test_a_volume_being_made_tells_how_far_it_is(march, lan, filed):
    (volume,) = issue(filed.receiving_agency, lan)
    RegisterVolume.objects.update(written=2)
    answer = at_desk(lan).get(reverse("register-volume", args=[volume.public_id]))
    assert answer.status_code == 202 and answer["Refresh"]
    assert "đã ghi 2" in answer.text


def test_each_volume_is_found_by_its_days_however_many_came_after(filed, lan):
    received(filed, on(3, 2))
    received(filed, on(3, 3))
    (old,) = issue(filed.receiving_agency, lan, Period(date(2026, 2, 1), date(2026, 2, 28)))
    later = [issue(filed.receiving_agency, lan) for _ in range(15)]
    link = reverse("register-volume", args=[old.public_id])
    client = at_desk(lan)
    february = asked(don_vi=filed.receiving_agency.pk, tu="2026-02-10", den="2026-02-12")
    assert link in client.get(PAGE, february).text
    march = client.get(PAGE, asked(don_vi=filed.receiving_agency.pk)).text
    assert link not in march and march.count("Quyển số") == len(later)


def test_a_register_is_read_over_any_years(march, lan, filed):
    long = asked(don_vi=filed.receiving_agency.pk, tu="2020-01-01", den="2026-12-31")
    assert "Người 15" in at_desk(lan).get(PAGE, long).text


def test_the_button_issues_and_leads_there(march, lan, filed):
    typed = asked(don_vi=filed.receiving_agency.pk, token=str(uuid.uuid4()))
    answer = at_desk(lan).post(reverse("register-issue"), typed)
    assert answer.url == reverse("register-volume", args=[RegisterVolume.objects.get().public_id])


def test_a_real_reception_stands_in_todays_register(filed, lan):
    accept(filed, lan)
    assert filed.code in at_desk(lan).get(PAGE).text
