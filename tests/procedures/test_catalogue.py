"""The public pages of the catalogue: what they say, to whom, with how many queries."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from portal.lib import publicpages, slots
from procedures.models import Fee, LegalBasis, Procedure, Requirement, Step
from procedures.search import keeping
from tests import factories

pytestmark = pytest.mark.django_db
# domain.md §8.1, "Procedure detail sections and exact labels".
LABELS = (
    "Mã thủ tục", "Tên thủ tục", "Số quyết định", "Loại thủ tục", "Lĩnh vực", "Cấp thực hiện",
    "Trình tự thực hiện", "Cách thức thực hiện", "Hình thức nộp", "Thời hạn giải quyết",
    "Phí, lệ phí", "Mô tả", "Thành phần hồ sơ", "Bao gồm", "Tên giấy tờ", "Mẫu đơn, tờ khai",
    "Số lượng", "Bản chính", "Bản sao", "Đối tượng thực hiện", "Cơ quan thực hiện",
    "Cơ quan có thẩm quyền", "Cơ quan phối hợp", "Địa chỉ tiếp nhận hồ sơ", "Kết quả thực hiện",
    "Căn cứ pháp lý", "Yêu cầu, điều kiện thực hiện", "Từ khóa", "Thủ tục hành chính liên quan",
)  # fmt: skip


@pytest.fixture
def procedure() -> Procedure:
    found = factories.a_service(factories.a_procedure(fee=8000)).procedure
    found.related.add(factories.a_procedure("1.004884", "Đăng ký lại khai sinh"))
    return found


def page(path: str = "/thu-tuc/1.001193/") -> str:
    return Client().get(path).content.decode()


def queries(path: str, client: Client | None = None) -> int:
    keeping.current()  # built once for each change of the catalogue, not for each page
    with CaptureQueriesContext(connection) as seen:
        (client or Client()).get(path)
    return len(seen)


@pytest.mark.parametrize("label", LABELS)
def test_the_procedure_page_has_the_official_label(procedure: Procedure, label: str) -> None:
    assert label in page()


def test_exemptions_are_shown_beside_the_fee(procedure: Procedure) -> None:
    Fee.objects.update(exemption="Người thuộc hộ nghèo được miễn.", note="Theo nghị quyết tỉnh.")
    html = page()
    assert "Người thuộc hộ nghèo được miễn." in html and "Theo nghị quyết tỉnh." in html


def test_alternative_fees_are_never_added_up(procedure: Procedure) -> None:
    channel = procedure.current.channels.get()
    Fee.objects.create(channel=channel, name="Xe khác", kind="le_phi", amount=150_000)
    html = page()
    assert "8.000\xa0đ – 150.000\xa0đ, tùy trường hợp" in html and "158.000" not in html


def test_where_to_bring_the_papers(procedure: Procedure) -> None:
    html = page()
    assert "Trung tâm Phục vụ hành chính công xã Đồng Đăng" in html and "07:30–11:30" in html


@pytest.mark.parametrize("code", ["9.999999", "x", "1.001193.000"])
def test_an_unknown_code_is_a_page_that_says_so(procedure: Procedure, code: str) -> None:
    assert Client().get(f"/thu-tuc/{code}/").status_code == 404


def test_an_unpublished_procedure_is_not_shown(procedure: Procedure) -> None:
    Procedure.objects.update(current=None)
    assert Client().get("/thu-tuc/1.001193/").status_code == 404


def test_what_packages_above_know_has_its_place(
    procedure: Procedure, monkeypatch: pytest.MonkeyPatch
) -> None:
    filler: Callable[..., str] = lambda found: f"Đo thật: {found.code}"  # noqa: E731
    monkeypatch.setitem(slots._fillers, "procedure.facts", [slots.Filler(filler, 0)])
    assert "Đo thật: 1.001193" in page()


def a_big_procedure(papers: int) -> None:
    found = factories.a_service(factories.a_procedure(papers=papers, fee=8000)).procedure
    version = found.current
    for number in range(papers):
        Step.objects.create(version=version, text=f"Bước {number}")
        LegalBasis.objects.create(version=version, number=f"{number}/NĐ-CP", name="Nghị định")
    assert Requirement.objects.count() == papers


@pytest.mark.parametrize("papers", [1, 50])
def test_the_procedure_page_takes_twelve_queries_at_most(papers: int) -> None:
    a_big_procedure(papers)
    assert queries("/thu-tuc/1.001193/") <= 12


def test_the_number_of_papers_costs_no_query() -> None:
    a_big_procedure(1)
    few = queries("/thu-tuc/1.001193/")
    case = Procedure.objects.get().current.cases.get()
    for number in range(49):
        Requirement.objects.create(case=case, key=f"them-{number}", name="Giấy khác", original=1)
    assert queries("/thu-tuc/1.001193/") == few


def some_procedures(number: int) -> None:
    for serial in range(number):
        factories.a_service(factories.a_procedure(f"1.{serial:06d}", f"Thủ tục {serial}", fee=1))


@pytest.mark.parametrize("number", [1, 20])
def test_the_list_takes_eight_queries_at_most(number: int) -> None:
    some_procedures(number)
    assert queries("/thu-tuc/?q=thu+tuc") <= 8


@pytest.mark.parametrize("number", [1, 20])
def test_home_takes_six_queries_at_most(number: int) -> None:
    some_procedures(number)
    client = Client()
    client.get("/")  # the cache's look at the stamp, the index of words
    publicpages.forget()
    assert queries("/", client) <= 6


def test_home_leads_to_lists_that_exist(procedure: Procedure) -> None:
    html = page("/")
    assert "/linh-vuc/ho-tich/" in html and "/co-quan/ubnd-xa/" in html
    assert "Đăng ký khai sinh" in page("/co-quan/ubnd-xa/")
    assert "Đăng ký lại khai sinh" in page("/linh-vuc/ho-tich/")


def test_home_opens_the_look_up_with_the_code() -> None:
    assert 'name="ma"' in page("/")


def test_a_signed_in_person_sees_their_name_on_public_pages(
    procedure: Procedure, binh: User
) -> None:
    client = Client()
    client.force_login(binh)
    for path in ("/", "/thu-tuc/", "/thu-tuc/1.001193/"):
        assert "Nguyễn Văn Bình" in client.get(path).content.decode()


@pytest.mark.parametrize("path", ["/", "/thu-tuc/", "/thu-tuc/1.001193/", "/tro-giup/"])
def test_public_pages_take_no_post(procedure: Procedure, path: str) -> None:
    assert Client().post(path).status_code == 405


@pytest.mark.parametrize("address", ["/", "/thu-tuc/", "/thu-tuc/1.000000/"])
def test_no_public_page_fetches_the_form(address: str) -> None:
    some_procedures(1)
    with CaptureQueriesContext(connection) as asked:
        assert "Thủ tục 0" in Client().get(address).text
    assert [query["sql"] for query in asked if '."eform"' in query["sql"]] == []
