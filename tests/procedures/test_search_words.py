"""How words are understood: marks, codes, synonyms, slips. The same on both databases."""

import unicodedata

import pytest

from procedures.actions.words import save_synonym
from procedures.models import Procedure, Synonym
from procedures.search import Filters, find, hints, ranking
from procedures.search.stops import stopped
from procedures.search.words import words
from tests import factories

pytestmark = pytest.mark.django_db
NAMES = {
    "1.000894": "Đăng ký kết hôn",
    "1.001193": "Đăng ký khai sinh",
    "1.012812": "Hòa giải tranh chấp đất đai",
    "1.014063": "Cấp đổi thẻ căn cước",
    "3.000333": "Cấp Phiếu lý lịch tư pháp",
    "3.000348": "Cấp lại giấy phép lái xe",
}


@pytest.fixture(autouse=True)
def catalogue():
    Synonym.objects.all().delete()
    for code, name in NAMES.items():
        factories.a_procedure(code, name)
    for procedure in Procedure.objects.all():
        procedure.facts["keywords"] = []
        procedure.save()


def first(q, **more):
    rows = find(Filters(q=q), cursor=None, **more).rows
    return rows[0].code if rows else None


@pytest.mark.parametrize(
    "q",
    ["hòa giải", "hoà giải", "HÒA GIẢI", "hoa giai", "  hòa   giải ", "h\u200bòa giải"],
)
def test_old_and_new_tone_marks_case_and_blanks_are_alike(q):
    assert first(q) == "1.012812"


def test_both_forms_of_unicode_are_alike():
    assert first(unicodedata.normalize("NFD", "đăng ký kết hôn")) == "1.000894"
    assert first(unicodedata.normalize("NFC", "đăng ký kết hôn")) == "1.000894"


@pytest.mark.parametrize("q", ["lí lịch", "lý lịch", "li lich", "Lý-lịch"])
def test_both_spellings_of_i_are_right(q):
    assert first(q) == "3.000333"


def test_marks_decide_between_words_that_look_alike():
    factories.a_procedure("9.000001", "Cấp phép bán bò")
    factories.a_procedure("9.000002", "Đăng ký nuôi bỏ bớt")
    assert first("bò") == "9.000001"
    assert first("bỏ") == "9.000002"


@pytest.mark.parametrize(
    "q",
    ["1.001193", "1001193", "mã 1.001193", "1.001193.000.00.00.H37", "thủ tục 1.001193 là gì"],
)
def test_a_code_is_found_as_people_copy_it(q):
    assert [row.code for row in find(Filters(q=q), cursor=None).rows] == ["1.001193"]


def test_the_beginning_of_a_code_lists_those():
    codes = [row.code for row in find(Filters(q="3.0003"), cursor=None).rows]
    assert codes == ["3.000333", "3.000348"]


def test_a_synonym_finds_what_is_called_otherwise():
    assert first("gplx") is None
    save_synonym(Synonym(words="GPLX", means="giấy phép lái xe"))
    assert first("gplx") == "3.000348"
    assert first("mất gplx thì làm sao") == "3.000348"


def test_a_synonym_with_marks_is_not_its_lookalike():
    save_synonym(Synonym(words="sổ đỏ", means="đất đai"))
    assert first("so do") == "1.012812"
    assert first("sổ đỏ") == "1.012812"
    assert first("số đo") != "1.012812"


def test_the_word_itself_comes_before_its_synonyms():
    save_synonym(Synonym(words="cưới", means="kết hôn"))
    factories.a_procedure("9.000001", "Hỗ trợ đám cưới")
    codes = [row.code for row in find(Filters(q="cưới"), cursor=None).rows]
    assert codes == ["9.000001", "1.000894"]


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("khai sihn", "1.001193"),  # swapped
        ("ket hom", "1.000894"),  # wrong letter
        ("tranh chapp", "1.012812"),  # one too many
        ("can cuc", "1.014063"),  # one missing
        ("dang kys khai sinh", "1.001193"),  # Telex typed without its keyboard
        ("cawn cuwowcs", "1.014063"),
        ("ke61t ho6n", "1.000894"),  # VNI
    ],
)
def test_one_slip_is_mended(q, code):
    assert first(q) == code


