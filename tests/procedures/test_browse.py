"""By field, agency and life event: every procedure within three clicks of home."""

import random
import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.lib import publicpages
from procedures.models import LifeEvent, Procedure, ProcedureVersion, Sector, Service
from procedures.pages.alphabet import ON_ONE_PAGE, letter_of, sort_key
from tests import factories
from tests.factories import MORNING, WORDS

pytestmark = pytest.mark.django_db
SERVICES = 1811  # of one province (Lạng Sơn 2024, domain.md §1.2)
SEED = 20261121
BEGINNINGS = (
    "Cấp", "Cấp lại", "Đăng ký", "Đổi", "Thẩm định", "Phê duyệt", "Ấn định", "Xóa", "Gia hạn",
    "Thông báo", "Công nhận", "Hỗ trợ", "Điều chỉnh", "Bổ nhiệm", "Giải quyết",
)  # fmt: skip


@pytest.fixture
def province() -> None:
    """1,811 procedures in 130 fields, very unevenly: one field holds 500, many hold one."""
    rng = random.Random(SEED)
    sectors = Sector.objects.bulk_create(
        Sector(name=f"Lĩnh vực {n}", slug=f"linh-vuc-{n}") for n in range(130)
    )
    events = LifeEvent.objects.bulk_create(
        LifeEvent(name=f"Sự kiện {n}", slug=f"su-kien-{n}") for n in range(10)
    )
    names = [f"{rng.choice(BEGINNINGS)} giấy phép số {n}" for n in range(SERVICES)]
    procedures = Procedure.objects.bulk_create(
        Procedure(
            code=f"1.{n:06d}",
            name=name,
            sector=sectors[0] if n < 500 else sectors[1 + int(129 * rng.random() ** 2)],
        )
        for n, name in enumerate(names)
    )
    publish_all(procedures)
    link = Procedure.life_events.through
    link.objects.bulk_create(
        link(procedure=one, lifeevent=rng.choice(events)) for one in procedures[::9]
    )


def publish_all(procedures: list[Procedure]) -> None:
    versions = ProcedureVersion.objects.bulk_create(
        ProcedureVersion(procedure=one, number=1, level=4, service_type="FULL", name=one.name,
                         effective_from=MORNING.date(), published_at=MORNING, **WORDS)
        for one in procedures
    )  # fmt: skip
    for one, version in zip(procedures, versions, strict=True):
        one.current = version
        one.search_fold = one.name.lower()
    Procedure.objects.bulk_update(procedures, ["current", "search_fold"], batch_size=300)
    agency, committee = factories.an_agency(), factories.a_committee()
    Service.objects.bulk_create(
        Service(procedure=one, receiving_agency=agency, deciding_agency=committee, level=4)
        for one in procedures
    )


def links(html: str, here: str) -> Iterator[str]:
    """Addresses a visitor can click in the page's own part."""
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    for address in re.findall(r'<a [^>]*href="([^"#]+)', main):
        yield f"{here}{address}" if address.startswith("?") else address


def clicks_from_home() -> dict[str, int]:
    """Code of every procedure that is found, and after how many clicks."""
    client, found, seen, edge = Client(), {}, {"/"}, ["/"]
    for clicks in (1, 2, 3):
        following: list[str] = []
        for page in edge:
            for address in links(client.get(page).text, page.split("?")[0]):
                if code := re.fullmatch(r"/thu-tuc/(1\.\d{6})/", address):
                    found.setdefault(code[1], clicks)
                elif address not in seen and re.match(
                    r"/(linh-vuc|co-quan|su-kien)/|/thu-tuc/(\?.*)?$", address
                ):
                    seen.add(address)
                    following.append(address)
        edge = following
    return found


@pytest.mark.slow
def test_any_of_1811_services_is_three_clicks_from_home(province: None) -> None:
    found = clicks_from_home()
    assert len(found) == SERVICES
    assert max(found.values()) <= 3


@pytest.mark.slow
def test_a_list_of_500_is_split_by_letters_and_stays_light(province: None) -> None:
    client = Client()
    page = client.get("/linh-vuc/linh-vuc-0/")
    assert len(page.content) < 200_000 and "1.000000" not in page.text
    assert "?chu=dd" in page.text
    letter = client.get("/linh-vuc/linh-vuc-0/?chu=dd").text
    assert "Đăng ký giấy phép" in letter and "Cấp giấy phép" not in letter


@pytest.mark.parametrize("number", [1, 20])
def test_a_list_costs_the_same_whatever_its_length(number: int) -> None:
    for serial in range(number):
        factories.a_service(factories.a_procedure(f"1.{serial:06d}", f"Thủ tục {serial}"))
    client = Client()
    for path, most in (("/linh-vuc/ho-tich/", 3), ("/co-quan/ubnd-xa/", 2), ("/linh-vuc/", 1)):
        client.get(path)  # the stamp, the index of words
        publicpages.forget()
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= most, path


@pytest.mark.parametrize(
    "path",
    ["/linh-vuc/khong-co/", "/co-quan/khong-co/", "/su-kien/khong-co/", "/linh-vuc/ho-tich/?chu=q"],
)
def test_what_is_not_there_is_404(path: str) -> None:
    factories.a_procedure()
    assert Client().get(path).status_code == 404


def test_life_events_of_people_and_firms_stand_apart() -> None:
    people = LifeEvent.objects.create(name="Có con nhỏ", slug="co-con-nho")
    firms = LifeEvent.objects.create(name="Khởi sự kinh doanh", slug="khoi-su", for_business=True)
    factories.a_procedure().life_events.add(people, firms)
    html = Client().get("/").text
    places = [html.index(f"/su-kien/{slug}/") for slug in ("co-con-nho", "khoi-su")]
    assert html.index("Công dân") < places[0] < places[1]


# The order of letters of a Vietnamese dictionary; tones do not count.
@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Ấp", "â"),
        ("Đổi", "đ"),
        ("Ăn", "ă"),
        ("ưu đãi", "ư"),
        ("Ỷ lại", "y"),
        ("123", "0"),
        ("“Đ”", "đ"),
    ],
)
def test_the_letter_a_name_stands_under(name: str, letter: str) -> None:
    assert letter_of(name) == letter


def test_names_stand_in_the_order_of_the_alphabet() -> None:
    names = ["Đổi", "Cấp lại", "Cấp", "Ấn định", "Ăn", "An", "Đăng ký", "Dạy", "Công nhận"]
    assert sorted(names, key=sort_key) == [
        "An", "Ăn", "Ấn định", "Cấp", "Cấp lại", "Công nhận", "Dạy", "Đăng ký", "Đổi",
    ]  # fmt: skip


def test_home_needs_the_letters_of_large_fields_only() -> None:
    assert ON_ONE_PAGE < SERVICES
