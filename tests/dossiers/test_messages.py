"""Messages between the people of a dossier and the office that handles it."""

import uuid
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from dossiers import actions, checking_messages
from dossiers.models import CheckState, Dossier, Message, MessageFile
from notices.models import Notice
from tests import factories
from tests.factories import MORNING

HOUR = timedelta(hours=1)
SECRET = "Con tôi tên là Ánh, có cần giấy kết hôn không?"


def send(dossier, by, *, office=False, body=SECRET, at=MORNING, token=None, uploads=()) -> Message:
    return actions.send_message(
        dossier, body=body, by=by, at=at, token=token or uuid.uuid4(), office=office,
        uploads=uploads,
    )  # fmt: skip


def post(client, page, dossier, body=SECRET, **more):
    sent = {"body": body, "token": str(uuid.uuid4()), **more}
    return client.post(reverse(page, args=[dossier.public_id]), sent)


def test_binh_asks_and_lan_answers(client, filed, binh, lan) -> None:
    client.force_login(binh)
    post(client, "messages", filed)
    client.force_login(lan)
    shown = client.get(reverse("officer-messages", args=[filed.public_id])).content.decode()
    assert SECRET in shown
    post(client, "officer-messages", filed, "Không cần.")
    said = list(filed.messages.values_list("from_office", "body"))
    assert said == [(False, SECRET), (True, "Không cần.")]


def test_the_citizen_sees_the_unit_not_the_officer(client, filed, binh, lan) -> None:
    send(filed, lan, office=True, body="Không cần.")
    client.force_login(binh)
    shown = client.get(reverse("messages", args=[filed.public_id])).content.decode()
    assert filed.receiving_agency.name in shown
    assert lan.full_name not in shown


@pytest.mark.parametrize("page", ["messages", "messages-read"])
def test_a_stranger_and_the_office_find_no_citizens_page(client, filed, stranger, lan, page):
    for person in (stranger, lan):
        client.force_login(person)
        answer = client.post(reverse(page, args=[filed.public_id]), {"body": "Xin chào"})
        assert answer.status_code == 404
    assert not filed.messages.exists()


def test_an_officer_of_another_agency_finds_no_such_page(client, filed) -> None:
    elsewhere = factories.an_agency("000.02.15.H37", name="Trung tâm xã khác")
    other = factories.an_officer("Cán Bộ Khác", "khac@example.vn", "reception", elsewhere)
    client.force_login(other)
    answer = client.get(reverse("officer-messages", args=[filed.public_id]))
    assert answer.status_code == 404


def test_mail_tells_that_there_is_a_message_and_not_what_it_says(filed, binh, lan) -> None:
    send(filed, lan, office=True, body=SECRET)
    notice = Notice.objects.get(kind="message")
    assert (notice.user, notice.to_address) == (binh, "binh@example.vn")
    assert filed.code in notice.body
    assert "Ánh" not in notice.subject + notice.body + notice.html


def test_the_unit_is_told_once_until_it_has_read(filed, binh, lan) -> None:
    first = send(filed, binh)
    send(filed, binh, at=MORNING + HOUR)
    assert Notice.objects.filter(kind="message", user=lan).count() == 1
    actions.mark_messages_read(filed, by=lan, at=MORNING + HOUR, up_to=first.pk + 1, office=True)
    send(filed, binh, at=MORNING + 2 * HOUR)
    assert Notice.objects.filter(kind="message", user=lan).count() == 2


def test_a_double_click_is_one_message(filed, binh) -> None:
    token = uuid.uuid4()
    first, second = (send(filed, binh, token=token) for _ in range(2))
    assert first == second


def test_twenty_a_day_and_no_more(filed, binh) -> None:
    for number in range(20):
        send(filed, binh, at=MORNING + number * timedelta(minutes=1))
    with pytest.raises(actions.DossierError, match="tối đa 20 tin"):
        send(filed, binh, at=MORNING + HOUR)
    assert send(filed, binh, at=MORNING + 25 * HOUR)


def test_a_long_text_is_refused_with_its_length(filed, binh) -> None:
    with pytest.raises(actions.DossierError, match="2000 ký tự; bạn đã viết 2001"):
        send(filed, binh, body="a" * 2001)


def test_nothing_is_said_about_a_draft(draft, binh) -> None:
    with pytest.raises(actions.MoveRefused, match="chưa nộp"):
        send(draft, binh)