@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("bến thy nội địa", "Công bố bến thủy nội địa"),  # no "thi": letters count, not i and y
        ("dang ky hot dong", "Đăng ký hoạt động"),  # a letter missed, rather than a wrong one
        ("cap phep di voi to chuc", "Cấp phép đối với tổ chức"),  # two letters between neighbours
        ("trứng thực bản sao", "Chứng thực bản sao"),  # said alike
        ("dang ky khai xinh", "Đăng ký khai sinh"),
    ],
)
def test_letters_and_neighbours_tell_what_was_meant(q, name):
    for number, other in enumerate(
        (
            "Công bố bến thủy nội địa",
            "Thi hành án dân sự",
            "Đăng ký hoạt động",
            "Đăng ký hợp đồng",
            "Cấp phép đối với tổ chức",
            "Tổ chức đi nước ngoài",
            "Chứng thực bản sao",
        )
    ):
        factories.a_procedure(f"9.00000{number}", other)
    assert find(Filters(q=q), cursor=None).rows[0].name == name


def test_words_that_stand_apart_are_no_slips():
    """ "con" is known and "công" would stand beside: likelier is not likely enough."""
    factories.a_procedure("9.000001", "Khai sinh cho công dân ở nước ngoài")
    factories.a_procedure("9.000002", "Nhận con nuôi")
    found = find(Filters(q="khai sinh cho con"), cursor=None)
    assert found.instead == ""


def test_a_mended_question_is_ranked_once(monkeypatch):
    asked = []
    rank = ranking.rank
    monkeypatch.setattr(
        ranking, "rank", lambda *args, **more: asked.append(args[2]) or rank(*args, **more)
    )
    assert find(Filters(q="khai sihn"), cursor=None).instead == "khai sinh"
    assert len(asked) == 1


def test_the_page_says_what_was_searched_instead():
    found = find(Filters(q="khai sihn"), cursor=None)
    assert found.instead == "khai sinh"
    literal = find(Filters(q="khai sihn"), cursor=None, literally=True)
    assert (literal.instead, "1.001193" in [row.code for row in literal.rows]) == ("", True)
    assert not literal.whole


def test_words_that_find_something_are_only_asked_about():
    """ "hom" stands in the catalogue: it is searched as typed, the likelier word is a link."""
    for number in range(3):
        factories.a_procedure(f"9.00000{number}", f"Đăng ký đóng hòm {number}")
    found = find(Filters(q="dang ky hom"), cursor=None)
    assert found.instead == "" and found.rows[0].code.startswith("9.")


def test_nothing_like_it_finds_nothing():
    found = find(Filters(q="xyzzy plugh"), cursor=None)
    assert (found.rows, found.count, found.instead, found.maybe) == ([], 0, "", "")


def test_some_of_the_words_are_better_than_none():
    found = find(Filters(q="kết hôn trên sao hỏa"), cursor=None)
    assert found.rows[0].code == "1.000894" and not found.whole


def test_the_last_word_may_be_half_typed():
    rows, count, heard = hints("căn cư")
    assert [row.code for row in rows] == ["1.014063"] and count == 1 and heard.instead == ""


def test_questions_around_the_thing_do_not_count():
    assert first("tôi muốn đăng ký kết hôn thì cần giấy tờ gì ạ") == "1.000894"


def test_a_word_to_skip_is_skipped_with_its_own_marks_only():
    assert stopped(words("khai thì")) == [False, True]
    assert stopped(words("khai thi")) == [False, False]
    assert stopped(words("thì là gì")) == [False, False, False]


def test_a_synonym_has_few_words(db):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        Synonym(words="bố tôi mới mất hôm qua", means="khai tử").full_clean()
