"""What a procedure's page tells beyond the official labels (tests/procedures/test_catalogue.py):
every ending of time and fee, files, notes, other procedures, machines, the end of a procedure."""

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from procedures.actions import publish, retire
from procedures.models import CatalogueFile, Procedure
from procedures.pages import page_of_record
from procedures.records import normal
from tests import factories
from tests.factories import MORNING
from tests.procedures.records import FEE, a_record

pytestmark = pytest.mark.django_db
PAGE = "/thu-tuc/1.001193/"


def published(**changes: Any) -> Procedure:
    found = publish(a_record(**changes), by=None, at=MORNING).procedure
    factories.a_service(found)
    return found


def text(path: str = PAGE) -> str:
    html = Client().get(path).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def way(**changes: Any) -> dict[str, Any]:
    return {"kind": "direct", "time": 3, "unit": "working_day", "time_text": "Theo quy định",
            "description": "", "fees": []} | changes  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("working_day", "(3 ngày làm việc)"),
        ("calendar_day", "(3 ngày)"),
        ("hour", "(3 giờ làm việc)"),
        ("month", "(3 tháng)"),
    ],
)
def test_the_unit_is_said_where_the_sentence_does_not(unit: str, words: str) -> None:
    published(channels=[way(unit=unit)])
    assert words in text()


def test_no_time_limit_is_said_as_it_is() -> None:
    published(channels=[way(unit="none", time=None, time_text="Không quy định")])
    assert "Không quy định" in text()


def test_a_fee_without_a_sum_is_not_free() -> None:
    fee = FEE | {"amount": None, "note": "0,5 % giá trị hợp đồng"}
    published(channels=[way(fees=[fee])])
    words = text()
    assert "theo quy định" in words and "0,5 % giá trị hợp đồng" in words
    assert "Không mất phí" not in words


def test_a_fee_of_nothing_is_free() -> None:
    published(channels=[way(fees=[FEE | {"amount": 0}])])
    assert "Không mất phí" in text() and "không thu" in text()


def test_what_a_fee_is_counted_by_is_said() -> None:
    published(channels=[way(fees=[FEE | {"unit": "đồng/bản"}])])
    assert "8.000\xa0đ/bản" in Client().get(PAGE).content.decode()


def test_a_way_that_occurs_twice_is_told_apart() -> None:
    fee = FEE | {"exemption": "Miễn cho trẻ em."}
    ways = [way(time_text="3 ngày", fees=[fee]), way(time_text="10 ngày", fees=[fee])]
    published(channels=ways)
    words = text()
    assert "1. Trực tiếp" in words and "2. Trực tiếp" in words and "10 ngày" in words
    assert "Như cách 1 ở trên" in words and words.count("Miễn cho trẻ em.") == 1


def test_the_same_fees_by_another_way_are_read_once() -> None:
    ways = [way(fees=[FEE]), way(kind="post", fees=[FEE])]
    published(channels=ways)
    assert "Như nộp trực tiếp" in text()


def test_a_note_among_the_papers_is_no_paper() -> None:
    note = {"key": "luu-y", "name": "Giấy tờ xuất trình:", "is_note": True}
    record = a_record()
    record["cases"][0]["requirements"].insert(0, note)
    published(cases=record["cases"])
    html = Client().get(PAGE).content.decode()
    row = html.split("Giấy tờ xuất trình:")[1].split("</tr>")[0]
    assert "Bản chính" not in row and "Bắt buộc" not in row


def a_file(user: User, name: str, purpose: str) -> CatalogueFile:
    kind = name.rpartition(".")[2]
    return CatalogueFile.objects.create(
        name=name, kind=kind, mime="application/pdf", size=123_456, sha256=name.ljust(64, "0"),
        stored_name=f"catalogue/{name}", purpose=purpose, uploaded_at=MORNING, uploaded_by=user,
    )  # fmt: skip


def test_forms_and_samples_are_there_with_kind_size_and_day(lan: User) -> None:
    form, sample = a_file(lan, "to-khai.docx", "form"), a_file(lan, "mau.pdf", "sample")
    record = a_record(level=2, service_type="INFO")
    record["cases"][0]["requirements"][0] |= {
        "form_title": "Mẫu số 01",
        "forms": [{"name": "Tờ khai", "file": str(form.public_id)}],
        "sample": str(sample.public_id),
    }
    publish(record, by=None, at=MORNING)
    words = text()
    assert "Tải mẫu: Tờ khai (Word, 123 KB, cập nhật 10/03/2026)" in words
    assert "Bản điền mẫu: mau.pdf (PDF, 123 KB, cập nhật 10/03/2026)" in words
    assert form.get_absolute_url() in Client().get(PAGE).content.decode()


def test_guidance_by_link_says_that_it_leads_elsewhere() -> None:
    media = [{"kind": "video", "title": "Xem cách nộp", "url": "https://example.vn/v", "file": ""}]
    published(media=media)
    assert "Xem cách nộp (Video, mở ở trang khác)" in text()


def test_chained_and_related_procedures_lead_on_where_we_have_them() -> None:
    factories.a_procedure("1.004884", "Đăng ký lại khai sinh")
    published(related=["1.004884", "9.999999"], chained=["1.004884"])
    html = Client().get(PAGE).content.decode()
    assert "Thủ tục hành chính liên thông" in html and "/thu-tuc/1.004884/" in html
    assert "9.999999" in html and "/thu-tuc/9.999999/" not in html


