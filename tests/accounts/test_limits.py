"""Guessing stops; the owner of an account is not stopped by those who guess."""

import pytest
from django.urls import get_resolver, reverse

from accounts import throttles, urls
from portal.lib import limits
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


def sign_in(client, login="binh@example.vn", password="sai mật khẩu rồi", ip=HERE):
    data = {"login": login, "password": password}
    return client.post(reverse("account_login"), data, REMOTE_ADDR=ip)


def guess(client, times, **kw):
    return [sign_in(client, **kw).status_code for _ in range(times)]


def test_the_eleventh_wrong_password_is_not_looked_at(client, binh):
    assert guess(client, 11) == [200] * 10 + [429]
    assert sign_in(client, password=PASSWORD).status_code == 429


def test_the_refusal_is_a_page_that_says_how_long(client, binh):
    guess(client, 10)
    page = sign_in(client)
    assert 0 < int(page["Retry-After"]) <= 900
    assert "Bạn thao tác quá nhanh" in page.content.decode()
    assert "phút" in page.content.decode()


def test_a_hundred_guesses_reach_the_hasher_ten_times(client, binh, monkeypatch):
    looked = []
    monkeypatch.setattr(type(binh), "check_password", lambda user, raw: looked.append(raw))
    guess(client, 100)
    assert len(looked) == 10


def test_the_owner_signs_in_from_elsewhere(client, binh):
    guess(client, 12)
    assert sign_in(client, password=PASSWORD, ip=ELSEWHERE).status_code == 302


def test_other_accounts_of_the_same_network_are_free(client, binh, stranger):
    guess(client, 12)
    assert sign_in(client, login="la@example.vn", password=PASSWORD).status_code == 302


@pytest.mark.parametrize("typed", ["0912.345.678", "+84 912 345 678", " 0912345678"])
def test_an_account_is_one_however_it_is_typed(client, binh, typed):
    guess(client, 10, login="0912345678")
    assert sign_in(client, login=typed).status_code == 429


def many_networks(client, count):
    return [sign_in(client, ip=f"192.0.2.{number // 2}").status_code for number in range(count)]


def guessed_from_everywhere():
    """As many_networks does with Bình's account, until it is stopped; in a moment."""
    for _ in range(100):
        limits.hit("login-everywhere", "binh@example.vn", limit=100, period=throttles.HOUR)


def test_guessers_with_many_addresses_have_a_hundred_an_hour(client, binh):
    assert many_networks(client, 101)[-2:] == [200, 429]


def test_a_browser_the_owner_has_used_still_opens_the_account(client, binh):
    sign_in(client, password=PASSWORD, ip=ELSEWHERE)
    client.post(reverse("account_logout"))
    kept = client.cookies["known"].value
    del client.cookies["known"]
    guessed_from_everywhere()
    assert sign_in(client, password=PASSWORD, ip=ELSEWHERE).status_code == 429
    client.cookies["known"] = kept
    assert sign_in(client, password=PASSWORD, ip=ELSEWHERE).status_code == 302


def test_a_known_browser_of_one_account_is_not_known_to_another(client, binh, stranger):
    sign_in(client, login="la@example.vn", password=PASSWORD, ip=ELSEWHERE)
    client.post(reverse("account_logout"))
    guessed_from_everywhere()
    assert sign_in(client, password=PASSWORD, ip=ELSEWHERE).status_code == 429


def test_a_forged_or_broken_cookie_knows_nothing(client, binh):
    client.cookies["known"] = "x" * 5000
    assert sign_in(client, password=PASSWORD).status_code == 302


def test_forgotten_mails_an_address_three_times_an_hour(client, binh):
    address, data = reverse("account_reset_password"), {"email": "binh@example.vn"}
    assert [client.post(address, data).status_code for _ in range(4)] == [302, 302, 302, 429]


def test_the_old_password_is_no_oracle(client, binh):
    client.force_login(binh)
    address, data = reverse("account_change_password"), {"oldpassword": "x"}
    assert [client.post(address, data).status_code for _ in range(11)] == [200] * 10 + [429]


ARGUMENTS = {
    "account_confirm_email": {"key": "x"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "x"},
} | dict.fromkeys(
    ["organisation", "invitation-answer", "invitation-withdraw", "member-remove"], {"pk": 1}
)
NAMES = [pattern.name for pattern in urls.urlpatterns]


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"account_logout"}))
def test_no_address_takes_a_post_once_its_limit_is_used_up(client, binh, monkeypatch, name):
    monkeypatch.setattr(limits, "hit", lambda *args, **kw: limits.Verdict(False, 60))
    client.force_login(binh)
    response = client.post(reverse(name, kwargs=ARGUMENTS.get(name)))
    assert response.status_code in (404, 405, 429)


def test_nobody_is_kept_from_leaving(client, binh, monkeypatch):
    monkeypatch.setattr(limits, "hit", lambda *args, **kw: limits.Verdict(False, 60))
    client.force_login(binh)
    assert client.post(reverse("account_logout")).status_code == 302


def test_every_account_address_is_in_that_list_once():
    found = get_resolver().reverse_dict.keys()
    theirs = {name for name in found if str(name).startswith(("account_", "mfa_"))}
    assert theirs == {name for name in NAMES if name.startswith(("account_", "mfa_"))}
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/", "2fa/", "email/"])
def test_allauths_own_addresses_do_not_exist(client, binh, path):
    client.force_login(binh)
    assert client.get(f"/tai-khoan/{path}").status_code == 404
