"""The second factor: staff must, citizens may; a code works once; no way around it."""

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.test import Client
from django.urls import reverse

from notices.models import Notice
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def now_code(secret=SECRET):
    """RFC 6238, thirty seconds."""
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def lan2(lan):
    """Lan with her app set up."""
    auth.TOTP.activate(lan, SECRET)
    RecoveryCodes.activate(lan)
    return lan


def give_password(client, login="lan@example.vn"):
    return client.post(reverse("account_login"), {"login": login, "password": PASSWORD})


def give_code(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def test_the_password_alone_does_not_open_the_account(client, lan2):
    assert give_password(client)["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("inbox"))["Location"].startswith(reverse("account_login"))


def test_the_code_does(client, lan2):
    give_password(client)
    assert give_code(client, now_code())["Location"] == reverse("officer-home")


def test_a_wrong_code_says_so_at_the_field(client, lan2):
    give_password(client)
    errors = give_code(client, "000000x").context["form"].errors
    assert errors["code"][0].startswith("Mã chưa đúng hoặc đã hết hạn.")


def test_a_code_works_once(client, lan2):
    code = now_code()
    give_password(client)
    give_code(client, code)
    client.post(reverse("account_logout"))
    give_password(client)
    assert give_code(client, code).status_code == 200


def test_a_dead_cache_locks_nobody_out(client, lan2, monkeypatch):
    monkeypatch.setattr(
        "portal.lib.cache.BreakerCache._try", lambda self, method, missing, *a, **k: missing
    )
    give_password(client)
    assert give_code(client, now_code()).status_code == 302


def test_a_recovery_code_works_once(client, lan2):
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    give_password(client)
    assert give_code(client, code).status_code == 302
    client.post(reverse("account_logout"))
    give_password(client)
    assert give_code(client, code).status_code == 200


def test_the_eleventh_code_is_not_looked_at(client, lan2):
    give_password(client)
    assert [give_code(client, "000000x").status_code for _ in range(11)] == [200] * 10 + [429]


def test_codes_are_counted_per_account_not_per_browser(client, lan2):
    for number in range(10):
        other = Client(REMOTE_ADDR=f"192.0.2.{number}")
        give_password(other)
        give_code(other, "000000x")
    give_password(client)
    assert give_code(client, now_code()).status_code == 429


def test_a_new_password_by_mail_does_not_skip_the_factor(client, lan2):
    client.post(reverse("account_reset_password"), {"email": "lan@example.vn"})
    link = Notice.objects.get().body.split("/quen-mat-khau/")[1].split()[0]
    page = client.get(f"/tai-khoan/quen-mat-khau/{link}", follow=True)
    new = {"password1": "đêm qua tát nước đầu đình", "password2": "đêm qua tát nước đầu đình"}
    client.post(page.redirect_chain[-1][0], new)
    assert client.get(reverse("inbox")).status_code == 302


def test_the_secret_is_not_readable_in_the_table(lan2):
    assert SECRET not in str(list(Authenticator.objects.values_list("data", flat=True)))


def set_up(client):
    client.get(reverse("mfa_activate_totp"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    return page, page.context["form"].secret


def test_setting_up_shows_a_picture_our_policy_allows(client, binh):
    client.force_login(binh)
    page, secret = set_up(client)
    html = page.content.decode()
    assert secret in html and '<svg role="img"' in html and " style=" not in html


@pytest.mark.django_db(transaction=True)
def test_setting_up_ends_with_recovery_codes_and_a_mail(client, binh):
    client.force_login(binh)
    _, secret = set_up(client)
    done = client.post(reverse("mfa_activate_totp"), {"code": now_code(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(done["Location"]).content.decode().count('class="code"') == 10
    assert Notice.objects.get().subject == "[Cổng Một Cửa] Đã bật xác thực hai bước"


def test_setting_up_asks_for_the_password_again(client, binh):
    client.force_login(binh)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))


def test_an_unconfirmed_email_comes_first(client, binh):
    EmailAddress.objects.create(user=binh, email=binh.email, verified=False)
    client.force_login(binh)
    page = client.get(reverse("mfa_activate_totp"), follow=True)
    assert "Hãy xác nhận thư điện tử của tài khoản trước" in page.content.decode()


@pytest.mark.parametrize("page", ["officer-home", "inbox", "my-dossiers"])
def test_staff_without_it_are_led_to_set_it_up(client, lan, settings, page):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(lan)
    assert client.get(reverse(page))["Location"] == reverse("mfa_index")


def test_pages_open_to_all_do_not_ask_who_works_where(
    client, lan, settings, django_assert_num_queries
):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(lan)
    client.get(reverse("help"))
    with django_assert_num_queries(2):  # session, user
        assert client.get(reverse("help")).status_code == 200


def test_the_administrator_too(client, settings, binh):
    settings.STAFF_SECOND_FACTOR = True
    binh.is_staff = True
    binh.save()
    client.force_login(binh)
    assert client.get(f"/{settings.ADMIN_PATH}/")["Location"] == reverse("mfa_index")


def test_on_the_way_they_reach_all_they_need(client, lan, settings):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(lan)
    names = ("mfa_index", "account_email", "account_reauthenticate")
    assert [client.get(reverse(name)).status_code for name in names] == [200, 200, 200]
    assert client.post(reverse("account_logout")).status_code == 302


def test_with_it_they_work(client, lan2, settings):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(lan2)
    assert client.get(reverse("inbox")).status_code == 200


def test_without_the_setting_nobody_is_asked(client, lan, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(lan)
    assert client.get(reverse("inbox")).status_code == 200


def test_citizens_are_never_asked(client, binh, settings):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(binh)
    assert client.get(reverse("inbox")).status_code == 200


def test_the_administration_has_no_door_of_its_own(client, settings, lan2):
    login = client.get(f"/{settings.ADMIN_PATH}/login/")
    assert login["Location"].startswith(reverse("account_login"))