def test_how_long_the_dossier_is_kept() -> None:
    published(retention_years=70)
    assert "Thời hạn lưu hồ sơ 70 năm" in text()


def test_only_online_is_said() -> None:
    published(online_only=True)
    assert "chỉ nhận hồ sơ trực tuyến" in text()


def test_level_2_offers_the_blank_form_and_level_1_nothing_to_download() -> None:
    published(level=2, service_type="INFO")
    Procedure.objects.get().versions.update(form_fields=3)
    assert "to-khai-trong.pdf" in Client().get(PAGE).content.decode()


def test_markup_in_the_catalogue_stays_text_everywhere() -> None:
    bad = "</script><script>alert(1)</script>"
    published(name=f"Khai sinh {bad}", summary=bad, conditions=bad, audiences=[bad])
    html = Client().get(PAGE).content.decode()
    assert "<script>alert" not in html and "</script><script>" not in html


# --- machines ---------------------------------------------------------------------------------


def structured() -> dict[str, Any]:
    html = Client().get(PAGE).content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_machines_read_what_the_service_is() -> None:
    published(name="Đăng ký <b>khai sinh</b> & hơn nữa")
    data = structured()
    assert (data["@type"], data["identifier"]) == ("GovernmentService", "1.001193")
    assert data["name"] == "Đăng ký <b>khai sinh</b> & hơn nữa"
    assert data["provider"]["name"] == "Ủy ban nhân dân cấp xã"
    assert [way["name"] for way in data["availableChannel"]] == ["Trực tuyến", "Trực tiếp"]


def test_the_page_names_its_one_address() -> None:
    published()
    html = Client().get(f"{PAGE}?tu=dau-do").content.decode()
    assert f'<link rel="canonical" href="{settings.SITE_URL}{PAGE}">' in html


def test_the_sitemap_holds_procedures_in_force_with_their_day() -> None:
    published()
    gone = publish(a_record(code="1.000001"), by=None, at=MORNING).procedure
    retire(gone, at=MORNING, decision_no="1/QĐ-BTP")
    xml = Client().get("/sitemap.xml").content.decode()
    assert f"<loc>{settings.SITE_URL}{PAGE}</loc><lastmod>2026-03-10</lastmod>" in xml
    assert "1.000001" not in xml


def test_more_than_one_file_of_addresses_is_an_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedures.views.machines.MOST", 2)
    for number in range(5):
        publish(a_record(code=f"1.00000{number}"), by=None, at=MORNING)
    client = Client()
    index = client.get("/sitemap.xml").content.decode()
    parts = re.findall(r"/sitemap-(\d+)\.xml", index)
    assert parts == ["1", "2", "3"]
    codes = [re.findall(r"/thu-tuc/(1\.\d+)/", client.get(f"/sitemap-{n}.xml").text) for n in parts]
    assert sum(codes, []) == [f"1.00000{number}" for number in range(5)]
    assert client.get("/sitemap-4.xml").status_code == 404


def test_robots_are_led_to_the_sitemap_and_kept_out_of_dossiers(db: None) -> None:
    words = Client().get("/robots.txt").text
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in words and "Disallow: /ho-so/" in words


# --- the end of a procedure -------------------------------------------------------------------


@pytest.fixture
def retired() -> Procedure:
    found = published()
    other = factories.a_procedure("1.004884", "Đăng ký lại khai sinh")
    retire(found, at=MORNING, decision_no="99/QĐ-BTP", replaced_by=other)
    return found


def test_a_retired_procedure_says_since_when_and_by_what(retired: Procedure) -> None:
    words = text()
    assert "hết hiệu lực từ ngày 10/03/2026" in words and "99/QĐ-BTP" in words


def test_a_retired_procedure_leads_to_what_takes_its_place(retired: Procedure) -> None:
    html = Client().get(PAGE).content.decode()
    assert "Đăng ký lại khai sinh" in html and "/thu-tuc/1.004884/" in html
    assert "/ho-so/nop/1.001193/" not in html


@pytest.mark.parametrize("part", ["toan-van/", "noi-nop/", "phieu-huong-dan.pdf"])
def test_kept_addresses_of_a_retired_procedure_lead_there(retired: Procedure, part: str) -> None:
    answer = Client().get(f"{PAGE}{part}")
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)


def test_a_retired_procedure_is_found_by_no_list(retired: Procedure) -> None:
    assert "1.001193" not in text("/linh-vuc/ho-tich/")


# --- before it is published -------------------------------------------------------------------


def test_a_record_nobody_published_has_a_page() -> None:
    record, problems = normal(a_record(code="1.777777", name="Thủ tục mới"))
    assert problems == []
    page = page_of_record(record)
    assert (page.procedure.name, page.can_file, page.is_published) == ("Thủ tục mới", True, False)
    assert page.cases[0].needs[0].row.name == "Giấy chứng sinh" and page.cases[0].url == ""


def test_showing_a_record_saves_nothing() -> None:
    page_of_record(normal(a_record())[0])
    assert Procedure.objects.count() == 0
