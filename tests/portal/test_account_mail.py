"""allauth has no Vietnamese: every text it can send is ours."""

from datetime import UTC, datetime
from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.template.loader import get_template

THEIRS = Path(allauth.__file__).parent / "templates/account"
OURS = Path(settings.BASE_DIR) / "templates/account"
WORDS = {
    "email": "binh@example.vn",
    "code": "ABC-DEF",
    "password_reset_url": "https://cong.vn/dat-lai/",
    "activate_url": "https://cong.vn/xac-nhan/",
    "signup_url": "https://cong.vn/dang-ky/",
    "timestamp": datetime(2024, 3, 6, 3, 5, tzinfo=UTC),
    "ip": "192.0.2.7",
}


@pytest.mark.parametrize("folder", ["email", "messages"])
def test_no_text_of_allauth_is_left_in_english(folder):
    theirs = {path.name for path in (THEIRS / folder).glob("*.txt")}
    ours = {path.name for path in (OURS / folder).glob("*.txt")}
    assert theirs == ours


MAILS = [p.name for p in sorted((OURS / "email").glob("*_message.txt")) if p.stem != "base_message"]


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_greets_says_and_signs(name):
    text = get_template(f"account/email/{name}").render(WORDS)
    assert text.startswith("Kính chào Ông/Bà,")
    assert settings.HOTLINE in text
    assert "{" not in text


def test_a_subject_is_one_line():
    for path in (OURS / "email").glob("*_subject.txt"):
        assert len(path.read_text("utf-8").strip().splitlines()) == 1


def test_the_reset_mail_carries_its_link():
    text = get_template("account/email/password_reset_key_message.txt").render(WORDS)
    assert "\nhttps://cong.vn/dat-lai/\n" in text


def test_a_change_says_when_in_local_time():
    text = get_template("account/email/password_changed_message.txt").render(WORDS)
    assert "10 giờ 05 phút, ngày 06/03/2024" in text
