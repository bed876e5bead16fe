"""Every mail is a row first, and each row goes out once."""

import email
from datetime import timedelta
from email import policy

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import IntegrityError
from django.urls import reverse

from notices import actions, sending
from notices.models import Notice
from portal.lib.errors import Final, Retryable
from portal.lib.outbox import drain
from tests.factories import MORNING

pytestmark = pytest.mark.django_db
WHOLE_DAY = [MORNING + timedelta(hours=hour) for hour in range(24)]


def a_notice(number=1, **fields):
    defaults = {"key": f"ho-so/{number}/accepted", "kind": "accepted", "at": MORNING,
                "subject": "Hồ sơ đã được tiếp nhận", "body": "Kính gửi Ông/Bà",
                "to_address": f"nguoi{number}@example.vn"}  # fmt: skip
    wanted = defaults | fields
    actions.queue(**wanted)
    return Notice.objects.get(key=wanted["key"])


@pytest.mark.both
def test_a_notice_that_cannot_be_is_an_error_not_silence():
    with pytest.raises(IntegrityError):
        a_notice(kind=None)


def drained(now=MORNING):
    return drain(Notice.objects.to_mail(), sending.send, now=now)


def mails(server):
    return [email.message_from_bytes(raw, policy=policy.default) for _, raw in server.taken]


def test_a_mail_is_a_row_for_each_recipient(binh):
    EmailMessage(
        "Tiêu đề", "Lời", to=["binh@example.vn", "a@example.vn"], bcc=["a@example.vn"]
    ).send()
    rows = Notice.objects.order_by("pk").values_list("to_address", "user", "listed")
    assert list(rows) == [("binh@example.vn", binh.pk, False), ("a@example.vn", None, False)]


def test_a_mail_keeps_its_html():
    mail = EmailMultiAlternatives("Tiêu đề", "Lời", to=["a@example.vn"])
    mail.attach_alternative("<p>Lời</p>", "text/html")
    mail.send()
    assert Notice.objects.get().html == "<p>Lời</p>"


def test_an_attachment_is_refused_rather_than_lost():
    mail = EmailMessage("Tiêu đề", "Lời", to=["a@example.vn"])
    mail.attach("giay.pdf", b"%PDF", "application/pdf")
    with pytest.raises(NotImplementedError):
        mail.send()


def test_a_mail_of_allauth_is_not_in_the_inbox(client, binh):
    client.post(reverse("account_reset_password"), {"email": "binh@example.vn"})
    assert Notice.objects.get().user == binh
    assert not Notice.objects.visible_to(binh).exists()


def test_the_same_key_is_one_notice():
    assert a_notice() == a_notice(subject="Khác")
    assert Notice.objects.get().subject == "Hồ sơ đã được tiếp nhận"


def test_without_an_address_it_is_only_in_the_inbox(binh):
    a_notice(user=binh, to_address="")
    assert drained().done == 0
    assert Notice.objects.visible_to(binh).get().done_at == MORNING


def test_a_mail_says_who_it_is_for_and_what(server):
    a_notice()
    assert drained().done == 1
    mail = mails(server)[0]
    assert (mail["To"], mail["Subject"]) == ("nguoi1@example.vn", "Hồ sơ đã được tiếp nhận")
    assert "Kính gửi Ông/Bà" in mail.get_content()


def test_a_line_break_in_a_subject_makes_no_header(server):
    send_mail("Chào\r\nBcc: ke-gian@example.vn", "Lời", None, ["a@example.vn"])
    assert drained(now=Notice.objects.get().available_at).done == 1
    assert mails(server)[0]["Subject"] == "Chào Bcc: ke-gian@example.vn"
    assert [to for to, _ in server.taken] == ["a@example.vn"]


@pytest.mark.parametrize("address", ["a@example.vn\r\nBcc: b@example.vn", "không phải địa chỉ"])
def test_an_address_that_is_none_is_given_up(server, address):
    with pytest.raises(Final):
        sending.send(a_notice(to_address=address))
    assert server.taken == []


@pytest.mark.parametrize(
    ("verb", "answer", "error"),
    [
        ("RCPT", "550 no such user", Final),
        ("RCPT", "450 greylisted", Retryable),
        ("DATA", "554 rejected as spam", Final),
        ("DATA", "452 no room", Retryable),
        ("MAIL", "530 sign in first", Retryable),
        ("EHLO", "421 too busy", Retryable),
    ],
)
def test_what_a_refusal_means(server, verb, answer, error):
    server.answers = {verb: answer} | ({"HELO": answer} if verb == "EHLO" else {})
    with pytest.raises(error):
        sending.send(a_notice())


def test_a_server_that_is_away_is_tried_again(server):
    server.stop()
    with pytest.raises(Retryable):
        sending.send(a_notice())


def test_all_go_out_once_when_the_server_comes_back(server):
    for number in range(5):
        a_notice(number)
    server.mood = "hang up"
    assert drained().retried == 5
    server.mood = ""
    for hour in WHOLE_DAY[1:]:
        drained(hour)
    assert sorted(to for to, _ in server.taken) == [f"nguoi{n}@example.vn" for n in range(5)]


def test_one_refused_address_holds_up_nobody(server):
    for number in range(3):
        a_notice(number, to_address="hỏng" if number == 1 else f"nguoi{number}@example.vn")
    report = drained()
    assert (report.done, report.dead) == (2, 1)
    assert Notice.objects.dead().get().last_error == "Địa chỉ hoặc tiêu đề thư không gửi được."


def test_sent_twice_it_is_the_same_mail_to_the_reader(server):
    a_notice()
    server.mood = "dies after taking"
    drained()
    server.mood = ""
    drained(MORNING + timedelta(hours=2))
    ids = {mail["Message-ID"] for mail in mails(server)}
    assert len(server.taken) == 2 and ids == {"<ho-so.1.accepted@example.vn>"}


# An hour of it, and filing: tests/faults/test_mail_hour.py.
SIGN_UP = {"full_name": "Nông Thị Hoa", "email": "hoa@example.vn"}
SIGN_UP |= {"password1": "con trâu đi ra đồng", "password2": "con trâu đi ra đồng"}


def test_a_dead_mail_server_stops_no_sign_up(client, server):
    server.stop()
    assert client.post(reverse("account_signup"), SIGN_UP).status_code == 302
    assert Notice.objects.get(to_address="hoa@example.vn").done_at is None


def test_twin_sent_at_once_a_dead_mail_server_stops_it(client, server, settings):
    server.stop()
    settings.EMAIL_BACKEND = settings.MAIL_TRANSPORT
    with pytest.raises(ConnectionRefusedError):
        client.post(reverse("account_signup"), SIGN_UP)
