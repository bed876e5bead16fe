"""Signing up: e-mail or phone, a password, and a sentence at the field for what is wrong."""

import unicodedata

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts import forms
from accounts.models import User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
GOOD = "con trâu đi ra đồng"


def sign_up(client, **fields):
    data = {"full_name": "Nguyễn Văn Bình", "password1": GOOD, "password2": GOOD} | fields
    return client.post(reverse("account_signup"), data)


def problems(response, field):
    assert response.status_code == 200
    return response.context["form"].errors.get(field, [])


def test_an_email_is_enough(client):
    response = sign_up(client, email="moi@example.vn")
    assert response["Location"] == reverse("my-dossiers")
    assert User.objects.get(email="moi@example.vn").check_password(GOOD)


def test_a_phone_is_enough(client):
    assert sign_up(client, phone="0912.345.678")["Location"] == reverse("my-dossiers")
    user = User.objects.get()
    assert (user.phone, user.phone_verified, user.email) == ("0912345678", False, None)


def test_two_people_with_phones_only(client):
    sign_up(client, phone="0912345678")
    client.post(reverse("account_logout"))
    assert sign_up(client, phone="0987654321").status_code == 302


def test_one_of_the_two_is_needed(client):
    said = problems(sign_up(client), "email")
    assert said == ["Hãy nhập thư điện tử hoặc số điện thoại."]


def test_a_wrong_phone_is_the_only_complaint(client):
    response = sign_up(client, phone="0912")
    assert list(response.context["form"].errors) == ["phone"]
    assert "Ví dụ đúng: 0912 345 678" in problems(response, "phone")[0]


def test_what_was_typed_is_kept_but_not_the_password(client):
    html = sign_up(client, phone="12", email="moi@example.vn").content.decode()
    assert 'value="Nguyễn Văn Bình"' in html
    assert 'value="moi@example.vn"' in html and 'value="12"' in html
    assert GOOD not in html


def test_a_name_typed_on_a_mac_is_kept_composed(client):
    sign_up(client, email="mac@example.vn", full_name=unicodedata.normalize("NFD", "Đỗ Thị Ngọc"))
    assert User.objects.get().full_name == "Đỗ Thị Ngọc"


@pytest.mark.parametrize("name", ["", "binh@example.vn", "Bình 2", "<b>Bình</b>", "- '"])
def test_a_name_is_letters(client, name):
    assert problems(sign_up(client, email="a@example.vn", full_name=name), "full_name")


@pytest.mark.parametrize("name", ["H'Hen Niê", "Y-Bih Êban", "Phạm  Văn\nA."])
def test_names_of_every_people_pass(client, name):
    sign_up(client, email="a@example.vn", full_name=name)
    assert User.objects.get().full_name == " ".join(name.split())


def test_a_taken_email_says_what_to_do(client, binh):
    said = problems(sign_up(client, email="BINH@example.vn"), "email")
    assert said == ["Thư điện tử này đã được đăng ký. Hãy đăng nhập hoặc đặt lại mật khẩu."]


@pytest.mark.parametrize("typed", ["0912345678", "+84 912 345 678", "0912.345.678", "84912345678"])
def test_a_phone_is_taken_however_it_is_typed(client, binh, typed):
    assert "đã được đăng ký" in problems(sign_up(client, phone=typed), "phone")[0]
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("ngắn", "Mật khẩu cần ít nhất 10 ký tự."),
        ("1234567890", "Nhiều người dùng mật khẩu này"),
        ("binhxa1234@example.vn", "quá giống"),
        ("0912345678", "quá giống"),
        ("nguyenvanbinh90", "quá giống"),
        ("Cổng dịch vụ công 1", "tên cổng hoặc tên tỉnh"),
        ("LangSon2026!!", "tên cổng hoặc tên tỉnh"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(client, password, said):
    fields = {"email": "binhxa1234@example.vn", "phone": "0912345678"}
    response = sign_up(client, password1=password, password2=password, **fields)
    assert said in " ".join(problems(response, "password1"))


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "ngày mai trời lại nắng", "x" * 5 + "Ữ9~" * 41, "  a b c d e  "],
)
def test_no_rule_asks_for_capitals_or_digits(client, password):
    sign_up(client, email="a@example.vn", password1=password, password2=password)
    assert User.objects.get().check_password(password)


def test_two_different_passwords(client):
    said = problems(
        sign_up(client, email="a@example.vn", password2="khác hẳn câu kia"), "password2"
    )
    assert said == ["Hai lần nhập mật khẩu chưa giống nhau."]


def test_two_presses_at_once_make_one_account_and_no_error_page(client, monkeypatch):
    real = forms.SignupForm.save

    def twice(form, request):
        real(form, request)
        monkeypatch.setattr(forms.SignupForm, "save", real)
        raise IntegrityError

    monkeypatch.setattr(forms.SignupForm, "save", twice)
    assert "đã được đăng ký" in problems(sign_up(client, email="a@example.vn"), "email")[0]
    assert User.objects.count() == 1


def test_fields_of_the_user_cannot_be_smuggled_in(client):
    sign_up(client, email="a@example.vn", is_staff="1", auth_level="2", citizen_id="020090000123")
    user = User.objects.get()
    assert (user.is_staff, user.auth_level, user.citizen_id) == (False, 0, "")


def test_the_session_gets_a_new_key(client, binh):
    client.get(reverse("account_signup"))
    session = client.session
    session["mồi"] = 1
    session.save()
    sign_up(client, email="a@example.vn")
    assert client.session.session_key != session.session_key
    assert binh.check_password(PASSWORD)
