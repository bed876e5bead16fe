"""Publishing a catalogue record: versions come and go, none is rewritten."""

from datetime import timedelta

import pytest

from procedures.actions import RecordInvalid, open_services, publish, relate
from procedures.models import Procedure, ProcedureVersion, Service
from tests import factories
from tests.factories import MORNING
from tests.procedures.records import a_record

LATER = MORNING + timedelta(days=3)
pytestmark = pytest.mark.django_db


def test_a_record_becomes_a_published_version_with_its_parts() -> None:
    version = publish(a_record(), by=None, at=MORNING).version
    assert (version.number, version.state, version.level) == (1, "published", 4)
    assert version.cases.get().requirements.get().name == "Giấy chứng sinh"
    assert [channel.fees.get().amount for channel in version.channels.all()] == [8000, 8000]


def test_the_same_record_again_makes_no_version() -> None:
    publish(a_record(), by=None, at=MORNING)
    assert not publish(a_record(), by=None, at=LATER).changed
    assert ProcedureVersion.objects.count() == 1


def test_a_changed_record_retires_the_version_in_force() -> None:
    old = publish(a_record(), by=None, at=MORNING).version
    publish(a_record(conditions="Trong 60 ngày."), by=None, at=LATER)
    old.refresh_from_db()
    assert (old.state, str(old.effective_to)) == ("retired", "2026-03-13")


def test_a_retired_version_keeps_its_words() -> None:
    old = publish(a_record(), by=None, at=MORNING).version
    new = publish(a_record(conditions="Trong 60 ngày."), by=None, at=LATER).version
    old.refresh_from_db()
    assert (old.conditions, new.number) == ("Không có yêu cầu, điều kiện.", 2)
    assert old.cases.count() == 1


def test_a_changed_eform_is_a_change() -> None:
    publish(a_record(), eform=factories.SMALL_EFORM, by=None, at=MORNING)
    other = factories.SMALL_EFORM | {"title": "Tờ khai khác"}
    assert publish(a_record(), eform=other, by=None, at=LATER).changed


def test_a_broken_eform_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(RecordInvalid):
        publish(a_record(), eform={"title": "Không có mục nào"}, by=None, at=MORNING)
    assert not Procedure.objects.exists()


def test_another_service_type_needs_a_reason() -> None:
    with pytest.raises(RecordInvalid, match="cần có lý do"):
        publish(a_record(level=3), by=None, at=MORNING)


def test_a_new_level_reaches_agencies_without_a_level_of_their_own() -> None:
    procedure = publish(a_record(), by=None, at=MORNING).procedure
    pair = (procedure, factories.an_agency(), factories.a_committee())
    open_services([pair], by=None, at=MORNING)
    other = factories.an_agency("000.01.16.H37", name="Trung tâm phường Đông Kinh")
    Service.objects.create(
        procedure=procedure,
        receiving_agency=other,
        deciding_agency=factories.a_committee(),
        level=2,
        level_reason="Chưa có chữ ký số",
    )
    publish(a_record(level=3, service_type="PARTIAL"), by=None, at=LATER)
    assert sorted(Service.objects.values_list("level", flat=True)) == [2, 3]


def test_opening_a_service_twice_opens_one() -> None:
    procedure = publish(a_record(), by=None, at=MORNING).procedure
    pair = (procedure, factories.an_agency(), factories.a_committee())
    assert [open_services([pair], by=None, at=MORNING) for _ in range(2)] == [1, 0]


def test_relations_follow_the_records() -> None:
    first = publish(a_record(), by=None, at=MORNING).procedure
    second = publish(a_record(code="1.004884"), by=None, at=MORNING).procedure
    relate({"1.001193": ["1.004884", "9.999999"], "1.004884": []})
    assert list(second.related.all()) == [first]
    relate({"1.001193": [], "1.004884": []})
    assert not first.related.exists()
