"""Papers to take along: what they say, that they are made once, and never in a request."""

import io
import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.test import Client

from portal.lib import files, jobs
from procedures import blanks, handouts, tasks
from procedures.actions import publish, retire
from procedures.actions.handouts import ask_handout, drop_old, prepare_missing
from procedures.models import Handout, HandoutKind, Procedure
from tests import factories
from tests.factories import MORNING
from tests.procedures.records import FEE, a_record
from tests.procedures.test_page_extremes import long_name
from tests.running import program

pytestmark = pytest.mark.django_db
SLIP, BLANK = "/thu-tuc/1.001193/phieu-huong-dan.pdf", "/thu-tuc/1.001193/to-khai-trong.pdf"
OPENED = [(4, "/ho-so/nop/1.001193/"), (2, "/thu-tuc/1.001193/")]
# domain.md §2.3: a slip names the papers; §8.1: with the labels of the procedure's page.
LABELS = (
    "PHIẾU HƯỚNG DẪN", "Không phải là đơn", "Mã thủ tục", "Lĩnh vực", "Mức trực tuyến", "Nơi nộp",
    "Nhận kết quả", "Thành phần hồ sơ", "Tên giấy tờ", "Mẫu đơn, tờ khai", "Số lượng",
    "Bản chính: 1", "Bản sao: 0", "Cách thức thực hiện", "Hình thức nộp", "Thời hạn giải quyết",
    "Phí, lệ phí", "Miễn, giảm: Người thuộc hộ nghèo được miễn.", "Trình tự thực hiện",
    "Yêu cầu, điều kiện thực hiện", "Đối tượng thực hiện", "Cơ quan thực hiện",
    "Cơ quan có thẩm quyền", "Kết quả thực hiện", "Căn cứ pháp lý", "Số quyết định",
    "Giấy chứng sinh", "8.000",
)  # fmt: skip
LATER = timedelta(days=8)  # than what former versions' papers are kept for
EFORM: dict[str, Any] = {
    "title": "Tờ khai thử", "form_no": "Mẫu số 07", "source": "Thông tư 04/2020/TT-BTP",
    "sections": [
        {"key": "a", "title": "Người khai", "fields": [
            {"key": "nguoi", "type": "person", "label": "Người yêu cầu", "required": True,
             "parts": ["full_name", "citizen_id", "birth_date"], "required_parts": ["full_name"]},
            {"key": "loai", "type": "choice", "label": "Loại nhà", "required": True, "options": [
                {"value": "moi", "label": "Xây mới"}, {"value": "sua", "label": "Sửa chữa"}]},
            {"key": "ly_do", "type": "long_text", "label": "Lý do sửa",
             "show_if": {"field": "loai", "equals": "sua"}},
            {"key": "chieu_cao", "type": "number", "label": "Chiều cao", "unit": "mét"},
            {"key": "so_dinh_danh", "type": "citizen_id", "label": "Số định danh chủ nhà"},
        ]},
        {"key": "b", "title": "Nhân khẩu", "show_if": {"field": "loai", "equals": "moi"},
         "fields": [
            {"key": "bang", "type": "table", "label": "Danh sách người", "max_rows": 3, "columns": [
                {"key": "ten", "type": "text", "label": "Họ và tên"},
                {"key": "nam", "type": "number", "label": "Năm sinh"}]},
            {"key": "tep", "type": "file", "label": "Bản vẽ"},
            {"key": "luu_y", "type": "note", "label": "Ghi theo thẻ căn cước."},
        ]},
    ],
}  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def nothing_left_behind() -> Any:
    yield
    jobs.shutdown()


def published(eform: dict[str, Any] | None = None, **changes: Any) -> Procedure:
    found = publish(a_record(**changes), by=None, at=MORNING, eform=eform).procedure
    factories.a_service(found)
    return found


def made(procedure: Procedure, kind: str, case: str = "thong-thuong", agency: Any = None) -> bytes:
    assert procedure.current
    row = ask_handout(procedure.current, kind, case_key=case, agency=agency, at=MORNING)
    tasks.render_handouts()
    row.refresh_from_db()
    assert row.done_at, row.last_error
    with files.open_private(row.stored_name) as stored:
        return bytes(stored.read())


def words(pdf: bytes, order: str = "-raw") -> str:
    command = ["pdftotext", order, "-enc", "UTF-8", "-", "-"]
    out = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", out.stdout.decode())


def test_the_slip_says_everything_with_its_marks() -> None:
    text = words(made(published(), HandoutKind.GUIDANCE))
    assert [label for label in LABELS if label not in text] == []


