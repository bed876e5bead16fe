"""Searches that found nothing: counted by POST, without what names a person, shown to editors."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from procedures.models import SearchMiss, Synonym
from procedures.search import misses
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]
OURS = {"Origin": "http://testserver"}


@pytest.fixture(autouse=True)
def catalogue():
    Synonym.objects.all().delete()
    factories.a_procedure("1.001193", "Đăng ký khai sinh")


def told(q, **headers):
    return Client().post("/thu-tuc/khong-thay/", {"q": q}, headers=headers or OURS)


def kept():
    return list(SearchMiss.objects.values_list("phrase", "count"))


def test_what_is_not_found_is_counted_once_a_day_and_phrase():
    for q in ("Xe Công nông", "xe công nông", "xe cong nong"):
        assert told(q).status_code == 204
    assert kept() == [("xe cong nong", 3)]


def test_what_is_found_is_not_counted():
    told("khai sinh")
    assert kept() == []


@pytest.mark.parametrize(
    "q",
    [
        "020090000123",
        "hồ sơ 0912 345 678 đâu",
        "binh@example.vn",
        "https://example.vn/x",
        "Nguyễn Văn Bình",
        "nguyễn văn bình",
        "giấy của tran thi lan",
        "Trang Anh",
        "tôi tên Trần Quốc Oánh cần giấy qqq",
        "sinh ngày 12/03/1990 qqq",
        "123",
        "x" * 100,
        "một hai ba bốn năm sáu bảy tám chín mười mười một",
        "",
    ],
)
def test_what_may_name_a_person_is_not_kept(q):
    told(q)
    assert kept() == []


def test_another_site_counts_nothing():
    told("xe công nông", Origin="https://ke-xau.example")
    assert Client().post("/thu-tuc/khong-thay/", {"q": "xe công nông"}).status_code == 204
    assert kept() == []


def test_the_guard_on_origin_is_what_keeps_it_out(monkeypatch):
    """Twin: without it, anybody's page writes."""
    monkeypatch.setattr("procedures.views.search._ours", lambda request: True)
    told("xe công nông", Origin="https://ke-xau.example")
    assert kept() == [("xe cong nong", 1)]


def test_opening_pages_counts_nothing():
    for path in ("/thu-tuc/", "/thu-tuc/ket-qua/", "/thu-tuc/goi-y/"):
        assert Client().get(path, {"q": "xe công nông"}).status_code == 200
    assert kept() == []
    assert Client().get("/thu-tuc/khong-thay/").status_code == 405


def test_one_place_tells_thirty_times_an_hour():
    codes = [told("xe công nông").status_code for _ in range(31)]
    assert codes[29:] == [204, 429]


def test_a_day_holds_so_many_phrases(monkeypatch):
    monkeypatch.setattr(misses, "MOST_A_DAY", 1)
    told("xe công nông")
    told("tàu vũ trụ")
    told("xe công nông")
    assert kept() == [("xe cong nong", 2)]


def test_old_ones_are_forgotten():
    SearchMiss.objects.create(phrase="cu", day=localdate() - misses.KEPT - timedelta(days=1))
    SearchMiss.objects.create(phrase="moi", day=localdate())
    assert misses.forget_old(localdate()) == 1
    assert kept() == [("moi", 1)]


@pytest.fixture
def editor(cuc):
    client = Client()
    client.force_login(cuc)
    return client


def test_editors_see_what_was_looked_for_and_whether_it_is_found_now(editor):
    SearchMiss.objects.create(phrase="xe cong nong", day=localdate(), count=7)
    SearchMiss.objects.create(phrase="dang ky khai sinh", day=localdate(), count=2)
    html = editor.get("/quan-tri/tim-khong-ra/").text
    assert html.index("xe cong nong") < html.index("dang ky khai sinh")
    assert "chưa có thủ tục nào đủ từ" in html and "thấy 1 thủ tục" in html


def test_a_phrase_becomes_a_synonym_and_is_found(editor):
    form = editor.get("/quan-tri/tu-dong-nghia/?tu=be+so+sinh").text
    assert 'value="be so sinh"' in form
    told("be so sinh")
    sent = editor.post("/quan-tri/tu-dong-nghia/", {"words": "bé sơ sinh", "means": "khai sinh"})
    assert sent.status_code == 302
    assert "Đăng ký khai sinh" in Client().get("/thu-tuc/?q=be+so+sinh").text


@pytest.mark.parametrize(
    ("words", "means", "sentence"),
    [
        ("", "khai sinh", "Hãy ghi từ người dân gõ."),
        ("một hai ba bốn năm", "khai sinh", "tối đa 4 tiếng"),
        ("bé", "một hai ba bốn năm sáu bảy tám chín", "Tối đa 8 tiếng"),
        ("khai sinh", "khai sinh", "Hai bên đang giống nhau."),
    ],
)
def test_what_is_no_synonym_is_refused(editor, words, means, sentence):
    html = editor.post("/quan-tri/tu-dong-nghia/", {"words": words, "means": means}).text
    assert sentence in html and not Synonym.objects.exists()


def test_the_same_pair_twice_is_refused(editor):
    pair = {"words": "bé", "means": "khai sinh"}
    editor.post("/quan-tri/tu-dong-nghia/", pair)
    assert "Cặp từ này đã có" in editor.post("/quan-tri/tu-dong-nghia/", pair).text
    assert Synonym.objects.count() == 1


def test_a_synonym_is_changed_and_taken_away(editor):
    row = Synonym.objects.create(words="bé", means="khai sih")
    editor.post(f"/quan-tri/tu-dong-nghia/{row.pk}/", {"words": "bé", "means": "khai sinh"})
    row.refresh_from_db()
    assert (row.means, row.means_fold) == ("khai sinh", "khai sinh")
    assert editor.get(f"/quan-tri/tu-dong-nghia/{row.pk}/xoa/").status_code == 200
    assert Synonym.objects.exists()
    editor.post(f"/quan-tri/tu-dong-nghia/{row.pk}/xoa/")
    assert not Synonym.objects.exists()


@pytest.mark.parametrize("address", ["tu-dong-nghia/", "tim-khong-ra/"])
def test_only_editors_come_here(address, binh, lan):
    for person in (binh, lan):
        client = Client()
        client.force_login(person)
        assert client.get(f"/quan-tri/{address}").status_code == 403


def test_the_list_is_searched_with_and_without_marks(editor):
    Synonym.objects.create(words="hkd", means="hộ kinh doanh")
    Synonym.objects.create(words="tnhh", means="trách nhiệm hữu hạn")
    html = editor.get("/quan-tri/tu-dong-nghia/?tim=ho+kinh").text
    assert "hkd" in html and "tnhh" not in html
