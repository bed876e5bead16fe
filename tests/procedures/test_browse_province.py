"""1,811 procedures, as many as one province has: each within three clicks of home."""

import random
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from procedures.models import LifeEvent, Procedure, ProcedureVersion, Sector, Service
from procedures.pages.alphabet import ON_ONE_PAGE
from tests import factories
from tests.factories import MORNING, WORDS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SERVICES = 1811  # of one province (Lạng Sơn 2024, domain.md §1.2)
SEED = 20261121
BEGINNINGS = (
    "Cấp", "Cấp lại", "Đăng ký", "Đổi", "Thẩm định", "Phê duyệt", "Ấn định", "Xóa", "Gia hạn",
    "Thông báo", "Công nhận", "Hỗ trợ", "Điều chỉnh", "Bổ nhiệm", "Giải quyết",
)  # fmt: skip


@pytest.fixture(scope="module")
def province(lasting_rows: None) -> None:
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
    """Code of every procedure that is found by way of its field, and after how many clicks."""
    client, found, seen, edge = Client(), {}, {"/"}, ["/"]
    for clicks in (1, 2, 3):
        following: list[str] = []
        for page in edge:
            for address in links(client.get(page).text, page.split("?")[0]):
                if code := re.fullmatch(r"/thu-tuc/(1\.\d{6})/", address):
                    found.setdefault(code[1], clicks)
                elif address not in seen and address.startswith("/linh-vuc/"):
                    seen.add(address)
                    following.append(address)
        edge = following
    return found


def test_any_of_1811_services_is_three_clicks_from_home(province: None) -> None:
    found = clicks_from_home()
    assert len(found) == SERVICES
    assert max(found.values()) <= 3


def test_a_list_of_500_is_split_by_letters_and_stays_light(province: None) -> None:
    client = Client()
    page = client.get("/linh-vuc/linh-vuc-0/")
    assert len(page.content) < 200_000 and "1.000000" not in page.text
    assert "?chu=dd" in page.text
    letter = client.get("/linh-vuc/linh-vuc-0/?chu=dd").text
    assert "Đăng ký giấy phép" in letter and "Cấp giấy phép" not in letter


def test_home_needs_the_letters_of_large_fields_only() -> None:
    assert ON_ONE_PAGE < SERVICES
