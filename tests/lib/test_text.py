"""Folding: what a hurried person types must find what an official wrote."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.text import fold, nfc

# Letters of Vietnamese with every tone, and a little of everything else.
VIETNAMESE = st.text("aăâeêioôơuưyđAĂÂEÊIOÔƠUƯYĐ bcghklmnpqrstvx\u0300\u0301\u0303\u0309\u0323")


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đăng ký khai sinh", "dang ky khai sinh"),
        ("HOÀ BÌNH", "hoa binh"),
        ("Hòa Bình", "hoa binh"),
        ("Thuỷ Nguyên", "thuy nguyen"),
        ("Thủy Nguyên", "thuy nguyen"),
        ("  giấy\tphép \u00a0xây  dựng ", "giay phep xay dung"),
        ("Đường đất", "duong dat"),
        ("số 12/2024/NĐ-CP", "so 12/2024/nd-cp"),
        ("ho\u200bàn thu\u00adế", "hoan thue"),
        ("", ""),
    ],
)
def test_folding_by_hand(typed, folded):
    assert fold(typed) == folded


@given(st.one_of(st.text(), VIETNAMESE))
def test_both_normal_forms_fold_alike(s):
    assert fold(unicodedata.normalize("NFD", s)) == fold(unicodedata.normalize("NFC", s))


@given(st.one_of(st.text(), VIETNAMESE))
def test_folding_twice_changes_nothing(s):
    assert fold(fold(s)) == fold(s)


@given(VIETNAMESE)
def test_vietnamese_folds_to_plain_ascii(s):
    assert fold(s).isascii()


@given(st.text())
def test_no_double_or_outer_spaces(s):
    assert fold(s).split(" ") == fold(s).split() or fold(s) == ""


@given(VIETNAMESE)
def test_case_does_not_matter(s):
    assert fold(s.upper()) == fold(s.lower())


def test_nfc_joins_a_letter_and_its_mark():
    assert nfc("e\u0302\u0323") == "ệ"
