"""Signing in and out, passwords changed and forgotten."""

import re
import unicodedata

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notices.models import Notice
from tests.factories import PASSWORD, a_person

pytestmark = pytest.mark.django_db
MISMATCH = "Tài khoản hoặc mật khẩu chưa đúng. Hãy kiểm tra lại rồi thử lần nữa."
NEW = "đêm qua tát nước đầu đình"


def sign_in(client, login, password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": login, "password": password}, **extra)


@pytest.mark.parametrize(
    "login",
    ["binh@example.vn", " BINH@Example.VN ", "0912345678", "0912.345.678", "+84 912 345 678"],
)
def test_email_or_phone_as_people_type_them(client, binh, login):
    assert sign_in(client, login)["Location"] == reverse("my-dossiers")


@pytest.mark.parametrize(
    "login", ["binh@example.vn", "khong-co@example.vn", "0912345678", "0987654321", "ai đó"]
)
def test_a_miss_never_tells_which_half_was_wrong(client, binh, login):
    response = sign_in(client, login, "sai mật khẩu rồi")
    assert response.context["form"].non_field_errors() == [MISMATCH]
    assert f'value="{login}"' in response.content.decode()


def test_empty_fields_are_named(client):
    errors = sign_in(client, "", "").context["form"].errors
    assert errors["login"] == ["Hãy nhập thư điện tử hoặc số điện thoại."]
    assert errors["password"] == ["Hãy nhập mật khẩu."]


def test_a_password_typed_on_a_mac_is_the_same_password(client, binh):
    assert (
        sign_in(client, "binh@example.vn", unicodedata.normalize("NFD", PASSWORD)).status_code
        == 302
    )


def test_a_locked_account_is_told_so_after_the_right_password(client, binh):
    User.objects.update(is_active=False)
    assert sign_in(client, "binh@example.vn")["Location"] == reverse("account_inactive")


def test_a_locked_account_is_out_at_its_next_request(client, binh):
    client.force_login(binh)
    User.objects.update(is_active=False)
    assert client.get(reverse("inbox")).status_code == 302


def test_signing_in_makes_a_new_session_key(client, binh):
    client.get(reverse("account_login"))
    session = client.session
    session["mồi"] = 1
    session.save()
    sign_in(client, "binh@example.vn")
    assert client.session.session_key != session.session_key


def test_an_old_cookie_is_worth_nothing_after_signing_out(client, binh):
    client.force_login(binh)
    stolen = client.cookies["session"].value
    client.post(reverse("account_logout"))
    client.cookies["session"] = stolen
    assert client.get(reverse("inbox")).status_code == 302


@pytest.mark.parametrize("where", ["https://ke-gian.vn/", "//ke-gian.vn", "javascript:alert(1)"])
def test_next_never_leads_away(client, binh, where):
    response = sign_in(client, "binh@example.vn", QUERY_STRING=f"next={where}")
    assert "ke-gian" not in response["Location"] and "javascript" not in response["Location"]


def test_an_officer_lands_at_the_desk(client, lan):
    assert sign_in(client, "lan@example.vn")["Location"] == reverse("officer-home")


def change(client, old=PASSWORD, new=NEW, again=None):
    data = {"oldpassword": old, "password1": new, "password2": again or new}
    return client.post(reverse("account_change_password"), data)


def test_a_change_needs_the_old_password(client, binh):
    client.force_login(binh)
    errors = change(client, old="không phải").context["form"].errors
    assert errors == {"oldpassword": ["Hãy nhập mật khẩu hiện tại."]}


def test_a_change_says_what_is_wrong_with_the_new_one(client, binh):
    client.force_login(binh)
    assert change(client, new="ngắn").context["form"].errors["password1"]
    said = change(client, again="câu khác hẳn").context["form"].errors["password2"]
    assert said == ["Hai lần nhập mật khẩu chưa giống nhau."]


def test_a_change_ends_the_other_sessions_and_keeps_this_one(client, binh):
    elsewhere = Client()
    elsewhere.force_login(binh)
    client.force_login(binh)
    assert change(client)["Location"] == reverse("profile")
    assert client.get(reverse("inbox")).status_code == 200
    assert elsewhere.get(reverse("inbox")).status_code == 302


def test_a_change_is_told_by_mail(client, binh):
    client.force_login(binh)
    change(client)
    assert Notice.objects.get().subject == "[Cổng Một Cửa] Mật khẩu đã đổi"


def test_a_change_without_an_email_works_too(client):
    client.force_login(a_person("Lò Thị Mai", "", phone="0987654321"))
    assert change(client).status_code == 302


def ask_for_reset(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


def test_forgotten_says_the_same_to_everybody(client, binh):
    known, unknown = ask_for_reset(client, "binh@example.vn"), ask_for_reset(client, "x@example.vn")
    assert known["Location"] == unknown["Location"] == reverse("account_reset_password_done")
    assert client.get(known["Location"]).status_code == 200


def test_forgotten_with_a_phone_says_what_is_needed(client, binh):
    errors = ask_for_reset(client, "0912345678").context["form"].errors
    assert errors["email"] == ["Thư điện tử chưa đúng. Ví dụ đúng: ten@example.vn."]


def reset_link(client):
    ask_for_reset(client, "binh@example.vn")
    link = re.search(r"https?://[^/]+(/\S+)", Notice.objects.get().body)
    return client.get(link[1], follow=True)


def test_the_link_of_the_mail_sets_a_new_password_once(client, binh):
    page = reset_link(client)
    address = page.redirect_chain[-1][0]
    data = {"password1": NEW, "password2": NEW}
    done = client.post(address, data, follow=True)
    assert "Từ giờ hãy dùng mật khẩu mới" in done.content.decode()
    binh.refresh_from_db()
    assert binh.check_password(NEW)
    assert "hết hạn" in client.get(address).content.decode()


def test_a_weak_new_password_is_refused_at_its_field(client, binh):
    address = reset_link(client).redirect_chain[-1][0]
    response = client.post(address, {"password1": "ngắn", "password2": "ngắn"})
    assert "Mật khẩu cần ít nhất 10 ký tự." in response.context["form"].errors["password1"]


def test_the_address_of_an_email_is_confirmed_by_its_link(client):
    data = {
        "full_name": "Nông Thị Hoa",
        "email": "hoa@example.vn",
        "password1": NEW,
        "password2": NEW,
    }
    client.post(reverse("account_signup"), data)
    path = re.search(r"https?://[^/]+(/\S+)", Notice.objects.get().body)[1]
    assert "hoa@example.vn" in client.get(path).content.decode()
    client.post(path)
    assert User.objects.get().emailaddress_set.get().verified


def test_adding_an_email_asks_for_the_password_and_then_goes_on(client, binh):
    client.force_login(binh)
    data = {"action_add": "1", "email": "binh2@example.vn"}
    asked = client.post(reverse("account_email"), data)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    wrong = client.post(asked["Location"], {"password": "không phải"})
    assert wrong.context["form"].errors == {"password": ["Mật khẩu chưa đúng."]}
    client.post(asked["Location"], {"password": PASSWORD})
    assert binh.emailaddress_set.filter(email="binh2@example.vn").exists()
    assert timezone.now() > binh.date_joined
