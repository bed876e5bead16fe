"""Public look-up: the code alone answers nothing, and a guesser learns nothing."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.models import Dossier
from dossiers.views.track import find
from portal.lib.codes import lookup_secret


def look_up(client: Client, code: str, secret: str):
    return client.post(reverse("track"), {"code": code, "secret": secret})


def body(answer) -> str:
    """The page without what differs by nature: the token and what was typed."""
    text = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", answer.text)
    return re.sub(r'(name="(?:code|secret)" value=")[^"]*', r"\1", text)


def test_code_and_secret_show_the_way(filed: Dossier, client: Client) -> None:
    page = look_up(client, str(filed.code), lookup_secret(str(filed.code))).text
    assert "Chờ cơ quan tiếp nhận" in page


def test_the_owners_citizen_number_serves_as_well(filed: Dossier, client: Client) -> None:
    assert "Tiến trình" in look_up(client, str(filed.code), "020090000123").text


def test_the_secret_may_be_typed_loosely(filed: Dossier) -> None:
    secret = lookup_secret(str(filed.code)).lower()
    assert find(str(filed.code), f" {secret[:4]}-{secret[4:]} ") == filed


def test_a_visitor_reads_no_names(filed: Dossier, client: Client) -> None:
    page = look_up(client, str(filed.code), lookup_secret(str(filed.code))).text
    assert filed.owner_name not in page and "binh@" not in page


def test_every_miss_is_the_same_page(filed: Dossier, client: Client) -> None:
    wrong_secret = look_up(client, str(filed.code), "AAAA2222")
    no_such_code = look_up(client, "000.01.15.H37-260310-9999", "AAAA2222")
    assert body(wrong_secret) == body(no_such_code)
    assert wrong_secret.status_code == no_such_code.status_code == 200


def test_a_draft_is_never_found(draft: Dossier) -> None:
    Dossier.objects.filter(pk=draft.pk).update(code="000.01.15.H37-260310-0077")
    code = "000.01.15.H37-260310-0077"
    assert find(code, lookup_secret(code)) is None


def test_an_owner_without_number_is_not_found_by_an_empty_one(filed: Dossier) -> None:
    Dossier.objects.filter(pk=filed.pk).update(owner_citizen_id="")
    assert find(str(filed.code), "") is None and find(str(filed.code), "x" * 12) is None


def test_the_eleventh_try_on_one_code_waits(filed: Dossier, client: Client) -> None:
    tries = [look_up(client, str(filed.code), "AAAA2222").status_code for _ in range(11)]
    assert tries == [200] * 10 + [429]


@pytest.mark.parametrize("code", ["", " ", "x" * 5000, "000'; DROP", "Mã hồ sơ\x00"])
def test_odd_codes_are_a_page_not_an_error(code: str, client: Client, db: None) -> None:
    assert look_up(client, code, "AAAA2222").status_code == 200


def test_the_code_in_the_address_only_fills_the_box(filed: Dossier, client: Client) -> None:
    page = client.get(reverse("track"), {"ma": str(filed.code)}).text
    assert str(filed.code) in page and "Tiến trình" not in page
