"""Issuing slips: numbers, what stands on them, who may have them."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agency
from dossiers import actions, slip_data
from dossiers.actions import slips
from dossiers.models import Counter, Dossier, Slip, SlipKind, StepRun
from dossiers.slips import template_of
from tests import factories
from tests.dossiers.officer_pages import accept, at_desk, finished, press, processing
from tests.factories import VN


@pytest.fixture
def accepted(filed, lan):
    return accept(filed, lan)


def control_of(dossier):
    return dossier.slips.filter(kind=SlipKind.CONTROL).last()


def again(dossier, by):
    return actions.issue_control_slip(dossier, by=by, at=timezone.now())


def test_reception_issues_the_receipt_and_the_control_slip(accepted):
    kinds = list(accepted.slips.values_list("kind", flat=True))
    assert kinds == ["receipt", "mau01", "control"]


def test_numbers_run_per_form_and_year_without_gaps(binh, lan, service):
    for _ in range(3):
        accept(factories.a_filed(binh, service), lan)
    for kind in ("mau01", "control"):
        numbers = Slip.objects.filter(kind=kind).order_by("pk").values_list("number", flat=True)
        assert list(numbers) == [1, 2, 3]


def numbers_of(agency, kind="mau01"):
    slips = Slip.objects.filter(agency=agency, kind=kind).order_by("pk")
    return list(slips.values_list("number", flat=True))


def test_each_desk_counts_its_own(binh, lan, service):
    accept(factories.a_filed(binh, service), lan)
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    thao = factories.an_officer("Cao Thị Thảo", "thao@example.vn", "reception", other)
    elsewhere = factories.a_filed(binh, service)
    Dossier.objects.filter(pk=elsewhere.pk).update(receiving_agency=other, desk_agency=other)
    elsewhere.refresh_from_db()
    accept(elsewhere, thao)
    assert [numbers_of(factories.an_agency()), numbers_of(other)] == [[1], [1]]


def test_the_year_ends_at_midnight_here(accepted, lan):
    """In UTC all three are of the old year."""
    for at in (
        datetime(2025, 12, 31, 12, 0, tzinfo=VN),
        datetime(2025, 12, 31, 23, 59, 59, tzinfo=VN),
        datetime(2026, 1, 1, 0, 0, tzinfo=VN),
    ):
        slip = slips.prepare_slip(accepted, SlipKind.MAU03, by=lan, at=at)
        slip.key += f"{at}"
        with transaction.atomic():
            slips.number_slip(slip)
    told = Slip.objects.filter(kind="mau03").order_by("pk").values_list("period", "number")
    assert list(told) == [("2025", 1), ("2025", 2), ("2026", 1)]


def test_a_corrected_code_stops_no_desk(binh, lan, service):
    accept(factories.a_filed(binh, service), lan)
    Agency.objects.filter(pk=factories.an_agency().pk).update(code="000.00.99.H37")
    accept(factories.a_filed(binh, service), lan)
    assert list(Slip.objects.filter(kind="mau01").values_list("number", flat=True)) == [1, 2]


def test_counters_by_code_go_on_by_row(accepted):
    """The migration, also where a code was corrected after the first slips."""
    migration = import_module("dossiers.migrations.0017_counters_by_row")
    agency = accepted.receiving_agency
    mine = f"slip/{agency.pk}"
    by_code = Counter.objects.filter(scope=f"slip/{agency.code}/mau01", value=7)
    Counter.objects.filter(scope=f"{mine}/mau01").update(scope=f"slip/{agency.code}/mau01", value=7)
    Counter.objects.filter(scope=f"{mine}/control").update(scope="slip/000.old/control")
    migration.by_row(apps, None)
    told = Counter.objects.filter(scope__startswith=f"{mine}/")
    assert {(one.scope, one.value) for one in told} == {
        (f"{mine}/control", 1),
        (f"{mine}/mau01", 7),
    }
    assert not by_code.exists()
    migration.by_code(apps, None)
    assert by_code.exists()


def test_a_number_of_a_move_that_failed_is_given_to_the_next(binh, lan, service, monkeypatch):
    first, second = (factories.a_filed(binh, service) for _ in range(2))
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr("dossiers.actions.moves.tell", lambda *args, **kw: 1 / 0)
        accept(first, lan)
    accept(second, lan)
    assert second.slips.get(kind="mau01").data["number"] == "01/TTPVHCC"


def test_the_control_slip_begins_with_the_reception(accepted, lan, binh):
    (row,) = control_of(accepted).data["rows"]
    assert row["give"] == ["Người nộp hồ sơ", binh.full_name]
    assert row["take"] == [accepted.receiving_agency.name, lan.full_name]


def test_the_control_slip_has_a_line_for_each_step_and_the_way_back(filed, lan, hung):
    processing(filed, lan)
    at = timezone.now()
    run, _ = StepRun.objects.update_or_create(
        dossier=filed, ended_at=None,
        defaults={
            "number": 1, "position": 1, "name": "Thẩm định", "role": "specialist",
            "agency": filed.deciding_agency, "assignee": hung, "started_by": lan, "started_at": at,
            "due_at": at - timedelta(hours=1), "hours": 4,
        },
    )  # fmt: skip
    StepRun.objects.filter(pk=run.pk).update(ended_at=at, outcome="left")
    finished_after(filed, hung)
    rows = again(filed, lan).data["rows"]
    assert [row["no"] for row in rows] == [1, 2, 3]
    assert rows[1]["take"] == [filed.deciding_agency.name, hung.full_name]
    assert rows[1]["kept"] == "Quá hạn"
    assert rows[1]["note"].startswith("Thẩm định")
    assert rows[2]["take"][0] == filed.receiving_agency.name


def finished_after(dossier, hung):
    actions.record_result(
        dossier, upload=factories.an_upload("ket-qua.pdf"), title="Giấy khai sinh",
        number="15/2026", signer="Lý Văn Hùng", issued_on=timezone.localdate(), by=hung,
        at=timezone.now(),
    )  # fmt: skip
    dossier.refresh_from_db()


def test_a_control_slip_asked_for_twice_is_one(accepted, lan):
    assert again(accepted, lan) == again(accepted, lan)
    assert accepted.slips.filter(kind="control").count() == 1


def test_after_a_move_it_is_a_new_paper_that_names_the_old_one(accepted, lan):
    old = control_of(accepted)
    before = old.data
    actions.forward(accepted, by=lan, at=timezone.now())
    new = again(accepted, lan)
    assert new.data["replaces"] == before["number"] == "01/TTPVHCC"
    assert new.data["number"] == "02/TTPVHCC"
    old.refresh_from_db()
    assert old.data == before


@pytest.mark.parametrize("who", ["binh", "stranger"])
def test_only_the_office_issues_it(accepted, who, request):
    with pytest.raises(actions.MoveRefused):
        again(accepted, request.getfixturevalue(who))


def test_there_is_none_before_the_reception(filed, lan):
    with pytest.raises(actions.MoveRefused, match="được tiếp nhận"):
        again(filed, lan)


def test_the_button_leads_to_the_paper(accepted, lan):
    actions.forward(accepted, by=lan, at=timezone.now())
    answer = press(at_desk(lan), accepted, "control-slip")
    assert answer.url == reverse("slip", args=[control_of(accepted).public_id])


def test_the_office_finds_every_slip_with_number_form_and_person(accepted, lan):
    page = at_desk(lan).get(reverse("officer-dossier", args=[accepted.public_id])).text
    for words in ("01/TTPVHCC", "Mẫu 06", "Mẫu 01", lan.full_name):
        assert words in page


def test_citizens_get_theirs_and_not_the_offices(accepted, binh, lan):
    page = at_desk(binh).get(reverse("dossier", args=[accepted.public_id])).text
    assert "Giấy tiếp nhận hồ sơ" in page and "Phiếu kiểm soát" not in page
    address = reverse("slip", args=[control_of(accepted).public_id])
    assert at_desk(binh).get(address).status_code == 404
    assert at_desk(lan).get(address).status_code == 202


@pytest.mark.parametrize(("form_set", "year"), [("TT01/2018", "2018"), ("TT03/2025", "2025")])
def test_an_agency_prints_on_its_own_set(filed, lan, form_set, year):
    agency = filed.receiving_agency
    agency.form_set = form_set
    agency.save()
    filed.refresh_from_db()
    accept(filed, lan)
    assert template_of(control_of(filed)) == f"slips/control_{year}.html"


def test_an_unknown_set_falls_back_to_the_portals(filed, lan):
    agency = filed.receiving_agency
    agency.form_set = "TT99/2099"
    agency.save()
    filed.refresh_from_db()
    accept(filed, lan)
    assert control_of(filed).form_set == "TT03/2025"


def test_the_apology_has_the_name_of_its_set():
    assert Slip(kind="mau04", form_set="TT01/2018").title.startswith("Phiếu xin lỗi")
    assert Slip(kind="mau04", form_set="TT03/2025").title.startswith("Văn bản xin lỗi")


def test_a_finished_dossier_prints_the_whole_way(filed, lan, hung):
    finished(filed, lan, hung)
    last = again(filed, lan).data["rows"][-1]
    assert last["note"] == "Kết quả giải quyết" and last["kept"] == "Trước hạn"


@pytest.mark.parametrize(
    ("form_set", "number"), [("TT01/2018", "01/BPTNTKQ"), ("TT03/2025", "01/TTPVHCC")]
)
def test_the_sign_after_the_number_is_its_sets(filed, lan, form_set, number):
    Agency.objects.filter(pk=filed.receiving_agency_id).update(form_set=form_set)
    filed.refresh_from_db()
    accept(filed, lan)
    assert filed.slips.get(kind="mau01").data["number"] == number


@pytest.mark.parametrize(
    ("policy", "words"), [("RESET", "tính lại từ đầu"), ("PAUSE", "được tính tiếp")]
)
def test_a_request_for_additions_says_what_becomes_of_the_time(accepted, policy, words):
    type(accepted.version).objects.filter(pk=accepted.version_id).update(addition_policy=policy)
    accepted.version.refresh_from_db()
    assert words in slip_data.time_line(accepted)


def test_before_the_reception_no_time_has_begun(filed, lan):
    need = filed.case.requirements.first()
    gap = actions.Gap(label=need.name, reason="Ảnh mờ.", requirement=need)
    actions.ask_additions(filed, gaps=[gap], reason="Ảnh mờ.", by=lan, at=timezone.now())
    said = filed.slips.get(kind="mau02").data
    assert "từ khi hồ sơ được tiếp nhận" in said["time_line"]
    assert said["number"] == "01/HDHS"
