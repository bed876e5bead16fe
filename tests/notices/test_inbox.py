"""The inbox: one's own notices only, read by a press, links that stay here."""

import pytest
from django.urls import reverse

from notices import actions
from notices.models import Notice
from tests.factories import MORNING

pytestmark = pytest.mark.django_db
INBOX = "/hop-thu/"


def a_notice(user, number=1, **fields):
    key = f"{user.pk}/{number}"
    actions.queue(key=key, kind="accepted", at=MORNING, user=user, subject=f"Thông báo {number}",
                  body="Dòng một\n\nDòng hai", **fields)  # fmt: skip
    return Notice.objects.get(key=key)


@pytest.fixture
def mine(client, binh):
    client.force_login(binh)
    return a_notice(binh, link="/ho-so/cua-toi/")


def page(client, path=INBOX):
    return client.get(path).content.decode()


def test_an_empty_inbox_says_what_will_come(client, binh):
    client.force_login(binh)
    assert "Chưa có thông báo nào" in page(client)


def test_only_my_own(client, mine, stranger):
    other = a_notice(stranger, 2)
    assert "Thông báo 1" in page(client) and "Thông báo 2" not in page(client)
    for name in ("notice", "notice-open"):
        assert client.post(reverse(name, args=[other.pk])).status_code in (404, 405)
    assert client.get(reverse("notice", args=[other.pk])).status_code == 404
    other.refresh_from_db()
    assert other.read_at is None


def test_what_is_unread_is_marked_in_words(client, mine):
    assert "Chưa đọc" in page(client)
    client.post(reverse("notice-open", args=[mine.pk]))
    assert "Chưa đọc" not in page(client)


def test_opening_leads_to_the_dossier(client, mine):
    opened = client.post(reverse("notice-open", args=[mine.pk]))
    assert opened["Location"] == "/ho-so/cua-toi/"


def test_looking_changes_nothing(client, mine):
    page(client)
    page(client, reverse("notice", args=[mine.pk]))
    assert client.get(reverse("notice-open", args=[mine.pk])).status_code == 405
    mine.refresh_from_db()
    assert mine.read_at is None


def test_opening_twice_keeps_the_first_time(client, mine):
    client.post(reverse("notice-open", args=[mine.pk]))
    first = Notice.objects.get().read_at
    client.post(reverse("notice-open", args=[mine.pk]))
    assert first and Notice.objects.get().read_at == first


def test_all_read_at_once_are_mine(client, mine, stranger):
    other = a_notice(stranger, 2)
    client.post(reverse("inbox-read-all"))
    assert list(Notice.objects.filter(read_at=None)) == [other]


@pytest.mark.parametrize(
    "link", ["https://ke-gian.vn/", "//ke-gian.vn", "/\\ke-gian.vn", "javascript:alert(1)", ""]
)
def test_a_link_that_leads_away_is_not_followed(client, binh, link):
    client.force_login(binh)
    hostile = a_notice(binh, link=link)
    opened = client.post(reverse("notice-open", args=[hostile.pk]))
    assert opened["Location"] == reverse("notice", args=[hostile.pk])
    shown = page(client, opened["Location"])
    assert "Xem hồ sơ" not in shown and "ke-gian" not in shown


def test_words_are_words_not_markup(client, binh):
    client.force_login(binh)
    bad = "<script>alert(1)</script>"
    actions.queue(key="x", kind="mail", at=MORNING, user=binh, subject=bad, body=bad)
    for path in (INBOX, reverse("notice", args=[Notice.objects.get().pk])):
        assert bad not in page(client, path)


def test_pages_of_twenty_without_loss(client, binh):
    client.force_login(binh)
    for number in range(45):
        a_notice(binh, number)
    seen, path = [], INBOX
    while path:
        response = client.get(path)
        found = response.context["page"]
        seen += [row.subject for row in found.rows]
        path = f"{INBOX}?sau={found.next_cursor}" if found.has_next else ""
    assert seen == [f"Thông báo {number}" for number in reversed(range(45))]


@pytest.mark.parametrize("rows", [1, 20])
def test_as_many_questions_for_one_row_as_for_twenty(client, binh, django_assert_num_queries, rows):
    client.force_login(binh)
    for number in range(rows):
        a_notice(binh, number)
    with django_assert_num_queries(4):  # session, user, rows, is anything unread
        client.get(INBOX)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({}, "đang gửi đến"),
        ({"done_at": MORNING}, "đã gửi đến"),
        ({"dead_at": MORNING}, "không gửi được"),
    ],
)
def test_it_says_whether_the_mail_went_out(client, binh, state, said):
    client.force_login(binh)
    a_notice(binh, to_address="binh@example.vn")
    Notice.objects.update(**state)
    assert said in page(client)


def test_a_list_is_for_who_signed_in(client):
    assert client.get(INBOX)["Location"].startswith(reverse("account_login"))
