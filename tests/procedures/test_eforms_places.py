"""Provinces and wards out of the database."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Province, Ward
from procedures.eforms import places

pytestmark = pytest.mark.django_db
SINCE = date(2025, 7, 1)


@pytest.fixture
def da_nang() -> Province:
    return Province.objects.create(
        code="20", name="Đà Nẵng", full_name="Thành phố Đà Nẵng", valid_from=SINCE
    )


def a_ward(province: Province, code: str, name: str, until: date | None = None) -> Ward:
    return Ward.objects.create(
        code=code,
        province=province,
        name=name,
        full_name=f"Phường {name}",
        valid_from=SINCE,
        valid_to=until,
    )


def test_wards_of_a_province(da_nang: Province) -> None:
    a_ward(da_nang, "20194", "Hải Châu")
    assert places.provinces() == (("20", "Thành phố Đà Nẵng"),)
    assert places.wards("20") == (("20194", "Phường Hải Châu"),)


def test_they_are_read_once(da_nang: Province, django_assert_num_queries) -> None:
    a_ward(da_nang, "20194", "Hải Châu")
    places.wards("20"), places.name("20194")
    with django_assert_num_queries(0):
        places.wards("20"), places.name("20194")


def test_a_change_is_seen_at_once(da_nang: Province) -> None:
    assert places.wards("20") == ()
    a_ward(da_nang, "20194", "Hải Châu")
    assert len(places.wards("20")) == 1


def test_a_ward_of_the_past_is_not_offered_but_still_has_its_name(da_nang: Province) -> None:
    a_ward(da_nang, "20195", "Cũ", until=timezone.localdate() - timedelta(days=1))
    assert places.wards("20") == () and places.name("20195") == "Phường Cũ"


@pytest.mark.parametrize("code", ["", "x", "99", "99999", "0' OR", "٢٠"])
def test_unknown_codes_have_no_name(code: str) -> None:
    assert places.name(code) == "" and places.wards(code) == ()
