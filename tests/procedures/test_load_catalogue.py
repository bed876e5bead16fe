"""`manage.py load_catalogue FILE`: how a real portal gets its procedures."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Ward
from portal.demo.agencies import COMMUNES, accepting, load_agencies
from procedures.models import Draft, ImportRun, Procedure, Service
from procedures.openings import receiver_of
from tests import factories
from tests.procedures import generated_catalogue
from tests.procedures.records import a_record

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def folder(tmp_path):
    """Two good records; the centre of Đồng Đăng takes in for its committee."""
    committee = factories.a_committee()
    factories.an_agency(parent=committee)
    write(tmp_path, a_record())
    write(tmp_path, a_record(code="1.004884", name="Đăng ký lại", related=["1.001193"]))
    return tmp_path


def write(folder, record, name=""):
    path = folder / f"{name or record['code']}.json"
    path.write_text(json.dumps(record, ensure_ascii=False), "utf-8")


def load(file, *options):
    out = io.StringIO()
    try:
        call_command("load_catalogue", file, "--open-services", *options, stdout=out)
    except CommandError as error:
        return out.getvalue(), error
    return out.getvalue(), None


def test_new_procedures_are_published_related_and_open(folder):
    text, error = load(folder)
    assert error is None and text == (
        "2 thủ tục: 2 mới, 0 đổi, 0 không đổi, 0 bị từ chối; "
        "2 công bố ngay, 0 bỏ qua; 2 dịch vụ mới mở.\n"
    )
    service = Service.objects.open().get(procedure__code="1.004884")
    assert service.receiving_agency == factories.an_agency()
    assert service.deciding_agency == factories.a_committee()
    assert service.procedure.related.get().code == "1.001193"


def test_again_it_changes_nothing(folder):
    load(folder)
    text, error = load(folder)
    assert error is None and text == (
        "2 thủ tục: 0 mới, 0 đổi, 2 không đổi, 0 bị từ chối; "
        "0 công bố ngay, 0 bỏ qua; 0 dịch vụ mới mở.\n"
    )


def test_a_dry_run_says_the_same_and_changes_nothing(folder):
    text, _ = load(folder, "--dry-run")
    assert text == "2 thủ tục: 2 mới, 0 đổi, 0 không đổi, 0 bị từ chối.\n"
    assert not Procedure.objects.exists()


def test_as_drafts_nothing_is_in_force_yet(folder):
    text, _ = load(folder, "--as", "drafts")
    assert "2 thành bản soạn" in text
    assert list(Draft.objects.values_list("code", "state").order_by("code")) == [
        ("1.001193", "editing"),
        ("1.004884", "editing"),
    ]
    assert not Procedure.objects.exists()


def test_what_a_complete_file_no_longer_has_is_named_and_stays(folder):
    load(folder)
    (folder / "1.004884.json").unlink()
    text, error = load(folder, "--complete")
    assert error is None and "không còn trong tệp: 1.004884" in text
    assert Procedure.objects.published().filter(code="1.004884").exists()


def test_a_file_of_the_national_data_set_is_recognised(tmp_path):
    path = generated_catalogue.write(tmp_path / "danh-muc.jsonl", 20)
    text, _ = load(path)
    assert text.splitlines()[-1].startswith("20 thủ tục: 20 mới")
    assert ImportRun.objects.get().format == "dataset"


def test_a_changed_record_is_named(folder):
    load(folder)
    write(folder, a_record(conditions="Trong 60 ngày."))
    text, _ = load(folder)
    assert text.startswith("đổi: 1.001193\n")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "không phải JSON (dòng 1, cột 2)"),
        ("[]", "nội dung không đúng dạng"),
        (json.dumps(a_record(code="2.000001", level=3)), "cần có lý do"),
        (json.dumps(a_record(code="2.000001", eform=True)), "không có tệp eforms/xau.json"),
        (json.dumps(a_record(code="2.000001", steps=[{"title": "Nộp"}])), "Nội dung: chưa có"),
        (json.dumps(a_record(code="2.000001", related="1.001193")), "phải là danh sách"),
        (json.dumps(a_record(code="1.001193")), "đã có ở dòng 1"),
        (json.dumps({"eform": False}), "Mã thủ tục: chưa có"),
    ],
)
def test_a_bad_record_is_rejected_with_its_reason_and_hinders_no_other(folder, content, reason):
    (folder / "xau.json").write_text(content, "utf-8")
    text, error = load(folder)
    (line,) = [line for line in text.splitlines() if line.startswith("bị từ chối: ")]
    assert reason in line and "1 thủ tục bị từ chối" in str(error)
    assert set(Procedure.objects.values_list("code", flat=True)) == {"1.001193", "1.004884"}


def test_who_has_no_desk_and_what_has_no_agency_is_said(folder):
    factories.an_agency("000.00.16.H37", name="UBND xã Hội Hoan", kind="ubnd-xa", receives=False)
    write(folder, a_record(code="1.000001", executing=["so-y-te"]))
    text, error = load(folder)
    assert "lưu ý: 000.00.16.H37 UBND xã Hội Hoan: chưa có bộ phận tiếp nhận." in text
    assert "lưu ý: 1.000001: chưa có cơ quan loại so-y-te." in text and error is None


def test_an_empty_folder_is_a_mistake(tmp_path):
    _, error = load(tmp_path)
    assert "Không có tệp .json" in str(error)


def test_desks_are_found_as_the_demo_names_them():
    for place in COMMUNES:
        Ward.objects.create(
            code=place.ward, province=factories.a_province(), name=place.name, full_name=place.name,
            valid_from="2025-07-01",
        )  # fmt: skip
    agencies = load_agencies()
    for kind in ("ubnd-xa", "cong-an-xa", "cong-an-tinh", "so-y-te", "ubnd-tinh", "thue-tinh"):
        for receiving, deciding in accepting(kind, agencies):
            assert receiver_of(deciding, agencies.values()) == receiving
