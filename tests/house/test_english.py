"""No English is left on what citizens see of accounts, inbox and mail.

Other pages use the same helper (tests.house.english) in their own tests.
"""

import re

import pytest
from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse

from notices import actions
from tests.factories import MORNING, PASSWORD
from tests.house.english import allowed, english_words, english_words_of_text
from tests.house.syllables import is_syllable

SIGNED_OUT = ["home", "help", "account_login", "account_signup", "account_reset_password",
              "account_reset_password_done", "account_reset_password_from_key_done",
              "account_inactive"]  # fmt: skip
SIGNED_IN = ["profile", "account_email", "account_change_password", "account_logout",
             "account_reauthenticate", "mfa_index", "mfa_reauthenticate", "mfa_deactivate_totp",
             "mfa_generate_recovery_codes", "mfa_view_recovery_codes", "inbox"]  # fmt: skip
# Each with every field empty, then with every field wrong.
FORMS = ["account_login", "account_signup", "account_reset_password", "account_change_password",
         "account_email", "account_reauthenticate", "mfa_reauthenticate", "profile"]  # fmt: skip
WRONG = {
    "login": "ai đó", "password": "sai", "full_name": "1", "email": "a@", "phone": "1",
    "password1": "1", "password2": "2", "oldpassword": "3", "code": "4", "birth_date": "5",
    "sex": "6", "citizen_id": "7", "province": "8", "ward": "9", "action_add": "1",
}  # fmt: skip


@pytest.mark.parametrize(
    "word", ["Nghiêng", "khuya", "GIẾNG", "quốc", "ý", "thuở", "xoong", "đ".upper() + "ường"]
)
def test_a_syllable_is_one(word):
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["password", "login", "sign", "chat", "cac", "hộpp", "ngi", "kă", "menu", "cềt"]
)
def test_what_is_none_is_none(word):
    assert not is_syllable(word)


def test_it_finds_words_in_text_and_in_what_is_read_aloud():
    html = """<title>Trang</title><img alt="Download"><input placeholder="Email">
    <script>var x = "Nothing"</script><p>Mời <b>submit</b> giay.pdf a@b.vn https://x.vn/y 12A</p>"""
    assert english_words(html) == {"Download", "Email", "submit"}


def test_the_allow_list_has_nothing_superfluous():
    assert [word for word in allowed() if is_syllable(word)] == []


@pytest.fixture
def everything(client, binh):
    """Bình signed in with a second factor, recently confirmed, with a notice."""
    client.force_login(binh)
    auth.TOTP.activate(binh, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_generate_recovery_codes"))
    actions.queue(key="x", kind="accepted", at=MORNING, user=binh, subject="Hồ sơ đã được nhận",
                  body="Kính gửi Ông/Bà", to_address="binh@example.vn")  # fmt: skip
    return client


def words_of(response):
    """Without recovery codes and secrets: these are no words."""
    html = re.sub(
        r'<(li|p)[^>]*>[^<]*<span class="code">.*?</span></\1>', "", response.content.decode()
    )
    return english_words(html)


@pytest.mark.django_db
@pytest.mark.parametrize("name", SIGNED_OUT)
def test_pages_for_everybody(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 200 and words_of(response) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("name", SIGNED_IN)
def test_pages_of_ones_own(everything, name):
    response = everything.get(reverse(name))
    assert response.status_code == 200 and words_of(response) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{}, WRONG], ids=["empty", "wrong"])
@pytest.mark.parametrize("name", FORMS)
def test_what_forms_complain_about(request, client, name, data):
    mine = name not in SIGNED_OUT
    browser = request.getfixturevalue("everything") if mine else client
    response = browser.post(reverse(name), data, follow=True)
    assert response.status_code == 200 and words_of(response) == set()


@pytest.mark.django_db
def test_setting_up_the_second_factor(client, binh):
    client.force_login(binh)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert words_of(page) == set() and "quét mã" in page.content.decode()
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "x"})
    assert words_of(wrong) == set()


@pytest.mark.django_db
def test_the_page_for_the_code(client, binh):
    auth.TOTP.activate(binh, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    client.post(reverse("account_login"), {"login": binh.email, "password": PASSWORD})
    page = client.post(reverse("mfa_authenticate"), {"code": "x"})
    assert page.status_code == 200 and words_of(page) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_confirm_email", "account_reset_password_from_key"])
def test_links_that_no_longer_work(client, name):
    arguments = {"account_confirm_email": ["x"], "account_reset_password_from_key": ["1", "x"]}
    page = client.get(reverse(name, args=arguments[name]))
    assert page.status_code == 200 and words_of(page) == set()


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "413", "429", "500", "503"])
def test_error_pages(code):
    assert english_words(get_template(f"{code}.html").render({"retry_after": 90})) == set()


FOLDERS = ["account/email", "account/messages", "accounts/email", "mfa/email", "mfa/messages",
           "mfa/recovery_codes", "notices/email"]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("folder", FOLDERS)
def test_mails_and_messages(folder, filed):
    context = {"email": "a@b.vn", "code": "123456", "timestamp": MORNING, "ip": "192.0.2.7",
               "dossier": filed, "url": "https://cong.vn/x/", "procedure_name": "Đăng ký khai sinh",
               "event": filed.events.first()}  # fmt: skip
    for path in sorted((settings.BASE_DIR / "templates" / folder).glob("*.txt")):
        text = get_template(f"{folder}/{path.name}").render(context)
        assert english_words_of_text(text) == set(), path.name


def test_labels_of_the_database_are_in_vietnamese():
    """They are shown in the administration and inside error sentences."""
    from django.apps import apps

    models = [m for app in ("accounts", "notices") for m in apps.get_app_config(app).get_models()]
    said = [str(model._meta.verbose_name) for model in models]
    said += [str(f.verbose_name) for m in models for f in m._meta.fields if f.name not in (
        "id", "password", "last_login", "is_superuser")]  # fmt: skip
    assert english_words_of_text("\n".join(said)) == set()
