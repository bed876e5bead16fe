"""Figures by officer: a dossier is counted with whoever worked on it."""

import pytest
from django.urls import reverse

from dossiers.models import Dossier, StepRun
from tests import factories
from tests.reports.test_figures import CHOICE, PAGE, add, boss, march, march_table, on

__all__ = ["add", "boss", "march"]  # fixtures


@pytest.fixture
def ngan(db):
    committee = factories.a_committee()
    return factories.an_officer("Chu Thị Ngân", "ngan@example.vn", "specialist", committee)


def test_who_worked_on_it_is_counted_not_who_signed_or_has_it_now(march, hung, mai, ngan):
    """Ngân drafted, Hùng signed, the clerk Mai has the result to give out."""
    first = Dossier.objects.filter(finished_at=on(18)).get()
    first.worked_by, first.assignee = ngan, mai
    first.save()
    StepRun.objects.create(
        dossier=first, number=1, position=0, name="Ký", role="leader", agency=march,
        assignee=hung, started_at=on(21, 2),
    )  # fmt: skip
    rows = {row.name: row.numbers for row in march_table(march, "can-bo").rows}
    assert rows["Chu Thị Ngân"]["early"] == 1
    assert rows.keys() == {"Chu Thị Ngân", "Chưa có người nhận"}


def test_the_list_behind_an_officers_number_is_of_that_officer(boss, ngan, mai):
    first = Dossier.objects.filter(finished_at=on(18)).get()
    first.worked_by, first.assignee = ngan, mai
    first.save()
    asked = CHOICE | {"so": "early", "nhom": "can-bo"}
    answer = boss.get(reverse("report-list"), asked | {"muc": ngan.pk})
    assert [row["code"] for row in answer.context["page"].rows] == [first.code]
    assert boss.get(reverse("report-list"), asked | {"muc": mai.pk}).status_code == 404


def test_of_what_nobody_worked_on_who_has_it_is_counted(march, lan):
    first = Dossier.objects.filter(finished_at=on(18)).get()
    first.assignee = lan
    first.save()
    rows = {row.name: row.numbers for row in march_table(march, "can-bo").rows}
    assert rows["Hoàng Thị Lan"]["early"] == 1


def test_then_the_officer_who_had_it_last_is_counted(march, hung):
    first = Dossier.objects.filter(finished_at=on(18)).get()
    StepRun.objects.create(
        dossier=first, number=1, position=0, name="Thẩm định", role="specialist", agency=march,
        assignee=hung, started_at=on(21, 2),
    )  # fmt: skip
    rows = {row.name: row.numbers for row in march_table(march, "can-bo").rows}
    assert rows["Lý Văn Hùng"]["early"] == 1 and rows["Chưa có người nhận"]["late"] == 2


def test_the_page_says_whose_an_officers_number_is(boss):
    assert "Cán bộ thụ lý là chuyên viên xử lý hồ sơ sau cùng" in boss.get(PAGE, CHOICE).text
