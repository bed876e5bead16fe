"""Postal numbers, look-up secrets, citizen numbers."""

import hashlib
import hmac
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib import codes

TODAY = date(2026, 11, 20)
CODE = "000.00.15.H37-261120-0001"


@pytest.fixture
def two_keys(settings):
    settings.LOOKUP_KEYS = {"1": "khoa-cu", "2": "khoa-moi"}
    settings.LOOKUP_KEY_VERSION = "2"


@pytest.mark.parametrize(  # domain reference §5.6
    ("serial", "digit"),
    [("00071761", 8), ("00071759", 5), ("47110815", 1), ("12345678", 5), ("47312482", 9)],
)
def test_s10_check_digit(serial, digit):
    assert codes.s10_check_digit(serial) == digit


@pytest.mark.parametrize(
    "code", ["EB000717618HK", "EE471108151FR", "EE123456785VN", "RR473124829GB"]
)
def test_well_formed_postal_numbers(code):
    assert codes.is_s10(code)


@pytest.mark.parametrize(
    "code",
    [
        "EE123456789VN",
        "ee123456785vn",
        "EE12345678VN",
        "EE123456785VN ",
        "",
        "EE１２３４５６７８5VN",
    ],
)
def test_malformed_postal_numbers(code):
    assert not codes.is_s10(code)


@given(st.integers(0, 99_999_999))
def test_made_numbers_are_well_formed(serial):
    assert codes.is_s10(codes.make_s10("EE", serial))


def test_making_a_number_by_hand():
    assert codes.make_s10("EE", 12_345_678) == "EE123456785VN"


@pytest.mark.parametrize(("prefix", "serial"), [("E", 1), ("ee", 1), ("EE", -1), ("EE", 10**8)])
def test_no_number_from_nonsense(prefix, serial):
    with pytest.raises(ValueError):
        codes.make_s10(prefix, serial)


def test_the_secret_is_the_first_forty_bits_in_crockfords_alphabet(two_keys):
    bits = hmac.new(b"khoa-moi", CODE.encode(), hashlib.sha256).hexdigest()[:10]
    secret = codes.lookup_secret(CODE)
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    value = 0
    for letter in secret:
        value = value * 32 + alphabet.index(letter)
    assert (len(secret), f"{value:010x}") == (8, bits)


def test_a_slip_printed_under_the_old_key_still_opens(two_keys):
    assert codes.secrets_match(CODE, codes.lookup_secret(CODE, "1"))


def test_the_secret_of_another_dossier_does_not_open(two_keys):
    assert not codes.secrets_match(CODE, codes.lookup_secret(CODE.replace("0001", "0002")))


def test_a_retired_key_does_not_open(two_keys, settings):
    old = codes.lookup_secret(CODE, "1")
    settings.LOOKUP_KEYS = {"2": "khoa-moi"}
    assert not codes.secrets_match(CODE, old)


def test_case_spaces_and_hyphens_do_not_matter(two_keys):
    secret = codes.lookup_secret(CODE)
    assert codes.secrets_match(CODE, f" {secret[:4].lower()}-{secret[4:]} ")


def test_look_alike_letters_are_read_as_digits(two_keys, monkeypatch):
    monkeypatch.setattr(codes, "lookup_secret", lambda code, version: "0101ABCD")
    assert codes.secrets_match(CODE, "oiOL abcd")


@pytest.mark.parametrize("given_secret", ["", "-", "Đ" * 8, "0" * 5000, "\x00"])
def test_odd_secrets_are_simply_wrong(two_keys, given_secret):
    assert not codes.secrets_match(CODE, given_secret)


def test_every_key_is_compared_in_constant_time(two_keys, monkeypatch):
    seen = []
    monkeypatch.setattr(codes.hmac, "compare_digest", lambda a, b: seen.append(a) or True)
    codes.secrets_match(CODE, "ABCD2345")
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("020190000001", None),  # Lạng Sơn, male, 1990
        ("001300012345", None),  # Hà Nội, female, 2000
        ("001399012345", "Chữ số thứ tư"),  # 2099
        ("079204001234", None),  # Hồ Chí Minh, male, 2004
        ("079327001234", "Chữ số thứ tư"),  # 2027, after today
        ("079326001234", None),  # this year's child
        ("003190000001", "Ba chữ số đầu"),  # no province 003
        ("000190000001", "Ba chữ số đầu"),
        ("101190000001", None),  # birth registered abroad
        ("079404001234", "Chữ số thứ tư"),  # 2104
        ("02019000001", "đúng 12 chữ số"),
        ("0201900000012", "đúng 12 chữ số"),
        ("02019000000a", "đúng 12 chữ số"),
        ("０20190000001", "đúng 12 chữ số"),
        (" 020190000001", "đúng 12 chữ số"),
        ("", "đúng 12 chữ số"),
    ],
)
def test_citizen_numbers(value, why):
    problem = codes.citizen_id_problem(value, TODAY)
    assert (problem is None) if why is None else (why in problem)


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("020190000001", "*********001"),
        ("0912345678", "*******678"),
        ("ab", "*b"),
        ("a", "*"),
        ("", ""),
    ],
)
def test_masking_never_shows_more_than_half(value, masked):
    assert codes.mask(value) == masked
