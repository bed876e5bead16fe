"""What the post will want, on the page where the filer checks the answers."""

import pytest

from portal.lib import slots
from postal.models import Tariff
from postal.pages import postage
from tests import factories


@pytest.fixture
def by_post(binh, service):
    return factories.a_full_draft(binh, service, post=True)


def a_price(zone, price):
    Tariff.objects.create(carrier="vnpost", zone=zone, price=price, valid_from="2025-07-01")


def test_the_price_of_the_zone_is_named(by_post):
    a_price("inside", 26000)
    a_price("outside", 35000)
    assert postage(by_post)["amount"] == 26000
    by_post.return_province_id = "01"
    assert postage(by_post)["amount"] == 35000


def test_without_a_price_it_says_who_tells_it(by_post):
    line = postage(by_post)
    assert line["amount"] is None and "bảng cước của bưu điện" in line["note"]


def test_who_comes_to_the_desk_pays_no_postage(draft):
    assert postage(draft) is None


def test_it_is_in_the_slot(by_post):
    assert postage(by_post) in slots.fill("filing.costs", by_post)


def test_before_the_start_the_price_of_each_zone_is_named(service):
    ahead = slots.fill("start.costs", service.procedure)
    assert ahead[0]["parts"] == [] and "bảng cước của bưu điện" in ahead[0]["note"]
    a_price("inside", 26000)
    (ahead,) = slots.fill("start.costs", service.procedure)
    assert ahead["parts"] == [{"name": "trong tỉnh", "amount": 26000}]
    assert "bảng cước" not in ahead["note"]
