"""Pages of long lists: every row once, in order, whatever its values."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.core import signing
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.models import Notice
from portal.lib import web

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


def notices(*rows):
    """Rows of (subject, minutes after noon it was read or None)."""
    Notice.objects.all().delete()
    Notice.objects.bulk_create(
        Notice(
            key=f"tb-{n}",
            channel="portal",
            kind="test",
            body="",
            subject=subject,
            read_at=None if read is None else NOON + timedelta(microseconds=read),
        )
        for n, (subject, read) in enumerate(rows)
    )


def walk(order, size, qs=None):
    """All pages from first to last."""
    cursor, rows = None, []
    while True:
        page = web.keyset_page(
            Notice.objects.all() if qs is None else qs, order=order, cursor=cursor, size=size
        )
        rows += page.rows
        if not page.has_next:
            return rows
        assert len(page.rows) == size
        cursor = page.next_cursor


def plainly(order, rows):
    """The same order by sorting in Python, last column first; None is larger than everything."""
    for name in reversed(order):
        column = name.removeprefix("-")
        rows = sorted(
            rows,
            key=lambda row: ((v := getattr(row, column)) is None, v or NOON),
            reverse=name.startswith("-"),
        )
    return rows


ORDERS = [
    ("pk",),
    ("-pk",),
    ("read_at", "pk"),
    ("-read_at", "pk"),
    ("read_at", "-pk"),
    ("-read_at", "-pk"),
    ("subject", "-read_at", "pk"),
    ("-subject", "read_at", "-pk"),
    ("-read_at", "subject", "pk"),
]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from([None, 0, 1, 2])), max_size=12
    ),
    st.sampled_from(ORDERS),
    st.integers(1, 5),
)
def test_pages_hold_what_plain_ordering_holds(rows, order, size):
    notices(*rows)
    assert [n.pk for n in walk(order, size)] == [n.pk for n in plainly(order, Notice.objects.all())]


def test_rows_with_equal_values_are_neither_lost_nor_doubled():
    notices(*[("Tiếp nhận", 5)] * 23)
    assert len({n.pk for n in walk(("read_at", "subject"), 5)}) == 23


def test_without_the_tie_breaker_the_database_may_choose_so_it_is_added():
    notices(*[("Tiếp nhận", 5)] * 7)
    assert [n.key for n in walk(("-subject",), 3)] == [f"tb-{n}" for n in range(7)]


def test_a_row_that_vanishes_meanwhile_leaves_no_gap():
    notices(*[("x", n) for n in range(6)])
    first = web.keyset_page(Notice.objects.all(), order=("read_at",), cursor=None, size=2)
    Notice.objects.filter(key__in=["tb-0", "tb-1"]).delete()
    cursor = first.next_cursor
    second = web.keyset_page(Notice.objects.all(), order=("read_at",), cursor=cursor, size=2)
    assert [n.key for n in second.rows] == ["tb-2", "tb-3"]


@pytest.mark.parametrize("count", [1, 50])
def test_a_page_costs_one_query(django_assert_num_queries, count):
    notices(*[("x", n) for n in range(count)])
    with django_assert_num_queries(1):
        web.keyset_page(Notice.objects.all(), order=("-read_at", "pk"), cursor=None, size=20)


def test_a_later_page_costs_one_query(django_assert_num_queries):
    notices(*[("x", n) for n in range(50)])
    page = web.keyset_page(Notice.objects.all(), order=("-read_at",), cursor=None, size=20)
    with django_assert_num_queries(1):
        web.keyset_page(Notice.objects.all(), order=("-read_at",), cursor=page.next_cursor, size=20)


def test_a_column_over_a_relation_with_gaps(binh, stranger):
    notices(*[("x", n) for n in range(6)])
    Notice.objects.filter(key__in=["tb-0", "tb-3"]).update(user=binh)
    Notice.objects.filter(key="tb-5").update(user=stranger)
    rows = walk(("-user__full_name", "pk"), 2, Notice.objects.select_related("user"))
    assert [n.key for n in rows] == ["tb-1", "tb-2", "tb-4", "tb-5", "tb-0", "tb-3"]


def test_rows_may_be_dictionaries():
    notices(("b", 1), ("a", 2), ("a", 1))
    rows = walk(("subject", "pk"), 1, Notice.objects.values("pk", "subject", "key"))
    assert [row["key"] for row in rows] == ["tb-1", "tb-2", "tb-0"]


@pytest.mark.parametrize("cursor", [None, "", "x", "a:b:c", "x" * 5000, "é", "\x00"])
def test_a_bad_cursor_gives_the_first_page(cursor):
    notices(("a", 1), ("b", 2))
    page = web.keyset_page(Notice.objects.all(), order=("subject",), cursor=cursor, size=1)
    assert [n.subject for n in page.rows] == ["a"]


def test_a_cursor_of_another_order_gives_the_first_page():
    notices(("a", 1), ("b", 2), ("c", 3))
    cursor = web.keyset_page(
        Notice.objects.all(), order=("-subject",), cursor=None, size=1
    ).next_cursor
    page = web.keyset_page(Notice.objects.all(), order=("subject",), cursor=cursor, size=1)
    assert [n.subject for n in page.rows] == ["a"]


def test_a_cursor_signed_for_something_else_gives_the_first_page():
    notices(("a", 1), ("b", 2))
    cursor = signing.dumps(["a", 1])
    page = web.keyset_page(Notice.objects.all(), order=("subject",), cursor=cursor, size=1)
    assert [n.subject for n in page.rows] == ["a"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        7,
        "Đặng",
        1.5,
        Decimal("1.10"),
        datetime(2026, 11, 20, 5, 0, 0, 123456, tzinfo=UTC),
        date(2028, 2, 29),
        time(7, 30, 0, 1),
        UUID(int=7),
    ],
)
def test_a_value_survives_the_cursor(value):
    cursor = signing.dumps([web._packed(value)], salt="x")
    assert web._read_cursor(cursor, "x", 1) == [value]


def test_what_cannot_be_compared_cannot_be_paged_by():
    with pytest.raises(TypeError, match="cannot page by a dict"):
        web._packed({})


@pytest.mark.parametrize(
    ("wanted", "back"),
    [
        ("/ho-so/", "/ho-so/"),
        ("/ho-so/?trang=2", "/ho-so/?trang=2"),
        ("http://testserver/ho-so/", "http://testserver/ho-so/"),
        ("", "/"),
        ("https://xau.example/", "/"),
        ("//xau.example/", "/"),
        ("/\\xau.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("http:///xau.example", "/"),
    ],
)
def test_the_way_back_stays_on_our_site(rf, wanted, back):
    assert web.safe_next(rf.get("/", {"next": wanted}), "/") == back


def test_the_forms_way_back_wins_over_the_links(rf):
    request = rf.post("/?next=/tra-cuu/", {"next": "/ho-so/"})
    assert web.safe_next(request, "/") == "/ho-so/"


def test_no_plain_way_back_from_a_secure_page(rf):
    request = rf.get("/", {"next": "http://testserver/ho-so/"}, secure=True)
    assert web.safe_next(request, "/") == "/"