def test_an_officer_may_not_answer_their_own_dossier(lan, service) -> None:
    own = factories.a_filed(lan, service)
    with pytest.raises(actions.MoveRefused, match="quyền"):
        send(own, lan, office=True)


def test_opening_the_page_reads_nothing(client, filed, binh, lan) -> None:
    send(filed, lan, office=True)
    client.force_login(binh)
    client.get(reverse("messages", args=[filed.public_id]))
    assert filed.messages.unread_by_citizen().count() == 1


def test_the_button_marks_what_was_shown(client, filed, binh, lan) -> None:
    first = send(filed, lan, office=True)
    send(filed, lan, office=True, at=MORNING + HOUR)
    client.force_login(binh)
    client.post(reverse("messages-read", args=[filed.public_id]), {"up_to": first.pk})
    assert list(filed.messages.values_list("read_by", flat=True)) == [binh.pk, None]


@pytest.mark.parametrize("up_to", ["", "x", "9" * 30, "²"])
def test_odd_numbers_read_nothing(client, filed, binh, lan, up_to) -> None:
    send(filed, lan, office=True)
    client.force_login(binh)
    page = reverse("messages-read", args=[filed.public_id])
    assert client.post(page, {"up_to": up_to}).status_code == 302
    assert filed.messages.unread_by_citizen().count() == 1


def test_nobody_marks_for_the_other_side(filed, binh, lan) -> None:
    message = send(filed, binh)
    with pytest.raises(actions.MoveRefused, match="quyền"):
        actions.mark_messages_read(filed, by=binh, at=MORNING, up_to=message.pk, office=True)


def test_twin_without_the_side_binh_could_hide_his_message_from_the_office(filed, binh) -> None:
    message = send(filed, binh)
    with patch("dossiers.actions.messages.speaks", return_value=True):
        actions.mark_messages_read(filed, by=binh, at=MORNING, up_to=message.pk, office=True)
    assert filed.messages.unread_by_office().count() == 0


def test_unread_numbers_stand_in_both_lists(client, filed, binh, lan) -> None:
    send(filed, lan, office=True)
    send(filed, binh)
    client.force_login(binh)
    assert "1 tin nhắn mới" in client.get(reverse("my-dossiers")).content.decode()
    client.force_login(lan)
    assert "1 tin mới" in client.get(reverse("officer-queue")).content.decode()


def test_a_message_changes_nothing_of_the_dossier(filed, lan) -> None:
    before = (filed.status, filed.revision, filed.chain_length)
    send(filed, lan, office=True, body="Hồ sơ được duyệt.")
    filed.refresh_from_db()
    assert (filed.status, filed.revision, filed.chain_length) == before


# --- files ----------------------------------------------------------------------------------------


@pytest.fixture
def with_file(filed: Dossier, binh: User) -> MessageFile:
    message = send(filed, binh, uploads=[factories.an_upload("ảnh sổ.pdf")])
    return message.files.get()


def see(client, user, file) -> int:
    client.force_login(user)
    answer = client.get(reverse("message-file", args=[file.public_id]))
    answer.close()
    return answer.status_code


def test_lan_opens_it_only_once_it_is_clean(client, with_file, binh, lan, stranger) -> None:
    assert [see(client, one, with_file) for one in (binh, lan, stranger)] == [200, 404, 404]
    MessageFile.objects.update(state=CheckState.CLEAN)
    assert [see(client, one, with_file) for one in (binh, lan, stranger)] == [200, 200, 404]


def test_the_worker_keeps_a_clean_copy(with_file) -> None:
    (claimed,) = MessageFile.objects.all().claim(1, timedelta(minutes=1), MORNING + 9999 * HOUR)
    checking_messages.check(claimed)
    with_file.refresh_from_db()
    assert (with_file.state, with_file.done_at is not None) == (CheckState.CLEAN, True)


def test_what_is_no_document_is_refused_whole(client, filed, binh) -> None:
    client.force_login(binh)
    bad = SimpleUploadedFile("chuong-trinh.exe", b"MZ" + b"\x00" * 300)
    shown = post(client, "messages", filed, tep=[factories.an_upload(), bad]).content.decode()
    assert "chuong-trinh.exe" in shown and SECRET in shown  # what was typed stays
    assert not Message.objects.exists() and not MessageFile.objects.exists()


def test_an_empty_file_is_refused(filed, binh) -> None:
    with pytest.raises(actions.DossierError):
        send(filed, binh, uploads=[SimpleUploadedFile("rong.pdf", b"")])