def test_the_slip_is_tagged_a4_and_named() -> None:
    with pikepdf.open(io.BytesIO(made(published(), HandoutKind.GUIDANCE))) as pdf:
        assert "/StructTreeRoot" in pdf.Root and str(pdf.Root.Lang) == "vi"
        assert [round(float(side)) for side in pdf.pages[0].MediaBox[2:]] == [595, 842]


@pytest.mark.skipif(not program("zbarimg"), reason="zbarimg is not installed")
@pytest.mark.parametrize(
    ("level", "path"), [(4, "/ho-so/nop/1.001193/"), (2, "/thu-tuc/1.001193/")]
)
def test_the_code_opens_what_comes_next(level: int, path: str, tmp_path: Path) -> None:
    kind = {4: "FULL", 2: "INFO"}[level]
    pdf = made(published(level=level, service_type=kind), HandoutKind.GUIDANCE)
    (tmp_path / "a.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", "a.pdf", "a"],
                   cwd=tmp_path, check=True)  # fmt: skip
    read = subprocess.run(["zbarimg", "-q", "--raw", "a.png"], cwd=tmp_path,
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert read.stdout.strip() == f"{settings.SITE_URL}{path}"


@pytest.mark.parametrize(
    ("level", "path"), [(4, "/ho-so/nop/1.001193/"), (2, "/thu-tuc/1.001193/")]
)
def test_the_code_is_named_for_who_cannot_see_it(level: int, path: str) -> None:
    kind = {4: "FULL", 2: "INFO"}[level]
    pdf = made(published(level=level, service_type=kind), HandoutKind.GUIDANCE)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        named = [str(o.Alt) for o in document.objects if isinstance(o, pikepdf.Dictionary)
                 and o.get("/S") == "/Figure"]  # fmt: skip
    assert named == [f"Mã QR mở {settings.SITE_URL}{path}"]


def test_names_of_8000_characters_are_printed_to_their_end() -> None:
    record = a_record()
    need = record["cases"][0]["requirements"][0]
    record["cases"][0]["requirements"] = [
        need | {"key": f"giay-{n}", "name": long_name(n)} for n in range(5)
    ]
    text = words(made(published(cases=record["cases"]), HandoutKind.GUIDANCE))
    assert text.count("CUỐI.") == 5


def test_a_slip_for_one_office_names_it() -> None:
    procedure = published()
    agency = procedure.services.get().receiving_agency
    text = words(made(procedure, HandoutKind.GUIDANCE, agency=agency))
    assert "Khu Nam Quan, xã Đồng Đăng" in text and "07:30–11:30" in text


def test_a_slip_of_one_of_several_cases_says_which() -> None:
    first = a_record()["cases"][0]
    cases = [first, first | {"key": "luu-dong", "name": "Đăng ký lưu động"}]
    text = words(made(published(cases=cases), HandoutKind.GUIDANCE, case="luu-dong"))
    assert "Đăng ký lưu động" in text


def test_no_payment_to_anybodys_account_is_asked_for() -> None:
    ways = [{"kind": "direct", "time": 1, "unit": "month", "time_text": "1 tháng",
             "description": "", "fees": [FEE | {"amount": None}]}]  # fmt: skip
    text = words(made(published(channels=ways), HandoutKind.GUIDANCE))
    assert "Lệ phí đăng ký khai sinh: theo quy định" in text and "Không chuyển khoản" in text


def test_the_blank_form_asks_everything_the_e_form_asks() -> None:
    text = words(made(published(EFORM), HandoutKind.BLANK, case=""))
    parts = [
        "TỜ KHAI THỬ", "Mẫu số 07", "Thông tư 04/2020/TT-BTP", "1. Người khai", "2. Nhân khẩu",
        "Người yêu cầu *", "Loại nhà * (đánh dấu một ô)", "Xây mới", "Sửa chữa", "Chiều cao (mét)",
        "Chỉ ghi khi “Loại nhà” là “Sửa chữa”", "Chỉ ghi khi “Loại nhà” là “Xây mới”",
        "Danh sách người", "Họ và tên", "Năm sinh", "Bản vẽ", "có kèm theo", "NGƯỜI KHAI",
        "Ghi theo thẻ căn cước.", "phiên bản 1",
    ]  # fmt: skip
    assert [part for part in parts if part not in text] == []


def test_a_table_has_as_many_empty_rows_as_it_may_have() -> None:
    form = blanks.form_of(EFORM)
    table = form.parts[1].lines[0]
    assert (table.look, table.count, len(table.parts)) == ("table", 3, 2)


@pytest.mark.parametrize("path", sorted(Path("procedures/demo/eforms").glob("*.json")))
def test_every_form_of_the_demo_can_be_printed(path: Path) -> None:
    form = blanks.form_of(json.loads(path.read_text("utf-8")))
    known = {"lines", "boxes", "date", "options", "group", "table", "file", "heading", "note"}
    assert {line.look for part in form.parts for line in part.lines} <= known


# --- when and where it is made ----------------------------------------------------------------


@pytest.fixture
def client() -> Client:
    return Client()


def test_opening_a_slip_that_is_not_there_makes_nothing(client: Client) -> None:
    published()
    answer = client.get(SLIP)
    assert (answer.status_code, Handout.objects.count()) == (202, 0)
    assert "Tạo tệp PDF" in answer.text and "Refresh" not in answer


def test_asking_for_it_makes_it_wait_and_then_be_there(client: Client) -> None:
    published()
    answer = client.post(SLIP, follow=True)
    assert answer.status_code == 202 and answer["Refresh"] == "2"
    tasks.render_handouts()
    ready = client.get(SLIP)
    assert ready["Content-Type"] == "application/pdf"
    assert ready["Cache-Control"] == "public, max-age=300"
    assert b"".join(ready.streaming_content).startswith(b"%PDF")


def test_the_request_never_draws_a_pdf(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(*args: Any, **kwargs: Any) -> bytes:
        raise AssertionError("in a request")

    monkeypatch.setattr(handouts, "render_pdf", drawn)
    published(EFORM)
    for path in (SLIP, BLANK):
        assert client.get(path).status_code == client.post(path, follow=True).status_code == 202


def test_asked_twice_it_is_made_once(client: Client) -> None:
    published()
    client.post(SLIP)
    client.post(SLIP)
    tasks.render_handouts()
    before = Handout.objects.get().sha256
    client.post(SLIP)
    tasks.render_handouts()
    assert Handout.objects.get().sha256 == before


def test_what_somebody_waits_for_comes_first() -> None:
    for number in range(4):
        published(code=f"1.00000{number}", name=f"Thủ tục {number}")
    prepare_missing(at=MORNING)
    last = Procedure.objects.get(code="1.000003").current
    assert last
    ask_handout(last, HandoutKind.GUIDANCE, case_key="thong-thuong", agency=None, at=MORNING)
    tasks.render_handouts()
    assert Handout.objects.get(version=last).done_at
    assert Handout.objects.filter(done_at=None).count() == 1  # of three others, two a turn


def test_beat_makes_ready_what_procedures_in_use_need() -> None:
    published(EFORM)
    publish(a_record(code="1.000009"), by=None, at=MORNING)  # nobody takes it in
    assert prepare_missing(at=MORNING) == 1
    kinds = sorted(Handout.objects.values_list("kind", flat=True))
    assert kinds == ["blank", "guidance"]
    assert prepare_missing(at=MORNING) == 0


def test_a_new_version_has_papers_of_its_own() -> None:
    published()
    prepare_missing(at=MORNING)
    publish(a_record(conditions="Mới."), by=None, at=MORNING)
    assert prepare_missing(at=MORNING) == 1
    assert Handout.objects.count() == 2


def test_papers_of_a_former_version_go() -> None:
    procedure = published()
    prepare_missing(at=MORNING)
    retire(procedure, at=MORNING, decision_no="1/QĐ")
    Handout.objects.update(created_at=MORNING)
    assert drop_old(MORNING + LATER) == 1


def test_papers_in_force_stay() -> None:
    published()
    prepare_missing(at=MORNING)
    Handout.objects.update(created_at=MORNING)
    assert drop_old(MORNING + LATER) == 0


def test_an_office_that_moved_has_a_new_slip(client: Client) -> None:
    procedure = published()
    assert procedure.current
    agency = procedure.services.get().receiving_agency
    before = handouts.key_of(procedure.current, "guidance", "thong-thuong", agency)
    agency.address = "Số 1, đường mới"
    assert handouts.key_of(procedure.current, "guidance", "thong-thuong", agency) != before


@pytest.mark.parametrize(
    "query", ["?truong-hop=khong-co", "?noi-nop=000.99.99.H37", "?noi-nop=x%00"]
)
def test_a_case_or_office_that_is_not_there_is_no_slip(client: Client, query: str) -> None:
    published()
    assert client.get(f"{SLIP}{query}").status_code in (400, 404)


def test_without_an_e_form_there_is_no_blank_form(client: Client) -> None:
    published()
    assert client.get(BLANK).status_code == 404


def test_asking_is_limited(client: Client) -> None:
    published()
    codes = [client.post(SLIP).status_code for _ in range(31)]
    assert codes[:30] == [302] * 30 and codes[30] == 429


def test_one_chooses_case_and_office(client: Client) -> None:
    first = a_record()["cases"][0]
    published(cases=[first, first | {"key": "luu-dong", "name": "Đăng ký lưu động"}])
    html = client.get("/thu-tuc/1.001193/phieu-huong-dan/").text
    assert 'value="luu-dong"' in html and 'value="000.01.15.H37"' in html
